/** A flow of a notebook runs without it: registered, the kernel shut down, the folder moved away; and the notebook follows a run of a real agent. */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KernelMessage } from "../../../protocol/comm-messages.ts";
import { Orchestra } from "../../agent/orchestra.ts";
import { Notebook, PictureComm } from "./notebook.ts";

const it = new Orchestra();
const folders: string[] = [];
beforeAll(async () => {
  await it.startServer();
  await it.agent();
});
afterAll(async () => {
  await it.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({ HOME: it.home, FLOWLET__HOME_DIR: it.path(".flowlet"), FLOWLET__SERVER__ENDPOINT: it.endpoint, FLOWLET__SERVER__UI__ENDPOINT: it.endpoint, FLOWLET__FLOWS__DEFAULTS__STORAGE__ADD_DEFAULT_LABELS: "false" });

const CELLS = [
  ["imports", `import { writeFileSync as write } from "node:fs";\nimport { shout, type Words } from "./text/shout.ts";`],
  ["helpers", `const config: Record<string, string> = { mark: "?" };\nenum Tone { Loud = "loud", Soft = "soft" }\nconst rows = await Promise.resolve([1, 2, 3]);`],
  ["more", `config.mark = "!";\nclass Greeting { constructor(readonly words: Words) {} text(): string { return shout(this.words.join(" ") + config.mark); } }`],
  ["tasks", `const greet = task((name: string, tone: Tone) => tone === Tone.Loud ? new Greeting(["hello", name]).text() : name);\nconst sum = task((numbers: number[]) => numbers.reduce((a, b) => a + b, rows.length));\nconst square = task((n: number) => n * n);`],
  ["flow", `const flow = new Flow("Unattended");\nconst greeting = flow.build(() => greet(new Parameter<string>("name"), Tone.Loud));`],
  ["grow", `const total = flow.build(() => sum(square.map(rows)));\nflow.setReferenceTasks([greeting, total]);`],
] as const;

test("registered from a notebook, a flow runs when the kernel is shut down and the notebook's folder has gone", async () => {
  const directory = mkdtempSync(join(tmpdir(), "flowlet-notebook-"));
  folders.push(directory, `${directory}-moved`);
  const notebook = await Notebook.open({}, environment(), directory);
  await notebook.cell("folder", `import { mkdirSync } from "node:fs"; mkdirSync("text");`);
  notebook.write("text/shout.ts", `import { loud } from "./loud.ts";\nexport type Words = readonly string[];\nexport function shout(text: string): string { return loud(text); }`);
  notebook.write("text/loud.ts", `export const loud = (text: string): string => text.toUpperCase();`);
  for (const [id, code] of CELLS) await notebook.cell(id, code);
  await notebook.cell("register", `const registered = await flow.register({ project: "examples" });`);
  const flowId = await notebook.value("registered.id") as string;
  const here = await notebook.cell("run here", `const state = await flow.run({ name: "Marvin" }); console.log("RESULTS", state.result.get(greeting)?.result, state.result.get(total)?.result)`);
  expect(here.stdout).toContain("RESULTS HELLO MARVIN! 17");
  await notebook.close();
  renameSync(directory, `${directory}-moved`);
  expect(existsSync(directory)).toBe(false);

  const { id } = await it.run(flowId, { parameters: { name: "Marvin" } });
  await it.until(id, "Success");
  const previews = Object.fromEntries(await Promise.all(["greet-1", "sum-1"].map(async (slug) => [slug, (await it.client.findTaskRun({ flowRunId: id, slug, mapIndex: -1 })).resultPreview])));
  expect(previews).toEqual({ "greet-1": "HELLO MARVIN!", "sum-1": "17" });
  const graph = (await it.client.getFlow({ flowId })).tasks.map(({ slug }) => slug);
  expect((await it.taskRuns(id)).map(({ slug }) => slug).sort()).toEqual(graph.sort());
});

test("a run of the agent is followed in the cell that has scheduled it, through a restart of the server", async () => {
  const notebook = await Notebook.open({}, environment());
  try {
    await notebook.cell("1", `import { existsSync as there } from "node:fs"; const gate = ${JSON.stringify(it.path("gate"))};\nconst first = task(() => 1); const wait = task(async (x: number) => { while (!there(gate)) await new Promise((resolve) => setTimeout(resolve, 50)); return x + 1; });\nconst times = task((x: number) => [x, x, x]); const each = task((x: number) => x);`);
    await notebook.cell("2", `const flow = new Flow("Followed", () => { each.map(times(wait(first()))); }); await flow.register({ project: "examples", quiet: true });`);
    await notebook.cell("3", "const run = await flow.schedule();");
    const comm = await PictureComm.adopt(notebook.client);
    const picture = `flow-run:${await notebook.value("run.id") as string}`;
    const told = (matches: (message: Extract<KernelMessage, { type: "delta" }>) => boolean) => comm.next((message) => message.type === "delta" && message.flowId === picture && matches(message));
    await told(({ nodes }) => nodes["wait-1"]?.state === "Running");
    await it.killServer();
    await it.startServer();
    await notebook.cell("4", `import { writeFileSync as open } from "node:fs"; open(gate, "");`);
    const final = await comm.next((message) => message.type === "final" && message.flowId === picture) as Extract<KernelMessage, { type: "final" }>;
    const shown = final.data["application/vnd.flowlet.flow+json"] as { state: string; nodes: { id: string; state: string; children?: object }[] };
    expect(shown.state).toBe("Success");
    expect(Object.fromEntries(shown.nodes.map(({ id, state, children }) => [id, children ?? state]))).toEqual({ "first-1": "Success", "wait-1": "Success", "times-1": "Success", "each-1": { Success: 3 } });
    const snapshot = await comm.ask({ type: "snapshot", flowId: picture }) as Extract<KernelMessage, { type: "snapshot" }>;
    expect(snapshot.run).toMatchObject({ state: "Success", running: false });
    expect(snapshot.nodes["wait-1"]).toMatchObject({ state: "Success", attempts: 1, duration: expect.any(Number) });
  } finally {
    await notebook.close();
  }
});
