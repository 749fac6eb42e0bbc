/** Makes a run of a registered flow, for an agent to take, and watches it where that is wished. */
import { connect } from "./connection.ts";
import { findFlow, isId } from "./find.ts";
import { print, printJson } from "./printing.ts";
import type { RunCommandOptions } from "./run-command-options.ts";
import { watchRun } from "./watch-run.ts";

/** @throws Error where there is no such flow; CommandFailure where a watched run fails */
export async function runRegistered(given: string, options: RunCommandOptions): Promise<void> {
  const { project, param = {}, context = {}, label = null, runName = null, idempotencyKey = null, at, watch, quiet, json, logs, logLevel = "INFO" } = options;
  const talks = quiet !== true && json !== true;
  const client = await connect();
  if (talks) print("Looking up flow metadata...");
  const flow = await findFlow(client, given, project);
  if (talks) print(`Creating run for flow '${flow.name}'...`);
  const run = await client.createFlowRun({
    ...(isId(given) ? { flowId: flow.id } : { flowGroupId: flow.flowGroupId }),
    name: runName, parameters: param as never, context: context as never, labels: label === null ? null : [...label], idempotencyKey, scheduledStartTime: at === undefined ? null : instant(at),
  });
  if (quiet === true) print(run.id);
  else if (json === true && watch !== true) printJson(run);
  if (talks) {
    for (const line of [`Name: ${run.name}`, `UUID: ${run.id}`, `Labels: ${JSON.stringify(run.labels)}`, `Parameters: ${JSON.stringify(run.parameters)}`, `Context: ${JSON.stringify(context)}`, `URL: ${client.endpoint}/flow-run/${run.id}`]) print(`└── ${line}`);
  }
  if (watch !== true) return;
  if (talks) print("Watching flow run execution...");
  await watchRun(client, run.id, { talks, logs, logLevel, json: json === true });
}

/** @throws Error for what is no time */
function instant(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`--at must be a time such as 2026-01-31T06:00:00Z, got ${JSON.stringify(text)}.`);
  return new Date(at).toISOString();
}
