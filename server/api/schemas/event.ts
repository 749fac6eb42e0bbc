/**
 * What the event stream tells (`GET /api/events`, text/event-stream): that something is another than before, with enough to update a page. Each has an id
 * that grows, as `id:`; a reader that comes back with `Last-Event-ID` gets what it missed, or one `reset` where that is too long ago: then it asks for everything again.
 */
import { z } from "zod";
import { id, stateName } from "./values.ts";

export const serverEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("flowRun"), flowRunId: id, flowId: id, flowGroupId: id, projectId: id, state: stateName, version: z.int(), name: z.string() }),
  /** Task runs of one flow run that changed: state by `slug` or `slug/mapIndex`; at most 10 a second for each run. */
  z.object({ type: z.literal("taskRuns"), flowRunId: id, states: z.record(z.string(), stateName) }),
  z.object({ type: z.literal("logs"), flowRunId: id, /** Id of the newest. */ last: z.int() }),
  z.object({ type: z.literal("flow"), flowId: id, flowGroupId: id, projectId: id }),
  z.object({ type: z.literal("project"), projectId: id }),
  z.object({ type: z.literal("agent"), agentId: id }),
  /** Runs wait for an agent: who polls may do so now. */
  z.object({ type: z.literal("runsWaiting") }),
  z.object({ type: z.literal("reset") }),
]).meta({ id: "ServerEvent" });

export type ServerEvent = z.output<typeof serverEvent>;
