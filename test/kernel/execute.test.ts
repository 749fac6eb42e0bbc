/** Executing cells: results, output, errors, replies. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
beforeAll(async () => void (kernel = await KernelClient.start()));
afterAll(() => kernel?.stop());

const plain = async (code: string) => (await kernel.execute(code)).result?.["text/plain"];

describe("the result of a cell", () => {
  test.each([
    ["1 + 1", "2"], ["'text'", "'text'"], ["-0", "-0"], ["NaN", "NaN"], ["10n ** 20n", "100000000000000000000n"], ["null", "null"], ["Symbol('s')", "Symbol(s)"],
    ["[{ b: new Map([[1, 2]]) }]", "[ { b: Map(1) { 1 => 2 } } ]"], ["await Promise.resolve(5)", "5"], ["[1, 2, 3].map((x) => x * 2)", "[ 2, 4, 6 ]"],
    ["Promise.resolve(1)", "Promise { 1 }"], ["new Error('shown, not thrown').message", "'shown, not thrown'"], ["(() => 1)", "[Function (anonymous)]"],
  ])("%s is %s", async (code, expected) => expect(await plain(code)).toBe(expected));

  test.each(["", "   ", "// nothing", "undefined", "void 0", "const unused1 = 1;", "if (1) {}", "function unused2() {}"])("%j has none", async (code) => {
    const { reply, outputs } = await kernel.execute(code);
    expect(reply.status).toBe("ok");
    expect(outputs).toEqual([]);
  });

  test.each([
    ["let side = 0; await (side++, 2)", "2"], ["(await [await 1, await (await 2)]).length", "2"], ["await { then: (f: (v: string) => void) => f('thenable') }", "'thenable'"],
    ["let total = 0; for await (const x of [1, Promise.resolve(2)]) total += x; total", "3"], ["`${await 'a'}${await /* comment */ 'b'}`", "'ab'"],
    ["await (async () => { try { return await 1; } finally { await 2; } })()", "1"], ["let caught; try { await Promise.reject(5); } catch (error) { caught = error; } caught", "5"],
    ["let first; for await (const x of (async function* () { try { yield 1; yield 2; } finally { first = 'closed'; } })()) break; first", "'closed'"],
  ])("of a cell that awaits, %s, is %s", async (code, expected) => expect(await plain(code)).toBe(expected));

  test("has no colours", async () => {
    expect(await plain("process.env.FORCE_COLOR = '1'; setTimeout(() => delete process.env.FORCE_COLOR); ({ a: 1, b: 'x' })")).toBe("{ a: 1, b: 'x' }");
  });

  test("whose own inspection throws is still shown", async () => {
    expect(await plain("({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no'); } }) as object")).toBe("[cannot be shown: no]");
  });

  test("comes with execution counts that go up, and execute_input before", async () => {
    const first = await kernel.execute("1");
    const second = await kernel.execute("2");
    expect(second.reply.execution_count).toBe(first.reply.execution_count + 1);
    expect(second.published.map(({ header }) => header.msg_type)).toEqual(["status", "execute_input", "execute_result", "status"]);
    expect(second.published[1]!.content).toEqual({ code: "2", execution_count: second.reply.execution_count });
    expect(second.published[2]!.content.execution_count).toBe(second.reply.execution_count);
  });
});

describe("rich output", () => {
  const symbol = "Symbol.for('Jupyter.display')";

  test("of an object that shows itself, also asynchronously", async () => {
    expect((await kernel.execute(`({ [${symbol}]() { return { "text/html": "<b>a</b>", "text/plain": "a" }; } })`)).result).toEqual({ "text/html": "<b>a</b>", "text/plain": "a" });
    expect((await kernel.execute(`({ async [${symbol}]() { await new Promise((r) => setTimeout(r, 5)); return { "text/html": "late" }; } })`)).result).toEqual({ "text/html": "late" });
  });

  test("that fails is an error of the cell", async () => {
    expect((await kernel.execute(`({ [${symbol}]() { throw new RangeError("no picture"); } })`)).error).toMatchObject({ ename: "RangeError", evalue: "no picture" });
    expect((await kernel.execute(`({ [${symbol}]() { return 5; } })`)).error).toMatchObject({ ename: "TypeError", evalue: expect.stringContaining("returned 5") });
  });

  test("through display: data, metadata, display id, update, clear", async () => {
    const { outputs } = await kernel.execute(`
      const handle = display({ "text/html": "<i>1</i>" }, { raw: true, displayId: "mine", metadata: { "text/html": { isolated: true } } });
      handle.update({ a: 2 });
      display("again", { displayId: "mine", update: true });
      display.clear(true);
      display.png(new Uint8Array([1, 2, 3]));`);
    expect(outputs.map(({ header, content }) => [header.msg_type, content.data ?? content])).toEqual([
      ["display_data", { "text/html": "<i>1</i>" }],
      ["update_display_data", { "text/plain": "{ a: 2 }" }],
      ["update_display_data", { "text/plain": "'again'" }],
      ["clear_output", { wait: true }],
      ["display_data", { "image/png": "AQID" }],
    ]);
    expect(outputs[0]!.content.metadata).toEqual({ "text/html": { isolated: true } });
    expect(outputs.slice(0, 3).map(({ content }) => content.transient.display_id)).toEqual(["mine", "mine", "mine"]);
  });

  test("of a display that is a promise comes before idle", async () => {
    const { outputs } = await kernel.execute(`display({ async [${symbol}]() { await new Promise((r) => setTimeout(r, 20)); return { "text/plain": "late" }; } }); "result"`);
    expect(outputs.map(({ header }) => header.msg_type)).toEqual(["display_data", "execute_result"]);
  });

  test("that JSON cannot hold is an error, and the kernel goes on", async () => {
    expect((await kernel.execute("display.json({ big: 1n })")).error?.ename).toBe("TypeError");
    expect(await plain("1")).toBe("1");
  });

  test("for the pager is in the reply", async () => {
    expect((await kernel.execute("display.page('long text')")).reply.payload).toEqual([{ source: "page", data: { "text/plain": "long text" }, start: 0 }]);
  });
});

describe("printed text", () => {
  test("of 5,000 lines is complete, in order, before idle, and in few messages", async () => {
    const { stdout, published } = await kernel.execute("for (let i = 0; i < 5000; i++) console.log('line', i)");
    expect(stdout.split("\n").findIndex((line, i) => line !== `line ${i}`)).toBe(5000);
    expect(published.at(-1)!.content).toEqual({ execution_state: "idle" });
    expect(published.length).toBeLessThan(500);
  });

  test("on stdout and stderr, and displays between, keep their order", async () => {
    const { outputs } = await kernel.execute("console.log(1); console.error(2); display.text('3'); process.stdout.write('4'); process.stderr.write('5'); console.log(6)");
    expect(outputs.map(({ content }) => content.text ?? content.data["text/plain"])).toEqual(["1\n", "2\n", "3", "4", "5", "6\n"]);
  });

  test("may be bytes, cut in the middle of a character", async () => {
    expect((await kernel.execute("const bytes = Buffer.from('ä😀\\n'); for (const byte of bytes) process.stdout.write(new Uint8Array([byte]))")).stdout).toBe("ä😀\n");
  });

  test("of console.table, group and dir looks as in a terminal", async () => {
    const { stdout } = await kernel.execute("console.group('g'); console.log('in'); console.groupEnd(); console.dir({ a: 1 }); console.table([{ a: 1 }])");
    expect(stdout).toMatch(/^g\n  in\n\{ a: 1 \}\n┌[^]*│ 0 +│ 1 +│/);
  });

  test("of a timer goes to the cell that set it, also while another one executes", async () => {
    const first = await kernel.begin("for (const ms of [1, 60, 120]) setTimeout(() => console.log('first', ms), ms);");
    await first.done;
    const second = await kernel.execute("for (let i = 0; i < 4; i++) { await new Promise((r) => setTimeout(r, 50)); console.log('second', i); }");
    expect(second.stdout).toBe("second 0\nsecond 1\nsecond 2\nsecond 3\n");
    expect(kernel.publishedFor(first.id).stdout).toBe("first 1\nfirst 60\nfirst 120\n");
  });

  test("of a worker thread arrives", async () => {
    const { stdout } = await kernel.execute(`
      import { Worker } from "node:worker_threads";
      const worker = new Worker("console.log('from a worker')", { eval: true });
      await new Promise((resolve) => worker.on("exit", resolve)); await new Promise((r) => setTimeout(r, 50));`);
    expect(stdout).toBe("from a worker\n");
  });
});

describe("output of child processes and native writes", () => {
  test("is in order with the cell's own", async () => {
    const { stdout, stderr } = await kernel.execute(`
      import { execSync, spawnSync } from "node:child_process";
      import fs from "node:fs";
      console.log("a"); execSync("echo b", { stdio: "inherit" }); console.log("c");
      spawnSync("sh", ["-c", "echo d; echo e >&2"], { stdio: "inherit" });
      console.log("f"); console.error("g"); fs.writeSync(1, "h\\n"); console.log("i");`);
    expect(stdout).toBe("a\nb\nc\nd\nf\nh\ni\n");
    expect(stderr).toBe("e\ng\n");
  });

  test("that is large is complete before what follows it", async () => {
    const { stdout } = await kernel.execute(`execSync("seq 1 100000", { stdio: "inherit" }); console.log("end");`);
    expect(stdout.split("\n").findIndex((line, i) => line !== String(i + 1))).toBe(100_000);
    expect(stdout.slice(-11)).toBe("100000\nend\n");
  });

  test("that nothing of ours has seen is in the cell that wrote it, before its result", async () => {
    // What is printed wakes the kernel process, which finds the end of the cell beside it while the raw text is still in its pipe.
    for (let i = 0; i < 200; i++) {
      const { stdout, stderr, published } = await kernel.execute(`console.log(${i}); (process as unknown as { _rawDebug(text: string): void })._rawDebug("raw ${i}"); ${i}`);
      expect(stdout).toBe(`${i}\n`);
      expect(stderr).toBe(`raw ${i}\n`);
      expect(published.map(({ header }) => header.msg_type)).toEqual(["status", "execute_input", "stream", "stream", "execute_result", "status"]);
    }
  });

  test("of a child that runs beside the cell arrives in it", async () => {
    const { stdout, result } = await kernel.execute(`
      import { spawn } from "node:child_process";
      const child = spawn("sh", ["-c", "echo one; sleep 0.1; echo two"], { stdio: "inherit" });
      await new Promise((resolve) => child.on("exit", resolve)); "done"`);
    expect(stdout).toBe("one\ntwo\n");
    expect(result["text/plain"]).toBe("'done'");
  });

  test("can still be captured", async () => {
    expect(await plain(`execSync("echo captured").toString()`)).toBe("'captured\\n'");
    expect(await plain(`import { promisify } from "node:util"; import { execFile } from "node:child_process"; (await promisify(execFile)("echo", ["x"])).stdout`)).toBe("'x\\n'");
  });
});

describe("an error", () => {
  test("has name, message and a stack that names cells and lines, without the kernel's own frames", async () => {
    const { reply: { execution_count: one } } = await kernel.execute("function inner(): never {\n  throw new TypeError('boom');\n}");
    const { error, reply } = await kernel.execute("const outer = () => {\n\n  inner();\n};\nouter();");
    const two = reply.execution_count;
    expect(error).toEqual({
      ename: "TypeError", evalue: "boom",
      traceback: ["TypeError: boom", `    at inner (Cell [${one}], line 2)`, `    at outer (Cell [${two}], line 3)`, `    at Cell [${two}], line 5`],
    });
    expect(reply).toMatchObject({ status: "error", ...error });
  });

  test("after an await, and in generated code (enum), names the right line", async () => {
    const { error, reply } = await kernel.execute("enum Color {\n  Red,\n  Green,\n}\nawait null;\n\nthrow new Error(Color[1]);");
    expect(error?.traceback).toEqual(["Error: Green", `    at Cell [${reply.execution_count}], line 7`]);
  });

  test("that is printed, or a value, names cells and lines as well", async () => {
    const { stderr, result, reply } = await kernel.execute("const failed = Object.assign(new Error('kept'), { code: 'E' });\nconsole.error(failed);\n[failed]");
    const stack = `    at Cell [${reply.execution_count}], line 1 {`;
    expect(stderr).toBe(`Error: kept\n${stack}\n  code: 'E'\n}\n`);
    expect(result["text/plain"]).toContain(`Error: kept\n  ${stack}\n`);
  });

  test("of an async function names the cell that awaited it", async () => {
    const { error, reply } = await kernel.execute("async function later() {\n  await null;\n  throw new Error('then');\n}\nawait later();");
    expect(error?.traceback).toEqual(["Error: then", `    at later (Cell [${reply.execution_count}], line 3)`, `    at async Cell [${reply.execution_count}], line 5`]);
  });

  test("shows its causes, properties and collected errors, also in a circle", async () => {
    const { error } = await kernel.execute(`
      const cause = Object.assign(new Error("why"), { code: "EWHY" });
      const all = new AggregateError([new Error("one"), "two"], "several", { cause });
      cause.cause = all;
      throw all;`);
    const text = error!.traceback.join("\n");
    expect(text).toMatch(/^AggregateError: several[^]*Caused by: Error: why[^]*code: 'EWHY'[^]*shown above[^]*Collected: Error: one[^]*Collected: 'two'/);
  });

  test.each([
    ["'a text'", "'a text'"], ["null", "null"], ["undefined", "undefined"], ["{ a: 1 }", "{ a: 1 }"], ["5n", "5n"], ["Symbol('x')", "Symbol(x)"],
  ])("that is not an Error, throw %s, is shown", async (thrown, shown) => {
    expect((await kernel.execute(`throw ${thrown}`)).error).toMatchObject({ ename: "Thrown", evalue: shown });
  });

  test.each([
    ["a class of its own", "class Lost extends Error {}\nthrow new Lost('way')", "Lost", "way"],
    ["a getter that throws", "throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1; } })", "Error", "cannot be shown"],
    ["a stack that is no text", "throw Object.assign(new Error('odd'), { stack: 5 })", "Error", "odd"],
    ["a proxy", "throw new Proxy(new Error('p'), { get() { throw 2; } })", "Error", "cannot be shown"],
    ["endless recursion", "const deep = (): number => deep() + 1; deep()", "RangeError", "Maximum call stack"],
  ])("with %s is shown", async (_name, code, ename, evalue) => {
    expect((await kernel.execute(code)).error).toMatchObject({ ename, evalue: expect.stringContaining(evalue) });
    expect(await plain("1")).toBe("1");
  });

  test("of a type shows line and caret, and nothing runs", async () => {
    const { error, stdout } = await kernel.execute("console.log('must not run');\nconst n: number = 'text';");
    expect(error?.ename).toBe("TypeScriptError");
    expect(error?.traceback).toEqual(["2:7 error TS2322: Type 'string' is not assignable to type 'number'.", "const n: number = 'text';", "      ^"]);
    expect(stdout).toBe("");
  });

  test("of syntax shows line and caret", async () => {
    const { error } = await kernel.execute("const fine = 1;\nconst = 2;");
    expect(error?.ename).toBe("TypeScriptError");
    expect(error?.traceback.slice(0, 3)).toEqual([expect.stringMatching(/^2:7 /), "const = 2;", "      ^"]);
  });

  test("in a timer and in a promise that nobody awaits is shown in its cell, and the process survives", async () => {
    const cell = await kernel.begin("let survivor = 1; setTimeout(() => { throw new Error('late timer'); }, 20); void Promise.reject(new Error('nobody awaits')); ");
    expect((await cell.done).reply.status).toBe("ok");
    await kernel.waitFor(({ content }) => content.evalue === "late timer");
    const errors = kernel.publishedFor(cell.id).outputs.filter(({ header }) => header.msg_type === "error");
    expect(errors.map(({ content }) => content.evalue).sort()).toEqual(["late timer", "nobody awaits"]);
    expect(errors[0]!.content.traceback[1]).toMatch(/Cell \[\d+\], line 1/);
    expect(await plain("survivor")).toBe("1");
  });
});

describe("a request", () => {
  test("that is silent publishes neither input nor result, counts nothing and leaves no history", async () => {
    const before = (await kernel.execute("1")).reply.execution_count;
    const { reply, published } = await kernel.execute("globalThis.process.title; 5", { silent: true });
    expect(reply).toMatchObject({ status: "ok", execution_count: before });
    expect(published.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    expect((await kernel.execute("2")).reply.execution_count).toBe(before + 1);
    const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 2, output: false, raw: true });
    expect(history.map(([, , input]: [number, number, string]) => input)).toEqual(["1", "2"]);
  });

  test("not to be stored shows its result but counts nothing; names it declares are known", async () => {
    const before = (await kernel.execute("1")).reply.execution_count;
    expect((await kernel.execute("const unstored = 6; unstored", { store_history: false })).result["text/plain"]).toBe("6");
    const next = await kernel.execute("unstored + 1");
    expect(next.result["text/plain"]).toBe("7");
    expect(next.reply.execution_count).toBe(before + 1);
  });

  test("with user expressions gets their values, and an error for each that fails", async () => {
    const { reply } = await kernel.execute("const base = 20;", { user_expressions: { sum: "base + 1", wait: "await Promise.resolve('w')", thrown: "null!.x", unknown: "nowhere", syntax: "1 +" } });
    expect(reply.status).toBe("ok");
    expect(reply.user_expressions.sum).toEqual({ status: "ok", data: { "text/plain": "21" }, metadata: {} });
    expect(reply.user_expressions.wait.data).toEqual({ "text/plain": "'w'" });
    for (const name of ["thrown", "unknown", "syntax"]) expect(reply.user_expressions[name]).toMatchObject({ status: "error", ename: expect.any(String), traceback: expect.any(Array) });
  });

  test("that fails aborts those that wait, and only those", async () => {
    const failing = await kernel.begin("await new Promise((r) => setTimeout(r, 50)); throw new Error('stop')");
    const waiting = await Promise.all([kernel.begin("'never'"), kernel.begin("'never'")]);
    expect((await failing.done).reply.status).toBe("error");
    for (const { done } of waiting) expect(await done).toMatchObject({ reply: { status: "aborted" }, outputs: [] });
    expect(await plain("'after'")).toBe("'after'");
  });

  test("that fails with stop_on_error off aborts nothing", async () => {
    const failing = await kernel.begin("await new Promise((r) => setTimeout(r, 30)); throw new Error('go on')", { stop_on_error: false });
    const waiting = await kernel.begin("'runs'");
    expect((await failing.done).reply.status).toBe("error");
    expect((await waiting.done).result["text/plain"]).toBe("'runs'");
  });

  test("with odd metadata is executed", async () => {
    for (const metadata of [{ cellId: 5, deletedCells: "x" }, { cellId: "", deletedCells: [1, null] }, { cellId: "c".repeat(10_000) }]) {
      expect((await kernel.execute("1", { metadata })).reply.status).toBe("ok");
    }
  });

  test.each(["abc", null, 5, [], { a: 5, b: null }])("with %j as user expressions is executed", async (user_expressions) => {
    expect((await kernel.execute("1", { user_expressions: user_expressions as never })).reply).toMatchObject({ status: "ok", user_expressions: {} });
  });

  test("of many cells at once is executed in order", async () => {
    await kernel.execute("const order: number[] = [];");
    const cells = await Promise.all(Array.from({ length: 20 }, (_, i) => kernel.begin(`order.push(${i}); await null;`)));
    await Promise.all(cells.map(({ done }) => done));
    expect(await plain("order.join()")).toBe(`'${Array.from({ length: 20 }, (_, i) => i).join()}'`);
  });
});
