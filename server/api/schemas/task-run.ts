/** A run of a task in a run of its flow. */
import { z } from "zod";
import { stateEntry } from "./state.ts";
import { id, instant, stateName } from "./values.ts";

export const taskRun = z.object({
  id, flowRunId: id, slug: z.string(), taskName: z.string(),
  /** Of a mapped child, from 0; -1: not mapped, or the parent. */
  mapIndex: z.int(),
  name: z.string(), state: stateName, stateMessage: z.string().nullable(), stateAt: instant, version: z.int(),
  startTime: instant.nullable(), endTime: instant.nullable(),
  /** Attempts so far (count). */
  runCount: z.int(),
  /** Why it ran or was kept, in words. */
  reason: z.string().nullable(),
  /** Of a mapped parent: children by state. */
  children: z.partialRecord(stateName, z.int()).nullable(),
}).meta({ id: "TaskRun" });

export const taskRunDetails = taskRun.extend({
  stateHistory: z.array(stateEntry),
  /** The result as text, cut off at 10,000 characters; null where it has none, or is a secret. */
  resultPreview: z.string().nullable(),
  /** Where the result is stored; null where nowhere. */
  resultLocation: z.string().nullable(),
  /** Slugs of the tasks it depends on, and of those that depend on it. */
  upstream: z.array(z.string()), downstream: z.array(z.string()),
  flowName: z.string(), flowId: id, flowRunName: z.string(),
}).meta({ id: "TaskRunDetails" });

export type TaskRun = z.output<typeof taskRun>;
export type TaskRunDetails = z.output<typeof taskRunDetails>;
