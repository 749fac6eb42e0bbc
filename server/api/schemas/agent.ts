/** An agent: who starts runs on a machine. */
import { z } from "zod";
import { id, instant, labels, name } from "./values.ts";

export const agent = z.object({
  id, name, type: z.string(), labels, hostname: z.string(), coreVersion: z.string(), createdAt: instant,
  /** When it last asked for runs or sent a heartbeat. */
  lastQueried: instant,
  /** Heard of within a minute. */
  healthy: z.boolean(),
  /** Runs that it has going (count), and at most; null: no limit. */
  runningCount: z.int(), limit: z.int().nullable(),
  /** Runs that wait and that it could take (count). */
  waitingCount: z.int(),
}).meta({ id: "Agent" });

export type Agent = z.output<typeof agent>;
