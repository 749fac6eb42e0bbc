/** What happens between cells and runs: classes that are defined again, code that changes while a task runs. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { reasonOf } from "./edits.ts";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });
beforeEach(() => { notebook.ran(); });

test("a class whose cell runs again unchanged makes new instances: a kept one would be no instance of it", async () => {
  const shape = "class Shape { size = 2; }";
  const check = (text: string) => `const check = task((one: Shape) => { ran("check"); return [one instanceof Shape, ${JSON.stringify(text)}]; });`;
  await notebook.cell("shape", shape);
  await notebook.cell("make", `const make = task(() => { ran("make"); return new Shape(); });`);
  await notebook.cell("check", check("a"));
  const flow = `const shapes = new Flow("shapes"); const checked = shapes.build(() => check(make()));`;
  await notebook.cell("flow", flow);
  await notebook.cell("run", "let shaped = await shapes.run(); shaped = await shapes.run();");
  expect(notebook.ran()).toEqual(["check", "make"]);
  await notebook.cell("shape", shape);
  await notebook.cell("check", check("b"));
  await notebook.cell("flow", flow);
  await notebook.cell("run", "shaped = await shapes.run();");
  expect(notebook.ran()).toEqual(["check", "make"]);
  expect(await notebook.value("shaped.result.get(checked).result[0]")).toBe(true);
});

test("a helper that is redefined while the task runs: the result is used, and not kept", async () => {
  await notebook.cell("f", `
    let step = (n: number) => n + 1;
    const change = task(() => { ran("change"); step = (n) => n + 10; return step(1); });
    const changes = new Flow("changes"); const changed = changes.build(() => change());`);
  const first = await notebook.cell("run", "let how = await changes.run(); changes");
  expect(await notebook.value("how.result.get(changed).result")).toBe(11);
  expect(await reasonOf(notebook, first, "change-1")).toBe("never run; not kept, because its code changed while it ran");
  await notebook.cell("run", "how = await changes.run();");
  expect(notebook.ran()).toEqual(["change", "change"]);
});

test("a cell that runs while a task waits redefines its helper: the result is used, and not kept", async () => {
  await notebook.cell("h", "const late = (n: number) => n + 1; let release = () => {};");
  await notebook.cell("f", `
    const waits = task(async () => { ran("waits"); await new Promise<void>((resolve) => { release = resolve; }); return late(1); });
    const waiting = new Flow("waiting"); const waited = waiting.build(() => waits()); const underWay = waiting.run();`);
  await expect.poll(() => notebook.ran(), { timeout: 10_000 }).toEqual(["waits"]);
  await notebook.cell("h2", "const late = (n: number) => n + 100;");
  await notebook.cell("r", "release(); const waitedFor = await underWay;");
  expect(await notebook.value("waitedFor.result.get(waited).result")).toBe(101);
  await notebook.cell("h2", "const late = (n: number) => n + 1;");
  await notebook.cell("r", "const again = waiting.run(); await new Promise((resolve) => setTimeout(resolve, 50)); release(); const second = await again;");
  expect(notebook.ran()).toEqual(["waits"]);
  expect(await notebook.value("second.result.get(waited).result")).toBe(2);
});

test("an unknown task runs every time, and says which name is why", async () => {
  await notebook.cell("f", `
    const odd = new WeakMap(); const watched = new Proxy({ n: 1 }, {}); const holder = { twice: () => 2 };
    const a = task(() => { ran("a"); return odd.has({}); }), b = task(() => { ran("b"); return watched.n; }), c = task(() => { ran("c"); return eval("1") as number; }), d = task(async (name: string) => { ran("d"); return (await import(name)).sep as string; });
    const unknowns = new Flow("unknowns", () => { a(); b(); c(); d("node:path"); });`);
  await notebook.cell("run", "await unknowns.run();");
  const shown = await notebook.cell("run", "await unknowns.run(); unknowns");
  expect(notebook.ran()).toEqual(["a", "a", "b", "b", "c", "c", "d", "d"]);
  expect(await Promise.all(["a", "b", "c", "d"].map((name) => reasonOf(notebook, shown, `${name}-1`)))).toEqual([
    "unknown: `odd`: a WeakMap can not be looked into", "unknown: `watched`: a Proxy can not be looked into", "unknown: it calls `eval`", "unknown: it imports while it runs",
  ]);
});

test("a cell that is run again without a change runs nothing, whatever it defines", async () => {
  const cell = `
    const table = new Map([["k", { f: (n: number) => n }]]); class One { #p = 1; static s = 2; get() { return this.#p + One.s; } }
    enum Kind { A = 1 } const key = Symbol("k"), tagged = { [key]: 3 }; const make = (k: number) => (n: number) => n * k, times = make(2);
    const all = task(() => { ran("all"); return table.get("k")!.f(1) + new One().get() + Kind.A + tagged[key] + times(2); }); const alls = new Flow("alls", () => { all(); });`;
  await notebook.cell("f", cell);
  await notebook.cell("run", "await alls.run();");
  await notebook.cell("f", cell);
  const shown = await notebook.cell("run", "await alls.run(); alls");
  expect(notebook.ran()).toEqual(["all"]);
  expect(await reasonOf(notebook, shown, "all-1")).toMatch(/^kept/);
});
