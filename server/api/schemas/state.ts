/** A state as it crosses the border: what the engine's states write (engine/state-json.ts), and the rows of its history. */
import { z } from "zod";
import { id, instant, stateName } from "./values.ts";

/** A state as JSON. Fields that the server does not know go through unchanged. */
export const stateData = z.looseObject({
  version: z.int(), type: stateName, message: z.string().max(100_000).nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
  startTime: z.string().nullable().optional(),
  runCount: z.int().optional(),
}).meta({ id: "StateData" });

/** One entry of an append-only history. */
export const stateEntry = z.object({
  id, at: instant,
  /** Of the run after this change, from 1. */
  version: z.int(),
  type: stateName, message: z.string().nullable(),
}).meta({ id: "StateEntry" });

export type StateData = z.output<typeof stateData>;
export type StateEntry = z.output<typeof stateEntry>;
