/** What is taken along of a notebook when a flow is registered: what the flow needs, as it is now, and nothing else. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Notebook } from "./notebook.ts";
import { runElsewhere, slice } from "./sliced.ts";

/** Cells in the order in which they are run: an id and a text. */
type Cells = readonly (readonly [id: string, code: string])[];

interface Row {
  readonly what: string;
  readonly cells: Cells;
  /** Results of some tasks, by slug. */
  readonly results: Record<string, unknown>;
  readonly parameters?: object;
  /** Texts that must, and must not be in the slice. */
  readonly has?: readonly string[];
  readonly hasNot?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    what: "a flow of one cell, without the cell's display",
    cells: [["1", `const add = task((x: number, y: number = 1): number => x + y);\nconst flow = new Flow("One", () => { add(1, 2); });\nflow`]],
    results: { "add-1": 3 }, hasNot: ["counting", "appendFileSync", "ran("],
  },
  {
    what: "a helper, a constant and a class of other cells, and nothing beside them",
    cells: [
      ["1", `const factor = 3; const unused = "not wanted";\nfunction scale(x: number): number { return x * factor; }\nfunction neverCalled() { return unused; }`],
      ["2", `class Box { constructor(readonly value: number) {} doubled() { return scale(this.value) * 2; } }\ninterface Shape { sides: number }\ntype Sides = Shape["sides"];`],
      ["3", `const boxed = task((n: Sides) => new Box(n).doubled());`],
      ["4", `const flow = new Flow("Helpers", () => { boxed(5); });`],
      ["5", `console.log(factor); const state = await flow.run(); state.isSuccessful()`],
    ],
    results: { "boxed-1": 30 }, hasNot: ["neverCalled", "console.log", "flow.run"],
  },
  {
    what: "a helper that was redefined in a later cell: as the flow's tasks use it now",
    cells: [
      ["1", `const helper = (x: number): string => "old " + x;`],
      ["2", `const useIt = task((x: number) => helper(x));\nconst flow = new Flow("Redefined", () => { useIt(1); });`],
      ["3", `const helper = (x: number): string => "new " + x;`],
    ],
    results: { "useIt-1": "new 1" }, hasNot: ["old "],
  },
  {
    what: "a cell that was edited and run again",
    cells: [
      ["1", `const helper = (x: number): string => "old " + x;`],
      ["2", `const useIt = task((x: number) => helper(x));\nconst flow = new Flow("Edited", () => { useIt(1); });`],
      ["1", `const helper = (x: number): string => "new " + x;`],
    ],
    results: { "useIt-1": "new 1" }, hasNot: ["old "],
  },
  {
    what: "a name that was used before it was redefined, and after",
    cells: [
      ["1", `const rate = 2; const first = rate * 10;`],
      ["2", `const rate = 5; const show = task((x: number) => [x, rate]);`],
      ["3", `const flow = new Flow("Twice", () => { show(first); });`],
    ],
    results: { "show-1": [20, 5] },
  },
  {
    what: "a let that later cells assign to",
    cells: [
      ["1", `let count = 1; let other = 1;`],
      ["2", `count = count + 10;`],
      ["3", `count *= 2; other = 5;`],
      ["4", `const tell = task(() => count);\nconst flow = new Flow("Let", () => { tell(); });`],
    ],
    results: { "tell-1": 22 }, hasNot: ["other"],
  },
  {
    what: "objects that later cells change, however they do it",
    cells: [
      ["1", `const config: Record<string, any> = { a: 1 }; const list: number[] = []; const map = new Map<string, number>(); const untouched: number[] = [];`],
      ["2", `config.x = 3;\nconfig["deep"] = { y: 1 };\nlist.push(1);\nmap.set("k", 7);\nuntouched.push(9);`],
      ["3", `const { deep } = config; deep.y = 2;\nfor (const n of [2, 3]) list.push(n);\nObject.assign(config, { z: 4 });\ndelete config.a;\nconsole.log(config, list.map(String));`],
      ["4", `const all = task(() => [config, list, [...map]]);\nconst flow = new Flow("Changes", () => { all(); });`],
    ],
    results: { "all-1": [{ x: 3, deep: { y: 2 }, z: 4 }, [1, 2, 3], [["k", 7]]] }, hasNot: ["untouched", "console"],
  },
  {
    what: "an object that a function changes, and not one that a function only looks at",
    cells: [
      ["1", `const options = { level: 1 }; const seen: string[] = [];\nfunction raise(target: { level: number }) { target.level++; }\nfunction look(target: { level: number }) { const out = []; out.push(target.level); return out; }\nfunction note() { seen.push("noted"); }`],
      ["2", `raise(options);\nlook(options);\nnote();`],
      ["3", `const level = task(() => [options.level, seen.length]);\nconst flow = new Flow("Functions", () => { level(); });`],
    ],
    results: { "level-1": [2, 1] }, hasNot: ["look("],
  },
  {
    what: "several cells that extend one flow, run in another order than they stand in",
    cells: [
      ["1", `const add = task((x: number, y: number = 1): number => x + y);\nconst flow = new Flow("Grown");\nconst one = flow.build(() => add(1));`],
      ["3", `const three = flow.build(() => add(one, 100));`],
      ["2", `const two = flow.build(() => add(one, 10));`],
      ["3", `const three = flow.build(() => add(two, 100));`],
    ],
    results: { "add-1": 2, "add-2": 12, "add-3": 112 },
  },
  {
    what: "the imperative API",
    cells: [
      ["1", `const flow = new Flow("Imperative"); const other = new Flow("Other");\nconst name = new Parameter<string>("name", { default: "you" });\nconst add = task((x: number, y: number = 1): number => x + y); const secondAdd = add.copy();`],
      ["2", `const say = task((person: string) => "Hello, " + person);\nflow.addTask(add); flow.addTask(secondAdd); flow.addTask(say);\nother.addTask(add);`],
      ["3", `say.setUpstream(secondAdd, { flow });\nadd.bind({ x: 1, y: 2 }, { flow });\nsecondAdd.bind({ x: add, y: 100 }, { flow });\nsay.bind({ person: name }, { flow });\nadd.bind({ x: 1, y: 3 }, { flow: other });`],
    ],
    results: { "add-1": 3, "add-2": 103, "say-1": "Hello, Marvin" }, parameters: { name: "Marvin" }, hasNot: ["other"],
  },
  {
    what: "task classes with options of other cells",
    cells: [
      ["1", `const retries = { maxRetries: 1, retryDelay: 1 }; const fallback = 7;`],
      ["2", `class AddTask extends Task<[x: number, y?: number], number> {\n  constructor(private readonly by: number) { super({ ...retries, name: "adding" }); }\n  run(x: number, y?: number) { return x + (y ?? this.by); }\n}`],
      ["3", `const adding = new AddTask(fallback);\nconst flow = new Flow("Classes", () => { adding(1); });`],
    ],
    results: { "adding-1": 8 },
  },
  {
    what: "a function that builds, called by a later cell",
    cells: [
      ["1", `const add = task((x: number) => x + 1);\nfunction report(n: number) { flow.build(() => { add(n); }); }`],
      ["2", `const flow = new Flow("Built by a function");`],
      ["3", `report(4);`],
    ],
    results: { "add-1": 5 },
  },
  {
    what: "built-in modules, merged, and only the names that are used",
    cells: [
      ["1", `import { join, basename, dirname } from "node:path";\nimport { createHash } from "node:crypto";`],
      ["2", `import { join, extname } from "node:path"; import * as path from "node:path"; import os from "node:os";`],
      ["3", `const parts = task((p: string) => [basename(p), extname(p), path.posix.join("a", "b"), join("x", "y")]);\nconst flow = new Flow("Imports", () => { parts("/a/b.txt"); });`],
    ],
    results: { "parts-1": ["b.txt", ".txt", "a/b", "x/y"] }, hasNot: ["dirname", "createHash", "node:os"],
  },
  {
    what: "an import that a later cell replaced, where both were used",
    cells: [
      ["1", `import { basename as nameOf } from "node:path";\nconst given = nameOf("/a/b.txt");`],
      ["2", `const nameOf = (x: string) => "named " + x;\nconst tell = task((x: string) => nameOf(x));\nconst flow = new Flow("Replaced import", () => { tell(given); });`],
    ],
    results: { "tell-1": "named b.txt" },
  },
  {
    what: "names of globals, enums, decorators' absence, destructuring and defaults",
    cells: [
      ["1", `enum Color { Red = "red", Blue = "blue" }\nconst { a, b: [c = 4, ...rest] } = { a: 1, b: [undefined, 2, 3] as (number | undefined)[] };\nconst URL = "shadowed"; class Map2 { static readonly one = 1; }`],
      ["2", `const all = task(() => [Color.Blue, a, c, rest, URL, Map2.one]);\nconst flow = new Flow("Syntax", () => { all(); });`],
    ],
    results: { "all-1": ["blue", 1, 4, [2, 3], "shadowed", 1] },
  },
  {
    what: "functions used before they are declared, and functions that need each other",
    cells: [
      ["1", `const early = double(4);\nfunction double(x: number): number { return x * 2; }\nfunction even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }`],
      ["2", `const tell = task(() => [early, even(10)]);\nconst flow = new Flow("Hoisted", () => { tell(); });`],
    ],
    results: { "tell-1": [8, true] },
  },
  {
    what: "an environment variable that a cell sets, where a task reads it",
    cells: [
      ["1", `process.env.SLICE_TOKEN = "t"; process.title;`],
      ["2", `const read = task(() => process.env.SLICE_TOKEN);\nconst flow = new Flow("Environment", () => { read(); });`],
    ],
    results: { "read-1": "t" }, hasNot: ["title"],
  },
  {
    what: "a flow in a list, and one that no name stands for",
    cells: [
      ["1", `const add = task((x: number) => x + 1);\nconst flows = { etl: new Flow("In an object", () => { add(2); }) }; const flow = flows.etl; flows.etl.build(() => { add(3); });`],
      ["2", `(globalThis as any).__proto__; 1`],
    ],
    results: { "add-1": 3, "add-2": 4 },
  },
  {
    what: "control flow around what is built",
    cells: [
      ["1", `const add = task((x: number) => x + 1); const wanted = true; const flow = new Flow("Conditional");`],
      ["2", `if (wanted) { flow.build(() => { add(1); }); } else { flow.build(() => { add(100); }); }\nfor (const n of [5, 6]) { flow.build(() => { add(n); }); }\ntry { flow.build(() => { add(9); }); } catch { console.log("no"); }`],
    ],
    results: { "add-1": 2, "add-2": 6, "add-3": 7, "add-4": 10 },
  },
  {
    what: "mapped tasks, parameters, reference tasks, state handlers and schedules of other cells",
    cells: [
      ["1", `import { mapped, IntervalSchedule } from "flowlet";\nconst numbers = new Parameter<number[]>("numbers", { default: [1, 2] });\nconst handler = () => undefined; const every = 3_600_000;`],
      ["2", `const square = task((x: number) => x * x); const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0));`],
      ["3", `const flow = new Flow("Mapped", { stateHandlers: [handler], schedule: new IntervalSchedule({ interval: every, startDate: new Date("2030-01-01") }) });\nconst { total } = flow.build(() => ({ total: sum(square.map(numbers)) }));\nflow.setReferenceTasks([total]);`],
    ],
    results: { "sum-1": 25 }, parameters: { numbers: [3, 4] },
  },
];

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });

describe("a slice makes the same flow, and the same results, elsewhere:", () => {
  for (const [index, { what, cells, results, parameters, has = [], hasNot = [] }] of ROWS.entries()) {
    test(what, async () => {
      for (const [id, code] of cells) await notebook.cell(`${index}-${id}`, code);
      const sliced = await slice(notebook, "flow");
      for (const text of has) expect(sliced.code).toContain(text);
      for (const text of hasNot) expect(sliced.code).not.toContain(text);
      const run = await runElsewhere(sliced.code, parameters);
      expect(run.hash).toBe(sliced.hash);
      expect(run.results).toMatchObject(results);
    });
  }
});

afterEach(() => undefined);
