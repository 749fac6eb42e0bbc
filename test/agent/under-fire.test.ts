/** What becomes of runs when servers, agents and processes are killed. Tasks write down what they do in a file of their own: nothing that the server has may differ from it. */
import { existsSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Orchestra } from "./orchestra.ts";

let it: Orchestra;
beforeEach(async () => {
  it = new Orchestra();
  await it.startServer();
});
afterEach(() => it.close());

/** A row of tasks, each a little later than the one before, and a mapped task beside them. */
const BUSY = `
  const step = task(async function step(n) { note("step " + n); await new Promise((resolve) => setTimeout(resolve, 60)); return n + 1; });
  const each = task(async function each(x) { note("each " + x); await new Promise((resolve) => setTimeout(resolve, 40)); return x; });
  const list = task(function list() { note("list"); return Array.from({ length: 100 }, (_, index) => index); });
  new Flow(NAME, () => { let n = step(0); for (let i = 1; i < 100; i++) n = step(n); each.map(list()); });`;

const EXPECTED = [...Array.from({ length: 100 }, (_, n) => `step ${n}`), ...Array.from({ length: 100 }, (_, n) => `each ${n}`), "list"].sort();

/** The server knows of each task what the task itself wrote down: that it ran once, and succeeded. */
async function expectOnce(flowRunId: string): Promise<void> {
  expect(it.notes().sort()).toEqual(EXPECTED);
  const parents = await it.taskRuns(flowRunId), children = await it.taskRuns(flowRunId, "each-1");
  const ran = [...parents.filter(({ slug }) => slug !== "each-1"), ...children];
  expect(ran.length).toBe(201);
  expect(ran.filter(({ runCount, state }) => runCount !== 1 || state !== "Success")).toEqual([]);
  // Running, Success: nothing lost and nothing doubled.
  expect(ran.filter(({ version }) => version !== 2)).toEqual([]);
}

test("a server that is killed again and again while a run goes on has all of it in the end, and nothing twice", async () => {
  await it.agent();
  const { id } = await it.run(await it.register(BUSY));
  await it.until(id, "Running");
  let kills = 0;
  for (let seen = it.notes().length; seen < EXPECTED.length - 10; seen = it.notes().length) {
    await vi.waitFor(() => expect(it.notes().length).toBeGreaterThan(seen + 5), { timeout: 30_000 });
    await it.killServer();
    kills++;
    await it.startServer();
  }
  await it.until(id, "Success");
  expect(kills).toBeGreaterThan(1);
  await expectOnce(id);
  expect(await it.history(id)).toEqual(["Scheduled", "Submitted", "Running", "Success"]);
});

test("a run that ends while the server is away is told of when it is back", async () => {
  const agent = await it.agent();
  const { id } = await it.run(await it.register(`
    const last = task(async function last() { note("waits"); while (!existsSync(HOME + "/go-on")) await new Promise((resolve) => setTimeout(resolve, 20)); note("done"); });
    new Flow(NAME, () => { last(); });`));
  await vi.waitFor(() => expect(it.notes()).toEqual(["waits"]), { timeout: 30_000 });
  await it.killServer();
  writeFileSync(it.path("go-on"), "");
  await vi.waitFor(() => expect(it.notes()).toEqual(["waits", "done"]), { timeout: 30_000 });
  await vi.waitFor(() => expect(agent.output()).toContain("The server is lost: No Flowlet server answers"), { timeout: 30_000 });
  await it.startServer();
  await it.until(id, "Success");
  await vi.waitFor(() => expect(agent.output()).toMatch(/Connected to http:\/\/localhost:\d+ again/), { timeout: 30_000 });
  expect(agent.output().split("The server is lost").length).toBe(2);
});

test("a run whose process is killed fails, with the reason; restarted it runs nothing again that had succeeded", async () => {
  const agent = await it.agent();
  const { id } = await it.run(await it.register(BUSY));
  await vi.waitFor(() => expect(it.notes().length).toBeGreaterThan(60), { timeout: 30_000 });
  const [pid] = it.runProcesses();
  process.kill(pid, "SIGKILL");
  const failed = await it.until(id, "Failed");
  expect(failed.stateMessage).toContain(`The process of the flow run (PID ${pid}) was ended by the signal SIGKILL before the run had ended.`);
  expect(agent.output()).toContain(`Process PID ${pid} returned non-zero exit code -9!`);
  const done = [...await it.taskRuns(id), ...await it.taskRuns(id, "each-1")].filter(({ state }) => state === "Success").map(({ name }) => name);
  expect(done.length).toBeGreaterThan(20);
  const before = it.notes();
  await it.client.restartFlowRun({ flowRunId: id });
  await it.until(id, "Success");
  // The line of a task that had succeeded is there once; only those that ran when the process was killed may have two.
  const twice = it.notes().filter((line, index, all) => all.indexOf(line) !== index);
  expect(twice.filter((line) => !before.includes(line))).toEqual([]);
  expect(new Set(it.notes())).toEqual(new Set(EXPECTED));
  const ran = [...await it.taskRuns(id), ...await it.taskRuns(id, "each-1")].filter(({ slug, mapIndex }) => slug !== "each-1" || mapIndex >= 0);
  const ranTwice = ran.filter(({ version }) => version > 2);
  expect(ran.filter(({ state }) => state !== "Success")).toEqual([]);
  expect(twice.length).toBeLessThanOrEqual(ranTwice.length);
  expect(ranTwice.map(({ name }) => name).filter((name) => name.startsWith("each[") && done.includes(name))).toEqual([]);
});

test("a run goes on though its agent is killed; a new agent looks after it", async () => {
  const first = await it.agent();
  const { id } = await it.run(await it.register(BUSY));
  await vi.waitFor(() => expect(it.notes().length).toBeGreaterThan(20), { timeout: 30_000 });
  first.process.kill("SIGKILL");
  await first.ended;
  const second = await it.agent();
  expect(second.output()).toContain(`Looking after flow run ${id}, which another agent has started`);
  await it.until(id, "Success");
  await expectOnce(id);
  expect((await it.client.listAgents()).items.length).toBe(1);
});

test("a run whose agent and process are both killed fails when there is an agent again, and what it had done is known", async () => {
  const first = await it.agent();
  const { id } = await it.run(await it.register(`
    const one = task(function one() { note("one"); return 1; });
    const two = task(async function two(x) { note("two"); while (!existsSync(HOME + "/go-on")) await new Promise((resolve) => setTimeout(resolve, 20)); context.logger.info("heard"); note("heard"); await new Promise((resolve) => setTimeout(resolve, 60000)); });
    new Flow(NAME, () => { two(one()); });`));
  await vi.waitFor(() => expect(it.notes()).toEqual(["one", "two"]), { timeout: 30_000 });
  await it.until(id, "Running");
  await it.killServer();
  writeFileSync(it.path("go-on"), "");
  await vi.waitFor(() => expect(it.notes()).toContain("heard"), { timeout: 30_000 });
  const [pid] = it.runProcesses();
  first.process.kill("SIGKILL");
  process.kill(pid, "SIGKILL");
  await first.ended;
  await it.startServer();
  await it.agent();
  expect((await it.until(id, "Failed")).stateMessage).toContain(`(PID ${pid})`);
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "one-1", mapIndex: -1 })).state).toBe("Success");
  expect((await it.client.findTaskRun({ flowRunId: id, slug: "two-1", mapIndex: -1 })).state).toBe("Failed");
  expect((await it.logs(id)).map(({ message }) => message)).toContain("heard");
  expect(existsSync(it.path(".flowlet/agent/runs"))).toBe(true);
  await vi.waitFor(() => expect(it.runProcesses()).toEqual([]), { timeout: 30_000 });
});

test("a run that a killed agent had started is cancelled by the one that looks after it", async () => {
  const first = await it.agent({ gracePeriod: 1000 });
  const { id } = await it.run(await it.register("const deaf = task(function deaf() { note('deaf'); for (;;); }); new Flow(NAME, () => { deaf(); });"));
  await vi.waitFor(() => expect(it.notes()).toEqual(["deaf"]), { timeout: 30_000 });
  first.process.kill("SIGKILL");
  await first.ended;
  await it.agent({ gracePeriod: 1000 });
  await it.client.cancelFlowRun({ flowRunId: id });
  await it.until(id, "Cancelled");
  await vi.waitFor(() => expect(it.runProcesses()).toEqual([]), { timeout: 30_000 });
});

test("two agents that race for a hundred runs start each of them once", async () => {
  const agents = await Promise.all(["a", "b"].map((name) => it.agent({ name, limit: 3 })));
  const flowId = await it.register("new Flow(NAME, () => { task(function once() { note(context.flowRunId); })(); });");
  const runs = await Promise.all(Array.from({ length: 100 }, () => it.run(flowId)));
  for (const { id } of runs) await it.until(id, "Success");
  expect(it.notes().sort()).toEqual(runs.map(({ id }) => id).sort());
  for (const { id } of runs) expect(await it.history(id)).toEqual(["Scheduled", "Submitted", "Running", "Success"]);
  const taken = agents.map((agent) => agent.output().split("Completed deployment of flow run").length - 1);
  expect(taken[0] + taken[1]).toBe(100);
  expect(Math.min(...taken)).toBeGreaterThan(0);
});

test("two hundred runs wait for their turn where an agent takes eight at once", async () => {
  await it.agent({ limit: 8 });
  const flowId = await it.register("new Flow(NAME, () => { task(function turn() { note('begin'); const end = Date.now() + 20; while (Date.now() < end); note('end'); })(); });");
  const runs = await Promise.all(Array.from({ length: 200 }, () => it.run(flowId)));
  let most = 0;
  for (const { id } of runs) {
    await it.until(id, "Success");
    most = Math.max(most, it.runProcesses().length);
  }
  expect(most).toBeLessThanOrEqual(8);
  let now = 0, together = 0;
  for (const line of it.notes()) together = Math.max(together, (now += line === "begin" ? 1 : -1));
  expect(together).toBeLessThanOrEqual(8);
  expect(it.notes().length).toBe(400);
});

test("a run that somebody marks as ended stops in its process", async () => {
  await it.agent();
  const { id } = await it.run(await it.register(BUSY));
  await vi.waitFor(() => expect(it.notes().length).toBeGreaterThan(20), { timeout: 30_000 });
  await it.client.markFlowRun({ flowRunId: id, state: "Failed", message: "enough" });
  await vi.waitFor(() => expect(it.runProcesses()).toEqual([]), { timeout: 30_000 });
  expect(it.notes().length).toBeLessThan(200);
  expect((await it.client.getFlowRun({ flowRunId: id })).stateMessage).toBe("enough");
});
