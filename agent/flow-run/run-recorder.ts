/** Makes entries of a report from what a flow run does: states of the run and of its tasks, log records. */
import type { LogLevel, LogRecord, ObservedFlowRun, ObservedTaskRun, RunObserver } from "../../engine/embedding.ts";
import { Cancelled, Failed, State } from "../../engine/index.ts";
import type { StateData } from "../../client/api-types.ts";
import type { NewEntry } from "./reporter.ts";
import { resultPreview } from "./result-preview.ts";

/** What the API takes (characters). */
const LONGEST_MESSAGE = 100_000, LONGEST_NAME = 500, LONGEST_REASON = 10_000;
/** Above it a state goes without its result: an error may hold anything (characters of JSON). */
const LARGEST_STATE = 200_000;

export class RunRecorder implements RunObserver {
  readonly #flowRunId: string;
  readonly #report: (entry: NewEntry) => void;
  #run: ObservedFlowRun | null = null;
  #cancelled: string | null = null;
  #broken: string | null = null;
  #ended = false;
  readonly #running = new Set<ObservedTaskRun>();

  /** @param report takes the entries */
  constructor(flowRunId: string, report: (entry: NewEntry) => void) {
    this.#flowRunId = flowRunId;
    this.#report = report;
  }

  /** The run's last state is reported. */
  get hasEnded(): boolean { return this.#ended; }
  /** Names of tasks whose functions run now. */
  get runningTasks(): string[] { return [...this.#running].map(({ fullName }) => fullName); }

  /** Ends the run as Cancelled, its open tasks too. */
  cancel(message: string): void {
    if (this.#ended || this.#cancelled !== null || this.#broken !== null) return;
    this.#cancelled = message;
    this.#run?.cancel(message);
  }

  /** Ends the run as Failed, its open tasks too: something broke that is no task's outcome. Reported when this returns. */
  fail(message: string, error?: unknown): void {
    if (this.#ended || this.#broken !== null) return;
    this.#broken = message;
    this.#run?.cancel(message);
    if (!this.#ended) this.flowState(new Failed(message, error));
  }

  /** The run takes a state that no run of the engine has told. */
  flowState(state: State): void {
    if (this.#ended) return;
    const shown = this.#broken !== null && state instanceof Cancelled ? new Failed(this.#broken) : state;
    this.#ended = shown.isFinished();
    const { result, ...data } = stateData(shown);
    this.#report({ kind: "flowState", state: (shown.isFailed() && shown.result instanceof Error ? { ...data, result } : data) as StateData });
  }

  /** A log record, of the run's code or about it. */
  log({ at, level, logger, message, flowRunId, taskSlug, mapIndex }: LogRecord): void {
    const ofTask = taskSlug !== undefined && (flowRunId === undefined || flowRunId === this.#flowRunId);
    this.#report({
      kind: "log", at: new Date(at).toISOString(), level, logger: cut(logger, LONGEST_NAME), message: cut(message, LONGEST_MESSAGE),
      ...(ofTask ? { slug: cut(taskSlug, LONGEST_NAME), mapIndex: mapIndex ?? -1 } : {}),
    });
  }

  /** A record of the process itself. */
  note(level: LogLevel, message: string): void {
    this.log({ at: Date.now(), level, logger: "flowlet.FlowRunner", message });
  }

  flowRunStarted(run: ObservedFlowRun): void {
    // Runs within tasks are the tasks' own affair.
    if (this.#run !== null) return;
    this.#run = run;
    const message = this.#broken ?? this.#cancelled;
    if (message !== null) run.cancel(message);
  }

  flowRunChanged(run: ObservedFlowRun, state: State): void {
    if (run === this.#run) this.flowState(state);
  }

  taskRunChanged(run: ObservedFlowRun, taskRun: ObservedTaskRun, state: State): void {
    if (run !== this.#run) return;
    const shown = this.#broken !== null && state instanceof Cancelled ? new Failed(this.#broken) : state;
    if (shown.isRunning()) this.#running.add(taskRun);
    else this.#running.delete(taskRun);
    const { node: { slug, task }, mapIndex, taskRunName, fullName, reason } = taskRun;
    const data = stateData(shown);
    this.#report({
      kind: "taskState", slug, mapIndex: mapIndex ?? -1, taskName: cut(task.name, LONGEST_NAME), name: cut(taskRunName ?? fullName, LONGEST_NAME),
      state: shown.isRunning() ? { ...data, runCount: taskRun.runCount } : data,
      reason: reason === undefined ? null : cut(reason, LONGEST_REASON),
      resultPreview: shown.isSuccessful() ? resultPreview(task, shown) : null,
    });
  }
}

/** A state as the server stores it. */
export function stateData(state: State): StateData & { readonly result?: unknown } {
  const json = state.toJson() as unknown as StateData;
  const data = { ...json, message: json.message === null ? null : cut(json.message, LONGEST_MESSAGE) };
  if (!("result" in data) || (data.result as { type?: string } | undefined)?.type !== "Error" || JSON.stringify(data).length <= LARGEST_STATE) return data;
  return { ...data, result: { type: "Result", location: null } };
}

const cut = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);
