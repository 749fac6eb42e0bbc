/** Whether there is a result at a task's target, without reading it. */
import { statSync } from "node:fs";
import { LocalResult } from "../results/local-result.ts";
import { reason } from "../results/reason.ts";
import { resultOf } from "../runners/task-results.ts";
import { templateValues } from "../runners/template-values.ts";
import { Mapped, Success, type State } from "../state.ts";
import type { Task } from "../task/task.ts";
import { READ_LATER, itIs, itRuns, type PlannedOutcome } from "./planned-outcome.ts";
import type { PlannedTaskRun } from "./planned-task-run.ts";

/**
 * @param latest states that the tasks had last: what one read or wrote there is still there where the file has not changed since
 * @param endedAt when the last run ended (milliseconds since 1970)
 * @returns null where there is no target, or nothing at it
 */
export function plannedTarget(planned: PlannedTaskRun, latest: ReadonlyMap<Task, State>, endedAt: number): PlannedOutcome | null {
  if (planned.task.target === null || planned.forced) return null;
  const run = planned.withContext();
  const result = resultOf(run);
  if (!(result instanceof LocalResult)) return itRuns("whether there is a result at its target is seen only when it runs", "unknown");
  try {
    const location = result.format(templateValues(run)).location as string;
    const file = statSync(location, { throwIfNoEntry: false });
    if (file?.isFile() !== true) return null;
    const state = latest.get(run.task);
    const last = state instanceof Mapped && run.mapIndex !== null ? state.mapStates[run.mapIndex] : state;
    const isKnown = last?.isSuccessful() === true && last.stored?.location === location && file.mtimeMs <= endedAt;
    return itIs(isKnown ? new Success(null, last.result) : READ_LATER, "found at its target, not checked");
  } catch (error) {
    return itRuns(`its target can not be looked at: ${reason(error)}`);
  }
}
