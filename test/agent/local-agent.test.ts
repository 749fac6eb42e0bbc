import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LocalAgent } from "../../agent/local-agent.ts";
import { Orchestra } from "./orchestra.ts";

let it: Orchestra;
beforeEach(async () => {
  it = new Orchestra();
  await it.startServer();
});
afterEach(() => it.close());

const WAITS = `
  const wait = task(async function wait() {
    note("waits");
    let look;
    await new Promise((resolve) => { context.signal.addEventListener("abort", resolve); look = setInterval(() => { if (existsSync(HOME + "/go-on")) resolve(); }, 20); });
    clearInterval(look);
  });
  new Flow(NAME, () => { wait(); });`;

test("an agent that is stopped takes no new runs and lets those end that have begun", async () => {
  const agent = await it.agent();
  const flowId = await it.register(WAITS);
  const { id } = await it.run(flowId);
  await vi.waitFor(() => expect(it.notes()).toEqual(["waits"]), { timeout: 30_000 });
  agent.process.kill("SIGINT");
  await vi.waitFor(() => expect(agent.output()).toContain("Shutting down when 1 flow run(s) have ended... Once more cancels them."), { timeout: 30_000 });
  const later = await it.run(flowId);
  writeFileSync(it.path("go-on"), "");
  expect(await agent.ended).toBe(0);
  expect((await it.client.getFlowRun({ flowRunId: id })).state).toBe("Success");
  expect((await it.client.getFlowRun({ flowRunId: later.id })).state).toBe("Scheduled");
});

test("an agent that is stopped twice cancels what runs", async () => {
  const agent = await it.agent();
  const { id } = await it.run(await it.register(WAITS));
  await vi.waitFor(() => expect(it.notes()).toEqual(["waits"]), { timeout: 30_000 });
  agent.process.kill("SIGINT");
  await vi.waitFor(() => expect(agent.output()).toContain("Shutting down"), { timeout: 30_000 });
  agent.process.kill("SIGINT");
  expect(await agent.ended).toBe(0);
  const run = await it.client.getFlowRun({ flowRunId: id });
  expect([run.state, run.stateMessage]).toEqual(["Cancelled", "The agent was stopped."]);
});

test("an agent waits for a server that is not there yet", async () => {
  await it.killServer();
  const agent = it.startAgent();
  await vi.waitFor(() => expect(agent.output()).toContain("The server is lost: No Flowlet server answers at"), { timeout: 30_000 });
  await it.startServer();
  await vi.waitFor(() => expect(agent.output()).toContain("Waiting for flow runs..."), { timeout: 30_000 });
  expect(agent.output().split("WARNING").length).toBe(2);
});

test("labels: an agent takes runs whose labels are all its own, and none without labels", async () => {
  await it.agent({ labels: ["gpu", "linux"] });
  const flowId = await it.register("new Flow(NAME, () => { task(function labelled() { note(context.flowRunName); })(); });");
  const [none, some, other] = [await it.run(flowId, { name: "none" }), await it.run(flowId, { name: "some", labels: ["gpu"] }), await it.run(flowId, { name: "other", labels: ["gpu", "windows"] })];
  await it.until(some.id, "Success");
  expect(it.notes()).toEqual(["some"]);
  for (const { id } of [none, other]) expect((await it.client.getFlowRun({ flowRunId: id })).state).toBe("Scheduled");
});

test("an agent that may ask once takes what waits, lets it end, and ends", async () => {
  const { id } = await it.run(await it.register("new Flow(NAME, () => { task(function quick() {})(); });"));
  const agent = it.startAgent({ maxPolls: 1 });
  expect(await agent.ended).toBe(0);
  expect((await it.client.getFlowRun({ flowRunId: id })).state).toBe("Success");
});

test("prints and records of runs are shown where the agent is told to show them, and not otherwise", async () => {
  const code = "const say = task(function say() { console.log('said aloud'); context.logger.info('logged'); }); new Flow(NAME, () => { say(); });";
  const quiet = it.startAgent({ maxPolls: 1 });
  await it.run(await it.register(code));
  await quiet.ended;
  const { id } = await it.run(await it.register(code));
  const loud = it.startAgent({ maxPolls: 1, showFlowLogs: true, name: "loud" });
  await loud.ended;
  await it.until(id, "Success");
  expect(loud.output()).toContain("said aloud");
  expect(loud.output()).toMatch(/INFO - flowlet\.say \| logged/);
  expect(quiet.output()).not.toContain("said aloud");
});

test("packages of import paths are found", async () => {
  mkdirSync(it.path("more/node_modules/far-away"), { recursive: true });
  writeFileSync(it.path("more/node_modules/far-away/package.json"), JSON.stringify({ name: "far-away", version: "1.0.0", type: "module", exports: "./index.js" }));
  writeFileSync(it.path("more/node_modules/far-away/index.js"), "export const value = 'found';");
  const { id } = await it.run(await it.register("import { value } from 'far-away'; new Flow(NAME, () => { task(function tell() { return value; })(); });"));
  await it.startAgent({ maxPolls: 1, importPaths: [it.path("more")] }).ended;
  await it.until(id, "Success");
});

test("an agent that somebody deletes registers again", async () => {
  const agent = await it.agent();
  const [{ id }] = (await it.client.listAgents()).items;
  await it.client.deleteAgent({ agentId: id });
  const run = await it.run(await it.register("new Flow(NAME, () => { task(function quick() {})(); });"));
  await it.until(run.id, "Success");
  expect(agent.output()).toContain("it is registered again");
  expect((await it.client.listAgents()).items.map((one) => one.id)).toEqual([id]);
});

test("who watches over an agent can ask whether it lives, and make it look for runs", async () => {
  const port = await freePort();
  await it.agent({ agentAddress: `http://127.0.0.1:${port}` });
  const health = await (await fetch(`http://127.0.0.1:${port}/api/health`)).json() as { status: string };
  expect(health.status).toBe("healthy");
  expect((await fetch(`http://127.0.0.1:${port}/api/poke`, { method: "POST" })).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/../etc/passwd`)).status).toBe(404);
});

test("an address that is taken is said, and the agent does not start", async () => {
  const other: Server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const agent = it.startAgent({ agentAddress: `http://127.0.0.1:${(other.address() as AddressInfo).port}` });
  expect(await agent.ended).toBe(1);
  expect(agent.output()).toContain("can not be used: listen EADDRINUSE");
  other.close();
});

test.each([
  [{ limit: 0 }, "The agent's limit must be a whole number above 0, or null, got 0."],
  [{ maxPolls: 1.5 }, "The agent's maxPolls must be a whole number above 0, or null, got 1.5."],
  [{ labels: [""] }, 'The agent\'s labels must be texts that are not empty, got "".'],
  [{ env: { "A=B": "c" } }, 'The agent\'s env must be texts by the names of variables, got {"A=B":"c"}.'],
  [{ name: " " }, 'The agent\'s name must be a text of 1 to 200 characters, got " ".'],
])("options that can not be used are named (%#)", (options, message) => {
  expect(() => new LocalAgent(options)).toThrow(message);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
