import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook();
});
beforeEach(() => notebook.language.reset());
afterAll(() => notebook.close());

/** What the last cell shows (undefined: nothing) after the cells before it; all are forgotten then. */
const values: readonly [name: string, cells: readonly string[], value: string | undefined][] = [
  ["the last expression is the result", ["const a = 1;\na"], "1"],
  ["a semicolon hides the result", ["1;"], undefined],
  ["a semicolon before a comment hides it too", ["1; // one"], undefined],
  ["a first line for a shell is a comment", ["#!/usr/bin/env node\n1"], "1"],
  ["a comment after the result does not hide it", ["1 // one"], "1"],
  ["declarations have no result", ["const a = 1"], undefined],
  ["functions and classes have no result", ["1\nfunction f() {}\nclass A {}"], undefined],
  ["types have no result", ["1\ntype A = string"], undefined],
  ["blocks have no result", ["if (true) { 5 }"], undefined],
  ["loops have no result", ["for (const x of [1, 2]) x"], undefined],
  ["an empty cell has no result", [""], undefined],
  ["a cell of comments has no result", ["// nothing"], undefined],
  ["a promise that is awaited is shown as its value", ["await Promise.resolve(5)"], "5"],
  ["an object literal is an object", ["{ a: 1 }"], "{ a: 1 }"],
  ["an object literal with several properties, after other statements", ["const a = 1\n{ a, b: 2 }"], "{ a: 1, b: 2 }"],
  ["empty braces are an object", ["{}"], "{}"],
  ["a block stays a block", ["let a = 1;\n{ a = 2; }", "a"], "2"],
  ["an assertion at the end", ["const a: unknown = 1;\na as number"], "1"],
  ["an export is a declaration", ["export const a = 1; export function f() { return a }", "f()"], "1"],
  ["a list of exports is nothing", ["const a = 1; export { a };\nexport type { A }; type A = string;", "a"], "1"],
  ["a default export is the result", ["export default { a: 1 }"], "{ a: 1 }"],
  ["a default function has its name", ["export default function f() { return 2 }", "f()"], "2"],
  ["one binding of let for all cells", ["let n = 0; const inc = () => ++n; inc()", "n = 100; inc()", "n"], "101"],
  ["a variable declared again is the same binding for closures", ["let n = 1; const get = () => n;", "let n = 2;", "get()"], "2"],
  ["functions are hoisted in their cell", ["const r = f();\nfunction f() { return g() }\nfunction g() { return 3 }\nr"], "3"],
  ["a function can be assigned to inside itself through a variable", ["let f = function (x: number): number { return x && f(x - 1) + 1 }; const old = f; f = (x) => 10 * x; old(2)"], "11"],
  ["var inside blocks and loops is of the cell", ["for (var i = 0; i < 3; i++) { var { last } = { last: i } }\nif (true) var y = 5; else var z = 6;", "[i, last, y, z]"], "[ 3, 2, 5, undefined ]"],
  ["for heads of every form", ["for (var a of [1, 2]); for (var b in { x: 1 }); for (var { c } of [{ c: 3 }]); for (var [d] = [4]; d < 5; d++);", "[a, b, c, d]"], "[ 2, 'x', 3, 5 ]"],
  ["patterns with defaults, rest and renamed keys", ["const { a, b: { c = 2 } = {}, ...rest } = { a: 1, d: 4 } as any; const [e, , f = 6, ...g] = [5, 0, undefined, 7, 8];", "[a, c, rest, e, f, g]"], "[ 1, 2, { d: 4 }, 5, 6, [ 7, 8 ] ]"],
  ["lines without semicolons do not run together", ["const a = [3]\nlet log = ''\nconst f = (x: any) => { log += x }\nf('x')\nconst [b] = a\nf('y')\nconst { length } = a\nlog + b + length"], "'xy31'"],
  ["functions without semicolons around", ["function f() { return 1 }\n[1].map(f)"], "[ 1 ]"],
  ["shorthand of a renamed global", ["const URL = 1, fetch = 2;", "const { URL: u, ...o } = { URL, fetch }; ({ u, ...o })"], "{ u: 1, fetch: 2 }"],
  ["a pattern that declares a global's name by shorthand", ["const { URL = 'd', process } = { process: 4 } as { URL?: string; process: number };", "[URL, process]"], "[ 'd', 4 ]"],
  ["local names that look like a renamed global stay", ["const Map = 5;", "((Map: number, o: { Map: number }) => { const { Map: m } = o; return [Map, m, o.Map] })(1, { Map: 2 }).concat(Map)"], "[ 1, 2, 2, 5 ]"],
  ["an earlier closure keeps the global", ["const make = () => new URL('http://a/b').pathname;", "const URL = 'mine';", "[make(), URL]"], "[ '/b', 'mine' ]"],
  ["a type of a global's name leaves its value", ["type URL = string; const a: URL = 'x';", "new URL('http://a/b').pathname + a"], "'/bx'"],
  ["value and type of one name from different cells", ["const User = { parse: (s: string) => ({ name: s }) };", "type User = ReturnType<typeof User.parse>;", "const u: User = User.parse('n'); u.name"], "'n'"],
  ["classes keep private members, statics and inheritance", ["class A { #x = 1; static count = 0; get x() { return this.#x } constructor() { A.count++ } }", "class B extends A { y = this.x + 1 }", "const b = new B(); [b.y, A.count, b instanceof A, B.name]"], "[ 2, 1, true, 'B' ]"],
  ["parameter properties", ["class A { constructor(private readonly a: number, public b = 2) {} sum() { return this.a + this.b } }", "new A(1).sum()"], "3"],
  ["enums and namespaces", ["enum E { a = 1, b = a * 4 } namespace N { export const x = E.b; export namespace M { export const y = x + 1 } }", "[E.b, E[1], N.x, N.M.y]"], "[ 4, 'a', 4, 5 ]"],
  ["merged namespaces and functions", ["function f() { return f.x } namespace f { export const x = 3 }\nf()"], "3"],
  ["decorators", ["const seen: string[] = []; function mark(target: any, key?: any) { seen.push(key ?? target.name) }\n@mark class A { @mark method() {} }", "seen"], "[ 'method', 'A' ]"],
  ["assertions in angle brackets", ["const a = <number>(<unknown>4);\na"], "4"],
  ["using is disposed of at the end of the cell", ["const log: string[] = []; const open = (name: string) => ({ name, [Symbol.dispose]() { log.push('close ' + name) } });", "using a = open('a'), b = open('b'); log.push('use'); a.name", "[log, b.name]"], "[ [ 'use', 'close b', 'close a' ], 'b' ]"],
  ["await using and for await", ["let closed = 0; await using r = { async [Symbol.asyncDispose]() { closed++ } };\nasync function* g() { yield 1; yield 2 }\nlet s = 0; for await (const x of g()) s += x;", "[closed, s]"], "[ 1, 3 ]"],
  ["getters, generators, labels, switch, try", ["function* g() { yield* [1, 2] }\nlet out: number[] = []; outer: for (const x of g()) { switch (x) { case 1: { var seen = x; continue outer } default: out.push(x) } }\ntry { throw new Error('e') } catch ({ message }: any) { out.push(message.length) }", "[out, seen]"], "[ [ 2, 1 ], 1 ]"],
  ["a var is declared, and undefined, before its line", ["// @ts-nocheck\nconst before = typeof later; var later = 1", "[before, later]"], "[ 'undefined', 1 ]"],
  ["names beyond ASCII", ["const größe = 1, 名前 = '😀'; größe + 名前"], "'1😀'"],
  ["a name inside a string or a comment does nothing", ["const a = 1;", "/* a */ 'a'.length"], "1"],
  ["cells are strict", ["(function (this: unknown) { return this })()"], undefined],
  ["declare makes no value", ["declare const nowhere: number; typeof nowhere", "typeof nowhere"], "'undefined'"],
  ["declare of a global's name leaves the global", ["declare const process: { pid: number };", "process.pid === (globalThis as any).process.pid"], "true"],
];

describe("cells", () => {
  for (const [name, cells, value] of values) {
    it(name, async () => {
        expect(await notebook.value(...cells)).toBe(value);
    });
  }

  it("that throw leave their names declared, undefined where not reached", async () => {
    expect((await notebook.run("const a = 1; throw new Error('half way'); const b = 2;")).error).toContain("half way");
    expect(await notebook.value("[a, b]")).toBe("[ 1, undefined ]");
    expect(await notebook.value("let b = 'again'; class a {}", "b + a.name")).toBe("'againa'");
  });

  it("with type errors declare nothing", async () => {
    await notebook.value("const a = 'old';");
    expect((await notebook.run("const a: number = 'new';")).diagnostics).toHaveLength(1);
    expect(await notebook.value("a.toUpperCase()")).toBe("'OLD'");
  });

  it("name their tasks after the constants, wherever these stand", async () => {
    await notebook.value("const task = (f?: unknown) => f; const flowlet = { task };");
    await notebook.value("const a = task(1), b = flowlet.task(2); let c = await task(3)\nfunction f() { const d = task(4); return d }\nf(); const e = { task }; for (const g = task(5); false;) g; const URL = task(6); export const h = (task(7))!;");
    expect(await notebook.value("(globalThis as any).namedTasks.join()")).toBe("'a,b,c,d,URL,h'");
  });

  it("throw at the lines and columns of the cell", async () => {
    const code = "const a = 1;\nfunction fail(x: number): never {\n  const b = { a }; throw new Error(`failed ${x}`);\n}\nfail(a)";
    const { error, checked } = await notebook.run(code);
    const { SourceMap } = await import("node:module");
    const map = new SourceMap(JSON.parse(checked.sourceMap!));
    const frames = [...error!.matchAll(/cell:\/\/test\/\d+\.ts:(\d+):(\d+)/g)].map(([, line, column]) => map.findEntry(Number(line) - 1, Number(column) - 1));
    expect(frames.map((entry) => "originalLine" in entry && [entry.originalLine + 1, entry.originalColumn + 1])).toEqual([[3, 26], [5, 1]]);
  });

  it("with emitted code or a hoisted function keep their lines through the source map", async () => {
    for (const code of ["enum E { a }\n\nclass P {\n  constructor(private x: number) {}\n  fail() {\n    throw new Error('e');\n  }\n}\nnew P(1).fail()", "first();\n\n\n\n\nfunction first() { throw new Error('e'); }"]) {
      const { error, checked } = await notebook.run(code);
      const { SourceMap } = await import("node:module");
      const [, line, column] = /cell:\/\/test\/\d+\.ts:(\d+):(\d+)/.exec(error!)!;
      const entry = new SourceMap(JSON.parse(checked.sourceMap!)).findEntry(Number(line) - 1, Number(column) - 1);
      expect("originalLine" in entry && entry.originalLine + 1).toBe(6);
    }
  });
});
