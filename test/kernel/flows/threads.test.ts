import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;

beforeAll(async () => {
  notebook = await Notebook.open({
    "lib.ts": `import { by } from "./inner";\nexport enum Unit { Metre = 1, Foot = 3 }\nexport const convert = (n: number): number => n * Unit.Foot * by;\nexport class Length { n: number; constructor(n: number) { this.n = n; } get feet() { return convert(this.n); } }\nclass Unknown {}\nexport const unknown = () => new Unknown();\n`,
    "inner.ts": "export const by = 2;\n",
    "data.json": `{ "rate": 7 }`,
  });
  const folder = join(notebook.client.directory, "node_modules", "twice");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "twice", version: "1.0.0", type: "module", exports: "./index.js" }));
  writeFileSync(join(folder, "index.js"), "export default (n) => n * 2;\nexport class Box { constructor(n) { this.n = n; } }\n");
  await notebook.cell("imports", `
    import { ThreadExecutor, SKIP } from "flowlet";
    import { basename } from "node:path";
    import twice, { Box } from "twice";
    import { convert, Length } from "./lib";
    import data from "./data.json";
    const threads = new ThreadExecutor({ threads: 2 });
    const inThread = async (make: () => unknown, options = {}) => {
      const flow = new Flow("in a thread");
      const node = flow.build(make) as never;
      return (await flow.run({}, { executor: threads, ...options })).result.get(node) as State<any>;
    };`);
});

afterAll(async () => { await notebook.close(); });

/** Runs a task's function in a thread. @returns type and result, as JSON */
async function inThread(body: string, options = "{}"): Promise<unknown> {
  await notebook.cell("in-thread", `const threadState = await inThread(() => task(${body}, { name: "work" })(), ${options}); const threadResult = threadState.result instanceof Error ? threadState.result.message.replaceAll('"', "'") : threadState.result;`);
  return await notebook.value("[threadState.type, threadResult]");
}

test("a cell's function takes along helpers, values and classes of other cells", async () => {
  await notebook.cell("helper", `const factor = 3; let again: (n: number) => number = (n) => n; function scale(n: number): number { return n <= 0 ? 0 : factor + again(n - 1); } class Point { x = 1; norm() { return this.x; } } const URL = "hidden";`);
  await notebook.cell("other", `again = (n) => scale(n); const table = new Map([["a", { deep: [1, 2] }]]);`);
  expect(await inThread(`() => [scale(4), new Point().norm(), table.get("a"), URL]`)).toEqual(["Success", [12, 1, { deep: [1, 2] }, "hidden"]]);
});

test("values are those of now, also after another cell has changed them", async () => {
  await notebook.cell("now", "let now = 1; const list = [1];");
  expect(await inThread("() => [now, list]")).toEqual(["Success", [1, [1]]]);
  await notebook.cell("change", "now = 2; list.push(5);");
  expect(await inThread("() => [now, list]")).toEqual(["Success", [2, [1, 5]]]);
});

test("a helper that is declared later is found then", async () => {
  await notebook.cell("early", "// @ts-nocheck\nconst early = task(() => declaredLater(20), { name: 'early' });");
  await notebook.cell("first", "const firstEarly = await inThread(() => early());");
  expect(await notebook.value("[firstEarly.type, firstEarly.result.name]")).toEqual(["Failed", "ReferenceError"]);
  await notebook.cell("late", "const declaredLater = (n: number) => n + 1;");
  await notebook.cell("second", "const secondEarly = await inThread(() => early());");
  expect(await notebook.value("[secondEarly.type, secondEarly.result]")).toEqual(["Success", 21]);
});

test("a package, a module of Node, a local file with an enum, JSON and dynamic imports come from the notebook's loader", async () => {
  expect(await inThread(`async () => [twice(21), basename("/a/b.ts"), convert(1), new Length(2).feet, data.rate, (await import("./inner.ts")).by, (await import("twice")).default(1), require("node:path").sep]`))
    .toEqual(["Success", [42, "b.ts", 6, 12, 7, 2, 2, "/"]]);
});

test("instances of imported classes come back as such", async () => {
  await notebook.cell("back", `const back = await inThread(() => task(() => [new Length(2), new Box(3)])());`);
  expect(await notebook.value("[back.result[0] instanceof Length, back.result[0].feet, back.result[1] instanceof Box, back.result[1].n]")).toEqual([true, 12, true, 3]);
  expect(await inThread(`async () => (await import("./lib.ts")).unknown()`)).toEqual(["Failed", expect.stringMatching(/^In task work, its result's class Unknown can not be sent .*the main thread does not know/)]);
});

test("an edited local file is loaded anew in threads too", async () => {
  notebook.write("inner.ts", "export const by = 5;\n");
  await notebook.cell("reload", "");
  expect(await inThread("() => convert(1)")).toEqual(["Success", 15]);
});

test("what runs is a thread, and its output and log lines come from the cell", async () => {
  const { outputs } = await notebook.cell("prints", `
    const printed = await inThread(() => task(() => { console.log("printed in", process.getBuiltinModule("node:worker_threads").isMainThread); context.logger.warning("logged"); console.error("to stderr"); }, { name: "prints" })());`) as unknown as { outputs: unknown };
  const text = JSON.stringify(outputs);
  expect(text).toMatch(/printed in false.*WARNING - flowlet\.prints \| logged/s);
  expect(text).toContain("to stderr");
});

test("an error names cell and line", async () => {
  await notebook.cell("fails", `function inner() {\n  throw new RangeError("too far");\n}\nconst failing = await inThread(() => task(() => inner(), { name: "fails" })());`);
  const { outputs } = await notebook.cell("show", "console.log(failing.result instanceof RangeError); console.log(failing.result);") as unknown as { outputs: unknown };
  expect(JSON.stringify(outputs)).toMatch(/true.*RangeError: too far.*inner \(Cell \[\d+\], line 2\)/s);
});

test("results are kept, and a helper that changed makes the task run again", async () => {
  const cell = (by: number) => notebook.cell("kept-helper", `const keptHelper = (n: number) => n * ${by};`);
  await cell(2);
  await notebook.cell("kept", `const kept = new Flow("kept", { executor: threads }); const keptNode = kept.build(() => task((n: number) => { console.log("ran"); return keptHelper(n); }, { name: "keep" })(4));`);
  const run = async () => {
    await notebook.cell("kept-run", "const keptState = (await kept.run()).result.get(keptNode);");
    return await notebook.value("[keptState.type, keptState.result]");
  };
  expect(await run()).toEqual(["Success", 8]);
  expect(await run()).toEqual(["Cached", 8]);
  await cell(3);
  expect(await run()).toEqual(["Success", 12]);
});

test("an interrupt ends a task that holds its thread, and the next task gets another", async () => {
  const cell = notebook.client.execute(`const stuck = await inThread(() => task(() => { console.log("stuck"); for (;;); }, { name: "stuck" })());`, { metadata: { cellId: "stuck" } });
  await notebook.client.waitFor((message) => message.header.msg_type === "stream" && JSON.stringify(message.content).includes("stuck"));
  await notebook.client.interrupt();
  expect((await cell).error?.ename).toBe("KeyboardInterrupt");
  expect(await inThread("() => 1")).toEqual(["Success", 1]);
});

test("what belongs to the notebook is refused with its name", async () => {
  expect(await inThread("() => { display(1); }")).toEqual(["Failed", expect.stringContaining("display can not be used in a thread")]);
  expect(await inThread("() => { display.html('x'); }")).toEqual(["Failed", expect.stringContaining("display can not be used in a thread")]);
  await notebook.cell("weak", "const weakly = new WeakMap();");
  expect(await inThread("() => weakly.has({})")).toEqual(["Failed", expect.stringContaining("In task work, weakly can not be sent from one thread to another: a WeakMap.")]);
});
