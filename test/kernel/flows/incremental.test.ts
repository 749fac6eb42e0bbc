/** Results kept between cell executions: edits in a real kernel, counted by what the tasks write to disk. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });

interface Edit {
  readonly name: string;
  /** Cells before the edit, run once; then `edit` replaces one of them. The flow is built by the cell "flow". */
  readonly cells: Record<string, string>;
  readonly edit: Record<string, string>;
  /** Which tasks run after the edit, and the value of `last`. */
  readonly runs: string[];
  readonly value: unknown;
  readonly files?: Record<string, string>;
  readonly editFiles?: Record<string, string>;
}

/** Results are kept by content, so each case's tasks differ from the other cases' by a text that does nothing. */
let number = 0;
const flowCell = () => `
  const load = task(() => { ran("load"); return [1, 2, 3]; });
  const flow = new Flow("edits");
  const { last } = flow.build(() => { const rows = load(); const used = work(rows); return { last: after(used) }; });
`;
const afterCell = () => `const after = task((x: number) => { ran("after"); "case ${number}"; return x + 1; });`;
const work = (body: string) => `const work = task((rows: number[]) => { ran("work"); caseNumber; return ${body}; });`;

const edits: Edit[] = [
  { name: "nothing", cells: { work: work("rows.length") }, edit: {}, runs: [], value: 4 },
  { name: "a comment, the layout, a type and the name of a local", cells: { work: work("rows.length") }, edit: { work: `const work = task((list: readonly number[]) => {\n  // counts\n  ran("work"); caseNumber;\n  return (list.length);\n});` }, runs: [], value: 4 },
  { name: "the task itself", cells: { work: work("rows.length") }, edit: { work: work("rows.length * 10") }, runs: ["after", "work"], value: 31 },
  { name: "the task, to an equal result: the wave stops", cells: { work: work("rows.length") }, edit: { work: work("rows.length * 1") }, runs: ["work"], value: 4 },
  { name: "a helper", cells: { helper: "const clean = (n: number) => n + 1;", work: work("clean(rows.length)") }, edit: { helper: "const clean = (n: number) => n + 2;" }, runs: ["after", "work"], value: 6 },
  { name: "a helper of a helper", cells: { deep: "const deep = (n: number) => n;", helper: "function clean(n: number) { return deep(n); }", work: work("clean(rows.length)") }, edit: { deep: "const deep = (n: number) => n * 2;" }, runs: ["after", "work"], value: 7 },
  { name: "a constant", cells: { constant: "const factor = 2;", work: work("rows.length * factor") }, edit: { constant: "const factor = 5;" }, runs: ["after", "work"], value: 16 },
  { name: "a let that is assigned in another cell", cells: { constant: "let factor = 2;", work: work("rows.length * factor") }, edit: { other: "factor = 5;" }, runs: ["after", "work"], value: 16 },
  { name: "an object's field", cells: { constant: "const config = { factor: 2, unused: [1] };", work: work("rows.length * config.factor") }, edit: { other: "config.factor = 5;" }, runs: ["after", "work"], value: 16 },
  { name: "an array's element", cells: { constant: "const weights = [1, 2];", work: work("rows.length * weights[1]") }, edit: { other: "weights[1] = 5;" }, runs: ["after", "work"], value: 16 },
  { name: "the value that a closure has captured", cells: { factory: "const times = (k: number) => (n: number) => n * k;", made: "const scale = times(2);", work: work("scale(rows.length)") }, edit: { made: "const scale = times(5);" }, runs: ["after", "work"], value: 16 },
  { name: "a class that the task makes", cells: { class: "class Counter { count(rows: number[]) { return rows.length; } }", work: work("new Counter().count(rows)") }, edit: { class: "class Counter { count(rows: number[]) { return rows.length * 2; } }" }, runs: ["after", "work"], value: 7 },
  { name: "a method of a base class", cells: { base: "class Base { count(rows: number[]) { return rows.length; } }", class: "class Counter extends Base {}", work: work("new Counter().count(rows)") }, edit: { base: "class Base { count(rows: number[]) { return rows.length * 2; } }", class: "class Counter extends Base {}" }, runs: ["after", "work"], value: 7 },
  { name: "a default argument", cells: { work: `const work = task((rows: number[], by: number = 1) => { ran("work"); caseNumber; return rows.length * by; });` }, edit: { work: `const work = task((rows: number[], by: number = 2) => { ran("work"); caseNumber; return rows.length * by; });` }, runs: ["after", "work"], value: 7 },
  { name: "what a task class was constructed with", cells: { class: `class Work extends Task<[rows: number[]], number> { by: number; constructor(by: number) { super(); this.by = by; } run(rows: number[]) { ran("work"); caseNumber; return rows.length * this.by; } }`, work: "const work = new Work(2);" }, edit: { work: "const work = new Work(5);" }, runs: ["after", "work"], value: 16 },
  { name: "a helper that another task uses", cells: { helper: "const other = (n: number) => n + 1; const unrelated = task(() => other(1));", work: work("rows.length") }, edit: { helper: "const other = (n: number) => n + 2; const unrelated = task(() => other(1));" }, runs: [], value: 4 },
  { name: "a local module", files: { "lib.ts": "export enum Factor { One = 1, Two = 2 }\nexport const scale = (n: number): number => n * Factor.Two;\n" }, cells: { module: `import { scale } from "./lib";`, work: work("scale(rows.length)") }, edit: {}, editFiles: { "lib.ts": "export enum Factor { One = 1, Two = 5 }\nexport const scale = (n: number): number => n * Factor.Two;\n" }, runs: ["after", "work"], value: 16 },
  { name: "a module that a local module imports", files: { "inner.ts": "export const by = 2;\n", "outer.ts": `import { by } from "./inner.ts";\nexport const scale = (n: number) => n * by;\n` }, cells: { module: `import { scale as outerScale } from "./outer.ts";`, work: work("outerScale(rows.length)") }, edit: {}, editFiles: { "inner.ts": "export const by = 5;\n" }, runs: ["after", "work"], value: 16 },
];

beforeEach(() => { notebook.ran(); });

describe("after an edit exactly the tasks run that must", () => {
  test.each(edits)("$name", async ({ cells, edit, runs, value, files = {}, editFiles = {} }) => {
    const runAll = async (texts: Record<string, string>) => {
      for (const [id, code] of Object.entries(texts)) await notebook.cell(id, code);
    };
    number++;
    for (const [name, text] of Object.entries(files)) notebook.write(name, text);
    await notebook.cell("case", `const caseNumber = ${number};`);
    await runAll({ ...cells, after: afterCell(), flow: flowCell() });
    await notebook.cell("run", "let state = await flow.run();");
    await notebook.cell("run", "state = await flow.run();");
    notebook.ran();
    for (const [name, text] of Object.entries(editFiles)) notebook.write(name, text);
    await runAll(edit);
    // The flow's own cell runs again too: a notebook's user re-runs what follows an edited cell.
    await notebook.cell("flow", flowCell());
    await notebook.cell("run", "state = await flow.run();");
    expect(notebook.ran()).toEqual(runs);
    expect(await notebook.value("state.result.get(last).result")).toBe(value);
    const kept = await notebook.value("[...state.result].filter(([, one]) => one.isCached()).length");
    expect(kept).toBe(3 - runs.length);
  });
});

test("an edit and its undo hit the results from before", async () => {
  const cell = (n: number) => notebook.cell("undo", `const twice = task(() => { ran("twice"); return ${n}; }); const undo = new Flow("undo", () => { twice(); });`);
  await cell(1);
  await notebook.cell("run", "await undo.run();");
  await cell(2);
  await notebook.cell("run", "await undo.run();");
  await cell(1);
  notebook.ran();
  await notebook.cell("run", "await undo.run();");
  expect(notebook.ran()).toEqual([]);
});

test("an edited helper needs no other cell to be run again", async () => {
  await notebook.cell("h", "const bump = (n: number) => n + 1;");
  await notebook.cell("f", `const useBump = task((n: number) => { ran("useBump"); return bump(n); }); const bumps = new Flow("bumps"); const bumped = bumps.build(() => useBump(1));`);
  await notebook.cell("r", "await bumps.run();");
  await notebook.cell("h", "const bump = (n: number) => n + 100;");
  await notebook.cell("r", "const bumpState = await bumps.run();");
  expect(notebook.ran()).toEqual(["useBump", "useBump"]);
  expect(await notebook.value("bumpState.result.get(bumped).result")).toBe(101);
});

test("a state-only upstream that acts makes what follows run again; one that is kept does not", async () => {
  await notebook.cell("f", `
    const acts = task(() => { ran("acts"); });
    const computes = task(() => { ran("computes"); return 1; });
    const follows = task((name: string) => { ran("follows " + name); return name; });
    const ordered = new Flow("ordered", () => {
      follows.with({ upstreamTasks: [acts()] })("acts");
      follows.with({ upstreamTasks: [computes()] })("computes");
    });`);
  await notebook.cell("r", "await ordered.run();");
  notebook.ran();
  await notebook.cell("r", "const orderedState = await ordered.run();");
  expect(notebook.ran()).toEqual(["acts", "follows acts"]);
});

test("each run says of every task why it ran or was kept", async () => {
  await notebook.cell("k", "const base = 1;");
  await notebook.cell("f", `
    const first = task((n: number) => { ran("first"); return n + base; });
    const nothing = task(() => { ran("nothing"); });
    const odd = task(() => { ran("odd"); return new Proxy({}, {}); });
    const proxied = new Proxy({}, {});
    const unknown = task(() => { ran("unknown"); return String(proxied); });
    const why = new Flow("why", () => { first(new Parameter<number>("n")); nothing(); odd(); unknown(); });
    why`);
  await notebook.cell("r", "await why.run({ n: 1 });");
  await notebook.cell("k", "const base = 2;");
  const run = await notebook.cell("r", "await why.run({ n: 1 }); why");
  const { flowId } = flowOf(run);
  const comm = await PictureComm.adopt(notebook.client);
  const snapshot = await comm.ask({ type: "snapshot", flowId });
  if (snapshot.type !== "snapshot") throw new Error(snapshot.type);
  const reasons = Object.fromEntries(Object.entries(snapshot.nodes).map(([id, status]) => [id, status.reason]));
  expect(reasons["first-1"]).toMatch(/^`base` changed \(cell \d+\)$/);
  expect(reasons["nothing-1"]).toBe("it returns nothing, so it acts: it runs every time");
  expect(reasons["unknown-1"]).toBe("unknown: `proxied`: a Proxy can not be looked into");
  expect(reasons["n"]).toBe("kept");
});

test("a scheduled run does not reuse results", async () => {
  await notebook.cell("f", `
    import { IntervalSchedule } from "flowlet";
    const ticking = task(() => { ran("ticking"); return 1; });
    const startsAt = new Date(Date.now() + 400);
    const everySoOften = new Flow("ticks", { schedule: new IntervalSchedule({ interval: 50, startDate: startsAt, endDate: new Date(startsAt.getTime() + 50) }) }, () => { ticking(); });
    await everySoOften.run({}, { runOnSchedule: false });
    const afterTicks = await everySoOften.run();`);
  expect(notebook.ran()).toEqual(["ticking", "ticking", "ticking"]);
});
