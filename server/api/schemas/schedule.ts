/** When a flow runs by itself. Clocks and filters are those of the engine's schedules, as JSON (engine/schedules/schedule-json.ts). */
import { z } from "zod";
import { jsonObject } from "./values.ts";

/** A schedule as the engine writes it down; the server reads it with the engine and refuses what is none. */
export const schedule = jsonObject.meta({ id: "Schedule", description: "A schedule as JSON: its clocks, filters and adjustments." });

export type ScheduleData = z.output<typeof schedule>;
