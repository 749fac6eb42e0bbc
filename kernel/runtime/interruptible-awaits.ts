/**
 * An interrupt ends a cell that awaits, but cannot take back what it awaits: without this, the rest of the cell would run
 * when that settles, and `for (;;) { await … }` would go on for ever in the background. So each await of a cell's top level
 * is led through a function of ours, which does not return once the cell was interrupted. Functions stay as they are: their
 * text counts for the results that are kept.
 */
import { forEachChild, parseModule, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";
import { cellContext } from "./cell-context.ts";

/** Where the functions live, on globalThis. */
const AWAITS = Symbol.for("flowlet.awaits");

const FUNCTIONS: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression", "StaticBlock"]);

/** Installs what {@link makeAwaitsInterruptible} calls. */
export function installAwaits(): void {
  Object.defineProperty(globalThis, AWAITS, { value: { until, each } });
}

/**
 * @param javascript a cell as the language emits it
 * @returns the same, line by line, with its awaits led through ours
 */
export function makeAwaitsInterruptible(javascript: string): string {
  if (!javascript.includes("await")) return javascript;
  const { body, errors } = parseModule(javascript, "js");
  // V8 will say what is wrong.
  if (errors.length > 0) return javascript;
  const insertions: { readonly at: number; readonly text: string }[] = [];
  const wrap = (start: number, end: number, name: "until" | "each") => {
    insertions.push({ at: start, text: ` globalThis[Symbol.for("flowlet.awaits")].${name}(` }, { at: end, text: ")" });
  };
  const waiting: SyntaxNode[] = [...body];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (FUNCTIONS.has(node.type)) continue;
    if (node.type === "AwaitExpression") wrap(node.start + "await".length, node.end, "until");
    if (node.type === "ForOfStatement" && node["await"] === true) {
      const { start, end } = node["right"] as SyntaxNode;
      wrap(start, end, "each");
    }
    forEachChild(node, (inner) => waiting.push(inner));
  }
  // At one place, the inner of two nested awaits closes before the outer: both texts are ")", so their order does not matter.
  insertions.sort((a, b) => a.at - b.at);
  let text = "";
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    text += javascript.slice(from, at) + inserted;
    from = at;
  }
  return text + javascript.slice(from);
}

async function until<Value>(value: Value): Promise<Awaited<Value>> {
  const cell = cellContext.getStore();
  try {
    return await value;
  } finally {
    if (cell?.interrupted === true) await never();
  }
}

async function* each<Value>(values: AsyncIterable<Value> | Iterable<Value | PromiseLike<Value>>): AsyncGenerator<Awaited<Value>, void, undefined> {
  const cell = cellContext.getStore();
  for await (const value of values) {
    if (cell?.interrupted === true) await never();
    yield value;
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
