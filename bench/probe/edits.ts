/**
 * The edits of the probe, in Python and in TypeScript: the cells before, and what is edited. `f` calls a helper, `g` consumes what
 * `f` returns. After an edit all cells are run again, in order, as "Run All Cells" does.
 */

/** Cells by name, in the order of the notebook; `f` and `g` follow them. */
export type Cells = Readonly<Record<string, string>>;

export interface Version {
  /** Cells of the edited notebook that differ from those before. */
  readonly cells?: Cells;
  /** Files beside the notebook: local modules, and what tasks read. */
  readonly files?: Cells;
}

export interface Probe {
  /** The notebook before the edit. */
  readonly before: Version;
  /** What is edited, run after run: mostly one edit. */
  readonly edits: readonly Version[];
}

export interface Edit {
  /** Its row in the table. */
  readonly name: string;
  /** Its column in the short table; without: of those that nothing has to run for, or not all. */
  readonly group?: string;
  /** Which tasks have to run because of the (last) edit. */
  readonly needs: readonly ("f" | "g")[];
  /** Value of `g` after it. */
  readonly right: number;
  readonly python: Probe;
  readonly typescript: Probe;
}

export type Language = "python" | "typescript";

/** `f`, with its parameters and its lines; `NAME/f` becomes its name in the ledger. */
const pythonTask = (lines: string, parameters = "x: int") => `@task\ndef f(${parameters}) -> int:\n    ran("NAME/f")\n    ${lines.replaceAll("\n", "\n    ")}`;
const typescriptTask = (lines: string, parameters = "x: number") => `const f = task((${parameters}): number => {\n  ran("NAME/f");\n  ${lines.replaceAll("\n", "\n  ")}\n});`;

/** The consumer, the same in every notebook. */
export const CONSUMER: Readonly<Record<Language, string>> = {
  python: `@task\ndef g(f: int) -> int:\n    ran("NAME/g")\n    return f + 100`,
  typescript: `const g = task((f: number): number => {\n  ran("NAME/g");\n  return f + 100;\n});`,
};

const PYTHON: Cells = { helper: "def helper(x):\n    return x + 1", f: pythonTask("return helper(x) * 2") };
const TYPESCRIPT: Cells = { helper: "function helper(x: number) { return x + 1; }", f: typescriptTask("return helper(x) * 2;") };

type BeforeAndAfter = [before: Cells, after: Cells];

/** An edit of cells that changes what `f` returns. */
function change(name: string, group: string, right: number, python: BeforeAndAfter, typescript: BeforeAndAfter): Edit {
  return { ...edit(name, ["f", "g"], right, python, typescript), group };
}

function edit(name: string, needs: Edit["needs"], right: number, python: BeforeAndAfter, typescript: BeforeAndAfter): Edit {
  const probe = ([before, after]: BeforeAndAfter): Probe => ({ before: { cells: before }, edits: [{ cells: after }] });
  return { name, needs, right, python: probe(python), typescript: probe(typescript) };
}

const pythonMethod = (factor: number) => `    def scale(self, x):\n        return x * ${factor}`;
const typescriptMethod = (factor: number) => `scale(x: number) { return x * ${factor}; }`;

export const EDITS: readonly Edit[] = [
  edit("nothing", [], 108, [PYTHON, {}], [TYPESCRIPT, {}]),
  change("the task's body", "the task", 112,
    [PYTHON, { f: pythonTask("return helper(x) * 3") }],
    [TYPESCRIPT, { f: typescriptTask("return helper(x) * 3;") }]),
  change("a helper", "a helper", 126,
    [PYTHON, { helper: "def helper(x):\n    return x + 10" }],
    [TYPESCRIPT, { helper: "function helper(x: number) { return x + 10; }" }]),
  change("a helper's helper", "its helper", 114,
    [{ deep: "def deep(x):\n    return x", helper: "def helper(x):\n    return deep(x) + 1", f: PYTHON.f! }, { deep: "def deep(x):\n    return x * 2" }],
    [{ deep: "const deep = (x: number) => x;", helper: "function helper(x: number) { return deep(x) + 1; }", f: TYPESCRIPT.f! }, { deep: "const deep = (x: number) => x * 2;" }]),
  change("a helper in a table of functions", "its helper", 126,
    [{ helper: PYTHON.helper!, table: 'table = {"help": helper}', f: pythonTask('return table["help"](x) * 2') }, { helper: "def helper(x):\n    return x + 10" }],
    [{ helper: TYPESCRIPT.helper!, table: "const table = { help: helper };", f: typescriptTask("return table.help(x) * 2;") }, { helper: "function helper(x: number) { return x + 10; }" }]),
  change("a global constant", "a constant", 115,
    [{ constant: "factor = 2", f: pythonTask("return x * factor") }, { constant: "factor = 5" }],
    [{ constant: "const factor = 2;", f: typescriptTask("return x * factor;") }, { constant: "const factor = 5;" }]),
  change("an object's field", "an object", 115,
    [{ config: 'config = {"factor": 2, "unused": [1]}', f: pythonTask('return x * config["factor"]') }, { config: 'config = {"factor": 5, "unused": [1]}' }],
    [{ config: "const config = { factor: 2, unused: [1] };", f: typescriptTask("return x * config.factor;") }, { config: "const config = { factor: 5, unused: [1] };" }]),
  change("an object's field, set by another cell", "an object", 115,
    [{ config: 'config = {"factor": 2}', other: "# empty", f: pythonTask('return x * config["factor"]') }, { other: 'config["factor"] = 5' }],
    [{ config: "const config = { factor: 2 };", other: "// empty", f: typescriptTask("return x * config.factor;") }, { other: "config.factor = 5;" }]),
  change("what a closure has captured (same text)", "a closure", 115,
    [{ factory: "def times(k):\n    def scaled(x):\n        return x * k\n    return scaled", made: "scale = times(2)", f: pythonTask("return scale(x)") }, { made: "scale = times(5)" }],
    [{ factory: "const times = (k: number) => (x: number) => x * k;", made: "const scale = times(2);", f: typescriptTask("return scale(x);") }, { made: "const scale = times(5);" }]),
  change("a method of a class", "a class", 115,
    [{ class: `class Scaler:\n${pythonMethod(2)}`, f: pythonTask("return Scaler().scale(x)") }, { class: `class Scaler:\n${pythonMethod(5)}` }],
    [{ class: `class Scaler { ${typescriptMethod(2)} }`, f: typescriptTask("return new Scaler().scale(x);") }, { class: `class Scaler { ${typescriptMethod(5)} }` }]),
  change("a method of its base class", "a class", 115,
    [{ base: `class Base:\n${pythonMethod(2)}`, class: "class Scaler(Base):\n    pass", f: pythonTask("return Scaler().scale(x)") }, { base: `class Base:\n${pythonMethod(5)}` }],
    [{ base: `class Base { ${typescriptMethod(2)} }`, class: "class Scaler extends Base {}", f: typescriptTask("return new Scaler().scale(x);") }, { base: `class Base { ${typescriptMethod(5)} }` }]),
  change("a default argument", "a default", 115,
    [{ f: pythonTask("return x * by", "x: int, by: int = 2") }, { f: pythonTask("return x * by", "x: int, by: int = 5") }],
    [{ f: typescriptTask("return x * by;", "x: number, by: number = 2") }, { f: typescriptTask("return x * by;", "x: number, by: number = 5") }]),
  change("a constant that is a default argument", "a default", 115,
    [{ constant: "factor = 2", f: pythonTask("return x * by", "x: int, by: int = factor") }, { constant: "factor = 5" }],
    [{ constant: "const factor = 2;", f: typescriptTask("return x * by;", "x: number, by: number = factor") }, { constant: "const factor = 5;" }]),
  module("a local module's function", 115,
    [{ "NAME.py": "def scale(x):\n    return x * 2\n" }, { "NAME.py": "def scale(x):\n    return x * 5\n" }],
    [{ "NAME.ts": "export const scale = (x: number) => x * 2;\n" }, { "NAME.ts": "export const scale = (x: number) => x * 5;\n" }]),
  module("a module that a local module imports", 115,
    [{ "NAME_inner.py": "BY = 2\n", "NAME.py": "from NAME_inner import BY\n\ndef scale(x):\n    return x * BY\n" }, { "NAME_inner.py": "BY = 5\n" }],
    [{ "NAME_inner.ts": "export const by = 2;\n", "NAME.ts": 'import { by } from "./NAME_inner.ts";\nexport const scale = (x: number) => x * by;\n' }, { "NAME_inner.ts": "export const by = 5;\n" }]),
  change("an environment variable that the task reads", "file, variable", 115,
    [{ variable: 'import os\nos.environ["NAME"] = "2"', f: pythonTask('return x * int(os.environ["NAME"])') }, { variable: 'import os\nos.environ["NAME"] = "5"' }],
    [{ variable: 'process.env.NAME = "2";', f: typescriptTask("return x * Number(process.env.NAME);") }, { variable: 'process.env.NAME = "5";' }]),
  {
    name: "a file that the task reads", group: "file, variable", needs: ["f", "g"], right: 115,
    python: { before: { cells: { f: pythonTask('return x * int(open("NAME.txt").read())') }, files: { "NAME.txt": "2" } }, edits: [{ files: { "NAME.txt": "5" } }] },
    typescript: { before: { cells: { import: 'import { readFileSync } from "node:fs";', f: typescriptTask('return x * Number(readFileSync("NAME.txt", "utf8"));') }, files: { "NAME.txt": "2" } }, edits: [{ files: { "NAME.txt": "5" } }] },
  },
  edit("a comment only", [], 108,
    [PYTHON, { f: pythonTask("# twice what the helper makes of it\nreturn helper(x) * 2") }],
    [TYPESCRIPT, { f: typescriptTask("// twice what the helper makes of it\nreturn helper(x) * 2;") }]),
  edit("the name of a local", [], 108,
    [{ ...PYTHON, f: pythonTask("y = helper(x)\nreturn y * 2") }, { f: pythonTask("more = helper(x)\nreturn more * 2") }],
    [{ ...TYPESCRIPT, f: typescriptTask("const y = helper(x);\nreturn y * 2;") }, { f: typescriptTask("const more = helper(x);\nreturn more * 2;") }]),
  edit("another function in the task's cell", [], 108,
    [{ ...PYTHON, f: `def unrelated(x):\n    return x\n\n${PYTHON.f}` }, { f: `def unrelated(x):\n    return x + 1\n\n${PYTHON.f}` }],
    [{ ...TYPESCRIPT, f: `const unrelated = (x: number) => x;\n${TYPESCRIPT.f}` }, { f: `const unrelated = (x: number) => x + 1;\n${TYPESCRIPT.f}` }]),
  edit("the task, to an equal result", ["f"], 108,
    [PYTHON, { f: pythonTask("return helper(x) + helper(x)") }],
    [TYPESCRIPT, { f: typescriptTask("return helper(x) + helper(x);") }]),
  {
    name: "the task's body, and back", needs: [], right: 108,
    python: { before: { cells: PYTHON }, edits: [{ cells: { f: pythonTask("return helper(x) * 3") } }, { cells: { f: PYTHON.f! } }] },
    typescript: { before: { cells: TYPESCRIPT }, edits: [{ cells: { f: typescriptTask("return helper(x) * 3;") } }, { cells: { f: TYPESCRIPT.f! } }] },
  },
];

/** An edit of a module that a cell imports. */
function module(name: string, right: number, python: BeforeAndAfter, typescript: BeforeAndAfter): Edit {
  const probe = (module: string, f: string, [before, after]: BeforeAndAfter): Probe => ({ before: { cells: { module, f }, files: before }, edits: [{ files: after }] });
  return {
    name, group: "a local module", needs: ["f", "g"], right,
    python: probe("import NAME", pythonTask("return NAME.scale(x)"), python),
    typescript: probe('import * as NAME from "./NAME.ts";', typescriptTask("return NAME.scale(x);"), typescript),
  };
}

/** One run of the notebook: all its cells, all its modules. */
export interface Notebook {
  readonly cells: Cells;
  readonly files: Cells;
}

/**
 * The notebook of an edit, state after state: before it, then after each of its edits. The tasks' text has the edit's name in it,
 * so that no edit meets what was kept for another.
 */
export function notebooksOf(edit: Edit, language: Language): readonly Notebook[] {
  const { before, edits } = edit[language];
  const slug = edit.name.replaceAll(/\W+/g, "_");
  const named = (cells: Cells): Cells => Object.fromEntries(Object.entries(cells).map((cell) => cell.map((text) => text.replaceAll("NAME", slug)) as [string, string]));
  const states = [before];
  for (const { cells, files } of edits) {
    const last = states.at(-1)!;
    states.push({ cells: { ...last.cells, ...cells }, files: { ...last.files, ...files } });
  }
  return states.map(({ cells = {}, files = {} }) => ({ cells: named({ ...cells, g: CONSUMER[language] }), files: named(files) }));
}
