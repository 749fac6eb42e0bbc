import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Orchestra, type AgentProcess } from "./orchestra.ts";

const it = new Orchestra();
let agent: AgentProcess;

beforeAll(async () => {
  await it.startServer();
  agent = await it.agent({ env: { FROM_AGENT: "agent", BOTH: "agent" }, gracePeriod: 1500 }, { FROM_SYSTEM: "system", BOTH: "system", FROM_AGENT: "system" });
});
afterAll(() => it.close());

test("a run is taken, and its states, logs and results are on the server; the agent prints Prefect's lines", async () => {
  const flowId = await it.register(`
    const add = task(async function add(x, y) { context.logger.info("adding"); console.log("printed"); return x + y; }, { logStdout: true });
    new Flow(NAME, () => { const x = new Parameter("x")(); add(add(x, 1), 10); });`, ["x"]);
  const { id } = await it.run(flowId, { parameters: { x: 5 } });
  const run = await it.until(id, "Success");
  expect(run.stateHistory.map(({ type, message }) => [type, message])).toEqual([
    ["Scheduled", "Flow run scheduled."], ["Submitted", "Submitted for execution"], ["Running", "Running flow."], ["Success", "All reference tasks succeeded."],
  ]);
  expect(await it.taskHistory(id, "add-1")).toEqual(["Running", "Success"]);
  const last = await it.client.findTaskRun({ flowRunId: id, slug: "add-2", mapIndex: -1 });
  expect(last.resultPreview).toBe("16");
  expect(last.resultLocation).toContain(`/results/${id}/add-2-`);
  const logs = await it.logs(id);
  expect(logs.filter(({ taskRunName }) => taskRunName === "add").map(({ message }) => message)).toContain("printed");
  expect(logs.map(({ message }) => message)).toContain("adding");
  expect(logs.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^Submitted for execution: PID: \d+$/));
  const lines = agent.output().split("\n").map((line) => line.replace(/^\[.*?\] /, ""));
  expect(lines).toEqual(expect.arrayContaining([
    "INFO - agent | Registering agent...", "INFO - agent | Registration successful!", "INFO - agent | Starting LocalAgent with labels []", "INFO - agent | Waiting for flow runs...",
    "INFO - agent | Found 1 flow run(s) to submit for execution.", `INFO - agent | Deploying flow run ${id} to execution environment...`, `INFO - agent | Completed deployment of flow run ${id}`,
  ]));
  await expect.poll(() => it.runProcesses(), { timeout: 30_000 }).toEqual([]);
});

test("variables of the run win over the agent's, and those over the system's; the run knows who it is", async () => {
  mkdirSync(it.path("elsewhere"), { recursive: true });
  const flowId = await it.register(`
    const tell = task(function tell() {
      const { FROM_SYSTEM, FROM_AGENT, BOTH, FROM_RUN, FLOWLET__CONTEXT__FLOW_RUN_ID, FLOWLET__CONTEXT__FLOW_ID } = process.env;
      return JSON.stringify([FROM_SYSTEM, FROM_AGENT, BOTH, FROM_RUN, FLOWLET__CONTEXT__FLOW_RUN_ID, FLOWLET__CONTEXT__FLOW_ID, process.cwd(), context.flowRunId, context.flowRunName, context.projectName, context.get("mine"), context.runningWithBackend]);
    });
    new Flow(NAME, () => { tell(); });`);
  const { id } = await it.run(flowId, { name: "Marvin", context: { mine: 7 }, runConfig: { env: { BOTH: "run", FROM_RUN: "run" }, workingDir: it.path("elsewhere") } });
  await it.until(id, "Success");
  const { resultPreview } = await it.client.findTaskRun({ flowRunId: id, slug: "tell-1", mapIndex: -1 });
  expect(JSON.parse(resultPreview as string)).toEqual(["system", "agent", "run", "run", id, flowId, it.path("elsewhere"), id, "Marvin", "test", 7, true]);
});

test("a working directory that is not there fails the run, and says so", async () => {
  const flowId = await it.register("new Flow(NAME, () => { task(function nothing() {})(); });");
  const { id } = await it.run(flowId, { runConfig: { workingDir: it.path("nowhere") } });
  expect((await it.until(id, "Failed")).stateMessage).toContain(`The working directory ${it.path("nowhere")} does not exist on this machine.`);
});

test("a retry waits in its process, and its attempts are counted", async () => {
  const flowId = await it.register(`
    const flaky = task(function flaky() { if (context.taskRunCount < 3) throw new Error("not yet"); return "at last"; }, { maxRetries: 3, retryDelay: 50 });
    new Flow(NAME, () => { flaky(); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Success");
  expect(await it.taskHistory(id, "flaky-1")).toEqual(["Running", "Failed", "Retrying", "Running", "Failed", "Retrying", "Running", "Success"]);
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "flaky-1", mapIndex: -1 })).runCount).toBe(3);
});

test("a task that computes and lets nothing else run is seen running, and its logs are there meanwhile", async () => {
  const flowId = await it.register(`
    const compute = task(function compute() { context.logger.info("computing"); while (!existsSync(HOME + "/go-on")); });
    new Flow(NAME, () => { compute(); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Running");
  await expect.poll(async () => (await it.logs(id)).map(({ message }) => message), { timeout: 20_000 }).toContain("computing");
  expect(await it.taskHistory(id, "compute-1")).toEqual(["Running"]);
  writeFileSync(it.path("go-on"), "");
  await it.until(id, "Success");
});

test("a cancelled run ends by itself where its tasks look at their signal", async () => {
  const flowId = await it.register(`
    const wait = task(async function wait() {
      note("began");
      const working = setInterval(() => {}, 50);
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      clearInterval(working);
      await new Promise((resolve) => setTimeout(resolve, 200));
      note("cleared up");
    });
    const after = task(function after() { note("never"); });
    new Flow(NAME, () => { const w = wait(); after({ upstreamTasks: [w] }); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Running");
  await expect.poll(() => it.notes(), { timeout: 20_000 }).toContain("began");
  await it.client.cancelFlowRun({ flowRunId: id });
  expect((await it.until(id, "Cancelled")).stateMessage).toBe("Flow run is cancelled");
  expect(await it.history(id)).toEqual(["Scheduled", "Submitted", "Running", "Cancelling", "Cancelled"]);
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "wait-1", mapIndex: -1 })).state).toBe("Cancelled");
  await expect.poll(() => it.notes(), { timeout: 20_000 }).toContain("cleared up");
});

test("a cancelled run whose task does not listen is ended after a while", async () => {
  const flowId = await it.register(`
    const deaf = task(function deaf() { for (;;); });
    new Flow(NAME, () => { deaf(); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Running");
  await expect.poll(() => it.taskHistory(id, "deaf-1").catch(() => []), { timeout: 20_000 }).toEqual(["Running"]);
  await it.client.cancelFlowRun({ flowRunId: id });
  expect((await it.until(id, "Cancelled")).stateMessage).toBe("Flow run is cancelled");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "deaf-1", mapIndex: -1 })).state).toBe("Cancelled");
});

test.each([
  ["ends its process", "function bad() { process.exit(3); }", "The process of the flow run was ended by process.exit(3) while bad ran"],
  ["leaves an error that nobody catches", "async function bad() { setTimeout(() => { throw new RangeError('late'); }, 10); await new Promise((resolve) => setTimeout(resolve, 60000)); }", "Uncaught error: RangeError: late while bad ran"],
  ["leaves a promise that nobody waits for", "async function bad() { void Promise.reject(new Error('alone')); await new Promise((resolve) => setTimeout(resolve, 60000)); }", "A promise that nobody waits for was rejected: Error: alone while bad ran"],
  ["is killed by the system", "function bad() { console.error('famous last words'); process.kill(process.pid, 'SIGKILL'); for (;;); }", /^The process of the flow run \(PID \d+\) was ended by the signal SIGKILL before the run had ended\.[^]*famous last words/],
])("a task that %s fails the run, with the reason", async (_, code, message) => {
  const flowId = await it.register(`const bad = task(${code}); new Flow(NAME, () => { bad(); });`);
  const { id } = await it.run(flowId);
  const run = await it.until(id, "Failed");
  expect(run.stateMessage).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "bad-1", mapIndex: -1 })).state).toBe("Failed");
});

test("a run that takes too much memory fails, and says so", async () => {
  const flowId = await it.register(`const greedy = task(function greedy() { const all = []; for (;;) all.push(new Array(1000).fill(Math.random())); }); new Flow(NAME, () => { greedy(); });`);
  const { id } = await it.run(flowId, { runConfig: { env: { NODE_OPTIONS: "--max-old-space-size=60" } } });
  expect((await it.until(id, "Failed")).stateMessage).toContain("ran out of memory (JavaScript heap out of memory) before the run had ended");
});

test.each([
  ["has no flow of its name", "new Flow('another', () => {});", /it makes "another" only/],
  ["breaks", "null.broken;", /TypeError: Cannot read properties of null/],
  ["is no code", "this is no code", /SyntaxError/],
])("code that %s fails the run, with the reason", async (_, code, message) => {
  const { id } = await it.run(await it.register(code));
  expect((await it.until(id, "Failed")).stateMessage).toMatch(message);
});

test("a missing parameter fails the run, and is named", async () => {
  const flowId = await it.register("const use = task(function use(x) {}); new Flow(NAME, () => { use(new Parameter('city')()); });");
  const { id } = await it.run(flowId);
  expect((await it.until(id, "Failed")).stateMessage).toContain("city");
});

test("a promise that nothing can settle does not keep the run for ever", async () => {
  const flowId = await it.register("const never = task(async function never() { await new Promise(() => {}); }); new Flow(NAME, () => { never(); });");
  const { id } = await it.run(flowId);
  expect((await it.until(id, "Cancelled")).stateMessage).toBe("Nothing is left that could settle the promise of task never.");
});

test("a result that can not be written is used, and the log says that it is not kept", async () => {
  const flowId = await it.register(`
    const make = task(function make() { return () => 42; });
    const use = task(function use(f) { return f(); });
    new Flow(NAME, () => { use(make()); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Success");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "use-1", mapIndex: -1 })).resultPreview).toBe("42");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "make-1", mapIndex: -1 })).resultLocation).toBe(null);
  expect((await it.logs(id)).map(({ message }) => message)).toContainEqual(expect.stringContaining("The result of task 'make' is not kept"));
});

test("a restart goes on from where the run failed: what succeeded is not run again, child by child", async () => {
  writeFileSync(it.path("broken"), "");
  const flowId = await it.register(`
    const list = task(function list() { note("R list"); return [1, 2, 3, 4]; });
    const work = task(function work(x) { note("R work " + x); if (x === 3 && existsSync(HOME + "/broken")) throw new Error("broken"); return x * 10; });
    const fn = task(function fn() { note("R fn"); return () => 1; });
    const sum = task(function sum(all, f) { note("R sum"); return all.reduce((a, b) => a + b, 0) + f(); });
    new Flow(NAME, () => { sum(work.map(list()), fn()); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Failed");
  rmSync(it.path("broken"));
  await it.client.restartFlowRun({ flowRunId: id });
  await it.until(id, "Success");
  expect(it.notes().filter((line) => line.startsWith("R ")).sort()).toEqual(["R fn", "R fn", "R list", "R sum", "R work 1", "R work 2", "R work 3", "R work 3", "R work 4"]);
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "sum-1", mapIndex: -1 })).resultPreview).toBe("101");
  expect((await it.logs(id)).map(({ message }) => message)).toContainEqual("Task 'fn' has finished before, and runs again: its result is needed, and it was not kept anywhere.");
});

test("a run that waits for approval ends its process, and goes on in another one when it is approved", async () => {
  const flowId = await it.register(`
    const prepare = task(function prepare() { note("A prepare"); return 1; });
    const release = task(function release(x) { note("A release"); return x + 1; }, { trigger: F.manualOnly });
    new Flow(NAME, () => { release(prepare()); });`);
  const { id } = await it.run(flowId);
  expect((await it.until(id, "Paused")).stateMessage).toBe("Waiting for approval of release.");
  await expect.poll(() => it.runProcesses(), { timeout: 20_000 }).toEqual([]);
  const paused = await it.client.findTaskRun({ flowRunId: id, slug: "release-1", mapIndex: -1 });
  expect(paused.state).toBe("Paused");
  await it.client.markTaskRun({ taskRunId: paused.id, state: "Resume" });
  await it.until(id, "Success");
  expect(it.notes().filter((line) => line.startsWith("A "))).toEqual(["A prepare", "A release"]);
});

test("tasks may run in threads, with what they use", async () => {
  const flowId = await it.register(`
    import { isMainThread } from "node:worker_threads";
    const factor = 3;
    const triple = (x) => x * factor;
    const compute = task(function compute(x) { return [triple(x), isMainThread, context.flowRunName]; });
    new Flow(NAME, { executor: new F.ThreadExecutor() }, () => { compute(14); });`);
  const { id } = await it.run(flowId, { name: "threads" });
  await it.until(id, "Success");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "compute-1", mapIndex: -1 })).resultPreview).toBe("[ 42, false, 'threads' ]");
});

test("code that makes other tasks than before is told apart", async () => {
  const flowId = await it.register(`
    const bad = task(function bad() { throw new Error("bad"); }, { name: existsSync(HOME + "/renamed") ? "other" : "bad" });
    new Flow(NAME, () => { bad(); });`);
  const { id } = await it.run(flowId);
  await it.until(id, "Failed");
  writeFileSync(it.path("renamed"), "");
  await it.client.restartFlowRun({ flowRunId: id });
  await expect.poll(async () => (await it.client.getFlowRun({ flowRunId: id })).stateMessage, { timeout: 30_000 }).toContain("Task slug bad-1 is not found in the current Flow. This is usually caused by a mismatch");
});

test("packages that are not in the code come from the working directory", async () => {
  mkdirSync(it.path("node_modules/only-here"), { recursive: true });
  writeFileSync(it.path("node_modules/only-here/package.json"), JSON.stringify({ name: "only-here", version: "1.0.0", type: "module", exports: "./index.js" }));
  writeFileSync(it.path("node_modules/only-here/index.js"), "export const value = 'found';");
  const flowId = await it.register("import { value } from 'only-here'; const tell = task(function tell() { return value; }); new Flow(NAME, () => { tell(); });");
  const { id } = await it.run(flowId);
  await it.until(id, "Success");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "tell-1", mapIndex: -1 })).resultPreview).toBe("found");
});

test("a run for later begins at its time, and not before", async () => {
  const flowId = await it.register("new Flow(NAME, () => { task(function now() { return Date.now(); })(); });");
  const at = Date.now() + 1500;
  const { id } = await it.run(flowId, { scheduledStartTime: new Date(at).toISOString() });
  await it.until(id, "Success");
  const { resultPreview } = await it.client.findTaskRun({ flowRunId: id, slug: "now-1", mapIndex: -1 });
  expect(Number(resultPreview)).toBeGreaterThanOrEqual(at);
});

test("nothing of a run is left on the agent's disk but its results", async () => {
  await expect.poll(() => it.runProcesses(), { timeout: 20_000 }).toEqual([]);
  expect(existsSync(it.path(".flowlet/results"))).toBe(true);
  expect(readFileSync(it.path("notes"), "utf8")).not.toContain("never");
});
