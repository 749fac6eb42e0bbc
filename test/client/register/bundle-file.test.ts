import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleFile, bundleSource } from "../../../client/register/bundle-file.ts";
import { readBundle, type ReadBundle } from "../../../client/register/read-bundle.ts";
import { flowFolder, moveAway, runBundled } from "./flow-folder.ts";

const namesOf = ({ flows }: ReadBundle) => flows.map(({ name }) => name);

describe("a flow's file as one module", () => {
  test("gives the same flow in another process when its folder is gone", async () => {
    const folder = flowFolder({
      "flow.ts": `
        import { task, Flow, Parameter } from "flowlet";
        import { double } from "./lib/math";
        import { greet as hello } from "polite";
        import settings from "./settings.json" with { type: "json" };
        import type { Row } from "./lib/math.ts";
        enum Size { Small = 1, Large = 10 }
        const x = 5, y = 7;
        const add = task((x: number, y: number = 1) => x + double(y) + settings.offset);
        const greet = task((name: string) => hello(name));
        const size = task(async (row: Row) => (await import("./lib/later.ts")).later(row) * Size.Large);
        export const flow = new Flow("sums", () => { const sum = add.bind({ x, y }); greet(new Parameter<string>("name")); size({ value: y }); add(sum); });
      `,
      "lib/math.ts": `export interface Row { value: number }\nconst x = 2;\nexport const add = (a: number) => a * x;\nexport function double(y: number) { return add(y); }`,
      "lib/later.ts": `import type { Row } from "./math.ts";\nexport const later = (row: Row) => row.value;`,
      "settings.json": `{ "offset": 100 }`,
      "node_modules/polite/package.json": `{ "name": "polite", "version": "1.2.3", "main": "index.js" }`,
      "node_modules/polite/index.js": `const x = "Hello, "; exports.greet = (name) => x + name;`,
    });
    const bundle = await bundleFile(join(folder, "flow.ts"));
    expect(bundle.packages).toEqual({ polite: "1.2.3" });
    expect(bundle.external).toEqual([]);
    expect(bundle.limits).toEqual([]);
    expect(bundle.parameterTypes).toEqual({ name: "string" });
    moveAway(folder);
    const { flows, error } = await readBundle(bundle);
    expect(error).toBeNull();
    expect(flows).toMatchObject([{ name: "sums", parameters: [{ name: "name", type: "string", required: true }] }]);
    const outcome = await runBundled(bundle, "sums", { name: "Marvin" });
    expect(outcome).toMatchObject({ state: "Success", results: { "add-1": 119, "greet-1": "Hello, Marvin", "size-1": 70, "add-2": 221, name: "Marvin" } });
  });

  test("names tasks after the const they are assigned to, however it is written, and keeps names of functions and inputs that meet others", async () => {
    const folder = flowFolder({
      "flow.ts": `
        import * as flowlet from "flowlet";
        import { Flow, Task, task, resourceManager } from "flowlet";
        import { load as other, first } from "./other.ts";
        const value = 1, key = "k", load = 2, first2 = 3;
        const plain = task((value: number) => value + 1);
        const typed = task((key: string) => key) as ReturnType<typeof task<(key: string) => string>>;
        const byNamespace = flowlet.task(async (load: number) => load);
        const awaited = await task((first: string) => first), second = task((second: number) => second);
        function declared(value: number, key: string, { deep } = { deep: first2 }) { return key.repeat(value) + deep; }
        const made = task(declared);
        const holder = { value: (value: number) => value * 2, method(key: string) { return key + "!"; }, async later(value: number) { return value; } };
        class Scale extends Task<[value: number, key: number], number> { run(value: number, key: number) { return value * key; } static from(key: number) { return key; } }
        const scale = new Scale();
        const nested = [1].map((value) => { const inner = task((value: number) => value); return inner; })[0];
        @flowlet.resourceManager
        class Unused { constructor(readonly key: string) {} setup() { return this.key; } cleanup(value: string) { void value; } }
        const rows = task((first: number[]) => first.map((value) => value + 1).filter((key) => key > 2).length);
        export const flow = new Flow("names", { validate: true });
        flow.build(() => {
          const a = plain.copy().bind({ value: 1 });
          typed.copy().bind({ key: "x" }, { flow });
          byNamespace(load); awaited(key); second(value);
          made.copy().bind({ value: 2, key: "ab" }, { flow });
          task(holder.value).bind({ value: 4 }, { flow });
          task(holder.method).bind({ key: "hi" }, { flow });
          task(holder.later).bind({ value: a }, { flow });
          task(Scale.from).bind({ key: 7 }, { flow });
          scale.copy().bind({ value: 3, key: 4 }, { flow });
          nested(5); rows([1, 2, 3]);
          task(other).bind({ value: 1, first2: 2 }, { flow });
          first.bind({ value: 9 }, { flow });
        });
      `,
      "other.ts": `
        import { task } from "flowlet";
        const value = "outer", plain = 1;
        export function load(value: number, first2: number) { return value + first2 + plain; }
        export const first = task((value: number) => { const plain = (value: number) => value; return plain(value); });
      `,
      "tsconfig.json": `{ "compilerOptions": { "experimentalDecorators": true } }`,
    });
    const bundle = await bundleFile(join(folder, "flow.ts"));
    // What runs for each row stays as it is.
    expect(bundle.code).not.toMatch(/\.(map|filter)\(\$flowlet\$parameters\(\((value|key)\d*\) => (value|key)\d* [+>]/);
    expect(await readBundle(bundle)).toMatchObject({ error: null });
    const { results, state } = await runBundled(bundle, "names");
    expect(state).toBe("Success");
    expect(results).toEqual({
      "plain-1": 2, "typed-1": "x", "byNamespace-1": 2, "awaited-1": "k", "second-1": 1, "declared-1": "abab3", "value-1": 8, "method-1": "hi!", "later-1": 2, "from-1": 7, "Scale-1": 12, "inner-1": 5, "rows-1": 2, "load-1": 4, "first-1": 9,
    });
  });

  test("brings along what createRequire asks for, JSON, and files of other kinds of modules; takes a file's place from where it is now, and says so", async () => {
    const folder = flowFolder({
      "package.json": `{ "name": "mine", "sideEffects": false, "type": "module" }`,
      "flow.mts": `
        import { createRequire } from "node:module";
        import { task, Flow } from "flowlet";
        import { readFileSync } from "node:fs";
        import "./effect.js";
        import { common } from "./common.cjs";
        const require = createRequire(import.meta.url);
        const ask = createRequire(import.meta.filename);
        const data = require("./data.json");
        const { os } = ask("./uses-os.cjs");
        const where = task(() => [import.meta.url, import.meta.dirname, import.meta.main]);
        const read = task(() => readFileSync(new URL("./data.json", import.meta.url), "utf8"));
        const sum = task(() => data.n + common + globalThis.effect + typeof os.cpus);
        export default new Flow("kinds", () => { where(); sum(); read(); });
        if (import.meta.main) throw new Error("is not what was started");
      `,
      "effect.js": `globalThis.effect = 1000;`,
      "common.cjs": `const path = require("path"); exports.common = path.basename("/a/b").length + require("./deep.cts").n;`,
      "deep.cts": `const { task } = require("flowlet"); const named = task((x: number) => x); exports.n = named.name === "named" ? 10 : 0;`,
      "uses-os.cjs": `exports.os = require("node:os");`,
      "data.json": `{ "n": 5 }`,
    });
    const bundle = await bundleFile(join(folder, "flow.mts"));
    expect(bundle.limits).toEqual([
      `flow.mts, line 11: import.meta.url is file://${folder}/flow.mts, where the file is now; files beside it are not taken along.`,
      `flow.mts, line 12: import.meta.url is file://${folder}/flow.mts, where the file is now; files beside it are not taken along.`,
    ]);
    const before = await runBundled(bundle, "kinds");
    expect(before).toMatchObject({ state: "Success", results: { "read-1": `{ "n": 5 }`, "where-1": [`file://${folder}/flow.mts`, folder, false], "sum-1": "1016function" } });
    moveAway(folder);
    const after = await runBundled(bundle, "kinds");
    expect(after.state).toBe("Failed");
    expect(after.messages["read-1"]).toContain("ENOENT");
  });

  test("finds what tsconfig.json and package.json give other names, TypeScript under the names it will have, and does without what is optional", async () => {
    const folder = flowFolder({
      "package.json": `{ "name": "mine", "type": "module", "imports": { "#inner": "./lib/inner.ts" } }`,
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }`,
      "flow.ts": `
        import { task, Flow } from "flowlet";
        import { a } from "@/a";
        import { inner } from "#inner";
        import { b } from "./lib/b.js";
        import { driver } from "drivers";
        import "effects";
        import type { Only } from "./types.ts";
        import { Unused } from "./types.ts";
        const sum = task((): Only => a + inner + b + driver + (globalThis as { effects?: number }).effects!);
        export const flow = new Flow("names", () => { sum(); });
      `,
      "lib/a.ts": "export const a = 1;", "lib/inner.ts": "export const inner = 10;", "lib/b.ts": "export const b: number = 100;", "types.ts": `export type Only = number; export interface Unused {} throw new Error("evaluated");`,
      "node_modules/effects/package.json": `{ "name": "effects", "version": "1.0.0", "sideEffects": false }`, "node_modules/effects/index.js": `globalThis.effects = 10_000;`,
      "node_modules/drivers/package.json": `{ "name": "drivers", "version": "1.0.0", "sideEffects": false }`,
      "node_modules/drivers/index.js": `let driver = 1000; try { driver = require("not-installed").value; } catch {} exports.driver = driver;`,
    });
    const bundle = await bundleFile(join(folder, "flow.ts"));
    expect([bundle.external, bundle.limits]).toEqual([[], []]);
    expect(await runBundled(bundle, "names")).toMatchObject({ state: "Success", results: { "sum-1": 11111 } });
  });

  test("errors name the lines that were written, also where something was put into them", async () => {
    const lib = ["const value = 1;", `export const fail = (value: number) => { throw new Error("at " + value); };`, "void value;"];
    const lines = [
      `import { task, Flow } from "flowlet";`, `import { fail } from "./lib.ts";`, "const value = 5;", "",
      "const add = task((value: number) => { const b = [(value: number) => value]; return fail(b.length); }), more = task((value: number) => fail(value));",
      `export const flow = new Flow("fails", () => { add(value); more(value); });`,
    ];
    const folder = flowFolder({ "flow.ts": lines.join("\n"), "lib.ts": lib.join("\n") });
    const { stacks } = await runBundled(await bundleFile(join(folder, "flow.ts")), "fails");
    const at = (name: string, text: readonly string[], line: number, part: string) => `${name}:${line}:${text[line - 1]!.indexOf(part) + 1})\n`;
    expect(stacks["add-1"]).toContain(at("lib.ts", lib, 2, "new Error"));
    expect(stacks["add-1"]).toContain(at("flow.ts", lines, 5, "fail(b"));
    expect(stacks["more-1"]).toContain(at("flow.ts", lines, 5, "fail(value"));
  });

  test("leaves packages with native code and those that look for their own files outside, by name", async () => {
    const pkg = (name: string, rest = "") => `{ "name": "${name}", "version": "2.0.0", "main": "index.js"${rest} }`;
    const folder = flowFolder({
      "flow.ts": `
        import { task, Flow } from "flowlet";
        import { native } from "native-sum/lib/sub.js";
        import { uses } from "uses-native";
        import { place } from "@scope/looks";
        import { loaded } from "binary";
        export const flow = new Flow("outside", () => { task(native)(); task(uses)(); task(place)(); task(loaded)(); });
      `,
      "node_modules/native-sum/package.json": pkg("native-sum", `, "gypfile": true`),
      "node_modules/native-sum/lib/sub.js": `exports.native = function native() { return "native"; };`,
      "node_modules/uses-native/package.json": pkg("uses-native"),
      "node_modules/uses-native/index.js": `const { native } = require("native-sum/lib/sub.js"); exports.uses = function uses() { return native(); };`,
      "node_modules/@scope/looks/package.json": pkg("@scope/looks", `, "type": "module"`),
      "node_modules/@scope/looks/index.js": `import { fileURLToPath } from "node:url"; export function place() { return fileURLToPath(new URL("./index.js", import.meta.url)); }`,
      "node_modules/binary/package.json": pkg("binary"),
      "node_modules/binary/index.js": `exports.loaded = function loaded() { return require("./build/thing.node"); };`,
      "node_modules/binary/build/thing.node": "not loaded",
    });
    const bundle = await bundleFile(join(folder, "flow.ts"));
    expect(bundle.external).toEqual(["@scope/looks", "binary", "native-sum"]);
    expect(bundle.packages).toEqual({ "@scope/looks": "2.0.0", binary: "2.0.0", "native-sum": "2.0.0", "uses-native": "2.0.0" });
    expect(bundle.limits[0]).toBe("The package @scope/looks (2.0.0) is not in the bundle: it holds native code or looks for files of its own, and must be installed where the agent runs.");
    expect(await readBundle(bundle, { folder })).toMatchObject({ error: null, flows: [{ name: "outside" }] });
    const { error } = await readBundle(bundle, { folder: moveAway(flowFolder({})) });
    expect(error).toMatch(/^(native-sum\/lib\/sub.js|@scope\/looks|binary) is imported from .* and is not installed there/);
  });
});

describe("what is wrong with a flow's code", () => {
  test.each([
    ["a mistake in its syntax", { "flow.ts": "const x = ;" }, /flow\.ts can not be bundled: flow\.ts:1:11: Unexpected ";"/],
    ["a package that is not there", { "flow.ts": `import x from "not-there"; x();` }, /flow\.ts:1:15: Could not resolve "not-there"/],
    ["a file that is not there", { "flow.ts": `import x from "./not-there.ts"; x();` }, /flow\.ts:1:15: Could not resolve "\.\/not-there\.ts"/],
    ["a mistake in what it imports", { "flow.ts": `import "./lib/b.ts";`, "lib/b.ts": "\nclass {" }, /lib\/b\.ts:2:7: /],
    ["an export that is not there", { "flow.ts": `import { a } from "./b.ts"; a();`, "b.ts": "export const b = 1;" }, /flow\.ts:1:10: No matching export in "b\.ts" for import "a"/],
    ["a file of a kind that no module is", { "flow.ts": `import x from "./table.sql"; x();`, "table.sql": "select 1" }, /No loader is configured for "\.sql" files/],
    ["require of a module that awaits", { "flow.ts": `const x = require("./b.mjs"); x;`, "b.mjs": "export const b = await 1;" }, /flow\.ts asks for b\.mjs with require, and that module awaits something at its top level: import it/],
    ["native code of one's own", { "flow.ts": `import x from "./x.node"; x();`, "x.node": "" }, /native code can not be taken along/],
  ])("is told with its place: %s", async (_, files, message) => {
    const folder = flowFolder(files as Record<string, string>);
    await expect(bundleFile(join(folder, "flow.ts"))).rejects.toMatchObject({ code: "FLOW_NOT_BUNDLED", message: expect.stringMatching(message) as unknown });
  });

  test("a file that is not there is named", async () => {
    await expect(bundleFile("/nowhere/flow.ts")).rejects.toThrow("The code of /nowhere/flow.ts can not be bundled: there is no such file.");
  });

  test.each([
    ["throws", `throw new TypeError("no data");`, "TypeError: no data", ["early"]],
    ["throws in a timer", `setTimeout(() => { throw new RangeError("late"); }); await new Promise((resolve) => setTimeout(resolve, 5000));`, "RangeError: late", ["early"]],
    ["ends the process", `process.exit(0);`, null, ["early"]],
    ["waits for ever", `await new Promise(() => {});`, null, ["early"]],
    ["keeps the process alive", `setInterval(() => {}, 1000); console.log("noise");`, null, ["early"]],
    ["runs, registers and schedules its flow", `const state = await early.run(); if (!state.isPending()) throw state; const r = await early.register(); const run = await early.schedule(); if (r.version !== 0 || !(await run.wait()).isPending()) throw r; for await (const _ of run.watch()) throw run;`, null, ["early"]],
  ])("a file that, after it has made a flow, %s: the flow is found", async (_, code, error, names) => {
    const folder = flowFolder({ "flow.ts": `import { Flow } from "flowlet"; export const early = new Flow("early"); ${code}` });
    const read = await readBundle(await bundleFile(join(folder, "flow.ts")));
    expect([namesOf(read), read.error]).toEqual([names, error]);
  });

  test.each([
    ["ends the process with a code", `process.exit(3);`, "its process ended with code 3"],
    ["throws", `throw "text";`, "text"],
    ["waits for ever", `await new Promise(() => {});`, "its top level waits for something that never happens"],
    ["runs out of memory or time", `for (;;);`, "its evaluation was ended after 1 seconds"],
    ["kills its process", `process.kill(process.pid, "SIGTERM"); await new Promise((resolve) => setTimeout(resolve, 5000));`, "its process ended with SIGTERM"],
  ])("a file that makes no flow and %s", async (_, code, error) => {
    const folder = flowFolder({ "flow.ts": code + "\nexport {};" });
    expect(await readBundle(await bundleFile(join(folder, "flow.ts")), { timeout: code.startsWith("for") ? 1000 : undefined })).toEqual({ flows: [], error });
  });
});

describe("the text of cells as one module", () => {
  test("imports from the notebook's folder, with JSX and decorators as in cells, and gives the same flow", async () => {
    const folder = flowFolder({ "lib/data.ts": `export const rows: number[] = [1, 2, 3];`, "node_modules/react/package.json": `{ "name": "react", "version": "1.0.0", "exports": { "./jsx-runtime": "./jsx.js" } }`, "node_modules/react/jsx.js": `exports.jsx = (type, props) => type + props.children;` });
    const text = `
      import { task, Flow, Parameter } from "flowlet";
      import { rows } from "./lib/data";
      const seen: string[] = [];
      function note(target: Function) { seen.push(target.name); }
      @note class Model { constructor(readonly k: number) {} }
      const total = task((k: number) => rows.reduce((a, b) => a + b, 0) * new Model(k).k + seen.join());
      const page = task(() => <b>text</b>);
      const flow = new Flow("cells", () => { total(new Parameter<number>("k", { default: 2 })); page(); });
    `;
    const bundle = await bundleSource(text, { resolveDir: folder, name: "report.ipynb" });
    expect(bundle).toMatchObject({ source: join(folder, "report.ipynb"), parameterTypes: { k: "number" }, packages: { react: "1.0.0" }, limits: [] });
    moveAway(folder);
    expect(await runBundled(bundle, "cells")).toMatchObject({ state: "Success", results: { "total-1": "12Model", "page-1": "btext" } });
    await expect(bundleSource("const x = ;", { resolveDir: folder, name: "report.ipynb" })).rejects.toThrow("report.ipynb:1:11: Unexpected");
  });
});

describe("the digest of a bundle", () => {
  const files = (x: string) => ({
    "a/flow.ts": `import { task, Flow } from "flowlet"; import { f } from "../lib/f.ts"; import c from "../lib/c.cjs"; const where = task(() => [f(), c, import.meta.dirname]); export const flow = new Flow("f", () => { where(); });`,
    "lib/f.ts": `// a note\nexport const f = () => ${x};`, "lib/c.cjs": `module.exports = require("dep");`,
    "node_modules/dep/package.json": `{ "name": "dep", "version": "1.0.0" }`, "node_modules/dep/index.js": "module.exports = 1;",
  });
  test("is that of the code, and not of its folder", async () => {
    const [one, other, changed] = await Promise.all([files("1"), files("1"), files("2")].map(async (folder, index) => {
      const root = flowFolder(Object.fromEntries(Object.entries(folder).map(([name, text]) => [`${"deeper/".repeat(index)}${name}`, text])));
      return await bundleFile(join(root, "deeper/".repeat(index), "a/flow.ts"));
    }));
    expect(one!.code).not.toBe(other!.code);
    expect(other!.digest).toBe(one!.digest);
    expect(changed!.digest).not.toBe(one!.digest);
  });
});
