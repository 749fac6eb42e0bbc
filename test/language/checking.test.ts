import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook({ "up/here.ts": "export const here = 1;", "sibling.ts": "export const sibling: string = 's';", "plain.js": "export const plain = 1;", "sets.ts": "export class Map<T> { own!: T } class Set { mine = 1 } export const makeMap = () => new Map<string>(); export const set = new Set();" });
});
beforeEach(() => notebook.language.reset());
afterAll(() => notebook.close());

it("a cell that is checked again, unchanged, has the same mistakes, and those of a file that was edited meanwhile", () => {
  notebook.write("edited.ts", "export const edited = 1;");
  const cell = `import { edited } from "./edited"; const text: string = edited; "".nothing`;
  const found = () => mistakes(true, cell);
  expect(found()).toEqual(["TS2322 1:42+4", "TS2339 1:68+7"]);
  expect(found()).toEqual(["TS2322 1:42+4", "TS2339 1:68+7"]);
  notebook.write("edited.ts", "export const edited = 'a longer text';");
  expect(found()).toEqual(["TS2339 1:68+7"]);
  expect(found()).toEqual(["TS2339 1:68+7"]);
});

it("nothing of a long cell is left in the short one after it", () => {
  expect(mistakes(true, "const a: string = 'ä';\n".repeat(2).replace("a", "b") + " ".repeat(500) + "unknown1")).toEqual(["TS2304 3:501+8"]);
  expect(mistakes(true, "1")).toEqual([]);
  expect(mistakes(true, "unknown2")).toEqual(["TS2304 1:1+8"]);
});

it("a cell that declares nothing leaves no file, and is still seen where it adds to the global types", () => {
  const modules = () => readdirSync(join(notebook.folder, ".flowlet", "cells", "test")).filter((name) => name.startsWith("cell_")).length;
  const before = modules();
  expect(mistakes(true, "1 + 1", "import 'node:fs';", "declare global { interface Array<T> { added: T } }", "[1].added.toFixed()", "[1].added.trim()")).toEqual(["TS2339 1:11+4"]);
  expect(modules()).toBe(before + 1);
});

/** `code line:column+length` of each mistake of the last cell. */
function mistakes(printed: boolean, ...cells: readonly string[]): string[] {
  const checked = cells.map((code) => {
    const cell = notebook.check(code);
    if (printed) notebook.language.afterAnswer();
    return cell;
  });
  for (const { ok, diagnostics } of checked.slice(0, -1)) expect(diagnostics, "of an earlier cell").toEqual(ok ? [] : undefined);
  return checked.at(-1)!.diagnostics.map(({ code, line, column, length }) => `${code} ${line}:${column}+${length}`);
}

const tables: readonly [name: string, cells: readonly string[], expected: readonly string[]][] = [
  ["a wrong type, in its own line and column", ["const a = 1;\n\n  const b: string = a;"], ["TS2322 3:9+1"]],
  ["columns count UTF-16 units", ["const ü = '😀😀'; const n: number = '😀';"], ["TS2322 1:25+1"]],
  ["several mistakes, in order", ["const a: string = 1;\nb;"], ["TS2322 1:7+1", "TS2304 2:1+1"]],
  ["types of earlier cells", ["interface Row { id: number }", "const rows: Row[] = [{ id: 'x' }];"], ["TS2322 1:24+2"]],
  ["assignment to an earlier variable", ["let n = 1;", "n = 'x';"], ["TS2322 1:1+1"]],
  ["assignment to an earlier constant", ["const c = 1;", "c = 2;"], ["TS2588 1:1+1"]],
  ["assignment to an earlier function", ["function f() {}", "f = () => {};"], ["TS2588 1:1+1"]],
  ["assignment to an earlier class", ["class A {}", "A = 1;"], ["TS2588 1:1+1"]],
  ["a name declared again has only the new type", ["const a = 1;", "const a = 'x';", "a.toFixed();"], ["TS2551 1:3+7"]],
  ["a name declared twice in a cell", ["const a = 1; const a = 2;"], ["TS2451 1:7+1", "TS2451 1:20+1"]],
  ["strict null checks", ["const s = [1].find(Boolean);", "s.toFixed();"], ["TS18048 1:1+1"]],
  ["private members of earlier classes", ["class A { private x = 1 }", "new A().x"], ["TS2341 1:9+1"]],
  ["unused names are no mistakes", ["import { join } from 'node:path'; const a = 1; function f(x: number) { const y = 2; }"], []],
  ["implicit any in parameters is one", ["const f = (x) => x;"], ["TS7006 1:12+1"]],
  ["a variable without type is not", ["let v;", "v = 1; v.anything"], []],
  ["nor is one that a closure assigns to", ["let w; function set() { w = 1 } set(); w"], []],
  ["top-level await and import.meta are allowed", ["await 1; import.meta.dirname; import.meta.resolve('x')"], []],
  ["return at the top level", ["return 5"], ["TS1108 1:1+6"]],
  ["syntax: one mistake, the first", ["const = 5; foo(;"], ["TS1134 1:7+1"]],
  ["syntax: at the end of the text, the caret stands after the last line", ["foo(\n\n"], ["TS1135 1:5+1"]],
  ["syntax: unterminated string", ["const s = 'abc"], ["TS1002 1:15+1"]],
  ["no document, no window", ["document"], ["TS2584 1:1+8"]],
  ["what Node has", ["fetch; URL; console; structuredClone; setTimeout; Buffer; process.pid; require('fs'); __dirname; AbortSignal.timeout(1); crypto.randomUUID()"], []],
  ["what the kernel has", ["display(1); display.html('<b>'); prompt('x')"], []],
  ["flowlet, without installation", ["import { task, Flow } from 'flowlet'; const add = task((x: number, y: number) => x + y);", "new Flow('f', () => { add('a', 1) })"], ["TS2345 1:27+3"]],
  ["local modules, with and without ending, upwards and of JavaScript", ["import { sibling } from './sibling'; import { sibling as again } from './sibling.ts'; import { plain } from './plain.js'; import { here } from './up/here'; import { here as up } from '../" + "NAME/up/here'; sibling.length + plain + here + up + again.length"], []],
  ["exports are accepted", ["export const a = 1; export { a }; export default a; export interface I { a: number } export * from './sibling'"], []],
  ["checking switched off", ["// @ts-nocheck\nconst a: string = 1; unknownName"], []],
  ["names of an unchecked cell have types", ["// @ts-nocheck\nconst a: string = 1;", "a.length; a.foo"], ["TS2339 1:13+3"]],
  ["@ts-expect-error of a line", ["// @ts-expect-error\nconst a: string = 1;"], []],
  ["global declarations are seen by later cells", ["declare global { var shared: number; interface Array<T> { mine: T } }", "const n: number = shared + [1].mine; shared.x"], ["TS2339 1:45+1"]],
  ["the later of two types of a name", ["type A = string", "type A = number", "const a: A = 'x'"], ["TS2322 1:7+1"]],
  ["a generic function of an earlier cell", ["function id<T>(x: T): T { return x } const pair = <A, B>(a: A, b: B) => [a, b] as const;", "const s: string = id(1); pair(1, 'a')[1].length"], ["TS2322 1:7+1"]],
  ["type predicates and assertions of earlier cells", ["const isText = (x: unknown): x is string => typeof x === 'string'; function assertText(x: unknown): asserts x is string { if (!isText(x)) throw x }", "const v: unknown = 'a'; if (isText(v)) v.length; assertText(v); v.length; v.nope"], ["TS2339 1:77+4"]],
  ["a class named as a global type, and a name of the global type", ["const m = new Map<string, number>();", "class Map { own = 1 }", "m.get('x'); new Map().own; m.own"], ["TS2339 1:30+3"]],
  ["types of local files that are named as global types", ["import { makeMap, set } from './sets'; const m = makeMap(); const s = [set];", "m.own.length; s[0]!.mine.toFixed(); m.get; s[0]!.has"], ["TS2339 1:39+3", "TS2339 1:50+3"]],
  ["overloads and unique symbols", ["function f(x: string): string; function f(x: number): number; function f(x: any) { return x } const key: unique symbol = Symbol(); const o = { [key]: 1 };", "f('a').length; f(1).toFixed(); o[key].toFixed(); f(true)"], ["TS2769 1:52+4"]],
];

describe("the checker finds", () => {
  for (const [name, cells, expected] of tables) {
    it(name, () => {
      const codes = cells.map((code) => code.replace("NAME", notebook.folder.split("/").at(-1)!));
      expect(mistakes(false, ...codes)).toEqual(expected);
      notebook.language.reset();
      expect(mistakes(true, ...codes), "with printed types").toEqual(expected);
    });
  }

  it("messages that say nothing of modules or files", () => {
    notebook.check("class A { x = 1 } const a = new A();");
    const [mistake] = notebook.check("const n: number = a; ").diagnostics;
    expect(mistake).toMatchObject({ message: "Type 'A' is not assignable to type 'number'.", lineText: "const n: number = a; ", category: "error" });
    expect(notebook.check("class B { y = 1 }\nconst b: B = a;").diagnostics[0]!.message).not.toMatch(/import\(|cell_|draft/);
  });
});

describe("a refused cell", () => {
  it("is not translated", () => {
    expect(notebook.check("const a: string = 1")).toMatchObject({ ok: false, javascript: "", sourceUrl: expect.stringMatching(/^cell:\/\/test\/\d+\.ts$/) });
  });

  for (const code of ["\0", "\uD800", "/*", "`${", "<div>", "((((", "}".repeat(100), "#!shebang\n1", "\u2028\r\n1 +", "import", "export default", "@", "enum", "class A { constructor(private {} }", "await", "const x = <T,>() =>"]) {
    it(`never breaks the language: ${JSON.stringify(code)}`, () => {
      const checked = notebook.check(code);
      expect(checked.ok ? checked.javascript : checked.diagnostics[0]!.message).not.toBe("");
      for (const { line, column, length, lineText } of checked.diagnostics) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(column - 1).toBeLessThanOrEqual(lineText.length);
        expect(length).toBeGreaterThan(0);
      }
      expect(notebook.check("1").ok).toBe(true);
    });
  }

  it("is refused also when it is nested too deeply to be read", () => {
    expect(notebook.check(`${"(".repeat(5_000)}1${")".repeat(5_000)}`).ok).toBeTypeOf("boolean");
    expect(notebook.check(`const sum = ${Array.from({ length: 5_000 }, (_, i) => i).join(" + ")}`).ok).toBeTypeOf("boolean");
    expect(notebook.check("1").ok).toBe(true);
  });
});

it("keeps the cells' modules out of git, and removes them", () => {
  const other = new Notebook();
  other.check("const a = 1");
  const folder = join(other.folder, ".flowlet");
  expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
  other.language.close();
  expect(existsSync(folder)).toBe(false);
  other.close();
});
