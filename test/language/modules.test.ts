import { afterEach, describe, expect, it } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
afterEach(() => notebook.close());

/** Packages as npm would install them. */
const packages = {
  "node_modules/esm-only/package.json": `{ "name": "esm-only", "version": "1.2.3", "type": "module", "exports": { "import": "./index.js" } }`,
  "node_modules/esm-only/index.js": `export const value = await Promise.resolve("esm with top-level await"); export default function main() { return "default" }`,
  "node_modules/cjs/package.json": `{ "name": "cjs", "version": "0.1.0" }`,
  "node_modules/cjs/index.js": `const hidden = { dynamic: "found" }; module.exports = Object.assign(function call() { return "called" }, hidden); module.exports.named = 5;`,
};

describe("imports of cells", () => {
  it("load ES modules with top-level await, CommonJS and built-ins from the notebook's folder", async () => {
    notebook = new Notebook(packages);
    expect(await notebook.value(`import main, { value } from "esm-only"; import * as all from "esm-only";`, `[main(), value, Object.keys(all)]`)).toBe(
      "[ 'default', 'esm with top-level await', [ 'default', 'value' ] ]",
    );
    expect(await notebook.value(`import call, { named, dynamic } from "cjs"`, `[call(), named, dynamic]`)).toBe("[ 'called', 5, 'found' ]");
    expect(await notebook.value(`import { join } from "path"; join("a", "b")`)).toBe("'a/b'");
    expect(await notebook.value(`const lazy = async () => (await import("esm-only")).value`, `await lazy()`)).toBe("'esm with top-level await'");
    expect(await notebook.value(`require("cjs").named + require("node:fs").constants.F_OK`)).toBe("5");
    expect(await notebook.value(`import.meta.dirname === process.cwd() || import.meta.dirname`)).toContain("flowlet-notebook-");
    expect(await notebook.value(`[import.meta.resolve("fs"), import.meta.url.endsWith("/cell.ts")]`)).toBe("[ 'node:fs', true ]");
  });

  it("load JSON with and without an attribute", async () => {
    notebook = new Notebook({ "data.json": `{ "a": 1 }` });
    expect(await notebook.value(`import data from "./data.json" with { type: "json" }; import same from "./data.json"; data.a + same.a`)).toBe("2");
  });

  it("leave out names that are only types, and refuse names that do not exist", async () => {
    notebook = new Notebook({ "m.ts": `export interface Row { id: number } export const rows: Row[] = [{ id: 1 }];`, "types.ts": `export type Only = number; throw new Error("loaded");` });
    expect(await notebook.value(`import { Row, rows } from "./m"; import { Only } from "./types"; const row: Row = rows[0]!; const n: Only = row.id; n`)).toBe("1");
    const unknown = await notebook.run(`import { missing } from "./m";`);
    expect(unknown.diagnostics.map(({ code, line, column }) => [code, line, column])).toEqual([["TS2305", 1, 10]]);
    const unchecked = await notebook.run(`// @ts-nocheck\nimport { missing } from "./m"; missing`);
    expect(unchecked.error).toContain("does not provide an export named 'missing'");
  });

  it("say which module is missing", async () => {
    notebook = new Notebook();
    const { diagnostics } = await notebook.run(`import x from "no-such-package"`);
    expect(diagnostics[0]).toMatchObject({ code: "TS2307", line: 1, column: 15, message: expect.stringContaining("no-such-package") });
    expect((await notebook.run(`await import("no-such-package" as string)`)).error).toContain("Cannot find package 'no-such-package'");
    notebook.write("node_modules/no-such-package/index.js", "module.exports = 1");
    expect(await notebook.value(`import x from "no-such-package"; x`)).toBe("1");
  });

  it("give flowlet in any folder, and tslab where it is not installed", async () => {
    notebook = new Notebook();
    expect(await notebook.value(`import { task } from "flowlet"; const add = task((x: number, y: number) => x + y);`, `typeof add + (globalThis as any).namedTasks`)).toBe("'functionadd'");
    expect(await notebook.value(`import * as tslab from "tslab"; typeof tslab.newDisplay().html`)).toBe("'function'");
  });
});

const kinds = { "no package.json": {}, "type commonjs": { "package.json": `{ "type": "commonjs" }` }, "type module": { "package.json": `{ "type": "module" }` } };

for (const [name, files] of Object.entries(kinds)) {
  describe(`local TypeScript in a folder with ${name}`, () => {
    it("is an ES module, with enum and specifiers of every form", async () => {
      notebook = new Notebook({
        ...files,
        "a.ts": `import { b } from "./b"; import { c } from "./c.ts"; import { d } from "./folder"; import { e } from "./e.js"; export enum Color { red = 7 } export const all = [b, c, d, e, import.meta.filename.slice(-4), await Promise.resolve("top-level await")];`,
        "b.ts": `export const b: string = "b";`,
        "c.ts": `export class C { constructor(private readonly value: string) {} get() { return this.value } } export const c = new C("c").get();`,
        "folder/index.ts": `import { b } from "../b.ts"; export const d = "d" + b;`,
        "e.ts": `export const e = "e";`,
      });
      expect(await notebook.value(`import { all, Color } from "./a"; [all, Color.red]`)).toBe("[ [ 'b', 'c', 'db', 'e', 'a.ts', 'top-level await' ], 7 ]");
      expect(await notebook.value(`const again = await import("./a.ts"); again.Color.red`)).toBe("7");
    });

    it("is loaded again with its importers when it was edited, and earlier imports follow", async () => {
      notebook = new Notebook({
        ...files,
        "top.ts": `import { middle } from "./middle"; export const top = () => "top " + middle; export let loads = ((globalThis as any).loads = ((globalThis as any).loads ?? 0) + 1);`,
        "middle.ts": `import { leaf } from "./leaf.ts"; export const middle = "middle " + leaf;`,
        "leaf.ts": `export const leaf: string = "one";`,
        "other.ts": `export const other = ((globalThis as any).others = ((globalThis as any).others ?? 0) + 1);`,
      });
      expect(await notebook.value(`import { top } from "./top"; import * as all from "./top"; import { other } from "./other";`, `const early = () => top(); top()`)).toBe("'top middle one'");
      notebook.write("leaf.ts", `export const leaf: string = "two, longer";`);
      const outcome = await notebook.run(`[early(), all.top(), all.loads, other]`);
      expect(outcome.reloaded.map((path) => path.slice(notebook.folder.length + 1))).toEqual(["leaf.ts"]);
      expect(outcome.value).toBe("[ 'top middle two, longer', 'top middle two, longer', 2, 1 ]");
      expect((await notebook.run(`1`)).reloaded).toEqual([]);
    });
  });
}

it("imported names are live: at the next cell they have what the module has assigned to them", async () => {
  notebook = new Notebook({ "counter.ts": "export let count = 0; export function increase() { count++ }" });
  expect(await notebook.value(`import { count, increase } from "./counter"; increase();`, "count")).toBe("1");
});

describe("edited modules", () => {
  it("do not assign to a name that a later cell has declared itself", async () => {
    notebook = new Notebook({ "m.ts": `export const f = () => "first";` });
    await notebook.value(`import { f } from "./m";`, `const f = () => "mine";`);
    notebook.write("m.ts", `export const f = () => "second time";`);
    expect(await notebook.value(`f()`)).toBe("'mine'");
  });

  it("may import each other in a circle", async () => {
    notebook = new Notebook({ "a.ts": `import { b } from "./b"; export const a = (): string => "a" + b(true);`, "b.ts": `import { a } from "./a"; export const b = (stop: boolean): string => stop ? "b" : a();` });
    expect(await notebook.value(`import { b } from "./b"; b(false)`)).toBe("'ab'");
    notebook.write("a.ts", `import { b } from "./b"; export const a = (): string => "A!" + b(true);`);
    expect(await notebook.value(`b(false)`)).toBe("'A!b'");
  });

  it("stop the next cells while they cannot be loaded, and say where", async () => {
    notebook = new Notebook({ "m.ts": `export const f = () => 1;` });
    await notebook.value(`import { f } from "./m";`);
    notebook.write("m.ts", `export const f = () => {\n  return 2 +;\n};`);
    const broken = await notebook.run(`// @ts-nocheck\nf()`);
    expect(broken.error).toMatch(/m\.ts:2:13/);
    expect((await notebook.run(`// @ts-nocheck\nf()`)).error).toMatch(/m\.ts:2:13/);
    notebook.write("m.ts", `export const f = () => 3;`);
    expect(await notebook.value(`f()`)).toBe("3");
  });

  it("show new types to the checker", async () => {
    notebook = new Notebook({ "m.ts": `export const f = (x: number) => x;` });
    await notebook.value(`import { f } from "./m"; f(1)`);
    notebook.write("m.ts", `export const f = (x: string) => x + "!";`);
    expect((await notebook.run(`f(1)`)).diagnostics[0]).toMatchObject({ code: "TS2345" });
    expect(await notebook.value(`f("a")`)).toBe("'a!'");
  });

  it("take away what they no longer export, and the cell can import something else", async () => {
    notebook = new Notebook({ "m.ts": `export const f = 1, kept = 2;` });
    await notebook.value(`import { f, kept } from "./m";`);
    notebook.write("m.ts", `export const g = 10, kept = 20;`);
    expect(await notebook.value(`import { g } from "./m";`, `// @ts-nocheck\n[f, g, kept]`)).toBe("[ undefined, 10, 20 ]");
  });

  it("are noticed by the checker also where a cell was refused, or imports only later", async () => {
    notebook = new Notebook({ "m.ts": `export const f: string = "a";` });
    expect((await notebook.run(`import { f } from "./m"; const n: number = f; n`)).diagnostics).toHaveLength(1);
    notebook.write("m.ts", `export const f: number = 12345;`);
    expect(await notebook.value(`import { f } from "./m"; const n: number = f; n`)).toBe("12345");
    await notebook.value(`const lazy = async () => (await import("./m")).f`, `await lazy()`);
    notebook.write("m.ts", `export const f = { deep: true };`);
    expect(await notebook.value(`(await lazy()).deep`)).toBe("true");
  });

  it("leave names their values when they are deleted", async () => {
    notebook = new Notebook({ "m.ts": `export const f = () => "kept";` });
    await notebook.value(`import { f } from "./m";`);
    const { rmSync } = await import("node:fs");
    rmSync(`${notebook.folder}/m.ts`);
    expect((await notebook.run(`// @ts-nocheck\nf()`)).value).toBe("'kept'");
  });

  it("of JavaScript and JSON are followed too", async () => {
    notebook = new Notebook({ "package.json": `{ "type": "module" }`, "m.js": `export const f = () => "one";`, "d.json": `{ "a": 1 }` });
    await notebook.value(`import { f } from "./m.js"; import d from "./d.json";`);
    notebook.write("m.js", `export const f = () => "two, edited";`);
    notebook.write("d.json", `{ "a": 22222 }`);
    expect(await notebook.value(`[f(), d.a]`)).toBe("[ 'two, edited', 22222 ]");
  });

  it("of CommonJS are followed too, and by require", async () => {
    notebook = new Notebook({ "c.cjs": "exports.c = 1", "d.js": "exports.d = 1", "e.cts": "exports.e = 1 as number;", "f.js": "exports.f = require('./d.js').d;", "g.ts": "export const g = 1;" });
    const all = `const all = () => [c, d, e, f.f, require("./d.js").d, require("./g").g];`;
    expect(await notebook.value(`// @ts-nocheck\nimport { c } from "./c.cjs"; import { d } from "./d.js"; import { e } from "./e.cts"; import * as f from "./f.js"; ${all}`, "all()")).toBe("[ 1, 1, 1, 1, 1, 1 ]");
    for (const [file, content] of [["c.cjs", "exports.c = 22"], ["d.js", "exports.d = 22"], ["e.cts", "exports.e = 22 as number;"], ["g.ts", "export const g = 22;"]] as const) notebook.write(file, content);
    expect(await notebook.value("all()")).toBe("[ 22, 22, 22, 22, 22, 22 ]");
  });

  it("are known by path and hash, packages by name and version", async () => {
    notebook = new Notebook({ ...packages, "m.ts": `import { value } from "esm-only"; export const m = value;` });
    await notebook.value(`import { m } from "./m"; import call from "cjs";`);
    const list = `[...(globalThis as any)[Symbol.for("flowlet.cell")].loadedModules().values()].map(({ path, hash, package: from }: any) => [path.slice(import.meta.dirname.length), hash.length, from && from.name + "@" + from.version].join(" ")).sort()`;
    expect(await notebook.value(`${list}.join("; ")`)).toBe("'/m.ts 64 ; /node_modules/cjs/index.js 0 cjs@0.1.0; /node_modules/esm-only/index.js 0 esm-only@1.2.3'");
  });

  it("name the original lines in stacks, also where code is emitted", async () => {
    notebook = new Notebook({ "m.ts": `enum Kind {\n  a,\n  b,\n}\nexport function fail(): never {\n  throw new Error(\`failed \${Kind.b}\`);\n}` });
    expect((await notebook.run(`import { fail } from "./m"; fail()`)).error).toMatch(/failed 1[^]*m\.ts:6:9/);
  });

  it("name their tasks after their constants", async () => {
    notebook = new Notebook({
      "tasks.ts": `import { task } from "flowlet"; export const double = task((x: number) => 2 * x);`,
      "plain.mjs": `import { task } from "flowlet";\nexport const half = task((x) => x / 2), lines = () => new Error("here").stack;`,
    });
    expect(await notebook.value(`import { double } from "./tasks"; (globalThis as any).namedTasks.join()`)).toBe("'double'");
    expect(await notebook.value(`// @ts-nocheck\nimport { half, lines } from "./plain.mjs"; [(globalThis as any).namedTasks.join(), /plain\\.mjs:2:\\d+/.test(lines())]`)).toBe("[ 'double,half', true ]");
  });
});
