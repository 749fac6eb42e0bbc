/** Pausing a task from within (prefect.utilities.tasks.pause_task). */
import { context } from "./context.ts";
import { FlowletError, describeValue } from "./errors.ts";
import { PAUSE } from "./signals.ts";

/**
 * Pauses the task that calls it, until it is approved; then the task runs again, and this call does nothing.
 * @param duration after which the task goes on by itself (milliseconds, 0 or more). Default: never
 * @throws PAUSE where the task was not approved; FlowletError BAD_OPTION
 */
export function pauseTask(message = "Pause signal raised during task execution.", duration?: number): void {
  if (duration !== undefined && !(Number.isFinite(duration) && duration >= 0)) {
    throw new FlowletError("BAD_OPTION", { owner: "pauseTask", option: "duration", expected: "milliseconds, 0 or more", got: describeValue(duration) });
  }
  if (context.get("resume")) return;
  throw new PAUSE(message, duration === undefined ? {} : { startTime: new Date(Date.now() + duration) });
}
