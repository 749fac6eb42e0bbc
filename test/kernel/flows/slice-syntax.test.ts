/** Slices of cells that are written in every way: each row is evaluated elsewhere. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook } from "./notebook.ts";
import { runElsewhere, slice } from "./sliced.ts";

interface Row {
  readonly what: string;
  readonly cells: readonly string[];
  readonly results: Record<string, unknown>;
  readonly hasNot?: readonly string[];
  readonly files?: Record<string, string>;
}

const ROWS: readonly Row[] = [
  {
    what: "tasks of a factory, in a list and in an object",
    cells: [
      `const suffix = "?"; const step = (name: string, by: number) => task((x: number) => x + by + suffix.length, { name });`,
      `const steps = [step("one", 1), step("two", 2)]; const named = { three: step("three", 3) };`,
      `const flow = new Flow("Factory", () => { let x: any = 0; for (const one of steps) x = one(x); named.three(x); });`,
    ],
    results: { "one-1": 2, "two-1": 5, "three-1": 9 },
  },
  {
    what: "an object that is changed through another name, and through what holds it",
    cells: [
      `const inner: number[] = []; const outer = { inner, deep: { list: [] as string[] } }; const alias = outer.deep; const { list } = outer.deep;`,
      `alias.list.push("a"); list.push("b"); inner.push(7);`,
      `const tell = task(() => outer); const flow = new Flow("Aliases", () => { tell(); });`,
    ],
    results: { "tell-1": { inner: [7], deep: { list: ["a", "b"] } } },
  },
  {
    what: "callbacks that run at once, and closures that run later",
    cells: [
      `const seen: number[] = []; const later: (() => number)[] = []; let total = 0;`,
      `[1, 2, 3].forEach((n) => { seen.push(n); total += n; }); later.push(() => total * 2);`,
      `const tell = task(() => [seen, total, later.map((one) => one())]); const flow = new Flow("Callbacks", () => { tell(); });`,
    ],
    results: { "tell-1": [[1, 2, 3], 6, [12]] },
  },
  {
    what: "destructuring into names that are there, swaps, chained and conditional assignments",
    cells: [
      `let a = 1, b = 2, c: number | undefined; let d = 0, e = 0; var f = 1;`,
      `[a, b] = [b, a]; c ??= 5; d = e = 4; if (a > 1) { f = 10; } else { f = 20; }`,
      `({ a } = { a: a + 100 });`,
      `const tell = task(() => [a, b, c, d, e, f]); const flow = new Flow("Assignments", () => { tell(); });`,
    ],
    results: { "tell-1": [102, 1, 5, 4, 4, 10] },
  },
  {
    what: "classes that extend each other, private and static parts, getters, generators and tagged templates",
    cells: [
      `abstract class Shape { abstract area(): number; get twice() { return this.area() * 2; } }\nfunction tag(parts: TemplateStringsArray, ...values: unknown[]) { return parts.raw.join("|") + values.join(","); }`,
      `class Square extends Shape { static made = 0; #side: number; constructor(side: number) { super(); this.#side = side; Square.made++; } area() { return this.#side ** 2; } }\nfunction* count(to: number) { for (let i = 0; i < to; i++) yield i; }`,
      `const square = new Square(3);`,
      `const tell = task(() => [square.area(), square.twice, Square.made, [...count(3)], tag\`a\${1}b\${2}\`]); const flow = new Flow("Classes", () => { tell(); });`,
    ],
    results: { "tell-1": [9, 18, 1, [0, 1, 2], "a|b|1,2"] },
  },
  {
    what: "enums, namespaces, parameter properties and decorators",
    cells: [
      `enum Level { Low, High = 10, Text = "t" }\nnamespace Units { export const kilo = 1000; export function of(n: number) { return n * kilo; } }`,
      `function twice(_: any, __: string, descriptor: PropertyDescriptor) { const run = descriptor.value; descriptor.value = function (this: any, ...values: any[]) { return run.apply(this, values) * 2; }; }\nclass Meter { constructor(private readonly by: number) {} @twice read(x: number): number { return x * this.by; } }`,
      `const tell = task(() => [Level.High, Level.Text, Units.of(2), new Meter(3).read(4)]); const flow = new Flow("Emitted", () => { tell(); });`,
    ],
    results: { "tell-1": [10, "t", 2000, 24] },
  },
  {
    what: "the whole library under a name, exports, and names of globals",
    cells: [
      `import * as flowlet from "flowlet"; import type { Task as TaskType } from "flowlet";`,
      `export const Map = "mine"; export default function named() { return Map; }\nexport { named as other };`,
      `const add: TaskType<[number], number> = flowlet.task((x: number) => x + 1); const tell = flowlet.task(() => [named(), globalThis.Map.name]);`,
      `const flow = new flowlet.Flow("Whole", () => { add(1); tell(); });`,
    ],
    results: { "add-1": 2, "tell-1": ["mine", "Map"] },
  },
  {
    what: "modules that a task imports when it runs, JSON, CommonJS and require",
    cells: [
      `import data from "./data.json" with { type: "json" }; import legacy from "./legacy.cjs";`,
      `const tell = task(async () => { const { late } = await import("./late.mjs"); return [data.rows, legacy.value, late, (await import("node:path")).sep]; });`,
      `const flow = new Flow("Modules", () => { tell(); });`,
    ],
    results: { "tell-1": [[1, 2], "old", "late", "/"] },
    files: { "data.json": `{"rows":[1,2]}`, "legacy.cjs": `module.exports = { value: "old" };`, "late.mjs": `export const late = "late";` },
  },
  {
    what: "an async function that builds, and a flow that is made by a function",
    cells: [
      `const add = task((x: number) => x + 1); async function make(name: string) { const made = new Flow(name); await Promise.resolve(); made.build(() => { add(1); }); return made; }`,
      `const flow = await make("Made"); await flow.build(async () => { await Promise.resolve(); add(5); });`,
    ],
    results: { "add-1": 2, "add-2": 6 },
  },
  {
    what: "a name that a cell has only looked at, printed, displayed or plotted",
    cells: [
      `const rows = [{ x: 1 }, { x: 2 }]; const describe = (list: { x: number }[]) => list.map((one) => one.x).join(); function plot(list: { x: number }[]) { display.text(describe(list)); return list.length; }`,
      `rows.length; console.table(rows); display(rows); plot(rows); describe(rows); rows.map((row) => row.x); JSON.stringify(rows); for (const row of rows) console.log(row.x);`,
      `const tell = task(() => rows); const flow = new Flow("Looked at", () => { tell(); });`,
      `flow; await flow.run(); flow.plan(); const outcome = await flow.run(); outcome.type; flow.visualize();`,
    ],
    results: { "tell-1": [{ x: 1 }, { x: 2 }] }, hasNot: ["console", "display", "describe", "plot", "outcome", "visualize"],
  },
  {
    what: "labelled loops, switches and blocks of the top level that change what is needed",
    cells: [
      `const counts: Record<string, number> = {}; let mode = "b";`,
      `outer: for (const x of ["a", "b"]) { for (const y of [1, 2]) { if (y === 2) continue outer; counts[x] = y; } }\nswitch (mode) { case "b": { counts.mode = 2; break; } default: counts.mode = 3; }\n{ const local = 5; counts.local = local; }\nwhile (mode.length < 3) mode += "b";`,
      `const tell = task(() => [counts, mode]); const flow = new Flow("Statements", () => { tell(); });`,
    ],
    results: { "tell-1": [{ a: 1, b: 1, mode: 2, local: 5 }, "bbb"] },
  },
  {
    what: "handlers, schedules and results of a flow's options that refer to other cells",
    cells: [
      `const notes: string[] = []; const note = (text: string) => { notes.push(text); };`,
      `const handler = (_: unknown, __: unknown, state: { type: string }) => { note(state.type); };`,
      `const add = task((x: number) => x + 1, { stateHandlers: [handler] }); const tell = task((_: number) => [...notes]);`,
      `const flow = new Flow("Handlers", { onFailure: () => note("failed") }, () => { tell(add(1)); });`,
    ],
    results: { "add-1": 2, "tell-1": ["Running", "Success"] },
  },
  {
    what: "a task that was redefined after the flow was built keeps being the one that the flow has",
    cells: [
      `const act = task((x: number) => x + 1);`,
      `const flow = new Flow("Kept task", () => { act(1); });`,
      `const act = task((x: number) => x + 1000, { name: "act" });`,
    ],
    results: { "act-1": 2 },
  },
  {
    what: "resources that are disposed of when their cell ends",
    cells: [
      `const log: string[] = []; class Resource { [Symbol.dispose]() { log.push("disposed"); } }\nusing resource = new Resource(); log.push("used");`,
      `const tell = task(() => log); const flow = new Flow("Using", () => { tell(); });`,
    ],
    results: { "tell-1": ["used", "disposed"] },
  },
];

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });

for (const [row, { what, cells, results, hasNot = [], files = {} }] of ROWS.entries()) {
  test(what, async () => {
    for (const [name, text] of Object.entries(files)) notebook.write(name, text);
    for (const [index, code] of cells.entries()) await notebook.cell(`${row}-${index}`, code);
    const sliced = await slice(notebook, "flow");
    for (const text of hasNot) expect(sliced.code).not.toContain(text);
    const run = await runElsewhere(sliced.code, {}, files);
    expect(run.hash).toBe(sliced.hash);
    expect(run.results).toMatchObject(results);
  });
}

test("a long notebook: only what the flow needs of it", async () => {
  await notebook.cell("head", `const list: number[] = []; const f0 = (x: number) => x;`);
  for (let i = 1; i <= 120; i++) await notebook.cell(`c${i}`, `const f${i} = (x: number): number => f${i - 1}(x) + 1; list.push(f${i}(0)); const t${i} = task((x: number) => f${i}(x));`);
  await notebook.cell("flow", `const flow = new Flow("Long", () => { ${Array.from({ length: 120 }, (_, i) => `t${i + 1}(${i});`).join(" ")} });`);
  const sliced = await slice(notebook, "flow");
  expect(sliced.code).not.toContain("list.push");
  const run = await runElsewhere(sliced.code);
  expect(run.hash).toBe(sliced.hash);
  expect(run.results["t120-1"]).toBe(239);
});
