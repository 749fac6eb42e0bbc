import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OPERATIONS } from "../../../../server/api/operations.ts";
import { registration, started, type Started } from "../../started.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const PROGRAM = process.platform === "win32" ? join(ROOT, ".venv/Scripts/st.exe") : join(ROOT, ".venv/bin/st");
/** Cases of one operation (count), and time for all (seconds): about 2500 requests. */
const CASES = 20;
const SECONDS = 50;

const at = started();

/** Things for the requests to be about. They are deleted one after the other by those that delete. */
async function someIds({ client }: Started): Promise<Record<string, string[]>> {
  const ids: Record<"flowId" | "flowGroupId" | "projectId" | "flowRunId" | "agentId" | "bundleId" | "taskRunId" | "processId", string[]> = { flowId: [], flowGroupId: [], projectId: [], flowRunId: [], agentId: [], bundleId: [], taskRunId: [], processId: [] };
  for (let index = 0; index < 30; index++) {
    const { flow } = await client.registerFlow(registration("flow", { project: `project ${index}`, tasks: [{ slug: "t-1", name: "t", type: "Task", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" }] }));
    const { id: flowRunId } = await client.createFlowRun({ flowId: flow.id });
    const agent = await client.registerAgent({ name: `agent ${index}`, type: "LocalAgent", labels: [], hostname: "host", coreVersion: "1" });
    ids.flowId.push(flow.id);
    ids.flowGroupId.push(flow.flowGroupId);
    ids.projectId.push(flow.projectId);
    ids.bundleId.push(flow.bundleId);
    ids.flowRunId.push(flowRunId);
    ids.agentId.push(agent.id);
    if (index % 2 === 0) continue;
    const processId = crypto.randomUUID();
    const state = { version: 1, message: null, at: Date.now() };
    await client.submitFlowRun({ agentId: agent.id, flowRunId, version: 1 });
    await client.beginFlowRun({ flowRunId, processId, agentId: agent.id });
    await client.reportFlowRun({ flowRunId, processId, entries: [{ kind: "flowState", sequence: 1, state: { ...state, type: "Running" } }, { kind: "taskState", sequence: 2, slug: "t-1", mapIndex: -1, taskName: "t", name: "t", state: { ...state, type: "Running" } }] });
    ids.taskRunId.push((await client.listTaskRuns({ flowRunId })).items[0].id);
    ids.processId.push(processId);
  }
  return ids;
}

test("Schemathesis finds no failure of the server, and no answer that the document does not have", async () => {
  if (!existsSync(PROGRAM)) throw new Error(`Schemathesis is not installed (${PROGRAM}): node scripts/setup.mjs --test`);
  const ids = await someIds(at);
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    let output = "";
    const child = spawn(PROGRAM, [
      "--config-file", join(import.meta.dirname, "schemathesis.toml"), "run", `${at.server.endpoint}/docs/json`, "--no-color", "--seed", "1",
      "--max-time", String(SECONDS), "--max-examples", String(CASES), "--continue-on-failure", "--generation-database", "none",
    ], {
      cwd: at.home, stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8", FLOWLET_TEST_IDS: JSON.stringify(ids) },
    });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => { output += part; });
    child.once("error", reject).once("close", (code) => resolve({ code, output }));
  });
  const shown = output.length > 20_000 ? `${output.slice(0, 10_000)}\n…\n${output.slice(-10_000)}` : output;
  expect(code, shown).toBe(0);
  // All operations, login and logout: the event stream has no end.
  expect(Number(/Tested: (\d+)/.exec(output)?.[1]), shown).toBe(Object.keys(OPERATIONS).length + 2);
  expect(Number(/(\d+) generated/.exec(output)?.[1]), shown).toBeGreaterThan(500);
  expect(at.log).toBe("");
});
