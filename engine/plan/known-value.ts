/** What tasks of the engine give that only hand on or compare what is known already: a plan need not run them to know. */
import type { KeyMaker } from "../cache/task-key.ts";
import { settled } from "../cache/make-key.ts";
import { withContext } from "../context.ts";
import { CompareValue } from "../control-flow/compare-value.ts";
import { CompareKey } from "../control-flow/switch-on.ts";
import { Signal } from "../signals.ts";
import { Success, type State } from "../state.ts";
import { DateTimeParameter } from "../task/date-time-parameter.ts";
import { Parameter } from "../task/parameter.ts";
import type { PlannedTaskRun } from "./planned-task-run.ts";

/** A subclass may run anything. */
const KNOWN_CLASSES: ReadonlySet<Function> = new Set<Function>([Parameter, DateTimeParameter, CompareValue, CompareKey]);

/** @param key its result will be known by. @returns the state that it ends with; null where only a run can tell */
export function knownState(planned: PlannedTaskRun, keys: KeyMaker, key: string): State | null {
  const { task } = planned;
  if (!KNOWN_CLASSES.has(task.original.constructor)) return null;
  const run = planned.withContext();
  try {
    const value = withContext(run.context, () => task.invoke(run.inputs, run.names));
    const id = keys.content(value);
    if (id !== null) settled(run, keys, { key, content: id });
    return new Success(null, value);
  } catch (error) {
    return error instanceof Signal ? error.state : null;
  }
}
