/** Edits of files and packages that cells import, in a real kernel. */
import { FOLLOWS, asyncWork, describeEdits, work } from "./edits.ts";

const NONE: string[] = [];

describeEdits("after an edit of a module exactly the tasks run that must", [
  { name: "a local module", files: { "lib.ts": "export const scale = (n: number): number => n * 2;\n" }, cells: { a: `import { scale } from "./lib";`, work: work("scale(rows.length)") }, edit: {}, editFiles: { "lib.ts": "export const scale = (n: number): number => n * 5;\n" }, runs: FOLLOWS, value: 15, reason: "helper `scale` changed (./lib.ts)" },
  { name: "a comment in a local module", files: { "note.ts": "export const noted = (n: number) => n * 2;\n" }, cells: { a: `import { noted } from "./note.ts";`, work: work("noted(rows.length)") }, edit: {}, editFiles: { "note.ts": "// twice\nexport const noted = (n: number) => n * 2; // really\n" }, runs: NONE, value: 6 },
  { name: "another export of a local module", files: { "two.ts": "export const used = (n: number) => n; export const unused = 1;\n" }, cells: { a: `import { used } from "./two.ts";`, work: work("used(rows.length)") }, edit: {}, editFiles: { "two.ts": "export const used = (n: number) => n; export const unused = 2;\n" }, runs: NONE, value: 3 },
  { name: "a module that a local module imports", files: { "inner.ts": "export const by = 2;\n", "outer.ts": `import { by } from "./inner.ts";\nexport const outer = (n: number) => n * by;\n` }, cells: { a: `import { outer } from "./outer.ts";`, work: work("outer(rows.length)") }, edit: {}, editFiles: { "inner.ts": "export const by = 5;\n" }, runs: FOLLOWS, value: 15, reason: "`by` changed (./inner.ts)" },
  { name: "a default export", files: { "main.ts": "export default function (n: number) { return n * 2; }\n" }, cells: { a: `import main from "./main.ts";`, work: work("main(rows.length)") }, edit: {}, editFiles: { "main.ts": "export default function (n: number) { return n * 3; }\n" }, runs: FOLLOWS, value: 9 },
  { name: "a constant of a local module", files: { "rate.ts": "export const rate = 2;\n" }, cells: { a: `import { rate } from "./rate.ts";`, work: work("rows.length * rate") }, edit: {}, editFiles: { "rate.ts": "export const rate = 3;\n" }, runs: FOLLOWS, value: 9, reason: "`rate` changed (./rate.ts)" },
  { name: "what a module assigns to its export", files: { "live.ts": "export let level = 1; export const setLevel = (n: number) => { level = n; };\n" }, cells: { a: `import { level, setLevel } from "./live.ts";`, work: work("rows.length + level") }, edit: { b: "setLevel(5);", c: "1" }, runs: FOLLOWS, value: 8 },
  { name: "what a module assigns to the export that another imports", files: { "state.ts": "export let state = 1; export const setState = (n: number) => { state = n; };\n", "reader.ts": `import { state } from "./state.ts";\nexport const readState = () => state;\n` }, cells: { a: `import { setState } from "./state.ts"; import { readState } from "./reader.ts";`, work: work("rows.length + readState()") }, edit: { b: "setState(5);" }, runs: FOLLOWS, value: 8 },
  { name: "what is used of a module as a whole", files: { "ns.ts": "export const half = (n: number) => n / 2; export const other = 1;\n" }, cells: { a: `import * as ns from "./ns.ts";`, work: work("ns.half(rows.length)") }, edit: {}, editFiles: { "ns.ts": "export const half = (n: number) => n / 4; export const other = 1;\n" }, runs: FOLLOWS, value: 0.75 },
  { name: "what is not used of a module as a whole", files: { "ns2.ts": "export const half = (n: number) => n / 2; export const other = 1;\n" }, cells: { a: `import * as ns2 from "./ns2.ts";`, work: work("ns2.half(rows.length)") }, edit: {}, editFiles: { "ns2.ts": "export const half = (n: number) => n / 2; export const other = 2;\n" }, runs: NONE, value: 1.5 },
  { name: "JSON", files: { "data.json": `{ "by": 2 }` }, cells: { a: `import data from "./data.json";`, work: work("rows.length * data.by") }, edit: {}, editFiles: { "data.json": `{ "by": 3 }` }, runs: FOLLOWS, value: 9 },
  { name: "a module that is imported while the task runs", files: { "lazy.ts": "export const lazy = (n: number) => n * 2;\n" }, cells: { work: asyncWork("lazy(rows.length)", `const { lazy } = await import("./lazy.ts");`) }, edit: {}, editFiles: { "lazy.ts": "export const lazy = (n: number) => n * 3;\n" }, runs: FOLLOWS, value: 9 },
  { name: "a module that is imported while the task runs, unchanged", files: { "calm.ts": "export const calm = (n: number) => n * 2;\n" }, cells: { work: asyncWork("calm(rows.length)", `const { calm } = await import("./calm.ts");`) }, edit: {}, runs: NONE, value: 6, reason: "kept" },
  { name: "a module of Node that is imported while the task runs", cells: { work: asyncWork("basename(`a/${rows.length}`)", `const { basename } = await import("node:path");`) }, edit: {}, runs: NONE, value: "3" },
  { name: "import.meta of a cell", cells: { work: work("import.meta.dirname.length > 0 && rows.length") }, edit: {}, runs: NONE, value: 3 },
  { name: "which package a name is imported from", files: {}, cells: { packages: `
    import { mkdirSync, writeFileSync } from "node:fs";
    for (const [folder, version, by] of [["one", "1.0.0", 2], ["two", "2.0.0", 3]]) {
      mkdirSync(\`node_modules/\${folder}\`, { recursive: true });
      writeFileSync(\`node_modules/\${folder}/package.json\`, JSON.stringify({ name: folder, version, type: "module", exports: "./index.js" }));
      writeFileSync(\`node_modules/\${folder}/index.js\`, \`export const scaled = (n) => n * \${by}; export const makeScale = (k) => (n) => n * k; export const sizes = { small: \${by} };\`);
      writeFileSync(\`node_modules/\${folder}/index.d.ts\`, "export const scaled: (n: number) => number; export const makeScale: (k: number) => (n: number) => number; export const sizes: { small: number };");
    }`, a: `import { scaled } from "one";`, work: work("scaled(rows.length)") }, edit: { a: `import { scaled } from "two";` }, runs: FOLLOWS, value: 9 },
  { name: "a file of a linked package", cells: { link: `
    import { mkdirSync as makeFolder, symlinkSync, writeFileSync as writeText } from "node:fs";
    makeFolder("workspace/near", { recursive: true }); makeFolder("node_modules", { recursive: true });
    writeText("workspace/near/package.json", JSON.stringify({ name: "near", version: "1.0.0", type: "module", exports: "./index.ts" }));
    writeText("workspace/near/index.ts", "export const nearby = (n: number): number => n * 2;");
    symlinkSync("../workspace/near", "node_modules/near", "dir");`, a: `import { nearby } from "near";`, work: work("nearby(rows.length)") }, edit: { edit: `writeText("workspace/near/index.ts", "export const nearby = (n: number): number => n * 5;");`, a: `import { nearby } from "near";` }, runs: FOLLOWS, value: 15 },
  { name: "what a package's function was made with", cells: { a: `import { makeScale } from "one"; const made = makeScale(2);`, work: work("made(rows.length)") }, edit: { a: `import { makeScale } from "one"; const made = makeScale(7);` }, runs: FOLLOWS, value: 21 },
  { name: "an object of a package that somebody changes", cells: { a: `import { sizes } from "one";`, work: work("rows.length * sizes.small") }, edit: { b: "sizes.small = 9;" }, runs: FOLLOWS, value: 27 },
  { name: "a cell that imports a package, run again", cells: { a: `import { scaled as same } from "one";`, work: work("same(rows.length)") }, edit: { a: `import { scaled as same } from "one";` }, runs: NONE, value: 6 },
]);
