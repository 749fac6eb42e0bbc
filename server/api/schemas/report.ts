/** What the process of a flow run tells the server, in batches: states and logs in the order they happened. */
import { z } from "zod";
import { logLevel } from "./log.ts";
import { stateData } from "./state.ts";
import { id, instant, stateName } from "./values.ts";

/** From 1 within a process; an entry that the server has already is passed over, so a batch may be sent again. */
const sequence = z.int().min(1);

export const reportEntry = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("flowState"), sequence, state: stateData }),
  z.object({
    kind: z.literal("taskState"), sequence, slug: z.string().min(1).max(500), mapIndex: z.int().min(-1).max(10_000_000), taskName: z.string().max(500), name: z.string().max(500),
    state: stateData, reason: z.string().max(10_000).nullable().default(null), resultPreview: z.string().max(10_000).nullable().default(null),
  }),
  z.object({
    kind: z.literal("log"), sequence, at: instant, level: logLevel, logger: z.string().max(500), message: z.string().max(100_000),
    slug: z.string().max(500).nullable().default(null), mapIndex: z.int().min(-1).default(-1),
  }),
]).meta({ id: "ReportEntry" });

export const report = z.object({
  /** Names the process: only the latest one that was let in may speak for the run. */
  processId: id,
  entries: z.array(reportEntry).max(5000),
}).meta({ id: "Report" });

export const reportAnswer = z.object({
  /** Everything up to this sequence is stored durably. */
  acknowledged: z.int(),
  /** States that were not taken over, and what the run has instead. */
  refused: z.array(z.object({ sequence: z.int(), reason: z.string(), state: stateData })),
  /** The flow run as it is now: `Cancelling` asks the process to end; another process's run asks it to stop at once. */
  flowRun: z.object({ state: stateName, version: z.int(), superseded: z.boolean() }),
}).meta({ id: "ReportAnswer" });

export type ReportEntry = z.output<typeof reportEntry>;
export type Report = z.output<typeof report>;
export type ReportAnswer = z.output<typeof reportAnswer>;
