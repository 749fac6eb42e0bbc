/** What contents of code and of values cost: each "task" is a task function with 20 captured names, or a value is as long as tasks are asked for. */
import { Flow, task } from "../../../lib/engine/index.js";
import { ResultCache } from "../../../lib/engine/embedding.js";
import { measureCases } from "./measurement.ts";

const row = (index: number) => ({ id: index, name: `row ${index}`, value: index * 1.37, ok: index % 2 === 0, tag: `t${index % 7}` });

/** As in a notebook: names of the realm, each task with its own helpers, constants and one object. */
function makeTask(index: number): () => unknown {
  const name = (kind: string) => `${kind}_${index}`;
  const constants = Array.from({ length: 12 }, (_, at) => `${name("c")}_${at}`);
  const helpers = Array.from({ length: 6 }, (_, at) => `${name("h")}_${at}`);
  // Names of the realm are found by evaluating them.
  for (const [at, constant] of constants.entries()) (globalThis as Record<string, unknown>)[constant] = at % 2 === 0 ? at : `text ${at}`;
  (globalThis as Record<string, unknown>)[name("o")] = { by: index, list: [1, 2, 3] };
  const source = `${helpers.map((helper, at) => `globalThis.${helper} = (n) => n * ${at} + ${constants[at]};`).join("\n")}
    globalThis.${name("K")} = class { by() { return ${index}; } };
    globalThis.${name("f")} = () => [${constants.join(", ")}, ${helpers.map((helper) => `${helper}(1)`).join(", ")}, Object.values(${name("o")}), new ${name("K")}().by()];`;
  (0, eval)(source);
  return (globalThis as Record<string, unknown>)[name("f")] as () => unknown;
}

let made = 0;

await measureCases({
  code: async (tasks, measure) => {
    const { reader } = new ResultCache();
    const functions = Array.from({ length: tasks }, () => makeTask(made++));
    const read = (): void => { for (const fn of functions) reader.readCode(fn, () => [["the code", fn]]); };
    await measure("first", read);
    await measure("again", read);
  },

  numbers: async (length, measure) => {
    const { reader } = new ResultCache();
    const numbers = Array.from({ length }, (_, index) => index * 1.1);
    await measure("content", () => { reader.read(numbers); });
  },

  rows: async (length, measure) => {
    const { reader } = new ResultCache();
    const rows = Array.from({ length }, (_, index) => row(index));
    await measure("content", () => { reader.read(rows); });
  },

  keeping: async (length, measure) => {
    const flow = new Flow("rows", () => { task(() => Array.from({ length }, (_, index) => row(index)))(); });
    await measure("content", async () => { await flow.run({}, { cache: true }); });
  },
});
