/** Syntax that the transform of cells leaves behind: parentheses of type assertions, members of the object that the kernel gives to cells. */
import type { SyntaxNode } from "./scopes.ts";

/** The symbol of globalThis by which a cell reaches that object. */
const RUNTIME = "flowlet.cell";

/** A cell's `import()`, `require` and `import.meta` are members of its runtime object. @returns which; null for anything else */
export function memberOfRuntime(node: SyntaxNode): string | null {
  const holder = node.object as SyntaxNode;
  if (holder.type !== "MemberExpression" || holder.computed !== true || node.computed === true) return null;
  const { callee, arguments: inputs } = holder.property as { callee?: SyntaxNode; arguments?: SyntaxNode[] };
  if ((holder.object as SyntaxNode).name !== "globalThis" || inputs?.[0]?.value !== RUNTIME || (callee?.object as SyntaxNode | undefined)?.name !== "Symbol") return null;
  return String((node.property as SyntaxNode).name);
}

/** Without the parentheses around it. */
export function bare(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === "ParenthesizedExpression") inner = inner.expression as SyntaxNode;
  return inner;
}
