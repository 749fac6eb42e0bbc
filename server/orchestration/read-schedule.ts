/** Schedules as the API gives them. */
import { Schedule } from "../../engine/index.ts";
import { OrchestrationError } from "./orchestration-error.ts";

/** @param owner of whom it is, for the message: `The schedule of flow "etl"` @throws OrchestrationError UNPROCESSABLE for what is none */
export function readSchedule(json: unknown, owner: string): Schedule {
  try {
    return Schedule.fromJson(json);
  } catch (error) {
    throw new OrchestrationError("UNPROCESSABLE", `${owner} is none: ${(error as Error).message}`);
  }
}
