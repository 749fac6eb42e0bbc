/** Syntax trees (ESTree as oxc-parser makes it) in the loose form that walking them needs: for the kernel, and for what bundles flows. */
import type { OxcError } from "oxc-parser";
import { loadParser } from "../task/function-parameters.ts";

/** Any node of the tree; positions are UTF-16 offsets. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A parsed text. */
export interface ParsedText {
  readonly body: readonly SyntaxNode[];
  readonly errors: readonly OxcError[];
}

/** Which grammar. */
export type Grammar = "ts" | "tsx" | "js";

/** Those that a cell is written in. */
export type CellGrammar = Exclude<Grammar, "js">;

/** Parses a module; never throws, mistakes are in `errors`. */
export function parseModule(text: string, grammar: Grammar): ParsedText {
  const result = loadParser().parseSync(`cell.${grammar}`, text, { lang: grammar, sourceType: "module" });
  return { body: result.program.body as unknown as readonly SyntaxNode[], errors: result.errors.filter((error) => error.severity === "Error") };
}

/** The node at a key, if there is one. */
export function child(node: SyntaxNode, key: string): SyntaxNode | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

/** The nodes of a list at a key; holes of array patterns are left out. */
export function children(node: SyntaxNode, key: string): readonly SyntaxNode[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an Identifier (and nodes like it). */
export function nameOf(node: SyntaxNode): string {
  return node["name"] as string;
}

/** Calls `visit` for every node directly below `node`, in source order. */
export function forEachChild(node: SyntaxNode, visit: (child: SyntaxNode, key: string) => void): void {
  for (const key in node) {
    const value = node[key];
    if (isNode(value)) visit(value, key);
    else if (Array.isArray(value)) {
      for (const element of value) if (isNode(element)) visit(element, key);
    }
  }
}

/** Calls `visit` for every identifier that a binding pattern declares. */
export function forEachBinding(pattern: SyntaxNode, visit: (identifier: SyntaxNode) => void): void {
  switch (pattern.type) {
    case "Identifier":
      visit(pattern);
      return;
    case "ObjectPattern":
      for (const property of children(pattern, "properties")) {
        const target = child(property, property.type === "RestElement" ? "argument" : "value");
        if (target !== undefined) forEachBinding(target, visit);
      }
      return;
    case "ArrayPattern":
      for (const element of children(pattern, "elements")) forEachBinding(element, visit);
      return;
    case "AssignmentPattern":
      forEachBinding(child(pattern, "left")!, visit);
      return;
    case "RestElement":
      forEachBinding(child(pattern, "argument")!, visit);
      return;
    case "TSParameterProperty":
      forEachBinding(child(pattern, "parameter")!, visit);
      return;
    default:
  }
}

/**
 * Calls `visit` for every `var` declaration of a function's body (not of functions inside it), wherever it is nested;
 * `inList` tells whether it stands in a list of statements, so that an empty statement may go before it.
 */
export function forEachVar(statements: readonly SyntaxNode[], visit: (declaration: SyntaxNode, inList: boolean) => void): void {
  const pending = [...statements];
  const listed = new Set(statements);
  const pushList = (list: readonly SyntaxNode[]) => {
    for (const node of list) {
      pending.push(node);
      listed.add(node);
    }
  };
  while (pending.length > 0) {
    const node = pending.pop()!;
    switch (node.type) {
      case "VariableDeclaration":
        if (node["kind"] === "var") visit(node, listed.has(node));
        break;
      case "BlockStatement":
        pushList(children(node, "body"));
        break;
      case "SwitchStatement":
        for (const branch of children(node, "cases")) pushList(children(branch, "consequent"));
        break;
      case "TryStatement":
        for (const key of ["block", "finalizer"]) pushChild(pending, node, key);
        if (child(node, "handler") !== undefined) pushChild(pending, child(node, "handler")!, "body");
        break;
      case "IfStatement":
        for (const key of ["consequent", "alternate"]) pushChild(pending, node, key);
        break;
      case "ForStatement":
        for (const key of ["init", "body"]) pushChild(pending, node, key);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        for (const key of ["left", "body"]) pushChild(pending, node, key);
        break;
      case "WhileStatement":
      case "DoWhileStatement":
      case "LabeledStatement":
        pushChild(pending, node, "body");
        break;
      default:
    }
  }
}

function pushChild(pending: SyntaxNode[], node: SyntaxNode, key: string): void {
  const value = child(node, key);
  if (value !== undefined) pending.push(value);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}
