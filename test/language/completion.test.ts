import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook({ "helpers.ts": "export const h = 1;", "data.json": "{}", "sub/x.ts": "", "node_modules/some-package/index.js": "" });
  notebook.check("const total = 1; let label = 'x';\n/** Adds. @param a first */ function addUp(a: number, b = 2) { return a + b } class Point {\n/** Across. */ x = 1 } interface Row { id: number } import * as path from 'node:path'; type Pair = [number, string];");
});
afterAll(() => notebook.close());

/** Completes where the bar stands. */
function complete(code: string): { texts: string[]; types: string[]; replaced: string } {
  const cursor = code.indexOf("|");
  const text = code.replace("|", "");
  const { matches, start, end } = notebook.language.complete(text, cursor);
  return { texts: matches.map((match) => match.text), types: matches.map((match) => match.type), replaced: text.slice(start, end) };
}

const tables: readonly [code: string, includes: readonly string[], excludes: readonly string[], replaced: string][] = [
  ["Math.sq|", ["sqrt"], ["SQRT2"], "sq"],
  ["to|", ["total"], ["label"], "to"],
  ["|", ["total", "label", "addUp", "Point", "console", "const"], [], ""],
  ["label.toUp|", ["toUpperCase"], ["total"], "toUp"],
  ["new Point().|", ["x"], ["total"], ""],
  ["const p = { alpha: 1, beta: 2 }; p.al|;\nfoo(", ["alpha"], ["beta"], "al"],
  ["function f(parameter: number) {\n  return para|", ["parameter"], [], "para"],
  ["path.jo|", ["join"], [], "jo"],
  ["const r: Row = { i| }", ["id"], ["total"], "i"],
  ["const t = 5; t.toF|", ["toFixed"], [], "toF"],
  ["Poin|t", ["Point"], [], "Poin"],
  ["const größe = { länge: 1 }; größe.lä|", ["länge"], [], "lä"],
  ['import { h } from "./|', ["helpers.ts", "data.json", "sub/"], ["node_modules/"], ""],
  ['import { h } from "./he|', ["helpers.ts"], ["data.json"], "he"],
  ['await import("some-|', ["some-package"], [], "some-"],
  ['import fs from "node:f|', ["node:fs", "node:fs/promises"], ["fs"], "node:f"],
  ['import { Flow } from "flow|', ["flowlet"], [], "flow"],
];

describe("completion", () => {
  for (const [code, includes, excludes, replaced] of tables) {
    it(`of ${code}`, () => {
      const found = complete(code);
      expect(found.texts).toEqual(expect.arrayContaining([...includes]));
      for (const text of excludes) expect(found.texts).not.toContain(text);
      expect(found.replaced).toBe(replaced);
    });
  }

  it("tells kinds", () => {
    const { texts, types } = complete("|");
    const kind = (name: string) => types[texts.indexOf(name)];
    expect(["addUp", "Point", "path", "Row", "const"].map(kind)).toEqual(["function", "class", "module", "type", "keyword"]);
  });

  it("finds nothing in strings and comments, and survives any cursor", () => {
    expect(complete("'to|'").texts).toEqual([]);
    for (const cursor of [-5, 0, 3, 999, Number.NaN]) expect(notebook.language.complete("to", cursor).matches).toBeInstanceOf(Array);
  });
});

describe("inspection", () => {
  const tables: readonly [code: string, text: RegExp][] = [
    ["addUp|", /^function addUp\(a: number, b\?: number\): number\n\nAdds\.\n\n@param a first/],
    ["addUp(|", /^function addUp/],
    ["to|tal", /^const total: 1$/],
    ["label|", /^const label: string$|^var label: string$/],
    ["new Point().x|", /^\(property\) x: number\n\nAcross\.$/],
    ["Point|", /^class Point/],
    ["Row|", /^interface Row/],
    ["Pair|", /^type Pair = \[number, string\]/],
    ["console.log|", /^\(method\) log\(message\?: any, \.\.\.optionalParams: any\[\]\): void/],
    ["path.join|", /join\(\.\.\.paths: string\[\]\): string/],
    ["const own = [1]; own|.length", /^const own: number\[\]$/],
  ];
  for (const [code, text] of tables) {
    it(`of ${code}`, () => {
      const found = notebook.language.inspect(code.replace("|", ""), code.indexOf("|"), 0);
      expect(found.text).toMatch(text);
      expect(found.markdown).toContain("```typescript\n");
      expect(found.found).toBe(true);
    });
  }

  it("finds nothing where there is nothing", () => {
    for (const code of ["", "   ", "123", "nothingOfThatName", "'text'", "((("]) {
      expect(notebook.language.inspect(code, code.length, 0)).toEqual({ found: false, markdown: "", text: "" });
    }
  });
});

describe("completeness", () => {
  const tables: readonly [code: string, status: string, indent?: string][] = [
    ["1", "complete"], ["", "complete"], ["const a = 1;\na", "complete"], ["{ a: 1, b: 2 }", "complete"], ["await x", "complete"], ["import a from 'b'", "complete"],
    ["f(", "incomplete", "  "], ["if (a) {", "incomplete", "  "], ["if (a) {\n  b", "incomplete", "  "], ["1 +", "incomplete", ""], ["const a =", "incomplete", ""], ["`text", "incomplete", ""],
    ["/* comment", "incomplete", ""], ["function f() {", "incomplete", "  "], ["const f = () =>", "incomplete", "  "], ["[1,", "incomplete", ""], ["class A {\n  m() {", "incomplete", "    "], ["x.", "incomplete", ""], ["interface A {", "incomplete", "  "],
    ["const = 5", "invalid"], ["}", "invalid"], ["'text", "invalid"], ["f)", "invalid"], ["let 1x", "invalid"], ["return 1", "invalid"],
  ];
  for (const [code, status, indent] of tables) {
    it(`of ${JSON.stringify(code)} is ${status}`, () => {
      expect(notebook.language.isComplete(code)).toEqual(indent === undefined ? { status } : { status, indent });
    });
  }
});
