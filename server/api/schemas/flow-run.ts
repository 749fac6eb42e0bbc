/** A run of a flow. */
import { z } from "zod";
import { runConfig } from "./run-config.ts";
import { stateData, stateEntry } from "./state.ts";
import { id, instant, jsonObject, labels, name, stateName } from "./values.ts";

/** How many task runs are in which state; mapped children count, their parents do not. */
export const taskCounts = z.partialRecord(stateName, z.int()).meta({ id: "TaskCounts" });

export const flowRun = z.object({
  id, name, flowId: id, flowName: z.string(), flowVersion: z.int(), flowGroupId: id, projectId: id, projectName: z.string(),
  state: stateName, stateMessage: z.string().nullable(), stateAt: instant,
  /** Number of state changes so far; a change may name the one it expects. */
  version: z.int(),
  createdAt: instant, scheduledStartTime: instant,
  /** Of its first Running; null before. */
  startTime: instant.nullable(),
  endTime: instant.nullable(),
  heartbeat: instant.nullable(),
  parameters: jsonObject, labels, autoScheduled: z.boolean(),
  /** How often lazarus has started it again (count). */
  timesResurrected: z.int(),
  idempotencyKey: z.string().nullable(), agentId: id.nullable(), agentName: z.string().nullable(),
  taskCounts, taskCount: z.int(),
}).meta({ id: "FlowRun" });

export const flowRunDetails = flowRun.extend({
  context: jsonObject, runConfig: runConfig.nullable(), stateHistory: z.array(stateEntry),
}).meta({ id: "FlowRunDetails" });

/** What a new run is made of. One of `flowId`, `flowGroupId`, or `flow` (name) with `project` says of what. */
export const newFlowRun = z.object({
  flowId: id.optional(),
  /** Its newest version that is not archived. */
  flowGroupId: id.optional(),
  /** Name of the flow; with `project` where several have it. */
  flow: z.string().min(1).max(200).optional(), project: z.string().min(1).max(200).optional(),
  /** Default: two words. */
  name: name.nullable().default(null),
  parameters: jsonObject.default({}), context: jsonObject.default({}),
  /** Null: those of the flow. */
  labels: labels.nullable().default(null),
  runConfig: runConfig.nullable().default(null),
  /** Null: now. */
  scheduledStartTime: instant.nullable().default(null),
  /** A second request with the same key of the same flow gets the same run. */
  idempotencyKey: z.string().min(1).max(500).nullable().default(null),
}).meta({ id: "NewFlowRun" });

/** What the process of a run needs. */
export const flowRunInfo = z.object({
  flowRun: flowRunDetails, bundleId: z.string(), flowName: z.string(), flowVersion: z.int(), state: stateData,
  /** Of an earlier process of the same run, each with its whole state. */
  taskRuns: z.array(z.object({ id, slug: z.string(), mapIndex: z.int(), version: z.int(), state: stateData })),
}).meta({ id: "FlowRunInfo" });

export type FlowRun = z.output<typeof flowRun>;
export type FlowRunDetails = z.output<typeof flowRunDetails>;
export type FlowRunInfo = z.output<typeof flowRunInfo>;
export type NewFlowRun = z.output<typeof newFlowRun>;
