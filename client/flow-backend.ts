/** The server as flows see it: what `flow.register()` and `flow.schedule()` do where no host does it. */
import type { FlowBackend } from "../engine/index.ts";
import { ConfiguredClient } from "./configured-client.ts";
import { runConfigData } from "./register/flow-description.ts";
import { registerFlow } from "./register/register-flow.ts";
import { FlowRunView } from "./runs/flow-run-view.ts";
import { jsonValues } from "./runs/json-values.ts";

export const flowBackend: FlowBackend = {
  register: async (flow, options) => await registerFlow(flow, options),

  async schedule(flow, parameters, { runName, project, startTime, labels, context, runConfig, idempotencyKey }, registered) {
    const client = new ConfiguredClient();
    const owner = `flow.schedule of ${flow.name}`;
    const of = registered !== null && (project === undefined || project === registered.project) ? { flowGroupId: registered.flowGroupId } : { flow: flow.name, ...(project === undefined ? {} : { project }) };
    const config = runConfig?.serialize();
    const run = await client.createFlowRun({
      ...of, name: runName ?? null, parameters: jsonValues(owner, "parameters", parameters), context: jsonValues(owner, "context", context ?? {}),
      labels: labels === undefined && (config === undefined || config.labels.length === 0) ? null : [...new Set([...(labels ?? []), ...(config?.labels ?? [])])],
      runConfig: config === undefined ? null : runConfigData(config), scheduledStartTime: startTime?.toISOString() ?? null, idempotencyKey: idempotencyKey ?? null,
    });
    return new FlowRunView(run, client);
  },
};
