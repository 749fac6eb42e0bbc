/** The comms to pictures, and what pictures ask for. */
import { randomUUID } from "node:crypto";
import { COMM_TARGET, FLOW_ACTIONS, type KernelMessage, type ViewMessage } from "../../protocol/comm-messages.ts";
import type { Flow, RegisteredFlow, RegisterOptions, RunOptions, Task } from "../../engine/index.ts";
import type { FlowPublisher } from "./flow-publisher.ts";
import type { FlowRecord } from "./flow-record.ts";
import type { FlowRegistry } from "./flow-registry.ts";
import type { FrontEnd } from "./front-end.ts";
import type { ServerRuns } from "./server-runs.ts";
import { readViewMessage } from "./view-message.ts";

type Action = Extract<ViewMessage, { type: "action" }>;

/** A turn that is not granted after this time is waited for (milliseconds). */
const QUEUED_AFTER = 40;

/** What pictures ask of a flow, done under the notebook's host, as the cell that made it would. */
export interface FlowStarter {
  run(flow: Flow, options: RunOptions): Promise<unknown>;
  register(flow: Flow, options: RegisterOptions): Promise<RegisteredFlow>;
}

/** One comm is opened by the kernel for all pictures; a front end may open more. */
export class FlowComms {
  readonly #frontEnd: FrontEnd;
  readonly #registry: FlowRegistry;
  readonly #publisher: () => FlowPublisher;
  readonly #start: FlowStarter;
  readonly #serverRuns: ServerRuns;
  readonly #open = new Set<string>();
  #own: string | null = null;

  constructor(frontEnd: FrontEnd, registry: FlowRegistry, publisher: () => FlowPublisher, start: FlowStarter, serverRuns: ServerRuns) {
    this.#serverRuns = serverRuns;
    this.#frontEnd = frontEnd;
    this.#registry = registry;
    this.#publisher = publisher;
    this.#start = start;
  }

  /** Opens the kernel's comm, once. A front end without the extension closes it again; then it is opened at the next display. */
  ensureOpen(): void {
    if (this.#own !== null && this.#open.has(this.#own)) return;
    this.#own = randomUUID();
    this.#open.add(this.#own);
    this.#frontEnd.openComm(this.#own, COMM_TARGET, {});
  }

  /** To every picture. */
  broadcast(message: KernelMessage): void {
    for (const commId of this.#open) this.#frontEnd.sendComm(commId, message);
  }

  opened(commId: string): void { this.#open.add(commId); }
  closed(commId: string): void { this.#open.delete(commId); }

  /** Serves a message; whatever is wrong with it is answered on the comm. */
  received(commId: string, data: unknown): void {
    const message = readViewMessage(data);
    if (typeof message === "string") return this.#refuse(commId, "BAD_MESSAGE", message, data);
    if (this.#serverRuns.has(message.flowId)) {
      this.#serverRuns.serve(message, (answer) => this.#frontEnd.sendComm(commId, answer)).catch((error: unknown) => this.#refuse(commId, codeOf(error), (error as Error).message, message));
      return;
    }
    try {
      this.#serve(commId, message);
    } catch (error) {
      this.#refuse(commId, codeOf(error), (error as Error).message, message);
    }
  }

  #refuse(commId: string, code: string, message: string, about: unknown): void {
    const { flowId, requestId } = (typeof about === "object" && about !== null ? about : {}) as { flowId?: unknown; requestId?: unknown };
    const names = { ...(typeof flowId === "string" && { flowId }), ...(typeof requestId === "string" && { requestId }) };
    this.#frontEnd.sendComm(commId, { type: "error", ...names, code, message } satisfies KernelMessage);
  }

  #serve(commId: string, message: ViewMessage): void {
    const { flowId, requestId } = message;
    const found = this.#registry.find(flowId, message.type === "snapshot" ? message.graph : undefined);
    if (found === "unknown") return this.#refuse(commId, "UNKNOWN_FLOW", "This kernel has not run the cell that makes this flow. Run that cell.", message);
    if (found === "replaced") {
      const graphs = message.type === "snapshot" && message.graph !== undefined ? [message.graph] : [];
      return this.#frontEnd.sendComm(commId, { type: "replaced", flowId, graphs, ...(requestId !== undefined && { requestId }) } satisfies KernelMessage);
    }
    const { record } = found;
    switch (message.type) {
      case "snapshot":
        record.displayed = true;
        return this.#frontEnd.sendComm(commId, this.#publisher().snapshot(record, requestId));
      case "details": {
        const task = this.#task(record, message.nodeId, commId, message);
        if (task !== undefined) this.#frontEnd.sendComm(commId, { type: "details", flowId, requestId: message.requestId, details: record.details(task, message.nodeId, (error) => this.#frontEnd.describeError(error)) } satisfies KernelMessage);
        return;
      }
      case "register":
        return void this.#register(commId, record, message);
      case "cancel":
        record.current?.cancel("The flow run was cancelled.");
        return this.#frontEnd.sendComm(commId, { type: "action", flowId, requestId: message.requestId, status: "finished", message: "Cancelled." } satisfies KernelMessage);
      case "action": {
        const task = FLOW_ACTIONS.has(message.action) ? null : this.#task(record, message.nodeId as string, commId, message);
        if (task !== undefined) void this.#act(commId, record, message, task);
      }
    }
  }

  /** The task of a node; a constant stands for the task it feeds. Undefined, and answered, where there is none. */
  #task(record: FlowRecord, nodeId: string, commId: string, message: ViewMessage): Task | undefined {
    const task = record.flow.taskBySlug(nodeId);
    if (task === undefined) this.#refuse(commId, "UNKNOWN_TASK", `The flow "${record.flow.name}" has no task ${nodeId}.`, message);
    return task;
  }

  async #act(commId: string, record: FlowRecord, message: Action, task: Task | null): Promise<void> {
    const { selection, what } = selectionOf(message, record, task);
    await this.#inTurn(commId, message, [`${what} runs`, `Running ${what}.`], async () => {
      await this.#start.run(record.flow, { runOnSchedule: false, ...selection() });
      return record.run.note ?? "Done.";
    });
  }

  async #register(commId: string, record: FlowRecord, message: Extract<ViewMessage, { type: "register" }>): Promise<void> {
    const { flow } = record;
    const { project = this.#publisher().project } = message;
    await this.#inTurn(commId, message, [`flow "${flow.name}" is registered`, `Registering flow "${flow.name}"${project === undefined ? "" : ` in project ${project}`}.`], async () => {
      const { version, created, project: where, limits } = await this.#start.register(flow, { quiet: true, ...(project !== undefined && { project }) });
      const what = created ? `Registered in project ${where}: version ${version}.` : `Registered in project ${where} already: version ${version} is the same.`;
      return [what, ...limits].join("\n");
    });
  }

  /** Does what a picture asks when no cell executes. @param told what is said while it waits, and when it begins @param work returns what is said at its end */
  async #inTurn(commId: string, message: Extract<ViewMessage, { type: "action" | "register" }>, [waiting, begins]: readonly [string, string], work: () => Promise<string>): Promise<void> {
    const { flowId, requestId } = message;
    const say = (status: "queued" | "started" | "finished", text: string) =>
      this.#frontEnd.sendComm(commId, { type: "action", flowId, requestId, status, message: text } satisfies KernelMessage);
    // A cell may be on its way that this process has not heard of: then the turn is late, too.
    const queued = setTimeout(() => say("queued", `Queued: ${waiting} when the running cell is done.`), this.#frontEnd.isBusy() ? 0 : QUEUED_AFTER);
    let release = () => {};
    try {
      release = await this.#frontEnd.takeTurn();
      clearTimeout(queued);
      say("started", begins);
      say("finished", await work());
    } catch (error) {
      this.#refuse(commId, codeOf(error), (error as Error).message, message);
    } finally {
      clearTimeout(queued);
      release();
    }
  }
}

/** The engine's code, or the server's. */
function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "BAD_MESSAGE";
}

/** What an action runs: options, made when its turn has come, and in words. @param task null for an action about the whole flow */
function selectionOf({ action, nodeId }: Action, record: FlowRecord, task: Task | null): { readonly selection: () => RunOptions; readonly what: string } {
  const tasks = task === null ? [] : [task];
  switch (action) {
    case "run": return { selection: () => ({}), what: `flow "${record.flow.name}"` };
    case "runFailed": return { selection: () => ({ failed: true }), what: `what has failed of flow "${record.flow.name}"` };
    case "refreshOutside": return { selection: () => ({ refresh: record.outsideTasks() }), what: `what flow "${record.flow.name}" has kept from outside` };
    case "runTask": return { selection: () => ({ only: tasks }), what: `task ${nodeId}` };
    case "runFrom": return { selection: () => ({ from: tasks }), what: `everything from ${nodeId} on` };
    case "runUpTo": return { selection: () => ({ upTo: tasks }), what: `everything up to ${nodeId}` };
    case "refresh": return { selection: () => ({ refresh: tasks }), what: `task ${nodeId} again, and what depends on its result` };
  }
}
