import { join } from "node:path";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { bundleSource } from "../../../client/register/bundle-file.ts";
import { registerFlow } from "../../../client/register/register-flow.ts";
import { DateTimeParameter, Flow, IntervalClock, LocalRun, Parameter, Schedule, context, type ContextEntries, type Task } from "../../../engine/index.ts";
import { flowFolder, moveAway, runBundled, writeFiles } from "./flow-folder.ts";
import { startRegistry } from "./registry.ts";

const FLOW = `
  import { task, Flow, Parameter } from "flowlet";
  const add = task((x: number, y = 1) => x + y);
  const flow = new Flow("sums", () => { add(add(1, 2), new Parameter("last", { default: 5 })); });
  const registered = await flow.register({ project: "examples", description: "Adds." });
  console.log(JSON.stringify(registered));
`;

describe("flow.register() in a script", () => {
  test("stores the flow's code and prints the address of its page; again, and from another folder, it makes no new version; changed code does", async () => {
    const { client, endpoint, script } = await startRegistry();
    const folder = flowFolder({ "flow.ts": FLOW });
    const first = await script(join(folder, "flow.ts"));
    expect(first.stderr).toBe("");
    const [line, json] = first.stdout.trim().split("\n");
    const { id, flowGroupId, created, version } = JSON.parse(json!) as { id: string; flowGroupId: string; created: boolean; version: number };
    expect([line, created, version]).toEqual([`Flow: ${endpoint}/flow/${flowGroupId}`, true, 1]);
    const details = await client.getFlow({ flowId: id });
    expect(details).toMatchObject({
      name: "sums", projectName: "examples", version: 1, description: "Adds.", labels: [hostname()], source: join(folder, "flow.ts"), taskCount: 3, coreVersion: "0.1.0",
      parameters: [{ name: "last", required: false, default: 5, type: "number" }],
    });
    expect(details.tasks.map(({ slug }) => slug)).toEqual(["add-1", "add-2", "last"]);
    const again = await script(join(folder, "flow.ts"));
    expect(JSON.parse(again.stdout.trim().split("\n")[1]!)).toMatchObject({ id, created: false, version: 1 });
    const elsewhere = flowFolder({ "deep/er/flow.ts": FLOW });
    const moved = await script(join(elsewhere, "deep/er/flow.ts"));
    expect(JSON.parse(moved.stdout.trim().split("\n")[1]!)).toMatchObject({ id, created: false });
    writeFiles(folder, { "flow.ts": FLOW.replace("x + y)", "x + y + 1)") });
    const changed = await script(join(folder, "flow.ts"));
    const second = JSON.parse(changed.stdout.trim().split("\n")[1]!) as { id: string };
    expect(second).toMatchObject({ flowGroupId, created: true, version: 2 });
    expect((await client.getFlow({ flowId: id })).archived).toBe(true);
    moveAway(folder);
    const bundle = await client.getBundle({ bundleId: (await client.getFlow({ flowId: second.id })).bundleId });
    expect(await runBundled(bundle, "sums", { last: 10 })).toMatchObject({ state: "Success", results: { "add-2": 15, last: 10 } });
  });

  test.each([
    ["is made only where an argument says so", `import { Flow } from "flowlet"; if (process.argv[2] !== undefined || process.env.MAKE !== undefined) { const flow = new Flow("sometimes"); delete process.env.MAKE; await flow.register(); }`, "Flow sometimes could not be loaded from its stored code: evaluated again, it makes no flow."],
    ["has another name each time", `import { Flow } from "flowlet"; await new Flow("at " + process.pid).register();`, /Flow at \d+ could not be loaded from its stored code: evaluated again, it makes "at \d+" only\./],
    ["needs what the first run has changed", `import { Flow } from "flowlet"; if (process.env.MAKE === undefined) throw new Error("no MAKE"); const flow = new Flow("once"); delete process.env.MAKE; await flow.register();`, "Flow once could not be loaded from its stored code: Error: no MAKE."],
  ])("a flow that %s is refused, with the reason", async (_, code, message) => {
    const { client, script } = await startRegistry();
    const folder = flowFolder({ "flow.ts": code });
    const { stderr, exitCode } = await script(join(folder, "flow.ts"), { MAKE: "1" });
    expect(exitCode).toBe(1);
    if (typeof message === "string") expect(stderr).toContain(message);
    else expect(stderr).toMatch(message);
    expect((await client.listFlows({})).items).toEqual([]);
  });

  test("without a server says where it looked and what to do", async () => {
    const { script } = await startRegistry();
    const folder = flowFolder({ "flow.ts": FLOW });
    const { stderr, exitCode } = await script(join(folder, "flow.ts"), { FLOWLET__SERVER__ENDPOINT: "http://127.0.0.1:9" });
    expect([exitCode, stderr.includes("No Flowlet server answers at http://127.0.0.1:9")]).toEqual([1, true]);
  });

  test("warns where the file by itself makes another flow than the program had", async () => {
    const { client, script } = await startRegistry();
    const folder = flowFolder({
      "flows.ts": `import { Flow, task } from "flowlet"; export const give = task(() => 1); export const flow = new Flow("grows", () => { give(); });`,
      "main.ts": `import { flow, give } from "./flows.ts"; flow.build(() => { give(); }); await flow.register();`,
    });
    const { stdout, stderr } = await script(join(folder, "main.ts"));
    expect(stdout + stderr).toContain(`Flow grows has 2 tasks here, and 1 task where ${join(folder, "flows.ts")} is evaluated by itself: the latter is what is registered.`);
    expect((await client.listFlows({})).items).toMatchObject([{ name: "grows", taskCount: 1 }]);
  });
});

describe("registering code that a host has", () => {
  const code = () => bundleSource(`import { Flow } from "flowlet"; new Flow("hosted");`, { resolveDir: flowFolder({}), name: "report.ipynb" });
  const schedule = new Schedule([new IntervalClock(3_600_000, { startDate: new Date("2030-01-01T00:00:00Z") })]);

  test("adds the labels of flow, run config, call and machine; the schedule counts as one says, also where nothing else has changed", async () => {
    const { client } = await startRegistry();
    const flow = new Flow("hosted", { labels: ["flow"], runConfig: new LocalRun({ labels: ["config", "flow"], env: { A: "1" }, workingDir: "/data" }), schedule });
    const host = { client, code: await code() };
    const first = await registerFlow(flow, { labels: ["call"], setScheduleActive: false }, host);
    const { labels, runConfig, isScheduleActive, schedule: stored, source } = await client.getFlow({ flowId: first.id });
    expect({ labels: labels.toSorted(), runConfig, isScheduleActive, stored, source: source?.split("/").at(-1) }).toEqual({
      labels: ["call", "config", "flow", hostname()].sort(), runConfig: { env: { A: "1" }, workingDir: "/data" }, isScheduleActive: false, stored: schedule.toJson(), source: "report.ipynb",
    });
    const again = await registerFlow(flow, { labels: ["call"], setScheduleActive: true }, host);
    expect([again.created, again.version, (await client.getFlow({ flowId: first.id })).isScheduleActive]).toEqual([false, 1, true]);
    const bare = await context.with({ config: { flows: { defaults: { storage: { addDefaultLabels: false } } } } } as ContextEntries, () => registerFlow(new Flow("bare"), { project: "other" }, host));
    expect((await client.getFlow({ flowId: bare.id })).labels).toEqual([]);
    expect((await registerFlow(flow, { labels: ["call"], idempotencyKey: "mine" }, host)).version).toBe(2);
    expect((await registerFlow(flow, { labels: ["more"], idempotencyKey: "mine" }, host)).created).toBe(false);
  });

  test("build: false keeps the code of the newest version", async () => {
    const { client } = await startRegistry();
    await expect(registerFlow(new Flow("hosted"), { build: false }, { client })).rejects.toMatchObject({ code: "FLOW_NOT_REGISTERED", message: expect.stringContaining("Flow hosted is not registered in project default.") as unknown });
    const first = await registerFlow(new Flow("hosted"), {}, { client, code: await code() });
    const second = await registerFlow(new Flow("hosted", { schedule }), { build: false, labels: ["gpu"] }, { client });
    expect([second.version, second.flowGroupId]).toEqual([2, first.flowGroupId]);
    const [one, two] = [await client.getFlow({ flowId: first.id }), await client.getFlow({ flowId: second.id })];
    expect([two.bundleId, two.source, two.labels.includes("gpu"), two.schedule]).toEqual([one.bundleId, one.source, true, schedule.toJson()]);
  });

  test("defaults that JSON can not hold stay in the code", async () => {
    const { client } = await startRegistry();
    const flow = new Flow("hosted");
    for (const parameter of [new Parameter("map", { default: new Map() }), new DateTimeParameter("when", { default: new Date(0) }), new Parameter("list", { default: [1, 2] }), new Parameter("maybe", { required: false })]) flow.addTask(parameter as unknown as Task);
    const { id } = await registerFlow(flow, {}, { client, code: await code() });
    expect((await client.getFlow({ flowId: id })).parameters.map(({ name, required, default: value, type }) => [name, required, value, type])).toEqual([
      ["list", false, [1, 2], "number[]"], ["map", false, null, null], ["maybe", false, null, null], ["when", false, "1970-01-01T00:00:00.000Z", "Date"],
    ]);
  });
});
