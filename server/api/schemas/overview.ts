/** What the dashboard shows, and what a search finds. */
import { z } from "zod";
import { agent } from "./agent.ts";
import { flowRun } from "./flow-run.ts";
import { id, instant, stateName } from "./values.ts";

export const overview = z.object({
  /** Runs that ended or began since `since`, by state. */
  counts: z.partialRecord(stateName, z.int()),
  /** Runs by the time they began, in equal spans, oldest first; those that wait are not in it. */
  history: z.array(z.object({ from: instant, to: instant, counts: z.partialRecord(stateName, z.int()) })),
  /** The first 20 of each list of runs: those in progress (Submitted and Running kinds) and those that failed since `since` newest first, those that wait for their time by it. How many there are is in `totals`. */
  inProgress: z.array(flowRun), failed: z.array(flowRun), upcoming: z.array(flowRun),
  /** Runs whose time has come more than 15 s ago and that no agent has taken. */
  late: z.array(flowRun),
  totals: z.object({ inProgress: z.int(), failed: z.int(), upcoming: z.int(), late: z.int() }),
  agents: z.array(agent),
  flowCount: z.int(), projectCount: z.int(),
}).meta({ id: "Overview" });

export const searchHit = z.object({
  kind: z.enum(["project", "flow", "flowRun", "task", "agent"]), id, name: z.string(),
  /** Where it belongs: the project's name, the flow's. */
  context: z.string(),
  /** Of a task: its flow's id is `id`, and this is its slug. */
  slug: z.string().nullable(),
}).meta({ id: "SearchHit" });

export const serverStatus = z.object({
  version: z.string(), startedAt: instant, database: z.enum(["sqlite", "postgres"]), schemaVersion: z.int(), authenticated: z.boolean(),
  /** Bytes; of the server's process. */
  memory: z.int(),
}).meta({ id: "ServerStatus" });

export type Overview = z.output<typeof overview>;
export type SearchHit = z.output<typeof searchHit>;
export type ServerStatus = z.output<typeof serverStatus>;
