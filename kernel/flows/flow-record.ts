/** What the notebook knows of one flow: its id, and of each task the run that was last. */
import { isDeepStrictEqual } from "node:util";
import type { ChildDetails, NodeStatus, RunStatus, TaskDetails, TaskLog } from "../../protocol/comm-messages.ts";
import type { FlowLink, FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { StateName } from "../../protocol/states.ts";
import type { NodePlan } from "../../protocol/verdict.ts";
import { constantName, flowSnapshot, type ObservedFlowRun, type ObservedTaskRun } from "../../engine/embedding.ts";
import { Mapped, type Flow, type FlowPlan, type State, type Task } from "../../engine/index.ts";
import { nodePlan } from "./plan-bundle.ts";
import { ChildRecords } from "./child-records.ts";
import { cutText, previewValue } from "./value-preview.ts";

/** One entry of a task's history. */
interface HistoryEntry {
  readonly state: StateName;
  readonly message?: string;
  readonly at: number;
}

/** A task's last run. */
interface TaskRecord {
  readonly history: HistoryEntry[];
  state: State | null;
  run: ObservedTaskRun | null;
  /** Of a mapped task. */
  children: ChildRecords | null;
}

/** Longest stack and single log line that are sent (characters), and number of log lines (count). */
const MAX_STACK = 8000;
const MAX_LINE = 4000;
const MAX_LOGS = 1000;
/** The same for each child of a mapped task. */
const MAX_CHILD_LOGS = 50;

/** Mutable; one for each Flow object that was made in the notebook. */
export class FlowRecord {
  readonly flowId: string;
  readonly flow: Flow;
  /** Names its outputs; another Flow object of the same id has another one. */
  readonly displayId: string;
  /** Structures that pictures of it may have drawn. */
  readonly graphs = new Set<string>();
  /** It was displayed, so its pictures are kept up to date. */
  displayed = false;
  /** Where it is registered. */
  link: FlowLink | undefined;
  /** Sequence number of the last message about it. */
  seq = 0;
  run: RunStatus = { running: false };
  /** The run in progress. */
  current: ObservedFlowRun | null = null;
  /** What the next run would do with each task, as far as that is known. */
  #plans: ReadonlyMap<Task, NodePlan> = new Map();
  readonly #tasks = new Map<Task, TaskRecord>();

  constructor(flowId: string, flow: Flow, displayId: string) {
    this.flowId = flowId;
    this.flow = flow;
    this.displayId = displayId;
  }

  /** The flow with its last states; its structure is remembered as one of this flow's. */
  snapshot(): FlowSnapshot {
    const snapshot = flowSnapshot(this.flow, { flowId: this.flowId, stateOf: (task) => this.#stateOf(task), childrenOf: (task) => this.#tasks.get(task)?.children?.counts, state: this.run.state });
    this.graphs.add(snapshot.graph);
    return this.link === undefined ? snapshot : { ...snapshot, link: this.link };
  }

  /** @param plan null: what the next run would do is not known. @returns the tasks of which another thing is to be told */
  planned(plan: FlowPlan | null): Task[] {
    const before = this.#plans;
    this.#plans = new Map(plan?.tasks.map((one) => [one.task, nodePlan(one)]));
    return [...this.flow.tasks].filter((task) => !isDeepStrictEqual(before.get(task), this.#plans.get(task)));
  }

  /** Tasks whose kept results came from outside. */
  outsideTasks(): Task[] { return [...this.flow.tasks].filter((task) => this.#plans.get(task)?.verdict === "outside"); }

  /** A run begins: its tasks wait. @returns the tasks whose state changed */
  begin(run: ObservedFlowRun): Task[] {
    this.current = run;
    this.#plans = new Map();
    this.run = { state: run.state.type, running: true, startedAt: run.startedAt };
    const tasks = run.selected === undefined ? [...run.graph.tasks] : [...run.selected];
    for (const task of tasks) this.#tasks.set(task, { history: [{ state: "Pending", at: run.startedAt }], state: null, run: null, children: null });
    return tasks;
  }

  changed(taskRun: ObservedTaskRun, state: State): void {
    const { task } = taskRun.node;
    const record: TaskRecord = this.#tasks.get(task) ?? { history: [], state: null, run: null, children: null };
    if (taskRun.mapIndex !== null) return record.children?.changed(taskRun, state);
    if (state instanceof Mapped) record.children = new ChildRecords(state.mapStates);
    record.run = taskRun;
    record.state = state;
    record.history.push({ state: state.type, at: state.at, ...(state.message !== null && { message: cutText(state.message, MAX_LINE) }) });
    this.#tasks.set(task, record);
  }

  /** Of a mapped task whose children are not all finished, that it is running. */
  #stateOf(task: Task): StateName | undefined {
    const record = this.#tasks.get(task);
    return record?.children?.isFinished === false && this.current !== null ? "Running" : record?.state?.type;
  }

  end(run: ObservedFlowRun, state: State): void {
    if (this.current !== run) return;
    this.current = null;
    this.run = { state: state.type, running: false, startedAt: run.startedAt, endedAt: Date.now(), note: run.summary };
  }

  /** What a delta says of a task; undefined where it never ran. */
  status(task: Task): NodeStatus | undefined {
    const status = this.#runStatus(task);
    const plan = this.#plans.get(task);
    return plan === undefined ? status : { ...(status ?? { state: "Pending", at: 0 }), plan };
  }

  #runStatus(task: Task): NodeStatus | undefined {
    const record = this.#tasks.get(task);
    if (record === undefined) return undefined;
    const { state, run, history, children } = record;
    if (state === null || run === null) return { state: "Pending", at: history[0].at };
    if (children === null) return statusOf(run, state);
    const message = `${children.size} ${children.size === 1 ? "child" : "children"}: ${Object.entries(children.counts).map(([name, count]) => `${count} ${name}`).join(", ") || "nothing to map over"}`;
    return { state: this.#stateOf(task) as StateName, at: state.at, message, ...(children.isFinished && { duration: children.spent }), children: children.counts };
  }

  /** Everything about a task, for its panel. */
  details(task: Task, nodeId: string, stackOf: (error: unknown) => string): TaskDetails {
    const record = this.#tasks.get(task);
    const { upstream, constants } = this.flow.node(task);
    const state = record?.state ?? null;
    const child = (index: number, run: ObservedTaskRun, now: State): ChildDetails => ({ index, status: statusOf(run, now), ...outcome(task, now, stackOf), logs: shownLogs(run.logs, MAX_CHILD_LOGS) });
    return {
      nodeId, name: task.name, kind: task.original.constructor.name,
      signature: signature(task),
      status: this.status(task) ?? { state: "Pending", at: 0 },
      history: record?.history ?? [],
      ...(state !== null && outcome(task, state, stackOf)),
      logs: shownLogs(record?.run?.logs ?? [], MAX_LOGS),
      ...(record?.children && { children: record.children.details(child) }),
      inputs: [
        ...upstream.filter((edge) => edge.key !== null).map((edge) => ({ key: edge.key as string, from: this.flow.node(edge.upstreamTask).slug })),
        ...constants.map(({ key, value }) => ({ key, from: constantName(value) })),
      ],
    };
  }
}

/** What a delta says of one run. */
function statusOf(run: ObservedTaskRun, state: State): NodeStatus {
  return {
    state: state.type, at: state.at,
    ...(state.message !== null && { message: cutText(state.message, 500) }),
    attempts: run.runCount,
    ...(state.isFinished() && { duration: run.duration }),
    ...(run.reason !== undefined && { reason: run.reason }),
  };
}

/** Result or error, where there is one; of a secret only that there is one. */
function outcome(task: Task, state: State, stackOf: (error: unknown) => string): Pick<TaskDetails, "result" | "error"> {
  if (state.isFailed()) return { error: describeFailure(state.result, stackOf) };
  return state.isFinished() && state.result !== undefined ? { result: task.hidesResult ? "(a secret: not shown)" : previewValue(state.result) } : {};
}

function shownLogs(logs: readonly TaskLog[], limit: number): TaskLog[] {
  // What a display shows is in the cell; here it is told in words.
  const shown: TaskLog[] = logs.slice(-limit).map(({ data: _, ...log }) => ({ ...log, text: cutText(log.text, MAX_LINE) }));
  if (shown.length < logs.length) shown.unshift({ at: shown[0].at, source: "log", text: `… ${logs.length - shown.length} earlier lines are not shown` });
  return shown;
}

function signature(task: Task): string {
  try {
    return `${task.name}(${task.inputNames().join(", ")})`;
  } catch {
    return `${task.name}(…)`;
  }
}

function describeFailure(result: unknown, stackOf: (error: unknown) => string): { name: string; message: string; stack?: string } {
  if (!(result instanceof Error)) return { name: "Thrown", message: previewValue(result) };
  return { name: result.name, message: cutText(result.message, MAX_LINE), stack: cutText(stackOf(result), MAX_STACK) };
}
