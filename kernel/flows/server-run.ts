/** A run on the server, as its picture in the notebook shows it: the flow's graph with the states of that run, brought up to date by the server's events. */
import type { FlowletClient, FlowRun, TaskRun } from "../../client/index.ts";
import type { ChildDetails, KernelMessage, NodeStatus, RunStatus, TaskDetails } from "../../protocol/comm-messages.ts";
import { readFlowSnapshot, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { isStateKind } from "../../protocol/states.ts";

/** What a picture calls a run on the server, before the run's id. */
export const SERVER_RUN = "flow-run:";

/** Shortest time between two messages, and between two questions to the server (milliseconds). */
const INTERVAL = 100;
const ASK_INTERVAL = 1000;

/** How many children and log records the panel of a task shows (count). */
const MAX_CHILDREN = 100;
const MAX_LOGS = 1000;

/** Who is told. */
export interface ServerRunListener {
  /** To every picture. */
  send(message: KernelMessage): void;
  /** It has ended: what the outputs that show it should hold. */
  ended(run: ServerRun): void;
}

/** Mutable; follows the run from {@link ServerRun.open} until it has ended. */
export class ServerRun {
  readonly flowId: string;
  readonly displayId: string;
  readonly url: string;
  readonly #client: FlowletClient;
  readonly #listener: ServerRunListener;
  readonly #tasks = new Map<string, NodeStatus>();
  readonly #changed = new Set<string>();
  readonly #end = new AbortController();
  #run: FlowRun;
  #graph: FlowSnapshot;
  #seq = 0;
  #sendTimer: NodeJS.Timeout | null = null;
  #askTimer: NodeJS.Timeout | null = null;
  #askedFor = 0;

  private constructor(client: FlowletClient, url: string, run: FlowRun, graph: FlowSnapshot, listener: ServerRunListener) {
    this.flowId = SERVER_RUN + run.id;
    this.displayId = `flowlet-run-${run.id}`;
    this.url = url;
    this.#client = client;
    this.#listener = listener;
    this.#run = run;
    this.#graph = graph;
  }

  /** @param url its page @throws ApiError where the server has no such run, or does not answer */
  static async open(client: FlowletClient, flowRunId: string, url: string, listener: ServerRunListener): Promise<ServerRun> {
    const run = await client.getFlowRun({ flowRunId });
    const { graph } = await client.getFlow({ flowId: run.flowId });
    const snapshot = readFlowSnapshot(graph);
    if (typeof snapshot === "string") throw new Error(`The graph of flow ${run.flowName} can not be read from the server: it may be of another version of Flowlet.`);
    const opened = new ServerRun(client, url, run, snapshot, listener);
    await opened.#read();
    if (!opened.#isOver) void opened.#follow();
    return opened;
  }

  get #isOver(): boolean { return isStateKind(this.#run.state, "Finished"); }

  /** Ends the following. */
  close(): void { this.#end.abort(); }

  snapshot(): FlowSnapshot {
    const nodes = this.#graph.nodes.map((node) => {
      const status = this.#tasks.get(node.id);
      return status === undefined ? node : { ...node, state: status.state, ...(status.children !== undefined && { children: status.children }) };
    });
    return { ...this.#graph, flowId: this.flowId, nodes, state: this.#run.state, link: { url: this.url, project: this.#run.projectName, run: this.#run.name } };
  }

  /** The whole run, to whoever asked. */
  message(requestId?: string): KernelMessage {
    return { type: "snapshot", flowId: this.flowId, seq: this.#seq, ...(requestId !== undefined && { requestId }), flow: this.snapshot(), nodes: Object.fromEntries(this.#tasks), run: this.#status };
  }

  async cancel(): Promise<void> {
    this.#run = { ...this.#run, ...(await this.#client.cancelFlowRun({ flowRunId: this.#run.id })) };
    this.#send();
  }

  /** Everything about a task, for its panel. */
  async details(nodeId: string): Promise<TaskDetails> {
    const flowRunId = this.#run.id;
    const name = this.#graph.nodes.find(({ id }) => id === nodeId)?.name ?? nodeId;
    const inputs = this.#graph.edges.filter(([, to, key]) => key != null && this.#graph.nodes[to]?.id === nodeId).map(([from, , key]) => ({ key: key as string, from: this.#graph.nodes[from]!.name }));
    const status = this.#tasks.get(nodeId);
    // Tasks that have not begun have no run.
    if (status === undefined) return { nodeId, name, kind: "task", signature: name, status: { state: "Pending", at: 0 }, history: [], logs: [], inputs };
    const run = await this.#client.findTaskRun({ flowRunId, slug: nodeId, mapIndex: -1 });
    const { items: logs } = await this.#client.listLogs({ flowRunId, taskRunId: run.id, limit: MAX_LOGS });
    const children = run.children === null ? [] : (await this.#client.listTaskRuns({ flowRunId, childrenOf: nodeId, limit: MAX_CHILDREN })).items;
    return {
      nodeId, name, kind: "task", signature: name, status: statusOf(run), inputs,
      history: run.stateHistory.map(({ type, message, at }) => ({ state: type, ...(message !== null && { message }), at: Date.parse(at) })),
      ...(run.resultPreview !== null && { result: run.resultPreview }),
      logs: logs.map(({ at, level, message }) => ({ at: Date.parse(at), source: "log" as const, level, text: message })),
      ...(children.length > 0 && { children: children.map((child): ChildDetails => ({ index: child.mapIndex, status: statusOf(child), logs: [] })) }),
    };
  }

  get #status(): RunStatus {
    const { state, stateMessage, startTime, endTime } = this.#run;
    return {
      state, running: !this.#isOver, ...(startTime !== null && { startedAt: Date.parse(startTime) }), ...(endTime !== null && { endedAt: Date.parse(endTime) }),
      ...(stateMessage !== null && stateMessage !== "" && { note: stateMessage }),
    };
  }

  /** Events say what is new; where some were missed, or say too little, the server is asked. */
  async #follow(): Promise<void> {
    const { id: flowRunId } = this.#run;
    let isFirst = true;
    const onConnection = (open: boolean) => {
      // What happened between the first question and the first event, and while a connection was lost.
      if (open) this.#ask(isFirst ? 0 : ASK_INTERVAL);
      if (open) isFirst = false;
    };
    try {
      for await (const { event } of this.#client.events({ flowRunId, signal: this.#end.signal, onConnection })) {
        if (event.type === "reset") this.#ask(0);
        else if (event.type === "flowRun" && event.flowRunId === flowRunId) {
          this.#run = { ...this.#run, state: event.state, version: event.version, name: event.name };
          this.#ask(0);
          this.#sendSoon();
        } else if (event.type === "taskRuns" && event.flowRunId === flowRunId) this.#take(event.states);
      }
    } catch (error) {
      if (this.#end.signal.aborted) return;
      this.#run = { ...this.#run, stateMessage: `Not followed any longer: ${(error as Error).message}` };
      this.#send();
    }
  }

  #take(states: Readonly<Record<string, NodeStatus["state"]>>): void {
    for (const [slug, state] of Object.entries(states)) {
      // What a child has become counts for its parent, which the server tells.
      if (slug.includes("/")) continue;
      this.#tasks.set(slug, { ...this.#tasks.get(slug), state, at: Date.now() });
      this.#changed.add(slug);
    }
    this.#ask(ASK_INTERVAL);
    this.#sendSoon();
  }

  #ask(after: number): void {
    if (this.#end.signal.aborted) return;
    if (this.#askTimer !== null) {
      if (after > 0) return;
      clearTimeout(this.#askTimer);
    }
    this.#askTimer = setTimeout(() => {
      this.#askTimer = null;
      this.#read().then(() => this.#send(), (error: unknown) => {
        // The stream comes back with the server, and asks again.
        if ((error as { readonly code?: string }).code !== "UNREACHABLE") this.#end.abort();
      });
    }, after);
  }

  async #read(): Promise<void> {
    const asked = ++this.#askedFor;
    const flowRunId = this.#run.id;
    const run = await this.#client.getFlowRun({ flowRunId });
    const tasks: TaskRun[] = [];
    for (let after: string | undefined; ; ) {
      const { items, next } = await this.#client.listTaskRuns({ flowRunId, limit: 200, ...(after === undefined ? {} : { after }) });
      tasks.push(...items);
      if (next === null) break;
      after = next;
    }
    // A later question has the newer answer.
    if (asked !== this.#askedFor) return;
    this.#run = run;
    for (const task of tasks) {
      this.#tasks.set(task.slug, statusOf(task));
      this.#changed.add(task.slug);
    }
  }

  #sendSoon(): void {
    this.#sendTimer ??= setTimeout(() => {
      this.#sendTimer = null;
      this.#send();
    }, INTERVAL);
  }

  #send(): void {
    const nodes = Object.fromEntries([...this.#changed].map((slug) => [slug, this.#tasks.get(slug)!]));
    this.#changed.clear();
    this.#listener.send({ type: "delta", flowId: this.flowId, seq: ++this.#seq, nodes, run: this.#status });
    if (!this.#isOver || this.#end.signal.aborted) return;
    this.#end.abort();
    this.#listener.ended(this);
  }
}

function statusOf({ state, stateMessage, stateAt, startTime, endTime, runCount, reason, children }: TaskRun): NodeStatus {
  return {
    state, at: Date.parse(stateAt), ...(stateMessage !== null && stateMessage !== "" && { message: stateMessage }), attempts: runCount,
    ...(startTime !== null && endTime !== null && { duration: Date.parse(endTime) - Date.parse(startTime) }), ...(reason !== null && { reason }), ...(children !== null && { children }),
  };
}
