/** What a flow run did, in one line. */
import { formatDuration } from "../cache/format-time.ts";
import { Mapped, type State } from "../state.ts";
import type { Task } from "../task/task.ts";

/** What of a flow run is summed up; a FlowRun is one. */
export interface SummedRun {
  /** The tasks that run; absent: all. */
  readonly selected: ReadonlySet<Task> | undefined;
  readonly taskStates: ReadonlyMap<Task, State>;
  /** States that tasks began with. */
  readonly options: { readonly taskStates?: ReadonlyMap<Task, State> };
  /** Time of all finished tasks, of kept ones the time that they took when they were made (milliseconds). */
  readonly taskTime: number;
  readonly keys: { readonly saved: number } | null;
}

/**
 * "12 tasks: 9 kept (saved 41 s), 3 run (1.2 s)"; with those that failed, were skipped, or did not run. A mapped task is one task; it
 * is kept if all its children are.
 */
export function summarizeRun({ selected, taskStates, options, taskTime, keys }: SummedRun): string {
  let kept = 0, ran = 0, failed = 0, skipped = 0, idle = 0;
  const count = (state: State | undefined, task: Task) => {
    // What was finished before is no part of this run.
    if (state === undefined || (state.isFinished() && options.taskStates?.get(task) === state)) return;
    if (isKept(state)) kept++;
    else if (some(state, isFailed)) failed++;
    else if (state.isSkipped()) skipped++;
    else if (state.isSuccessful()) ran++;
    else idle++;
  };
  if (selected === undefined) taskStates.forEach(count);
  else for (const task of selected) count(taskStates.get(task), task);
  const saved = keys?.saved ?? 0;
  const parts: string[] = [];
  if (kept > 0) parts.push(`${kept} kept (saved ${formatDuration(saved)})`);
  if (ran > 0) parts.push(`${ran} run (${formatDuration(taskTime - saved)})`);
  for (const [count, what] of [[failed, "failed"], [skipped, "skipped"], [idle, "not run"]] as const) if (count > 0) parts.push(`${count} ${what}`);
  const all = kept + ran + failed + skipped + idle;
  return `${all} ${all === 1 ? "task" : "tasks"}: ${parts.join(", ") || "nothing to do"}`;
}

const isFailed = (state: State) => state.isFailed() && state.type !== "TriggerFailed";

function isKept(state: State): boolean {
  return state instanceof Mapped ? state.mapStates.length > 0 && state.mapStates.every((child) => child.isCached()) : state.isCached();
}

function some(state: State, holds: (state: State) => boolean): boolean {
  return state instanceof Mapped ? state.mapStates.some(holds) : holds(state);
}
