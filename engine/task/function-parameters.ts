/** Names of a function's parameters, read from its source: they are the keys of a task's inputs. */
import { createRequire } from "node:module";
import type { Class, Expression, Function as FunctionNode, ParamPattern, Program } from "oxc-parser";

/** One parameter. */
export interface FunctionParameter {
  /** A destructured parameter has none of its own: `input1`, `input2` … by position. */
  readonly name: string;
  /** Has a default value. */
  readonly hasDefault: boolean;
  /** Source text of the default value. */
  readonly default?: string;
  /** `...rest` */
  readonly rest: boolean;
}

let parser: typeof import("oxc-parser") | undefined;

/** The parser; loaded when the first function is read: the engine does no work at import time. */
export function loadParser(): typeof import("oxc-parser") {
  parser ??= createRequire(import.meta.url)("oxc-parser") as typeof import("oxc-parser");
  return parser;
}

/** A parsed function or class: its text in the form in which it parses, and the tree of the function in it. */
export interface ParsedSource {
  readonly text: string;
  readonly node: Expression | FunctionNode;
}

/**
 * Parses what `Function.prototype.toString` gave: a function, arrow, class, or a method (which parses only inside a class).
 * @returns null for native and bound functions, which have no source
 */
export function parseFunctionSource(source: string): ParsedSource | null {
  if (source.endsWith("{ [native code] }")) return null;
  const { parseSync } = loadParser();
  for (const [before, after] of [["(", "\n)"], ["(class{", "\n})"], ["(class extends null{static ", "\n})"]] as const) {
    const text = before + source + after;
    const { program, errors } = parseSync("function.js", text, { lang: "js", sourceType: source.includes("import.meta") ? "module" : "script" });
    if (errors.length > 0) continue;
    const node = expressionOf(program);
    if (node === null) continue;
    if (before === "(") return { text, node };
    const member = node.type === "ClassExpression" ? node.body.body[0] : undefined;
    if (member && "value" in member && member.value) return { text, node: member.value };
  }
  return null;
}

/** Texts that are sure to be expressions; anything else may be a method, and is parsed alone. */
const EXPRESSION = /^(async\s+)?(function\b|\(|[\w$]+\s*=>)|^class\b/;

/** The trees of several functions or classes: one call of the parser costs about as much as its work on a short function. */
export function parseFunctionSources(sources: readonly string[]): readonly (ParsedSource["node"] | null)[] {
  const together = sources.filter((source) => EXPRESSION.test(source) && !source.endsWith("{ [native code] }") && !source.includes("import.meta"));
  const nodes = together.length > 1 ? parseTogether(together) : null;
  let next = 0;
  return sources.map((source) => (nodes !== null && source === together[next] ? nodes[next++] : (parseFunctionSource(source)?.node ?? null)));
}

/** Null where they do not parse as what they are alone. */
function parseTogether(sources: readonly string[]): readonly ParsedSource["node"][] | null {
  const { program, errors } = loadParser().parseSync("function.js", `[${sources.map((source) => `(${source}\n)`).join(",")}]`, { lang: "js", sourceType: "script" });
  const list = errors.length > 0 ? null : expressionOf(program);
  if (list?.type !== "ArrayExpression" || list.elements.length !== sources.length) return null;
  const nodes = list.elements.map((element) => (element?.type === "ParenthesizedExpression" ? element.expression : null));
  return nodes.includes(null) ? null : (nodes as ParsedSource["node"][]);
}

function expressionOf(program: Program): Expression | null {
  const statement = program.body[0];
  if (program.body.length !== 1 || statement?.type !== "ExpressionStatement") return null;
  return statement.expression.type === "ParenthesizedExpression" ? statement.expression.expression : statement.expression;
}

/**
 * The parameters of a function, in order.
 * @returns null where they can not be read (native and bound functions)
 */
export function functionParameters(fn: Function): FunctionParameter[] | null {
  const known = parametersOf.get(fn);
  if (known !== undefined) return known;
  const parsed = parseFunctionSource(Function.prototype.toString.call(fn));
  const node = parsed?.node.type === "ClassExpression" ? constructorOf(parsed.node as Class) : parsed?.node;
  const read = node && "params" in node ? (node.params as readonly ParamPattern[]).map((pattern, index) => describe(pattern, index, parsed!.text)) : node === undefined && parsed !== null ? [] : null;
  const told = namesOf.get(fn);
  const found = told === undefined || read === null ? read : read.map((parameter, index) => ({ ...parameter, name: told[index] ?? parameter.name }));
  parametersOf.set(fn, found);
  return found;
}

/**
 * Tells what the parameters of a function are called, where its source no longer does: bundling has renamed them. Called by the code of bundles.
 * @param names in order; null: as in the source @param name of the function, where writing it as the input of this call has cost it its own
 * @returns the function
 */
export function nameParameters<F extends Function>(fn: F, names: readonly (string | null)[], name?: string): F {
  namesOf.set(fn, names);
  if (name !== undefined && fn.name === "") Object.defineProperty(fn, "name", { value: name, configurable: true });
  return fn;
}

/** The same for methods. @returns the object @param names of parameters, by the method's name */
export function nameMethodParameters<T extends object>(object: T, names: Readonly<Record<string, readonly (string | null)[]>>): T {
  for (const method of Object.keys(names)) {
    const value = Object.getOwnPropertyDescriptor(object, method)?.value as unknown;
    if (typeof value === "function") nameParameters(value, names[method]);
  }
  return object;
}

/** A class's parameters are those of its constructor; undefined where it has none of its own. */
function constructorOf(node: Class): FunctionNode | undefined {
  const found = node.body.body.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  return found !== undefined && "value" in found ? (found.value as FunctionNode) : undefined;
}

const parametersOf = new WeakMap<Function, FunctionParameter[] | null>();
/** What {@link nameParameters} was told. */
const namesOf = new WeakMap<Function, readonly (string | null)[]>();

function describe(pattern: ParamPattern, index: number, text: string): FunctionParameter {
  const fallback = `input${index + 1}`;
  switch (pattern.type) {
    case "RestElement":
      return { name: pattern.argument.type === "Identifier" ? pattern.argument.name : fallback, hasDefault: false, rest: true };
    case "AssignmentPattern":
      return { name: pattern.left.type === "Identifier" ? pattern.left.name : fallback, hasDefault: true, default: text.slice(pattern.right.start, pattern.right.end), rest: false };
    case "Identifier":
      return { name: pattern.name, hasDefault: false, rest: false };
    default:
      return { name: fallback, hasDefault: false, rest: false };
  }
}
