/** What contents of code and of values cost: each "task" is a task function with 20 captured names, or a value is as long as tasks are asked for. */
import { getCallSites } from "node:util";
import { Flow, task } from "../../../lib/engine/index.js";
import { ResultCache, sharedCapturedValues } from "../../../lib/engine/embedding.js";
import { measureCases, type Case } from "./measurement.ts";

const row = (index: number) => ({ id: index, name: `row ${index}`, value: index * 1.37, ok: index % 2 === 0, tag: `t${index % 7}` });

/** What a cell calls when its evaluation begins, so that V8 need not be asked for the URL of its script. */
function began(): void {
  const [, cell] = getCallSites(2);
  sharedCapturedValues().noteScript(cell!.scriptId, "cell://bench/1.ts");
}

/** As in a notebook: names of the realm, each task with its own helpers, constants and one object. @param isNoted its script says that it has been compiled, as a cell does */
function makeTask(index: number, isNoted: boolean): () => unknown {
  const name = (kind: string) => `${kind}_${index}`;
  const constants = Array.from({ length: 12 }, (_, at) => `${name("c")}_${at}`);
  const helpers = Array.from({ length: 6 }, (_, at) => `${name("h")}_${at}`);
  // Names of the realm are found by evaluating them.
  for (const [at, constant] of constants.entries()) (globalThis as Record<string, unknown>)[constant] = at % 2 === 0 ? at : `text ${at}`;
  (globalThis as Record<string, unknown>)[name("o")] = { by: index, list: [1, 2, 3] };
  (globalThis as Record<string, unknown>).began = began;
  const source = `${isNoted ? "began();" : ""}${helpers.map((helper, at) => `globalThis.${helper} = (n) => n * ${at} + ${constants[at]};`).join("\n")}
    globalThis.${name("K")} = class { by() { return ${index}; } };
    globalThis.${name("f")} = () => [${constants.join(", ")}, ${helpers.map((helper) => `${helper}(1)`).join(", ")}, Object.values(${name("o")}), new ${name("K")}().by()];`;
  (0, eval)(source);
  return (globalThis as Record<string, unknown>)[name("f")] as () => unknown;
}

let made = 0;

const readTasks = (isNoted: boolean): Case => async (tasks, measure) => {
  const { reader } = new ResultCache();
  const functions = Array.from({ length: tasks }, () => makeTask(made++, isNoted));
  const read = (): void => { for (const fn of functions) reader.readCode(fn, [["the code", fn]]); };
  await measure("first", read);
  await measure("again", read);
};

await measureCases({
  code: readTasks(true),
  "new scripts": readTasks(false),

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
