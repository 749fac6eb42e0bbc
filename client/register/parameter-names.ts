/**
 * Gives functions the names of their parameters back. Bundling puts all modules into one scope and renames what meets another name there, parameters too; but the
 * parameters of a task's function are the names of its inputs. Where that has happened the bundle tells the engine the former names.
 */
import { SourceMap } from "node:module";
import { MagicString } from "magic-string";
import { shiftColumns, lineOf, lineStarts } from "./shift-columns.ts";
import { child, children, forEachChild, nameOf, parseModule, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** The names by which a bundle calls the engine: no user writes them. */
const NAME_PARAMETERS = "$flowlet$parameters";
const NAME_METHODS = "$flowlet$methods";

/** What it was before it was renamed. @returns null for a parameter that is not renamed, and for a destructured one */
type FormerName = (identifier: SyntaxNode) => string | null;

/** A function that waits to be looked at. */
interface Visit {
  readonly node: SyntaxNode;
  /** The name that it has by where it stands: `{ name: () => … }`. */
  readonly inferred: string | undefined;
  /** Where a statement may be put that runs before others of the block; null where none may. */
  readonly blockStart: number | null;
  /** It is in a function: what is put around it runs each time. */
  readonly isInner: boolean;
  /** It is handed to a function that makes no task, like `rows.map((row) => …)`: nobody asks for its inputs. */
  readonly isCallback: boolean;
}

/** Code, and the map from it to the sources. */
export interface MappedCode {
  readonly code: string;
  readonly map: string;
}

/** @param isOwn whether a source of the map is the user's */
export function keepParameterNames({ code, map }: MappedCode, isOwn: (source: string) => boolean): MappedCode {
  const parsedMap = JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0];
  // The map has names only where something was renamed.
  if (parsedMap.names.length === 0) return { code, map };
  const sourceMap = new SourceMap(parsedMap);
  const lines = lineStarts(code);
  let line = 0;
  const formerName: FormerName = (identifier) => {
    line = lineOf(lines, identifier.start, line);
    const column = identifier.start - lines[line]!;
    const entry = sourceMap.findEntry(line, column);
    if (!("originalLine" in entry) || entry.generatedLine !== line || entry.generatedColumn !== column || !isOwn(entry.originalSource)) return null;
    const name = (entry as { readonly name?: string }).name;
    return name === undefined || name === nameOf(identifier) ? null : name;
  };
  const edits = new Insertions(code);
  annotate(parseModule(code, "js").body, edits, formerName);
  if (edits.called.size === 0) return { code, map };
  const imports = [...edits.called].map((name) => `${name === NAME_METHODS ? "nameMethodParameters" : "nameParameters"} as ${name}`);
  edits.before(0, `import{${imports.join()}}from"flowlet";`);
  return { code: edits.toString(), map: JSON.stringify({ ...parsedMap, mappings: shiftColumns(parsedMap.mappings, lines, edits.lengths) }) };
}

/** A text into which something is put. */
class Insertions {
  readonly #output: MagicString;
  /** Characters (count) that were put before an offset of the text. */
  readonly lengths = new Map<number, number>();
  /** Functions that are called by what was put in. */
  readonly called = new Set<string>();

  constructor(text: string) {
    this.#output = new MagicString(text);
  }

  /** Outer ones first. */
  around(node: SyntaxNode, before: string, after: string): void {
    this.#output.appendRight(node.start, before);
    this.#output.prependLeft(node.end, after);
    this.#count(node.start, before);
    this.#count(node.end, after);
  }

  before(offset: number, text: string): void {
    this.#output.appendLeft(offset, text);
    this.#count(offset, text);
  }

  #count(offset: number, { length }: string): void {
    this.lengths.set(offset, (this.lengths.get(offset) ?? 0) + length);
  }

  toString(): string {
    return this.#output.toString();
  }
}

function annotate(body: readonly SyntaxNode[], output: Insertions, formerName: FormerName): void {
  const pending: Visit[] = body.map((node) => ({ node, inferred: undefined, blockStart: 0, isInner: false, isCallback: false }));
  const tell = (node: SyntaxNode) => parameterNames(node, formerName);
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { node, inferred, blockStart } = visit;
    if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression") {
      const names = visit.isInner && visit.isCallback ? null : tell(node);
      if (names !== null) {
        output.called.add(NAME_PARAMETERS);
        output.around(node, `${NAME_PARAMETERS}(`, `,${names}${inferred === undefined ? "" : `,${JSON.stringify(inferred)}`})`);
      }
    } else if (node.type === "FunctionDeclaration") {
      const names = tell(node);
      const id = child(node, "id");
      if (names !== null && id !== undefined && blockStart !== null) {
        output.called.add(NAME_PARAMETERS);
        output.before(blockStart, `${NAME_PARAMETERS}(${nameOf(id)},${names});`);
      }
    } else if (node.type === "ClassDeclaration" || node.type === "ClassExpression") {
      const told = classMethods(node, tell);
      if (told !== "") {
        output.called.add(NAME_PARAMETERS);
        output.before(child(node, "body")!.end - 1, `static{${told}}`);
      }
    } else if (node.type === "ObjectExpression") {
      const told = objectMethods(node, tell);
      if (told !== "") {
        output.called.add(NAME_METHODS);
        output.around(node, `${NAME_METHODS}(`, `,{${told}})`);
      }
    }
    forEachChild(node, (inner, key) => pending.push(...visitsOf(visit, inner, key)));
  }
}

/** What to look at below a node. A method's function is looked at with its class or object: it can not be put into a call. */
function visitsOf({ node, blockStart, isInner: wasInner }: Visit, inner: SyntaxNode, key: string): Visit[] {
  const isMethod = key === "value" && (node.type === "MethodDefinition" || (node.type === "Property" && (node["method"] === true || node["kind"] !== "init")));
  if (isMethod) return [...children(inner, "params"), child(inner, "body")!].map((part) => ({ node: part, inferred: undefined, blockStart: startOf(part), isInner: true, isCallback: false }));
  const isBlock = inner.type === "BlockStatement" || inner.type === "FunctionBody" || inner.type === "StaticBlock";
  const start = isBlock ? startOf(inner) : node.type === "SwitchCase" ? null : blockStart;
  const isInner = wasInner || node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression" || node.type === "FunctionDeclaration";
  return [{ node: inner, inferred: inferredName(node, key), blockStart: start, isInner, isCallback: key === "arguments" && !makesTask(child(node, "callee")!) }];
}

/** `task(…)`, `flowlet.task(…)`, `new FunctionTask(…)` */
function makesTask(callee: SyntaxNode): boolean {
  const name = callee.type === "Identifier" ? nameOf(callee) : child(callee, "property")?.["name"];
  return typeof name === "string" && /task\d*$/i.test(name);
}

/** Behind the brace, and behind `"use strict"`. */
function startOf(block: SyntaxNode): number | null {
  if (block.type === "StaticBlock") return children(block, "body")[0]?.start ?? null;
  const directives = children(block, "body").filter((statement) => typeof statement["directive"] === "string");
  return directives.at(-1)?.end ?? block.start + 1;
}

/** The name that a function without one takes from where it stands; const, let and var are seen to by the bundler. */
function inferredName(node: SyntaxNode, key: string): string | undefined {
  if (key === "value" && (node.type === "Property" || node.type === "PropertyDefinition")) return keyName(node);
  const left = key === "right" && node.type === "AssignmentPattern" ? child(node, "left") : undefined;
  return left?.type === "Identifier" ? nameOf(left) : undefined;
}

function keyName(member: SyntaxNode): string | undefined {
  const key = child(member, "key");
  if (member["computed"] === true || key === undefined) return undefined;
  return key.type === "Identifier" ? nameOf(key) : key.type === "Literal" && typeof key["value"] === "string" ? key["value"] : undefined;
}

/** Names of a function's parameters as the text of a list; null where none of them is another than before. */
function parameterNames(node: SyntaxNode, formerName: FormerName): string | null {
  const names = children(node, "params").map((parameter) => {
    const pattern = parameter.type === "AssignmentPattern" ? child(parameter, "left")! : parameter.type === "RestElement" ? child(parameter, "argument")! : parameter;
    return pattern.type === "Identifier" ? formerName(pattern) : null;
  });
  return names.some((name) => name !== null) ? JSON.stringify(names) : null;
}

/** Statements of a static block. */
function classMethods(node: SyntaxNode, tell: (fn: SyntaxNode) => string | null): string {
  return children(child(node, "body")!, "body").map((member) => {
    if (member.type !== "MethodDefinition" || (member["kind"] !== "method" && member["kind"] !== "constructor")) return "";
    const names = tell(child(member, "value")!);
    const name = keyName(member);
    if (names === null || name === undefined) return "";
    const method = member["kind"] === "constructor" ? "this" : `this${member["static"] === true ? "" : ".prototype"}[${JSON.stringify(name)}]`;
    return `${NAME_PARAMETERS}(${method},${names});`;
  }).join("");
}

/** Entries of an object. */
function objectMethods(node: SyntaxNode, tell: (fn: SyntaxNode) => string | null): string {
  return children(node, "properties").flatMap((member) => {
    if (member.type !== "Property" || member["method"] !== true) return [];
    const names = tell(child(member, "value")!);
    const name = keyName(member);
    return names === null || name === undefined ? [] : [`${JSON.stringify(name)}:${names}`];
  }).join();
}
