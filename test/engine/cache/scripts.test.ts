/** Results kept in plain scripts, `cache: true`: names are found through V8's scopes. */
import { expect, test } from "vitest";
import { runScript } from "../script.ts";

/** Runs a script whose tasks tell their names with `ran`; `took()` gives those that ran since. @returns what it printed between `--` marks */
async function rounds(code: string): Promise<string[]> {
  const { stdout, stderr, exitCode } = await runScript(`
    import { task, Flow, Task } from "flowlet";
    import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
    function ran(name: string) { appendFileSync("ran.txt", name + " "); }
    function took() { const text = existsSync("ran.txt") ? readFileSync("ran.txt", "utf8") : ""; rmSync("ran.txt", { force: true }); return text; }
    ${code}`, { env: { FLOWLET__LOGGING__LEVEL: "ERROR" } });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout.trim().split("--").map((part) => part.trim().split(/\s+/).join(" "));
}

test("a helper's helper, a constant, a variable of a closure and a class", async () => {
  expect(await rounds(`
    let factor = 2;
    const deep = (n: number) => n * factor;
    let near = (n: number) => deep(n);
    const counter = (() => { let n = 1; return { up: () => { n++; }, get: () => n }; })();
    class Shape { #size = 1; static unit = 1; area() { return this.#size * Shape.unit; } }
    const flow = new Flow("script");
    const nodes = flow.build(() => ({
      a: task(() => { ran("a"); return near(1); }, { name: "a" })(),
      b: task(() => { ran("b"); return counter.get(); }, { name: "b" })(),
      c: task(() => { ran("c"); return new Shape().area(); }, { name: "c" })(),
    }));
    const run = async () => { const { result } = await flow.run({}, { cache: true }); console.log(took(), Object.values(nodes).map((node) => result.get(node).result).join(" "), "--"); };
    await run(); await run();
    factor = 3; await run();
    near = (n) => deep(n) + 1; await run();
    counter.up(); await run();
    Shape.unit = 5; await run();
    factor = 2; near = (n: number) => deep(n); await run();
  `)).toEqual(["a b c 2 1 1", "2 1 1", "a 3 1 1", "a 4 1 1", "b 4 2 1", "c 4 2 5", "2 2 5", ""]);
});

test("names of other modules: data, functions, what they assign to their exports", async () => {
  expect(await rounds(`
    writeFileSync("lib.mjs", "export let rate = 1; export const setRate = (n) => { rate = n; }; export const table = { by: 1 }; export const scale = (n) => n * rate * table.by;");
    writeFileSync("user.mjs", 'import { rate, scale, table } from "./lib.mjs"; export const viaName = () => rate; export const viaFunction = () => scale(1); export const viaObject = () => table.by; export const fixed = () => viaConst; const viaConst = 7;');
    const { viaName, viaFunction, viaObject, fixed } = await import(new URL("./user.mjs", import.meta.url).href);
    const { setRate, table } = await import(new URL("./lib.mjs", import.meta.url).href);
    const flow = new Flow("modules");
    flow.build(() => { for (const [name, fn] of Object.entries({ viaName, viaFunction, viaObject, fixed })) task(() => { ran(name); return fn(); }, { name })(); });
    const run = async () => { await flow.run({}, { cache: true }); console.log(took(), "--"); };
    await run(); await run();
    setRate(2); await run();
    table.by = 2; await run();
    setRate(1); table.by = 1; await run();
  `)).toEqual(["viaName viaFunction viaObject fixed", "", "viaName viaFunction", "viaFunction viaObject", "", ""]);
});

test("what a task class holds, in fields and in private ones", async () => {
  expect(await rounds(`
    class Scale extends Task<[], number> { by: number; #hidden = 1; constructor(by: number) { super(); this.by = by; } hide(n: number) { this.#hidden = n; } run() { ran("scale"); return this.by * this.#hidden; } }
    const scale = new Scale(2);
    const flow = new Flow("classes");
    const node = flow.build(() => scale());
    const run = async () => { const { result } = await flow.run({}, { cache: true }); console.log(took(), result.get(node).result, "--"); };
    await run(); await run();
    scale.hide(3); await run(); await run();
    scale.hide(1); await run();
  `)).toEqual(["scale 2", "2", "scale 6", "6", "2", ""]);
});

test("a reason names the file of what changed, where it is not the task's own", async () => {
  expect(await rounds(`
    let by = 1;
    writeFileSync("lib.mjs", "export let rate = 1; export const setRate = (n) => { rate = n; }; export const scale = (n) => n * rate;");
    const { scale, setRate } = await import(new URL("./lib.mjs", import.meta.url).href);
    const flow = new Flow("why");
    const node = flow.build(() => task(() => by * scale(1), { name: "one" })());
    const why = async () => { console.log(flow.plan({}).get(node)?.reason?.replaceAll(" ", "_"), "--"); await flow.run({}, { cache: true }); };
    await why();
    by = 2; await why();
    setRate(5); await why();
  `)).toEqual(["never_run", "`by`_changed", "`rate`_changed_(./lib.mjs)", ""]);
});
