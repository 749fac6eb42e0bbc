/** Every example is executed as a user would without a browser, and its outputs are what it says. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const JUPYTER = join(ROOT, ".venv", process.platform === "win32" ? "Scripts/jupyter.exe" : "bin/jupyter");
const folder = mkdtempSync(join(tmpdir(), "flowlet-examples-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

interface Output { output_type: string; text?: string | string[]; data?: Record<string, unknown>; ename?: string }
interface Notebook { cells: { id: string; cell_type: string; outputs?: Output[] }[]; metadata: { kernelspec?: { name: string } } }

const join_ = (text: string | string[] | undefined) => (Array.isArray(text) ? text.join("") : (text ?? ""));
const nbconvert = (...options: string[]) => promisify(execFile)(JUPYTER, ["nbconvert", ...options], { cwd: folder, maxBuffer: 1 << 26, env: { ...process.env, FLOWLET__LOGGING__LEVEL: "INFO", FLOWLET__CACHE__FOLDER: "false" } });

async function execute(name: string): Promise<Notebook> {
  // Where nothing is kept from before.
  const own = join(folder, name.replace(".ipynb", ""));
  mkdirSync(own);
  copyFileSync(join(ROOT, "examples", name), join(own, name));
  await nbconvert("--execute", "--to", "notebook", "--output-dir", folder, join(own, name));
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as Notebook;
}

test.each(readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".ipynb")))("%s says which kernel it is for, and is saved without outputs", (name) => {
  const notebook = JSON.parse(readFileSync(join(ROOT, "examples", name), "utf8")) as Notebook;
  expect(notebook.metadata.kernelspec?.name).toBe("flowlet");
  expect(notebook.cells.flatMap((cell) => cell.outputs ?? [])).toEqual([]);
});

describe("01-thinking-prefectly.ipynb", () => {
  let notebook: Notebook;
  beforeAll(async () => { notebook = await execute("01-thinking-prefectly.ipynb"); });

  const outputs = (id: string) => notebook.cells.find((cell) => cell.id === id)?.outputs ?? [];
  const printed = (id: string) => outputs(id).filter((output) => output.output_type === "stream").map((output) => join_(output.text)).join("");
  const flow = (id: string) => outputs(id).map((output) => output.data?.["application/vnd.flowlet.flow+json"]).find((data) => data !== undefined) as { nodes: { id: string; state?: string; kind?: string }[]; state?: string };
  const states = (id: string) => Object.fromEntries(flow(id).nodes.filter((node) => node.kind !== "constant").map((node) => [node.id, node.state]));

  test("runs from top to bottom without an error", () => {
    expect(notebook.cells.flatMap((cell) => cell.outputs ?? []).filter((output) => output.output_type === "error")).toEqual([]);
  });

  test("a task's function runs by itself, and a Task class is configured by its constructor", () => {
    expect(printed("hello")).toBe("Hello, world!\n");
    expect(join_(outputs("class")[0].data?.["text/plain"] as string)).toBe("42");
  });

  test("the first flow has two copies of add, and its picture ends with both successful", () => {
    expect(states("first-flow")).toEqual({ "add-1": "Success", "add-2": "Success" });
    expect(flow("first-flow").state).toBe("Success");
  });

  test("running prints the log of every step", () => {
    const log = printed("run");
    expect(log).toMatch(/INFO - flowlet\.FlowRunner \| Beginning Flow run for 'My first flow!'/);
    expect(log.match(/Task 'add': Finished task run for task with final state: 'Success'/g)).toHaveLength(2);
    expect(log).toMatch(/Flow run SUCCESS: all reference tasks succeeded\n.*\| 2 tasks: 2 run \(\d+ ms\)\n$/);
  });

  test("the schedule sleeps and runs three times", () => {
    expect(printed("schedule").match(/Waiting for next scheduled run at/g)).toHaveLength(3);
    expect(printed("schedule")).toMatch(/ran 3 times\n$/);
  });

  test("the Parameter is greeted among the logs", () => {
    expect(printed("run-parameter")).toMatch(/Starting task run\.\.\.\nHello, Marvin!\n\[.*Task 'sayHello': Finished/);
    expect(flow("parameter").nodes.find((node) => node.id === "name")?.kind).toBe("parameter");
  });

  test("the imperative flow keeps what is equal and grows by the functional API", () => {
    expect(states("imperative-flow")).toMatchObject({ "add-1": "Cached", "add-2": "Cached", "sayHello-1": "Success" });
    expect(states("mix")).toMatchObject({ "add-1": "Cached", "add-3": "Success", "sayHello-1": "Success" });
  });

  test("an unreliable task is retried", () => {
    expect(printed("retries").match(/attempt \d/g)).toEqual(["attempt 1", "attempt 2", "attempt 3"]);
    expect(printed("retries")).toMatch(/Error: the service is not there yet\n {4}at unreliable.*Cell \[\d+\], line 5/);
    expect(states("retries")).toEqual({ "unreliable-1": "Success" });
  });

  test("a task runs only when another has failed", () => {
    expect(states("failure")).toEqual({ "download-1": "Failed", "parse-1": "TriggerFailed", "report-1": "Success", "cleanUp-1": "Success" });
    expect(flow("failure").state).toBe("Success");
  });

  test("as HTML every task is drawn with its name and last state", async () => {
    await nbconvert("--to", "html", "--output-dir", folder, join(folder, "01-thinking-prefectly.ipynb"));
    const html = readFileSync(join(folder, "01-thinking-prefectly.html"), "utf8");
    // nbconvert puts an SVG into the page as an image.
    const images = [...html.matchAll(/data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/g)].map(([, data]) => Buffer.from(data, "base64").toString("utf8"));
    const pictures = images.filter((svg) => /class=['"]flowlet['"]/.test(svg));
    expect(pictures).toHaveLength(6);
    const text = (svg: string) => svg.replaceAll(/<style>[\s\S]*?<\/style>/g, "").replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    expect(text(pictures.at(-1) as string)).toMatch(/download/);
    for (const word of ["download", "parse", "report", "cleanUp", "Failed", "TriggerFailed", "Success"]) expect(text(pictures.at(-1) as string)).toContain(word);
  });
});

describe("02-mapping-and-branching.ipynb", () => {
  let notebook: Notebook;
  beforeAll(async () => { notebook = await execute("02-mapping-and-branching.ipynb"); });
  const flow = (id: string) => notebook.cells.find((cell) => cell.id === id)?.outputs?.map((output) => output.data?.["application/vnd.flowlet.flow+json"]).find((data) => data !== undefined) as { nodes: { id: string; state?: string; children?: object }[] };
  const node = (cell: string, id: string) => flow(cell).nodes.find((one) => one.id === id);

  test("runs from top to bottom: what it says about results is asserted in its cells", () => {
    expect(notebook.cells.flatMap((cell) => cell.outputs ?? []).filter((output) => output.output_type === "error")).toEqual([]);
  });

  test("a mapped task's picture tells the states of its children: one element more runs one child more", () => {
    expect(node("mapped-flow", "temperature-1")).toMatchObject({ state: "Mapped", children: { Success: 3 } });
    expect(node("one-more", "measure-1")).toMatchObject({ state: "Mapped", children: { Cached: 2, Success: 1 } });
    expect(node("flatten", "check-1")).toMatchObject({ children: { Success: 2, Failed: 1 } });
  });

  test("the branch that was not taken is skipped, and the resource is cleaned up after a failure", () => {
    expect([node("case", "sample-1")?.state, node("case", "everything-1")?.state].sort()).toEqual(["Skipped", "Success"].sort());
    expect(node("resource", "Workspace.cleanup-1")?.state).toBe("Success");
  });
});

describe("03-only-what-has-changed.ipynb", () => {
  let notebook: Notebook;
  beforeAll(async () => { notebook = await execute("03-only-what-has-changed.ipynb"); });
  const outputs = (id: string) => notebook.cells.find((cell) => cell.id === id)?.outputs ?? [];
  const printed = (id: string) => outputs(id).filter((output) => output.output_type === "stream").map((output) => join_(output.text)).join("");
  const shown = (id: string) => join_(outputs(id).find((output) => output.data?.["text/plain"] !== undefined)?.data?.["text/plain"] as string);

  test("runs from top to bottom: what it says about results is asserted in its cells", () => {
    expect(notebook.cells.flatMap((cell) => cell.outputs ?? []).filter((output) => output.output_type === "error")).toEqual([]);
  });

  test("the second run shows again what was printed, and says what was kept", () => {
    expect(printed("again")).toMatch(/^load: kept from .*, saved 4\d\d ms\n│ loading Monday$/m);
    expect(printed("again")).toMatch(/5 tasks: 4 kept \(saved 6\d\d ms\), 1 run/);
  });

  test("the plan names the helper and its cell, and follows what an edit leads to", () => {
    expect(shown("show-plan")).toMatch(/^Plan of flow "Orders": 3 of 5 tasks run/);
    expect(shown("show-plan")).toMatch(/clean-1 +stale +\d+ ms +helper `isLarge` changed \(cell \d+\)/);
    expect(shown("show-plan")).toMatch(/total-1 +stale .*follows `clean`, which runs \(unless its result is equal\)/);
  });

  test("what came from the clock is planned as from outside", () => {
    expect(shown("clock")).toMatch(/now-1 +outside .*the clock/);
  });
});
