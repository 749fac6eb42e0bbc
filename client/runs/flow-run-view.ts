/** A run of a flow on a server (prefect.backend.FlowRunView). */
import { LocalResult, type RunUpdate, type ScheduledRun, type State, type WaitOptions } from "../../engine/index.ts";
import { FlowletError } from "../../engine/errors.ts";
import { isStateKind } from "../../protocol/states.ts";
import type { FlowRun, FlowRunDetails, LogEntry, TaskRun, TaskRunDetails } from "../api-types.ts";
import { ConfiguredClient } from "../configured-client.ts";
import type { FlowletClient } from "../flowlet-client.ts";
import { pageUrl } from "../page-url.ts";
import { stateOf, watchFlowRun, type WatchOptions } from "./watch-flow-run.ts";

/** What is asked for is asked of the server each time. */
export class FlowRunView implements ScheduledRun {
  readonly id: string;
  /** When this was made. */
  readonly name: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly url: string;
  readonly #client: FlowletClient;

  constructor({ id, name, flowId, flowName }: Pick<FlowRun, "id" | "name" | "flowId" | "flowName">, client: FlowletClient = new ConfiguredClient()) {
    this.id = id;
    this.name = name;
    this.flowId = flowId;
    this.flowName = flowName;
    this.url = pageUrl(client, `/flow-run/${id}`);
    this.#client = client;
  }

  /** A run that is there. @throws ApiError NOT_FOUND */
  static async fromFlowRunId(flowRunId: string, client: FlowletClient = new ConfiguredClient()): Promise<FlowRunView> {
    return new FlowRunView(await client.getFlowRun({ flowRunId }), client);
  }

  /** All that the server knows of it, with the history of its states. */
  async details(): Promise<FlowRunDetails> { return await this.#client.getFlowRun({ flowRunId: this.id }); }

  async state(): Promise<State> { return runState(await this.details()); }

  async wait(options: WaitOptions = {}): Promise<State> {
    const updates = this.#updates({ ...options, streamLogs: false, streamStates: false });
    for (;;) {
      const { done, value } = await updates.next();
      if (done === true) return runState(value);
    }
  }

  async *watch(options: WaitOptions & Pick<WatchOptions, "streamLogs" | "streamStates" | "diagnoseAfter"> = {}): AsyncGenerator<RunUpdate, void, undefined> {
    yield* this.#updates(options);
  }

  #updates(options: WatchOptions): AsyncGenerator<RunUpdate, FlowRunDetails, undefined> {
    return watchFlowRun(this.id, { ...options, client: this.#client });
  }

  async cancel(): Promise<State> { return runState(await this.#client.cancelFlowRun({ flowRunId: this.id })); }

  /** Runs it again from where it failed. @throws ApiError CONFLICT for a run that has not failed */
  async restart(): Promise<State> { return runState(await this.#client.restartFlowRun({ flowRunId: this.id })); }

  /** Its log records, oldest first. */
  async getLogs(): Promise<LogEntry[]> {
    const logs: LogEntry[] = [];
    for (let after = 0; ; ) {
      const { items, next } = await this.#client.listLogs({ flowRunId: this.id, after, limit: 5000 });
      logs.push(...items);
      if (next === null || items.length === 0) return logs;
      after = items.at(-1)!.id;
    }
  }

  /** One task's run. @param mapIndex of a mapped child. @throws ApiError NOT_FOUND */
  async getTaskRun(slug: string, mapIndex = -1): Promise<TaskRunDetails> { return await this.#client.findTaskRun({ flowRunId: this.id, slug, mapIndex }); }

  /** Its task runs, of mapped tasks the parents; with `childrenOf` the children of one. */
  async getAllTaskRuns({ childrenOf }: { readonly childrenOf?: string } = {}): Promise<TaskRun[]> {
    const runs: TaskRun[] = [];
    for (let after: string | undefined; ; ) {
      const { items, next } = await this.#client.listTaskRuns({ flowRunId: this.id, limit: 200, ...(childrenOf === undefined ? {} : { childrenOf }), ...(after === undefined ? {} : { after }) });
      runs.push(...items);
      if (next === null) return runs;
      after = next;
    }
  }

  /**
   * The result of a task: read from where the run has stored it, which must be reachable from here. Of a mapped task the list of its children's.
   * @throws FlowletError RESULT_NOT_READ, TASK_HAS_NO_RESULT; ApiError NOT_FOUND
   */
  async getResult(slug: string, mapIndex = -1): Promise<unknown> {
    const run = await this.getTaskRun(slug, mapIndex);
    const refuse = (why: string): never => { throw new FlowletError("TASK_HAS_NO_RESULT", { task: run.name, run: this.name, why }); };
    if (!isStateKind(run.state, "Success")) return refuse(`it is ${run.state}${run.stateMessage === null ? "" : `: ${run.stateMessage.replace(/\.$/, "")}`}`);
    if (run.resultLocation !== null) return (await new LocalResult().read(run.resultLocation)).value;
    if (run.state === "Mapped") {
      const children = await this.getAllTaskRuns({ childrenOf: slug });
      const results: unknown[] = [];
      for (const child of children) results.push(await this.getResult(slug, child.mapIndex));
      return results;
    }
    const { parameters } = await this.details();
    if (Object.hasOwn(parameters, slug)) return parameters[slug];
    // A result of null or undefined is written nowhere.
    return run.resultPreview === null || run.resultPreview === "null" || run.resultPreview === "undefined" ? null : refuse("its result was not stored");
  }
}

function runState({ state, stateMessage, stateAt }: Pick<FlowRun, "state" | "stateMessage" | "stateAt">): State {
  return stateOf(state, stateMessage, stateAt);
}
