/** What is taken along of a notebook when a flow is registered: what the flow needs, as it is now, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  /** Texts that must not be in the slice. */
  readonly hasNot?: readonly string[];
  /** Local modules. */
  readonly files?: Record<string, string>;
  /** Slugs depend on the order in which cells were run. */
  readonly otherSlugs?: true;
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
    results: { "add-1": 2, "add-2": 12, "add-3": 112 }, otherSlugs: true,
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
  {
    what: "cells that were run again without a change",
    cells: [
      ["1", `const step = 2; const settings: Record<string, number> = {};`],
      ["2", `settings.step = step; const doubled = step * 2;`],
      ["3", `const tell = task((x: number) => [x, settings.step]);\nconst flow = new Flow("Again", () => { tell(doubled); });`],
      ["1", `const step = 2; const settings: Record<string, number> = {};`],
      ["2", `settings.step = step; const doubled = step * 2;`],
      ["2", `settings.step = step; const doubled = step * 2;`],
    ],
    results: { "tell-1": [4, 2] },
  },
  {
    what: "an assignment of a cell that was edited: the older one is not there",
    cells: [
      ["1", `const options: Record<string, number> = { a: 0 };`],
      ["2", `options.a = 1;`],
      ["3", `const tell = task(() => options.a);\nconst flow = new Flow("Edited assignment", () => { tell(); });`],
      ["2", `options.a = 5;`],
    ],
    results: { "tell-1": 5 }, hasNot: ["options.a = 1"],
  },
  {
    what: "branches, resources and classes with static parts",
    cells: [
      ["1", `import { caseOf, merge } from "flowlet";\nclass Names { static #count = 0; static next() { return "n" + ++Names.#count; } }`],
      ["2", `const check = task(() => true); const yes = task(() => Names.next()); const no = task(() => "no"); const end = task((x: string) => x + "!");`],
      ["3", `const flow = new Flow("Branches", () => { const asked = check(); const results: any[] = []; caseOf(asked, true, () => { results.push(yes()); }); caseOf(asked, false, () => { results.push(no()); }); end(merge(results)); });`],
    ],
    results: { "end-1": "n1!" },
  },
  {
    what: "a value that is awaited at the top level, and a module that is imported only to be run",
    cells: [
      ["1", `import "./side-effect.ts";\nimport { answer } from "./local.ts";\nasync function load() { await Promise.resolve(); return [answer, (globalThis as any).sideEffect]; }\nconst data = await load();`],
      ["2", `const tell = task(() => data);\nconst flow = new Flow("Awaited", () => { tell(); });\nconst run = await flow.run();`],
    ],
    results: { "tell-1": [42, "ran"] }, hasNot: ["flow.run"],
    files: { "local.ts": "export const answer: number = 42; export const other = 1;", "side-effect.ts": `(globalThis as any).sideEffect = "ran";` },
  },
];

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });

describe("a slice makes the same flow, and the same results, elsewhere:", () => {
  for (const [index, { what, cells, results, parameters, hasNot = [], otherSlugs, files = {} }] of ROWS.entries()) {
    test(what, async () => {
      for (const [name, text] of Object.entries(files)) notebook.write(name, text);
      for (const [id, code] of cells) await notebook.cell(`${index}-${id}`, code);
      const sliced = await slice(notebook, "flow");
      for (const text of hasNot) expect(sliced.code).not.toContain(text);
      const run = await runElsewhere(sliced.code, parameters, files);
      if (otherSlugs !== true) expect(run.hash).toBe(sliced.hash);
      expect(run.results).toMatchObject(results);
    });
  }
});

interface Refusal {
  readonly what: string;
  readonly cells: readonly (readonly [id: string, code: string, fails?: "fails"])[];
  /** Of the error. */
  readonly says: readonly string[];
  readonly deletes?: string;
}

const MAKES_FLOW = `const useIt = task((x: number) => helper(x));\nconst flow = new Flow("Refused", () => { useIt(1); });`;

const REFUSALS: readonly Refusal[] = [
  {
    what: "a name of a cell that has failed",
    cells: [["1", `const helper = (x: number) => x;`], ["2", MAKES_FLOW], ["1", `const helper = (x: number) => x + 1; (() => { throw new Error("no"); })();`, "fails"]],
    says: ["helper is made by cell [", "which has failed: correct the cell and run it again"],
  },
  {
    what: "a name of a deleted cell", deletes: "1",
    cells: [["1", `const helper = (x: number) => x;`], ["2", MAKES_FLOW]],
    says: ["helper was made by cell [", "which is deleted: make it in another cell"],
  },
  {
    what: "a name that its cell makes no more",
    cells: [["1", `const helper = (x: number) => x;`], ["2", MAKES_FLOW], ["1", `const other = 1;`]],
    says: ["helper was made by an earlier version of cell [", "which makes it no more"],
  },
  {
    what: "a value that was made with what has been redefined by the same cell since",
    cells: [["1", `const rate = 2;`], ["2", `const table = rate * 10;`], ["3", `const tell = task(() => table);\nconst flow = new Flow("Stale", () => { tell(); });`], ["1", `const rate = 3;`]],
    says: ["table was made with an earlier rate", "run the cell of table again"],
  },
  {
    what: "a list that a cell has added to more than once",
    cells: [["1", `const list: number[] = [];`], ["2", `list.push(1);`], ["2", `list.push(1);`], ["3", `const tell = task(() => list);\nconst flow = new Flow("Pushed", () => { tell(); });`]],
    says: ["list was changed by an earlier run of cell [", "list.push(1)", "run the cell that makes list again, and then this one"],
  },
  {
    what: "a counter that was counted up by the same cell more than once",
    cells: [["1", `let count = 0;`], ["2", `count = count + 1;`], ["2", `count = count + 1; `], ["3", `const tell = task(() => count);\nconst flow = new Flow("Counted", () => { tell(); });`], ["2", `count = count + 1 + 0;`]],
    says: ["count"],
  },
  {
    what: "a name that no cell declares",
    cells: [["1", `// @ts-nocheck\nglobalThis.helper = (x) => x; (0, eval)("var secondHelper = 3");`], ["2", `// @ts-nocheck\nconst useIt = task((x) => helper(x) + secondHelper);\nconst flow = new Flow("Global", () => { useIt(1); });`]],
    says: ["helper, which useIt uses, exists in the kernel's memory only", "secondHelper, which useIt uses, exists in the kernel's memory only", "declare it in a cell"],
  },
  {
    what: "what only a notebook has",
    cells: [["1", `import * as tslab from "tslab";\nconst show = task(() => { display(1); tslab.display.text("x"); });\nconst quiet = task(() => { if (typeof prompt === "function") prompt("x"); });\nconst flow = new Flow("Displays", () => { show(); quiet(); });`]],
    says: ["show uses display, which exists in a notebook only", "tslab of tslab"],
  },
  {
    what: "the outcome of a run",
    cells: [["1", `const add = task((x: number) => x + 1); const first = new Flow("First", () => { add(1); });\nconst outcome = await first.run();`], ["2", `const tell = task(() => outcome.type);\nconst flow = new Flow("After a run", () => { tell(); });`]],
    says: ["outcome is the outcome of", "await first.run()", "which is not repeated"],
  },
];

describe("what can not be taken along is named, with what to do:", () => {
  for (const { what, cells, says, deletes } of REFUSALS) {
    test(what, async () => {
      const own = await Notebook.open();
      try {
        for (const [id, code, fails] of cells) {
          const ran = own.cell(id, code);
          if (fails === "fails") await expect(ran).rejects.toThrow();
          else await ran;
        }
        if (deletes !== undefined) await own.cell("deleting", "1", { deletedCells: [deletes] });
        const refusal = await slice(own, "flow").then(({ code }) => { throw new Error(`not refused:\n${code}`); }, (error: Error) => error.message);
        expect(refusal).toContain("can not be taken along from this notebook");
        for (const text of says) expect(refusal).toContain(text);
      } finally {
        await own.close();
      }
    });
  }
});

test("register says which values are made again on the agent", async () => {
  const own = await Notebook.open();
  try {
    await own.cell("1", `const data = await Promise.resolve([1]);\nconst unneeded = await Promise.resolve(2);`);
    await own.cell("2", `const tell = task(() => data);\nconst flow = new Flow("Notes", () => { tell(); });`);
    const { notes } = await slice(own, "flow");
    expect(notes).toEqual([expect.stringContaining("data (cell [2]) is made anew on the agent")]);
  } finally {
    await own.close();
  }
});

test("what stands behind the statement that asks has not run, and is not taken along", async () => {
  const own = await Notebook.open();
  try {
    await own.cell("1", `const helper = () => "before"; const tell = task(() => helper());\nconst flow = new Flow("Middle", () => { tell(); });`);
    const { stdout } = await own.cell("2", `// @ts-nocheck
      const { currentHost } = await import(${JSON.stringify(new URL("../../../lib/engine/embedding.js", import.meta.url).href)});
      console.log("CODE " + JSON.stringify((await currentHost().backend.slice(flow)).code));
      flow.build(() => { tell(); });
      const helper = () => "after";`);
    const code = JSON.parse(stdout.split("\n").find((line) => line.startsWith("CODE "))!.slice(5)) as string;
    expect(code).not.toContain("after");
    expect((await runElsewhere(code)).results).toEqual({ "tell-1": "before" });
  } finally {
    await own.close();
  }
});
