/** Operations on schedules. */
import type { Core } from "./core.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";

export function scheduleMethods(_core: Core): Pick<OrchestrationMethods, "previewSchedule" | "setSchedule" | "setScheduleActive"> {
  const notYet = async () => { throw new OrchestrationError("UNPROCESSABLE", "Schedules are not there yet."); };
  return { previewSchedule: notYet, setSchedule: notYet, setScheduleActive: notYet };
}
