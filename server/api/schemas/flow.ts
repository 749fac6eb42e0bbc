/** A version of a flow, and the group of all its versions. */
import { z } from "zod";
import { runConfig } from "./run-config.ts";
import { schedule } from "./schedule.ts";
import { id, instant, json, jsonObject, labels, name } from "./values.ts";

/** A parameter of a flow. */
export const flowParameter = z.object({
  name: z.string(), slug: z.string(), required: z.boolean(),
  /** Meaningless where it is required. */
  default: json,
  /** Type as written where it is known: `number`, `string[]`; for the form. */
  type: z.string().nullable().default(null),
}).meta({ id: "FlowParameter" });

/** A task of a flow, as the pages show it. */
export const flowTask = z.object({
  slug: z.string(), name: z.string(), type: z.string(), tags: z.array(z.string()), mapped: z.boolean(),
  maxRetries: z.int(), retryDelay: z.number().nullable(), timeout: z.number().nullable(), trigger: z.string(),
}).meta({ id: "FlowTask" });

/** A flow as lists show it: one version of it. */
export const flow = z.object({
  id, flowGroupId: id, projectId: id, projectName: z.string(), name,
  /** From 1. */
  version: z.int(), archived: z.boolean(), createdAt: instant, description: z.string().nullable(),
  labels, parameters: z.array(flowParameter), taskCount: z.int(),
  /** The one that counts: the group's, else the flow's. */
  schedule: schedule.nullable(), isScheduleActive: z.boolean(),
  runConfig: runConfig.nullable(),
  /** SHA-256 (hex) of the stored code. */
  bundleId: z.string(),
  /** Flowlet's version where it was registered. */
  coreVersion: z.string(),
  /** Versions of the packages that the code imports. */
  packages: z.record(z.string(), z.string()),
  /** Where the code was: a file or a notebook; for people. */
  source: z.string().nullable(),
}).meta({ id: "Flow" });

/** A flow with its tasks and its picture. */
export const flowDetails = flow.extend({
  tasks: z.array(flowTask),
  /** protocol/flow-snapshot.ts, FlowSnapshot or PackedFlow. */
  graph: jsonObject,
}).meta({ id: "FlowDetails" });

/** What all versions of a flow share. */
export const flowGroup = z.object({
  id, projectId: id, projectName: z.string(), name, description: z.string().nullable(),
  /** Null: those of the version. */
  labels: labels.nullable(), runConfig: runConfig.nullable(), schedule: schedule.nullable(),
  defaultParameters: jsonObject,
  settings: z.object({ heartbeatEnabled: z.boolean(), lazarusEnabled: z.boolean(), versionLockingEnabled: z.boolean() }),
  /** The newest version that is not archived. */
  latestFlowId: id.nullable(), latestVersion: z.int().nullable(),
}).meta({ id: "FlowGroup" });

/** The code of a flow, as it is stored: one ES module that makes the flow when it is evaluated. Never executed by the server. */
export const bundle = z.object({
  format: z.literal(1),
  /** JavaScript; `flowlet` is imported, everything else that could be taken along is in it. At most 20 million characters. */
  code: z.string().max(20_000_000),
  sourceMap: z.string().max(20_000_000).nullable().default(null),
  /** Packages that are not in it because they hold native code; the agent's folder must have them. */
  external: z.array(z.string()).max(1000).default([]),
}).meta({ id: "Bundle" });

/** What register sends. */
export const flowRegistration = z.object({
  project: name, name, bundle,
  /** Equal: it is the same flow, and no new version is made (prefect's idempotency key). */
  idempotencyKey: z.string().min(1).max(200).nullable().default(null),
  description: z.string().max(100_000).nullable().default(null),
  labels: labels.default([]), parameters: z.array(flowParameter).max(1000), tasks: z.array(flowTask).max(200_000), graph: jsonObject,
  schedule: schedule.nullable().default(null),
  /** Whether the schedule counts at once. */
  setScheduleActive: z.boolean().default(true),
  runConfig: runConfig.nullable().default(null),
  coreVersion: z.string().max(50), packages: z.record(z.string(), z.string()).default({}), source: z.string().max(4000).nullable().default(null),
}).meta({ id: "FlowRegistration" });

export const registeredFlow = z.object({ flow, created: z.boolean() }).meta({ id: "RegisteredFlow" });

export type Flow = z.output<typeof flow>;
export type FlowDetails = z.output<typeof flowDetails>;
export type FlowGroup = z.output<typeof flowGroup>;
export type FlowParameter = z.output<typeof flowParameter>;
export type FlowTask = z.output<typeof flowTask>;
export type Bundle = z.output<typeof bundle>;
export type FlowRegistration = z.output<typeof flowRegistration>;
