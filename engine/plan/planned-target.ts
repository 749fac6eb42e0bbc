/** Whether there is a result at a task's target, without reading it. */
import { statSync } from "node:fs";
import { LocalResult } from "../results/local-result.ts";
import { reason } from "../results/reason.ts";
import { resultOf } from "../runners/task-results.ts";
import type { TaskRun } from "../runners/task-run.ts";
import { templateValues } from "../runners/template-values.ts";
import { Success, type State } from "../state.ts";
import { READ_LATER, itIs, itRuns, type PlannedOutcome } from "./planned-outcome.ts";

/**
 * @param run whose inputs were read
 * @param latest the task's last state: what it read or wrote there is still there where the file has not changed since
 * @param endedAt when the last run ended (milliseconds since 1970)
 * @returns null where there is no target, or nothing at it
 */
export function plannedTarget(run: TaskRun, latest: State | undefined, endedAt: number): PlannedOutcome | null {
  if (run.task.target === null || run.forced) return null;
  const result = resultOf(run);
  if (!(result instanceof LocalResult)) return itRuns("whether there is a result at its target is seen only when it runs", "unknown");
  try {
    const location = result.format(templateValues(run)).location as string;
    const file = statSync(location, { throwIfNoEntry: false });
    if (file?.isFile() !== true) return null;
    const isKnown = latest?.isSuccessful() === true && latest.stored?.location === location && file.mtimeMs <= endedAt;
    return itIs(isKnown ? new Success(null, latest.result) : READ_LATER, "found at its target, not checked");
  } catch (error) {
    return itRuns(`its target can not be looked at: ${reason(error)}`);
  }
}
