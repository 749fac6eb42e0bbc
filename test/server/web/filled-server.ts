/** A server with something to see: projects, flows, agents, and runs that their processes have reported. */
import { randomUUID } from "node:crypto";
import type { FlowletClient } from "../../../client/browser.ts";
import type { Agent, Flow, FlowRun } from "../../../client/api-types.ts";
import type { StateName } from "../../../protocol/states.ts";

const MINUTE = 60_000;

/** Registers a flow of `taskCount` tasks, one after the other. */
export async function registerFlow(client: FlowletClient, name: string, options: { readonly project?: string; readonly labels?: string[]; readonly taskCount?: number; readonly description?: string; readonly code?: string } = {}): Promise<Flow> {
  const slugs = Array.from({ length: options.taskCount ?? 3 }, (_, index) => `step-${index + 1}`);
  const { flow } = await client.registerFlow({
    project: options.project ?? "examples", name, bundle: { format: 1, code: options.code ?? `export const name = ${JSON.stringify(name)};` }, description: options.description ?? null, labels: options.labels ?? [],
    parameters: [{ name: "rows", slug: "rows", required: false, default: 100, type: "number" }], coreVersion: "0.1.0", packages: {}, source: "etl.ts",
    tasks: slugs.map((slug) => ({ slug, name: slug, type: "FunctionTask", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" })),
    graph: { version: 1, flowId: name, name, graph: `hash of ${slugs.length}`, nodes: slugs.map((slug) => ({ id: slug, name: slug })), edges: slugs.slice(1).map((_, index) => [index, index + 1, "data"]) },
  });
  return flow;
}

export function startAgent(client: FlowletClient, name: string, labels: string[], limit: number | null = null): Promise<Agent> {
  return client.registerAgent({ name, type: "LocalAgent", labels, hostname: name, coreVersion: "0.1.0", limit });
}

/** A run as an agent and its process report it: taken at once, begun at `begin`, ended after `length` milliseconds in `state`; Running: it goes on. */
export async function playRun(client: FlowletClient, flow: Flow, agent: Agent, state: "Success" | "Failed" | "Running", begin: number, length: number = MINUTE): Promise<FlowRun> {
  const run = await client.createFlowRun({ flowId: flow.id, scheduledStartTime: new Date(begin).toISOString() });
  const { flowRun } = await client.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
  const processId = randomUUID();
  await client.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
  let sequence = 0;
  const change = (type: StateName, at: number, message: string) => ({ version: 1, type, message, at });
  const task = (index: number, type: StateName, at: number) => ({ kind: "taskState" as const, sequence: ++sequence, slug: `step-${index + 1}`, mapIndex: -1, taskName: `step-${index + 1}`, name: `step-${index + 1}`, state: change(type, at, "") });
  const step = length / flow.taskCount;
  const done = state === "Running" ? 1 : flow.taskCount;
  const entries = [
    { kind: "flowState" as const, sequence: ++sequence, state: change("Running", begin, "Running flow.") },
    { kind: "log" as const, sequence: ++sequence, at: new Date(begin).toISOString(), level: "INFO" as const, logger: "prefect.flow", message: "Beginning flow run" },
    ...Array.from({ length: done }, (_, index) => {
      const from = begin + index * step;
      if (state === "Running") return [task(index, "Running", from)];
      return [task(index, "Running", from), task(index, state === "Failed" && index === done - 1 ? "Failed" : "Success", from + step)];
    }).flat(),
  ];
  if (state !== "Running") entries.push({ kind: "flowState" as const, sequence: ++sequence, state: change(state, begin + length, state === "Failed" ? "Some reference tasks failed." : "All reference tasks succeeded.") });
  await client.reportFlowRun({ flowRunId: run.id, processId, entries });
  return flowRun;
}

/** What {@link fillServer} has made. */
export interface Filled {
  readonly flows: readonly Flow[];
  readonly agents: readonly Agent[];
}

/** Twelve flows in three projects, two agents, `runs` runs in the last 24 hours, some that go on, that are to come, and that no agent takes. */
export async function fillServer(client: FlowletClient, runs: number): Promise<Filled> {
  const names = ["Daily ETL", "Train model", "My first flow!", "Say hi!", "Nightly backup of every database that we have, in all regions", "Invoices", "Web crawl", "Aggregate metrics", "map-reduce", "Send newsletter", "Fit curve", "<b>Cleanup</b>"];
  await client.createProject({ name: "billing", description: "Invoices, dunning, and what the accountants ask for at the end of each month" });
  const flows: Flow[] = [];
  for (const [index, name] of names.entries()) {
    flows.push(await registerFlow(client, name, {
      project: ["examples", "billing", "research"][index % 3]!, labels: ["workstation"], taskCount: 3 + index,
      ...(index % 4 === 0 && { description: "Takes the orders of a day, and writes them where the others find them." }),
    }));
  }
  const agents = [await startAgent(client, "workstation", ["workstation"], 8), await startAgent(client, "gpu-box", ["gpu", "workstation"])];
  const now = Date.now();
  for (let index = 0; index < runs; index++) {
    // Spread unevenly and the same every time.
    const begin = now - 5 * MINUTE - ((index * index * 7919) % (23 * 60)) * MINUTE;
    await playRun(client, flows[(index * 5) % flows.length]!, agents[index % 2]!, index % 9 === 4 ? "Failed" : "Success", begin, 2000 + ((index * 4519) % 180_000));
  }
  for (let index = 0; index < 4; index++) await playRun(client, flows[index]!, agents[0]!, "Running", now - (index + 1) * 40_000);
  for (let index = 0; index < 5; index++) await client.createFlowRun({ flowId: flows[index]!.id, scheduledStartTime: new Date(now + (index + 1) * 20 * MINUTE).toISOString() });
  for (let index = 0; index < 2; index++) await client.createFlowRun({ flowId: flows[index]!.id, labels: ["gpu", "windows"], scheduledStartTime: new Date(now - (index + 1) * MINUTE).toISOString() });
  return { flows, agents };
}
