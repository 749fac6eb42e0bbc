/** How a statement of a cell uses the names of the notebook: which it reads, assigns, changes and calls, at once or in functions that it makes. */
import { walkModule } from "../../engine/syntax/references.ts";
import { child, forEachChild, nameOf, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** One occurrence of a name. */
export interface NameUse {
  /** Null: a name of the statement's own that may stand for something from outside, such as a parameter. */
  readonly name: string | null;
  /** Assigned to: "whole" by a statement of its own, "part" where it also depends on what was there or may not happen. */
  readonly assigned: "no" | "whole" | "part";
  /** Members that are assigned to or deleted: `a.b.c`; null where there are none. */
  readonly set: readonly string[] | null;
  /** A member counts up or down, or is added to. */
  readonly accumulates: boolean;
  /** Calls that begin with it: the path to what is called, empty for itself. */
  readonly calls: readonly (readonly string[])[];
  /** Handed to calls of these, by path; null: of something else. */
  readonly passedTo: readonly (readonly string[] | null)[];
  /** The value may be, or hold, what the statement gives to the names that it declares. */
  readonly handedOn: boolean;
  readonly typeofOnly: boolean;
  /** Stands in the method `run` of a class that extends another: a task's, which building does not call. */
  readonly inRun: boolean;
}

/** What a statement does with names. */
export interface StatementUses {
  /** When it runs. */
  readonly now: readonly NameUse[];
  /** In functions that it makes, when they are called. */
  readonly later: readonly NameUse[];
  /** It waits for something at the top level. */
  readonly awaits: boolean;
}

/** Methods that give a part of their object, not something new. */
const GIVES_PARTS: ReadonlySet<string> = new Set(["get", "at", "find", "findLast", "pop", "shift"]);

/** Calls of these never call the functions they are given. */
const DEFERRING: ReadonlySet<string> = new Set(["task", "Parameter", "resourceManager"]);

/** Reads the uses of a statement of the top level. */
export function usesOf(statement: SyntaxNode): StatementUses {
  const references = new Set(walkModule([statement]).references.map(({ node }) => node.start));
  const reader = new UsesReader(references, freshNames(statement));
  reader.visit(statement, [], false);
  return { now: reader.now, later: reader.later, awaits: reader.awaits };
}

class UsesReader implements StatementUses {
  readonly now: NameUse[] = [];
  readonly later: NameUse[] = [];
  awaits = false;
  readonly #references: ReadonlySet<number>;
  readonly #fresh: ReadonlySet<string>;

  constructor(references: ReadonlySet<number>, fresh: ReadonlySet<string>) {
    this.#references = references;
    this.#fresh = fresh;
  }

  /** @param above the nodes around it, outermost first @param later it is part of a function that is not called at once */
  visit(node: SyntaxNode, above: readonly SyntaxNode[], later: boolean): void {
    switch (node.type) {
      case "Identifier":
        if (!isKey(node, above.at(-1))) this.#use(node, this.#references.has(node.start) ? nameOf(node) : null, above, later);
        return;
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "AwaitExpression":
        if (!later && !isInFunction(above)) this.awaits = true;
        break;
      case "ForOfStatement":
        if (node["await"] === true && !later && !isInFunction(above)) this.awaits = true;
        break;
      case "VariableDeclaration":
        if (node["kind"] === "await using") this.awaits = true;
        break;
      default:
    }
    const inner = [...above, node];
    const isLater = later || ((FUNCTIONS.has(node.type) || isInstanceField(node)) && !isCalledAtOnce(node, above));
    forEachChild(node, (one, key) => {
      // A key that is computed belongs to the class, not to its instances.
      this.visit(one, inner, key === "key" || (key === "id" && node.type === "FunctionDeclaration") ? later : isLater);
    });
  }

  #use(node: SyntaxNode, name: string | null, above: readonly SyntaxNode[], later: boolean): void {
    if (name === null && this.#fresh.has(nameOf(node))) return;
    const use = readUse(node, name, above);
    if (name === null && use.set === null && use.calls.length === 0 && use.passedTo.length === 0) return;
    (later ? this.later : this.now).push(use);
  }
}

const FUNCTIONS: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function isInstanceField(node: SyntaxNode): boolean {
  return (node.type === "PropertyDefinition" || node.type === "AccessorProperty") && node["static"] !== true;
}

function isInFunction(above: readonly SyntaxNode[]): boolean {
  return above.some((node) => FUNCTIONS.has(node.type));
}

function isKey(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === "MemberExpression") return parent["property"] === node && parent["computed"] !== true;
  if (parent.type === "Property") return parent["key"] === node && parent["computed"] !== true;
  if (parent.type === "MethodDefinition" || parent.type === "PropertyDefinition" || parent.type === "AccessorProperty") return parent["key"] === node && parent["computed"] !== true;
  return parent.type === "LabeledStatement" || parent.type === "BreakStatement" || parent.type === "ContinueStatement" || parent.type === "MetaProperty";
}

/** A function that is called where it stands, or handed to a call that may do so. */
function isCalledAtOnce(node: SyntaxNode, above: readonly SyntaxNode[]): boolean {
  let inner = node;
  for (let i = above.length - 1; i >= 0; i--) {
    const outer = above[i]!;
    if (outer.type === "ParenthesizedExpression") {
      inner = outer;
      continue;
    }
    if (outer.type !== "CallExpression" && outer.type !== "NewExpression") return false;
    const callee = child(outer, "callee")!;
    if (callee === inner) return true;
    const called = pathOf(callee)?.at(-1);
    return called === undefined || !DEFERRING.has(called);
  }
  return false;
}

/** `a.b.c` as names; null for what is no such path. */
function pathOf(node: SyntaxNode): string[] | null {
  const path: string[] = [];
  let inner = node;
  for (;;) {
    if (inner.type === "ParenthesizedExpression" || inner.type === "ChainExpression") inner = child(inner, "expression")!;
    else if (inner.type === "MemberExpression") {
      path.unshift(propertyOf(inner));
      inner = child(inner, "object")!;
    } else if (inner.type === "Identifier") return [nameOf(inner), ...path];
    else return null;
  }
}

/** `*` where it is not known. */
function propertyOf(member: SyntaxNode): string {
  const property = child(member, "property")!;
  if (member["computed"] !== true) return property.type === "PrivateIdentifier" ? `#${nameOf(property)}` : nameOf(property);
  return property.type === "Literal" ? String(property["value"]) : "*";
}

/** Follows a name outwards through members and calls to what becomes of the value. */
function readUse(node: SyntaxNode, name: string | null, above: readonly SyntaxNode[]): NameUse {
  const calls: (readonly string[])[] = [];
  const passedTo: (readonly string[] | null)[] = [];
  const path: string[] = [];
  let [assigned, set, accumulates, handedOn]: [NameUse["assigned"], readonly string[] | null, boolean, boolean] = ["no", null, false, false];
  let top = node;
  /** The value went into something new: it is no longer what members and calls are about. */
  let held = false;
  let typeofOnly = false;
  walk: for (let i = above.length - 1; i >= 0; i--) {
    const outer = above[i]!;
    switch (outer.type) {
      case "ParenthesizedExpression":
      case "ChainExpression":
      case "AwaitExpression":
      case "SpreadElement":
        break;
      case "MemberExpression":
        if (outer["object"] !== top || held) break walk;
        path.push(propertyOf(outer));
        break;
      case "TaggedTemplateExpression":
        if (outer["tag"] !== top) break walk;
        calls.push([...path]);
        break walk;
      case "NewExpression":
      case "CallExpression":
        if (outer["callee"] !== top) {
          if (!path.includes("()") || GIVES_PARTS.has(path.at(-2) ?? "")) passedTo.push(pathOf(child(outer, "callee")!));
          held = true;
          break;
        }
        if (held) break walk;
        calls.push([...path]);
        path.push("()");
        break;
      case "ArrayExpression":
      case "ObjectExpression":
        held = true;
        break;
      case "Property":
        if (outer["value"] !== top) break walk;
        break;
      case "ConditionalExpression":
        if (outer["test"] === top) break walk;
        break;
      case "LogicalExpression":
      case "SequenceExpression":
        break;
      case "ArrayPattern":
      case "ObjectPattern":
      case "RestElement":
        break;
      case "AssignmentPattern":
        if (outer["right"] === top) break walk;
        break;
      case "AssignmentExpression": {
        if (outer["left"] !== top) {
          handedOn = true;
          break;
        }
        const plain = outer["operator"] === "=";
        if (path.length > 0) [set, accumulates] = [path, !plain];
        else assigned = plain && isUnconditional(above.slice(0, i)) ? "whole" : "part";
        break walk;
      }
      case "UpdateExpression":
        if (path.length > 0) [set, accumulates] = [path, true];
        else assigned = "part";
        break walk;
      case "UnaryExpression":
        if (outer["operator"] === "delete" && path.length > 0) set = path;
        typeofOnly = outer["operator"] === "typeof" && path.length === 0;
        break walk;
      case "ForInStatement":
      case "ForOfStatement":
        if (outer["left"] === top) assigned = "part";
        // What the loop does to its variable it does to the elements.
        else if (outer["right"] === top) passedTo.push(null);
        break walk;
      case "VariableDeclarator":
        if (outer["init"] === top) handedOn = true;
        else assigned = isUnconditional(above.slice(0, i)) ? "whole" : "part";
        break walk;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        if (outer["id"] === top) assigned = "whole";
        break walk;
      default:
        break walk;
    }
    top = outer;
  }
  const inRun = above.some((outer, i) => outer.type === "MethodDefinition" && child(outer, "key")?.["name"] === "run" && above[i - 2]?.["superClass"] != null);
  return { name, assigned, set, accumulates, calls, passedTo, handedOn, typeofOnly, inRun };
}

/** It happens whenever the statement runs. */
function isUnconditional(above: readonly SyntaxNode[]): boolean {
  return above.every(({ type }) => UNCONDITIONAL.has(type));
}

const UNCONDITIONAL: ReadonlySet<string> = new Set([
  "ExpressionStatement", "SequenceExpression", "AssignmentExpression", "ParenthesizedExpression", "AwaitExpression", "VariableDeclaration", "VariableDeclarator",
]);

/** Local names that only ever stand for something new: what is done to them is nobody else's business. */
function freshNames(statement: SyntaxNode): ReadonlySet<string> {
  const [fresh, others] = [new Set<string>(), new Set<string>()];
  const rest = [statement];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.type === "VariableDeclarator") {
      const [id, init] = [child(node, "id")!, child(node, "init")];
      if (id.type === "Identifier") (init !== undefined && makesNew(init) ? fresh : others).add(nameOf(id));
    }
    forEachChild(node, (inner) => void rest.push(inner));
  }
  return fresh.difference(others);
}

function makesNew(init: SyntaxNode): boolean {
  if (init.type === "ParenthesizedExpression" || init.type === "AwaitExpression") return makesNew(child(init, init.type === "AwaitExpression" ? "argument" : "expression")!);
  if (init.type === "CallExpression") return !GIVES_PARTS.has(pathOf(child(init, "callee")!)?.at(-1) ?? "");
  return init.type !== "Identifier" && init.type !== "MemberExpression" && init.type !== "ChainExpression" && init.type !== "ConditionalExpression" && init.type !== "LogicalExpression";
}
