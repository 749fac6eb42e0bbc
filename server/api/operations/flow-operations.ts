/** Operations on flows, their versions and what the versions share. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { bundle, flow, flowDetails, flowGroup, flowRegistration, registeredFlow } from "../schemas/flow.ts";
import { runConfig } from "../schemas/run-config.ts";
import { schedule } from "../schemas/schedule.ts";
import { done, id, instant, jsonObject, labels, page, pageOf } from "../schemas/values.ts";

const flowId = z.object({ flowId: id });
const flowGroupId = z.object({ flowGroupId: id });

export const flowOperations = {
  listFlows: operation("GET /flows", {
    tag: "flows", summary: "Flows: of each group its newest version, or all versions of one group, newest first.",
    query: z.object({
      ...page, projectId: id.optional(),
      /** All versions of this one, archived ones too. */
      flowGroupId: id.optional(),
      /** Part of the name, in any case. */
      name: z.string().max(200).optional(),
      project: z.string().max(200).optional(),
    }),
    response: pageOf(flow), errors: ["UNPROCESSABLE"],
  }),
  getFlow: operation("GET /flows/{flowId}", { tag: "flows", summary: "One version of a flow, with its tasks and its picture. The id of a flow group is that of its newest version.", params: flowId, response: flowDetails, errors: ["NOT_FOUND"] }),
  registerFlow: operation("POST /flows", {
    tag: "flows", summary: "Registers a flow: a new version, unless it is the same as the newest one. The project is made where there is none of that name.",
    body: flowRegistration, response: registeredFlow, errors: ["UNPROCESSABLE"],
  }),
  archiveFlow: operation("POST /flows/{flowId}/archive", { tag: "flows", summary: "Archives a version: no new runs by the newest version's rule, and none by schedule.", params: flowId, response: flow, errors: ["NOT_FOUND"] }),
  unarchiveFlow: operation("POST /flows/{flowId}/unarchive", { tag: "flows", summary: "Takes a version out of the archive.", params: flowId, response: flow, errors: ["NOT_FOUND"] }),
  deleteFlow: operation("DELETE /flows/{flowId}", { tag: "flows", summary: "Deletes a version and its runs.", params: flowId, response: done, errors: ["NOT_FOUND"] }),
  getBundle: operation("GET /bundles/{bundleId}", { tag: "flows", summary: "Stored code of a flow.", params: z.object({ bundleId: z.string().regex(/^[0-9a-f]{64}$/) }), response: bundle, errors: ["NOT_FOUND"] }),
  getFlowGroup: operation("GET /flow-groups/{flowGroupId}", { tag: "flows", summary: "What all versions of a flow share.", params: flowGroupId, response: flowGroup, errors: ["NOT_FOUND"] }),
  updateFlowGroup: operation("PATCH /flow-groups/{flowGroupId}", {
    tag: "flows", summary: "Changes what all versions of a flow share; what is absent stays.", params: flowGroupId,
    body: z.object({
      description: z.string().max(100_000).nullable().optional(), labels: labels.nullable().optional(), runConfig: runConfig.nullable().optional(), defaultParameters: jsonObject.optional(),
      settings: z.object({ heartbeatEnabled: z.boolean(), lazarusEnabled: z.boolean(), versionLockingEnabled: z.boolean() }).partial().optional(),
    }),
    response: flowGroup, errors: ["NOT_FOUND", "UNPROCESSABLE"],
  }),
  deleteFlowGroup: operation("DELETE /flow-groups/{flowGroupId}", { tag: "flows", summary: "Deletes a flow with all its versions and runs.", params: flowGroupId, response: done, errors: ["NOT_FOUND"] }),
  setSchedule: operation("POST /flow-groups/{flowGroupId}/schedule", {
    tag: "schedules", summary: "Gives a flow another schedule; null: that of its version counts again. Runs that the former one has made and that have not begun are deleted.", params: flowGroupId,
    body: z.object({ schedule: schedule.nullable() }), response: flowGroup, errors: ["NOT_FOUND", "UNPROCESSABLE"],
  }),
  setScheduleActive: operation("POST /flows/{flowId}/schedule", {
    tag: "schedules", summary: "Turns a flow's schedule on or off. Off: runs that it has made and that have not begun are deleted.", params: flowId,
    body: z.object({ active: z.boolean() }), response: flow, errors: ["NOT_FOUND", "UNPROCESSABLE"],
  }),
  previewSchedule: operation("POST /schedules/preview", {
    tag: "schedules", summary: "The next times of a schedule, without storing it.",
    body: z.object({ schedule, count: z.int().min(1).max(50).default(10) }), response: z.object({ times: z.array(instant) }), errors: ["UNPROCESSABLE"],
  }),
};
