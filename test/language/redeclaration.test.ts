import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Notebook } from "./notebook.ts";

/** One way to declare a name, and a cell that shows what it means then. */
interface Form {
  readonly kind: string;
  readonly declare: (name: string) => string;
  readonly use: (name: string) => string;
  readonly expected: string;
}

const forms: readonly Form[] = [
  { kind: "const", declare: (name) => `const ${name} = { kind: "const" };`, use: (name) => `${name}.kind`, expected: "'const'" },
  { kind: "let", declare: (name) => `let ${name} = 1;`, use: (name) => `${name} = ${name} + 1; ({ ${name} }).${name}`, expected: "2" },
  { kind: "var", declare: (name) => `var ${name} = 10;`, use: (name) => `${name}++; [${name}].map((x) => x + ${name})`, expected: "[ 22 ]" },
  { kind: "function", declare: (name) => `function ${name}(x: number): string { return x > 0 ? ${name}(x - 1) + "f" : "" }`, use: (name) => `${name}(2) + ${name}.name`, expected: "'ffNAME'" },
  { kind: "class", declare: (name) => `class ${name} { #x = 1; static make() { return new ${name}() } get x() { return this.#x } }`, use: (name) => `const made: ${name} = ${name}.make(); made.x + ${name}.name`, expected: "'1NAME'" },
  { kind: "type", declare: (name) => `type ${name} = "a" | "b";`, use: (name) => `const typed: ${name} = "a"; typed`, expected: "'a'" },
  { kind: "interface", declare: (name) => `interface ${name} { a: number }`, use: (name) => `const shaped: ${name} = { a: 1 }; shaped.a`, expected: "1" },
  { kind: "import", declare: (name) => `import ${name} from "node:path";`, use: (name) => `${name}.posix.join("a", "b")`, expected: "'a/b'" },
  { kind: "enum", declare: (name) => `enum ${name} { first = 4 }`, use: (name) => `const member: ${name} = ${name}.first; member`, expected: "4" },
  { kind: "namespace", declare: (name) => `namespace ${name} { export const inner = 7; }`, use: (name) => `${name}.inner`, expected: "7" },
];

const names = ["plain", "URL", "Map", "process", "fetch", "setTimeout", "Promise", "Object", "console", "name", "window"];

/** A sequence in which every ordered pair of items, also of one with itself, stands side by side once. */
function walkOfAllPairs<T>(items: readonly T[]): T[] {
  const next = items.map(() => items.length - 1);
  const path = [0];
  const walk: T[] = [];
  while (path.length > 0) {
    const last = path.at(-1)!;
    if (next[last]! >= 0) path.push(next[last]!--);
    else walk.push(items[path.pop()!]!);
  }
  return walk;
}

it("the walk has every pair", () => {
  const walk = walkOfAllPairs(["a", "b", "c"]);
  expect(new Set(walk.slice(1).map((item, index) => walk[index]! + item)).size).toBe(9);
  expect(walk).toHaveLength(10);
});

describe("every ordered pair of kinds of declarations of one name works across cells", () => {
  let notebook: Notebook;
  beforeAll(() => {
    notebook = new Notebook();
  });
  afterAll(() => notebook.close());

  for (const name of names) {
    it(`under the name ${name}`, async () => {
      let before = "nothing";
      for (const form of walkOfAllPairs(forms)) {
        await notebook.value(form.declare(name));
        expect(await notebook.value(form.use(name)), `${before} then ${form.kind} of ${name}`).toBe(form.expected.replace("NAME", name));
        before = form.kind;
      }
      // Packages, Node and the kernel still have their globals.
      const whole = await notebook.value(`const { format } = await import("node:util"); const { readFile } = await import("node:fs/promises");
        format("%s", new (await import("node:url")).URL("http://a/b").href)`);
      expect(whole).toBe("'http://a/b'");
    });
  }
});
