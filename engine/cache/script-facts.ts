/** What a script's text says about its names: which are imports, and which are assigned to after they were declared. */
import { loadParser } from "../task/function-parameters.ts";
import { isNode, type SyntaxNode } from "./scopes.ts";

/** One name that a module imports. */
export interface ScriptImport {
  readonly specifier: string;
  /** Name of the export; `*`: the whole module. */
  readonly name: string;
  /** Import attributes, e.g. `{ type: "json" }`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Facts of one script. */
export interface ScriptFacts {
  /** By local name. */
  readonly imports: ReadonlyMap<string, ScriptImport>;
  /** Local name of each export that is declared in the script itself, by the export's name. */
  readonly exports: ReadonlyMap<string, string>;
  /** Names that are assigned to somewhere, in whatever scope; null: any may be. */
  readonly assigned: ReadonlySet<string> | null;
  /** Names that are declared somewhere, in whatever scope. */
  readonly declared: ReadonlySet<string>;
  /** The whole script is strict code. */
  readonly strict: boolean;
}

const UNKNOWN: ScriptFacts = { imports: new Map(), exports: new Map(), assigned: null, declared: new Set(), strict: true };

/** @param source null where it is not known: then nothing is taken for granted */
export function scriptFacts(source: string | null): ScriptFacts {
  if (source === null) return UNKNOWN;
  const { parseSync } = loadParser();
  const { program, errors } = parseSync("script.js", source, { lang: "js", sourceType: "unambiguous" });
  if (errors.length > 0) return UNKNOWN;
  const body = program.body as unknown as readonly SyntaxNode[];
  const imports = new Map<string, ScriptImport>();
  const exports = new Map<string, string>();
  for (const statement of body) {
    if (statement.type === "ImportDeclaration") readImport(statement, imports);
    else readExport(statement, exports);
  }
  const strict = program.sourceType === "module" || body[0]?.directive === "use strict";
  return { imports, exports, ...readNames(body), strict };
}

function readImport(statement: SyntaxNode, imports: Map<string, ScriptImport>): void {
  const specifier = String((statement.source as SyntaxNode).value);
  const attributes: Record<string, string> = {};
  for (const { key, value } of statement.attributes as { key: SyntaxNode; value: SyntaxNode }[]) attributes[String(key.name ?? key.value)] = String(value.value);
  for (const one of statement.specifiers as SyntaxNode[]) {
    const imported = one.imported as SyntaxNode | undefined;
    const name = one.type === "ImportNamespaceSpecifier" ? "*" : one.type === "ImportDefaultSpecifier" ? "default" : String(imported?.name ?? imported?.value);
    imports.set(String((one.local as SyntaxNode).name), { specifier, name, attributes });
  }
}

function readExport(statement: SyntaxNode, exports: Map<string, string>): void {
  if (!/^Export(Named|Default)Declaration$/.test(statement.type) || isNode(statement.source)) return;
  const { declaration } = statement;
  if (statement.type === "ExportDefaultDeclaration") {
    if (isNode(declaration) && isNode(declaration.id)) exports.set("default", String(declaration.id.name));
    return;
  }
  if (isNode(declaration)) {
    const declared = declaration.type === "VariableDeclaration" ? (declaration.declarations as SyntaxNode[]).map(({ id }) => id) : [declaration.id];
    for (const id of declared) for (const name of targetNames(id)) exports.set(name, name);
  }
  for (const one of (statement.specifiers ?? []) as SyntaxNode[]) {
    const local = one.local as SyntaxNode, exported = one.exported as SyntaxNode;
    exports.set(String(exported.name ?? exported.value), String(local.name ?? local.value));
  }
}

const LOOPS = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

/** A `var` in a loop counts as assigned: it is one name, initialised again each time. */
function readNames(body: readonly SyntaxNode[]): Pick<ScriptFacts, "assigned" | "declared"> {
  const assigned = new Set<string>(), declared = new Set<string>();
  let evaluates = false;
  const rest: SyntaxNode[] = [...body];
  const loops: boolean[] = body.map(() => false);
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    const inLoop = loops.pop() as boolean;
    const { type } = node;
    const target = assignmentTarget(node);
    if (target !== null) for (const name of targetNames(target)) assigned.add(name);
    if (type === "VariableDeclarator" || type === "ClassDeclaration" || type === "FunctionDeclaration") for (const name of targetNames(node.id)) declared.add(name);
    if (inLoop && type === "VariableDeclaration" && node.kind === "var") {
      for (const declarator of node.declarations as SyntaxNode[]) for (const name of targetNames(declarator.id)) assigned.add(name);
    }
    if (type === "CallExpression" && (node.callee as SyntaxNode).name === "eval") evaluates = true;
    const looped = LOOPS.has(type) || (inLoop && !type.includes("Function"));
    for (const key in node) {
      const value = node[key];
      if (typeof value !== "object" || value === null) continue;
      if (!Array.isArray(value)) { if (isNode(value)) { rest.push(value); loops.push(looped); } }
      else for (const child of value as unknown[]) if (isNode(child)) { rest.push(child); loops.push(looped); }
    }
  }
  return { assigned: evaluates ? null : assigned, declared };
}

/** What a node assigns to: a name, a pattern or a member; null for nodes that assign to nothing. */
export function assignmentTarget(node: SyntaxNode): SyntaxNode | null {
  switch (node.type) {
    case "AssignmentExpression": return node.left as SyntaxNode;
    case "UpdateExpression": return node.argument as SyntaxNode;
    case "ForInStatement": case "ForOfStatement": return (node.left as SyntaxNode).type === "VariableDeclaration" ? null : (node.left as SyntaxNode);
    default: return null;
  }
}

/** Names that a target or a binding pattern holds; none for members (`a.b = 1` assigns to no name). */
export function* targetNames(target: unknown): Iterable<string> {
  const rest = [target];
  for (let at = rest.pop(); at !== undefined; at = rest.pop()) {
    if (!isNode(at)) continue;
    switch (at.type) {
      case "Identifier": yield at.name as string; break;
      case "ParenthesizedExpression": rest.push(at.expression); break;
      case "AssignmentPattern": rest.push(at.left); break;
      case "RestElement": rest.push(at.argument); break;
      case "ArrayPattern": rest.push(...(at.elements as unknown[])); break;
      case "ObjectPattern": for (const property of at.properties as SyntaxNode[]) rest.push(property.type === "RestElement" ? property : property.value); break;
    }
  }
}
