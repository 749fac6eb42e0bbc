/**
 * Gives tasks the name of the constant that they are assigned to: after `const add = task(…)` comes a call that names it. Cells,
 * local modules and registered flows go through the same code, so a task has one name everywhere.
 */
import type { MagicString } from "magic-string";
import { child, children, nameOf, type SyntaxNode } from "./syntax-tree.ts";

/** How the calls are written. */
export interface TaskNaming {
  /** The function that is called, with the value and the name: an expression, e.g. `nameTask`. */
  readonly namer: string;
  /** The statements of the top level. Default: none; matters only with `runtimeName`. */
  readonly topLevel?: ReadonlySet<SyntaxNode>;
  /** What a name of the top level is called at run time. Default: the same. */
  readonly runtimeName?: (name: string) => string;
}

/**
 * @param statements declarations of variables that are statements, at any depth @param text JavaScript or TypeScript, of which `output` is made
 * @returns number of tasks that get a name
 */
export function nameTasks(statements: readonly SyntaxNode[], output: MagicString, text: string, { namer, topLevel, runtimeName = (name) => name }: TaskNaming): number {
  let named = 0;
  for (const statement of statements) {
    const calls: string[] = [];
    for (const declarator of children(statement, "declarations")) {
      const id = child(declarator, "id")!;
      if (id.type !== "Identifier" || !makesTask(child(declarator, "init"))) continue;
      const name = topLevel?.has(statement) === true ? runtimeName(nameOf(id)) : nameOf(id);
      calls.push(`${namer}(${name},${JSON.stringify(nameOf(id))});`);
    }
    if (calls.length === 0) continue;
    named += calls.length;
    output.appendLeft(statement.end, (text[statement.end - 1] === ";" ? "" : ";") + calls.join(""));
  }
  return named;
}

/** Around an expression without changing its value; TypeScript's are gone where types are. */
const AROUND: Readonly<Record<string, string>> = {
  AwaitExpression: "argument", ParenthesizedExpression: "expression", TSAsExpression: "expression", TSSatisfiesExpression: "expression", TSNonNullExpression: "expression", TSTypeAssertion: "expression",
};

/** `task(…)`, `flowlet.task(…)`, also awaited or in parentheses. */
function makesTask(init: SyntaxNode | undefined): boolean {
  let node = init;
  while (node !== undefined && Object.hasOwn(AROUND, node.type)) node = child(node, AROUND[node.type]!);
  if (node?.type !== "CallExpression") return false;
  const callee = child(node, "callee")!;
  if (callee.type === "Identifier") return nameOf(callee) === "task";
  return callee.type === "MemberExpression" && callee["computed"] !== true && child(callee, "property")?.["name"] === "task";
}
