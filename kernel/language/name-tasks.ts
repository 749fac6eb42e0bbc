/**
 * Gives tasks the name of the constant that they are assigned to: after `const add = task(…)` comes a call that names it. Cells,
 * local modules and registered flows go through the same code, so a task has one name everywhere.
 */
import type { MagicString } from "magic-string";
import { runtimeObject } from "./runtime-object.ts";
import { child, children, nameOf, type SyntaxNode } from "./syntax-tree.ts";

/**
 * @param statements declarations of variables that are statements, at any depth
 * @param runtimeName what a name of the top level is called at run time @param topLevel the statements of the top level
 */
export function nameTasks(
  statements: readonly SyntaxNode[],
  output: MagicString,
  text: string,
  runtimeName: (name: string) => string,
  topLevel: ReadonlySet<SyntaxNode>,
): void {
  for (const statement of statements) {
    const calls: string[] = [];
    for (const declarator of children(statement, "declarations")) {
      const id = child(declarator, "id")!;
      if (id.type !== "Identifier" || !makesTask(child(declarator, "init"))) continue;
      const name = topLevel.has(statement) ? runtimeName(nameOf(id)) : nameOf(id);
      calls.push(`${runtimeObject}?.name(${name},${JSON.stringify(nameOf(id))});`);
    }
    if (calls.length === 0) continue;
    output.appendLeft(statement.end, (text[statement.end - 1] === ";" ? "" : ";") + calls.join(""));
  }
}

/** `task(…)`, `flowlet.task(…)`, also awaited or in parentheses. */
function makesTask(init: SyntaxNode | undefined): boolean {
  let node = init;
  while (node?.type === "AwaitExpression" || node?.type === "ParenthesizedExpression") {
    node = child(node, node.type === "AwaitExpression" ? "argument" : "expression");
  }
  if (node?.type !== "CallExpression") return false;
  const callee = child(node, "callee")!;
  if (callee.type === "Identifier") return nameOf(callee) === "task";
  return callee.type === "MemberExpression" && callee["computed"] !== true && child(callee, "property")?.["name"] === "task";
}
