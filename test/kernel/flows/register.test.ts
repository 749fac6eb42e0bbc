/** Flows of a notebook on a real server: registering, and watching the server's runs in the notebook. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import type { KernelMessage } from "../../../protocol/comm-messages.ts";
import { startServer, type RunningServer } from "../../../server/process/start-server.ts";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";
import { runElsewhere } from "./sliced.ts";

let home: string;
let server: RunningServer;
let client: FlowletClient;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "flowlet-home-"));
  server = await startServer({ port: 0, homeDir: home });
  client = new FlowletClient({ endpoint: server.endpoint });
});
afterAll(async () => {
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

let notebook: Notebook;
const environment = () => ({ HOME: home, FLOWLET__SERVER__ENDPOINT: server.endpoint, FLOWLET__SERVER__UI__ENDPOINT: server.endpoint, FLOWLET__FLOWS__DEFAULTS__STORAGE__ADD_DEFAULT_LABELS: "false", JPY_SESSION_NAME: "work/report.ipynb" });
const open = async (files: Record<string, string> = {}) => (notebook = await Notebook.open(files, environment()));
afterEach(async () => { await notebook?.close(); });

const CELLS = [
  ["helpers", `import { shout } from "./local.ts";\nconst greeting = "Hello";\nconst unused = "not wanted";`],
  ["tasks", `const sayHello = task((person: string) => shout(greeting + ", " + person));`],
  ["flow", `const who = new Parameter<string>("name", { default: "you" });\nconst flow = new Flow("Say hi!", () => { sayHello(who); });\nflow`],
] as const;
const FILES = { "local.ts": `export function shout(text: string): string { return text + "!"; }` };

describe("flow.register() in a cell", () => {
  test("prints the flow's page, stores what the flow needs, and a run of what is stored gives the same", async () => {
    await open(FILES);
    for (const [id, code] of CELLS) await notebook.cell(id, code);
    const { stdout } = await notebook.cell("register", `const registered = await flow.register({ project: "examples" });`);
    expect(stdout).toMatch(new RegExp(`^Flow: ${server.endpoint}/flow/[0-9a-f-]{36}\n$`));
    expect(await notebook.value("[registered.version, registered.created, registered.project]")).toEqual([1, true, "examples"]);
    const flow = await client.getFlow({ flowId: await notebook.value("registered.id") as string });
    expect(flow.parameters).toEqual([{ name: "name", slug: "name", required: false, default: "you", type: "string" }]);
    expect(flow.tasks.map(({ slug }) => slug)).toEqual(["name", "sayHello-1"]);
    expect(flow.source).toBe(join(notebook.client.directory, "report.ipynb"));
    const { code } = await client.getBundle({ bundleId: flow.bundleId });
    expect(code).not.toContain("not wanted");
    const run = await runElsewhere(code, { name: "Marvin" });
    expect([run.name, run.results["sayHello-1"]]).toEqual(["Say hi!", "Hello, Marvin!"]);
    expect(run.hash).toBe(await notebook.value("flow.serializedHash()"));
  });

  test("registering again makes a new version only where the code has changed, also that of a local module", async () => {
    await open(FILES);
    for (const [id, code] of CELLS) await notebook.cell(id, code.replace("Say hi!", "Versions"));
    const versions = async () => [...(await notebook.cell("again", `const again = await flow.register({ project: "examples", quiet: true }); console.log(again.version, again.created);`)).stdout.trim().split(" ")];
    expect(await versions()).toEqual(["1", "true"]);
    expect(await versions()).toEqual(["1", "false"]);
    await notebook.cell("helpers", CELLS[0][1].replace("not wanted", "still not wanted"));
    await notebook.cell("tasks", CELLS[1][1]);
    await notebook.cell("flow", CELLS[2][1].replace("Say hi!", "Versions"));
    expect(await versions()).toEqual(["1", "false"]);
    await notebook.cell("helpers", CELLS[0][1].replace("Hello", "Good bye"));
    await notebook.cell("tasks", CELLS[1][1]);
    await notebook.cell("flow", CELLS[2][1].replace("Say hi!", "Versions"));
    expect(await versions()).toEqual(["2", "true"]);
    notebook.write("local.ts", `export function shout(text: string): string { return text.toUpperCase() + "!"; }`);
    expect(await versions()).toEqual(["3", "true"]);
  });

  test("a flow of several cells, of a local module and of a list can be registered", async () => {
    await open({ "flows.ts": `import { Flow, task } from "flowlet";\nconst add = task((x: number) => x + 1);\nexport const imported = new Flow("Imported", () => { add(1); });` });
    await notebook.cell("1", `import { imported } from "./flows.ts";\nconst twice = task((x: number) => x * 2); const flows = [new Flow("Listed", () => { twice(4); })];`);
    await notebook.cell("2", `imported.build(() => { twice(8); });`);
    await notebook.cell("3", `const both = [await imported.register({ project: "examples" }), await flows[0].register({ project: "examples" })];`);
    const ids = await notebook.value("both.map((one) => one.id)") as string[];
    const slugs = await Promise.all(ids.map(async (flowId) => (await client.getFlow({ flowId })).tasks.map(({ slug }) => slug)));
    expect(slugs).toEqual([["add-1", "twice-1"], ["twice-1"]]);
  });

  test("what is awaited at the top level is made again where it runs, and register says so", async () => {
    await open();
    await notebook.cell("1", `const rows = await Promise.resolve([1, 2]); const count = task(() => rows.length); const flow = new Flow("Awaited", () => { count(); });`);
    const { stdout } = await notebook.cell("2", `await flow.register({ project: "examples" });`);
    expect(stdout).toMatch(/WARNING.*rows \(cell \[2\]\) is made anew on the agent, whenever the flow is loaded: `const rows = await Promise/);
  });

  test("a flow that the cells do not make when they are evaluated by themselves is refused, with what differs", async () => {
    await open();
    await notebook.cell("1", `const add = task((x: number) => x + 1); const flow = new Flow("Differs");`);
    await notebook.cell("2", `const times = process.env.ONLY_HERE === undefined ? 1 : 2;\nfor (let i = 0; i < times; i++) flow.build(() => { add(i); });`);
    await notebook.cell("3", `flow.tasks.forEach((task) => (flow as any).nodes.get(task)); Object.defineProperty(process, "title", { value: "x" });`);
    await notebook.cell("4", `// @ts-nocheck\n(0, eval)("flow").addTask(add.copy());`);
    await expect(notebook.cell("5", `await flow.register({ project: "examples" });`)).rejects.toThrow(/makes? another flow than the notebook has: a task add is missing/);
  });

  test("without a server it says how to start one", async () => {
    notebook = await Notebook.open({}, { ...environment(), FLOWLET__SERVER__ENDPOINT: "http://localhost:1", FLOWLET__SERVER__UI__ENDPOINT: "http://localhost:1" });
    await notebook.cell("1", `const flow = new Flow("Alone", () => { task((x: number) => x)(1); });`);
    await expect(notebook.cell("2", `await flow.register();`)).rejects.toThrow(/No Flowlet server answers at http:\/\/localhost:1.*flowlet server start/);
  });
});

describe("the picture's buttons", () => {
  beforeEach(async () => {
    await open(FILES);
    for (const [id, code] of CELLS) await notebook.cell(id, code);
  });

  test("register stores the flow, and the picture gets the link to its page", async () => {
    const { flowId } = flowOf(await notebook.cell("show", "flow"));
    const comm = await PictureComm.adopt(notebook.client);
    const done = await comm.ask({ type: "register", flowId, project: "from the picture" }, (message) => message.type !== "action" || message.status === "finished");
    expect(done).toMatchObject({ type: "action", status: "finished", message: "Registered in project from the picture: version 1." });
    const shown = await comm.ask({ type: "snapshot", flowId }) as Extract<KernelMessage, { type: "snapshot" }>;
    expect(shown.project).toBe("from the picture");
    expect(shown.flow.link).toMatchObject({ project: "from the picture", version: 1, url: expect.stringContaining(`${server.endpoint}/flow/`) });
    const again = await comm.ask({ type: "register", flowId }, (message) => message.type !== "action" || message.status === "finished");
    expect(again).toMatchObject({ message: "Registered in project from the picture already: version 1 is the same." });
    expect(comm.messages().filter(({ type }) => type === "final").at(-1)).toMatchObject({ data: { "application/vnd.flowlet.flow+json": { link: { version: 1 } } } });
  });

  test("what is wrong is answered: no server's project, and what can not be taken along", async () => {
    const { flowId } = flowOf(await notebook.cell("show", "flow"));
    const comm = await PictureComm.adopt(notebook.client);
    for (const project of ["", " ", 3, "x".repeat(300)]) {
      expect(await comm.ask({ type: "register", flowId, project })).toMatchObject({ type: "error", code: "BAD_MESSAGE", message: "The project of a register message must be a text of 1 to 200 characters." });
    }
    await notebook.cell("forget", "1", { deletedCells: ["helpers"] });
    expect(await comm.ask({ type: "register", flowId }, ({ type }) => type === "error")).toMatchObject({ code: "NOT_IN_CELLS", message: expect.stringContaining("greeting was made by cell") });
  });
});

/** Speaks for the process of a run, as an agent's does. */
class RunProcess {
  readonly #flowRunId: string;
  readonly #processId = randomUUID();
  #sequence = 0;
  constructor(flowRunId: string) { this.#flowRunId = flowRunId; }

  async begin(): Promise<void> {
    const agent = await client.registerAgent({ name: "test", type: "LocalAgent", labels: [], hostname: "here", coreVersion: "0.1.0" });
    const { version } = await client.getFlowRun({ flowRunId: this.#flowRunId });
    await client.submitFlowRun({ agentId: agent.id, flowRunId: this.#flowRunId, version });
    await client.beginFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId, agentId: agent.id });
    await this.flow("Running");
  }
  async flow(type: "Running" | "Success" | "Failed" | "Cancelled"): Promise<void> { await this.#report({ kind: "flowState", state: this.#state(type) }); }
  async task(slug: string, type: "Running" | "Success" | "Failed"): Promise<void> {
    await this.#report({ kind: "taskState", slug, mapIndex: -1, taskName: slug, name: slug, state: this.#state(type), reason: "never run", resultPreview: "'Hello'" });
  }
  async log(slug: string, message: string): Promise<void> { await this.#report({ kind: "log", at: new Date().toISOString(), level: "INFO", logger: "sayHello", message, slug, mapIndex: -1 }); }
  #state(type: string): object { return { version: 1, type, message: `is ${type}`, at: Date.now() }; }
  async #report(entry: object): Promise<void> {
    await client.reportFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId, entries: [{ ...entry, sequence: ++this.#sequence } as never] });
  }
}

describe("flow.schedule() in a cell", () => {
  let comm: PictureComm;
  const follow = (run: string, matches: (message: Extract<KernelMessage, { type: "delta" }>) => boolean) => comm.next((message) => message.type === "delta" && message.flowId === run && matches(message));

  beforeEach(async () => {
    await open(FILES);
    for (const [id, code] of CELLS) await notebook.cell(id, code);
    await notebook.cell("register", `await flow.register({ project: "examples", quiet: true });`);
  });

  async function schedule() {
    const { outputs } = await notebook.cell("schedule", `const run = await flow.schedule({ name: "Marvin" }, { runName: "red-fox" });`);
    const shown = outputs.filter(({ header }) => header.msg_type === "display_data");
    expect(shown).toHaveLength(1);
    comm = await PictureComm.adopt(notebook.client);
    return { data: shown[0]!.content.data, displayId: shown[0]!.content.transient.display_id as string, flowRunId: await notebook.value("run.id") as string };
  }

  test("shows the run where it was scheduled: its picture, its name and its page", async () => {
    const { data, flowRunId } = await schedule();
    const flow = data["application/vnd.flowlet.flow+json"];
    expect(flow).toMatchObject({ flowId: `flow-run:${flowRunId}`, name: "Say hi!", state: "Scheduled", link: { run: "red-fox", url: `${server.endpoint}/flow-run/${flowRunId}`, project: "examples" } });
    expect(data["text/plain"]).toMatch(/^Flow run red-fox: http.*\nFlow "Say hi!": Scheduled, 2 tasks/);
    expect(data["image/svg+xml"]).toContain("<svg");
    expect((await client.getFlowRun({ flowRunId })).parameters).toEqual({ name: "Marvin" });
    const again = await notebook.cell("again", "run");
    expect(again.result["application/vnd.flowlet.flow+json"].flowId).toBe(`flow-run:${flowRunId}`);
    const once = await notebook.cell("once", "await flow.schedule({}, { runName: 'blue-fox' })");
    expect(once.outputs.filter(({ header }) => header.msg_type === "display_data")).toHaveLength(1);
    expect(once.result).toEqual({ "text/plain": expect.stringMatching(/^Flow run blue-fox: http/) });
  });

  test("its picture follows the run's states, and the outputs hold the last ones", async () => {
    const { flowRunId, displayId } = await schedule();
    const run = `flow-run:${flowRunId}`;
    const process = new RunProcess(flowRunId);
    await process.begin();
    await follow(run, (message) => message.run?.state === "Running");
    await process.task("sayHello-1", "Running");
    await follow(run, (message) => message.nodes["sayHello-1"]?.state === "Running");
    await process.log("sayHello-1", "working on it");
    await process.task("sayHello-1", "Success");
    await follow(run, (message) => message.nodes["sayHello-1"]?.state === "Success");
    const details = await comm.ask({ type: "details", flowId: run, nodeId: "sayHello-1" });
    expect(details).toMatchObject({ type: "details", details: { name: "sayHello", result: "'Hello'", logs: [{ text: "working on it" }], inputs: [{ key: "person", from: "name" }], history: expect.arrayContaining([expect.objectContaining({ state: "Success" })]) } });
    expect(await comm.ask({ type: "details", flowId: run, nodeId: "name" })).toMatchObject({ details: { status: { state: "Pending" } } });
    await process.task("name", "Success");
    await process.flow("Success");
    const final = await comm.next((message) => message.type === "final" && message.flowId === run) as Extract<KernelMessage, { type: "final" }>;
    expect(final.data["application/vnd.flowlet.flow+json"]).toMatchObject({ state: "Success", nodes: [{ state: "Success" }, { state: "Success" }] });
    const update = await notebook.client.waitFor(({ header, content }) => header.msg_type === "update_display_data" && content.transient.display_id === displayId);
    expect(update.content.data["text/plain"]).toContain("Success");
    const state = await notebook.cell("state", "(await run.state()).isSuccessful()");
    expect(state.result["text/plain"]).toBe("true");
  });

  test("Cancel in the picture cancels the run on the server; what makes no sense there is refused", async () => {
    const { flowRunId } = await schedule();
    const run = `flow-run:${flowRunId}`;
    for (const message of [{ type: "action", action: "run" }, { type: "action", action: "runTask", nodeId: "sayHello-1" }, { type: "register" }]) {
      expect(await comm.ask({ ...message, flowId: run })).toMatchObject({ type: "error", message: expect.stringContaining("shows a run on the server") });
    }
    expect(await comm.ask({ type: "cancel", flowId: run })).toMatchObject({ type: "action", status: "finished" });
    expect((await client.getFlowRun({ flowRunId })).state).toBe("Cancelled");
    expect(await comm.ask({ type: "snapshot", flowId: "flow-run:00000000-0000-7000-8000-000000000000" })).toMatchObject({ type: "error", code: "NOT_FOUND" });
    expect(await comm.ask({ type: "snapshot", flowId: "flow-run:../../x" })).toMatchObject({ type: "error" });
  });

  test("a kernel that was restarted takes the run up again when its picture asks", async () => {
    const { flowRunId } = await schedule();
    const process = new RunProcess(flowRunId);
    await process.begin();
    await process.task("sayHello-1", "Success");
    await notebook.close();
    await open(FILES);
    await notebook.cell("other", `new Flow("Other")`);
    comm = await PictureComm.adopt(notebook.client);
    const shown = await comm.ask({ type: "snapshot", flowId: `flow-run:${flowRunId}` });
    expect(shown).toMatchObject({ type: "snapshot", run: { state: "Running", running: true }, nodes: { "sayHello-1": { state: "Success" } } });
    await process.flow("Failed");
    await follow(`flow-run:${flowRunId}`, (message) => message.run?.state === "Failed");
  });
});
