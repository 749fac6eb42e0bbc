/** What a script's text says about its names: which are imports, and which are assigned to after they were declared. */
import { loadParser } from "../task/function-parameters.ts";
import { isNode, type SyntaxNode } from "../cache/scopes.ts";

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
  /** Names that are assigned to somewhere, in whatever scope; null: any may be. */
  readonly assigned: ReadonlySet<string> | null;
  /** Names that are declared somewhere, in whatever scope. */
  readonly declared: ReadonlySet<string>;
  /** The whole script is strict code. */
  readonly strict: boolean;
}

const UNKNOWN: ScriptFacts = { imports: new Map(), assigned: null, declared: new Set(), strict: true };

/** @param source null where it is not known: then nothing is taken for granted */
export function scriptFacts(source: string | null): ScriptFacts {
  if (source === null) return UNKNOWN;
  const { parseSync } = loadParser();
  const { program, errors } = parseSync("script.js", source, { lang: "js", sourceType: "unambiguous" });
  if (errors.length > 0) return UNKNOWN;
  const body = program.body as unknown as readonly SyntaxNode[];
  const imports = new Map<string, ScriptImport>();
  for (const statement of body) if (statement.type === "ImportDeclaration") readImport(statement, imports);
  const strict = program.sourceType === "module" || body[0]?.directive === "use strict";
  return { imports, ...readNames(body), strict };
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

const LOOPS = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

/** A `var` in a loop counts as assigned: it is one name, initialised again each time. */
function readNames(body: readonly SyntaxNode[]): Pick<ScriptFacts, "assigned" | "declared"> {
  const assigned = new Set<string>(), declared = new Set<string>();
  let evaluates = false;
  const rest: { readonly node: SyntaxNode; readonly inLoop: boolean }[] = body.map((node) => ({ node, inLoop: false }));
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { node, inLoop } = next;
    const target = assignmentTarget(node);
    if (target !== null) for (const name of targetNames(target)) assigned.add(name);
    if (node.type === "VariableDeclarator" || /^(Class|Function)Declaration$/.test(node.type)) for (const name of targetNames(node.id)) declared.add(name);
    if (inLoop && node.type === "VariableDeclaration" && node.kind === "var") {
      for (const declarator of node.declarations as SyntaxNode[]) for (const name of targetNames(declarator.id)) assigned.add(name);
    }
    if (node.type === "CallExpression" && (node.callee as SyntaxNode).name === "eval") evaluates = true;
    const looped = LOOPS.has(node.type) || (inLoop && !/Function/.test(node.type));
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) rest.push({ node: child, inLoop: looped });
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
