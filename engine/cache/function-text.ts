/**
 * The canonical text of a function: its syntax tree without what does not count (types, comments, layout, names of locals),
 * and the names that it takes from outside.
 */
import { parseFunctionSource } from "../task/function-parameters.ts";
import { Scope, declareFunction, declarePattern, declareStatements, isFunctionNode, isNode, type SyntaxNode } from "./scopes.ts";

/** How a free name is used. */
export interface FreeName {
  /** Properties read from it by name (`Date.now`); `new()` and `()` when it is constructed or called without inputs. */
  readonly members: Set<string>;
  /** Used in any other way too: as a value, with a computed property. */
  whole: boolean;
}

/** What is known of a function from its text alone. */
export interface FunctionText {
  readonly text: string;
  /** In the order of appearance. */
  readonly free: ReadonlyMap<string, FreeName>;
  /** Why the text does not say what the function does; null when it does. */
  readonly unknown: string | null;
}

const texts = new Map<string, FunctionText>();
const MAX_TEXTS = 10_000;

/** Canonical text of a function's or class's source; null for native code. Kept by source. */
export function functionText(source: string): FunctionText | null {
  const known = texts.get(source);
  if (known !== undefined) return known;
  const parsed = parseFunctionSource(source);
  if (parsed === null) return null;
  const writer = new Writer();
  try {
    writer.root(parsed.node as unknown as SyntaxNode);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    writer.unknown = "its source is nested too deeply";
  }
  const result: FunctionText = { text: writer.text(), free: writer.free, unknown: writer.unknown };
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(source, result);
  return result;
}

/** Keys that are positions, types or text that the tree says already. */
const IGNORED = new Set(["type", "start", "end", "range", "loc", "parent", "raw", "shorthand", "typeAnnotation", "typeParameters", "typeArguments", "returnType", "decorators", "declare", "definite", "accessibility", "hashbang"]);

class Writer {
  readonly free = new Map<string, FreeName>();
  unknown: string | null = null;
  readonly #parts: string[] = [];
  #scope = new Scope(null);
  #root: SyntaxNode | null = null;
  /** Inside a function that has a `this` of its own. */
  #ownThis = false;

  text(): string { return this.#parts.join(""); }

  root(node: SyntaxNode): void {
    // A class's methods and a function's body have their own `this`; an arrow would take it from outside.
    this.#ownThis = node.type !== "ArrowFunctionExpression";
    this.#root = node;
    this.#node(node);
  }

  #node(node: SyntaxNode): void {
    switch (node.type) {
      case "ParenthesizedExpression": return this.#node(node.expression as SyntaxNode);
      case "EmptyStatement": return;
      case "Identifier": return this.#reference(node.name as string, null);
      case "Literal": return this.#literal(node);
      case "TemplateElement": { this.#write("T", JSON.stringify((node.value as { cooked: string | null; raw: string }).raw)); return; }
      case "FunctionExpression": case "FunctionDeclaration": case "ArrowFunctionExpression": return this.#function(node);
      case "ClassExpression": case "ClassDeclaration": return this.#class(node);
      case "MemberExpression": return this.#member(node);
      case "NewExpression": case "CallExpression": return this.#call(node);
      case "Property": case "MethodDefinition": case "PropertyDefinition": case "AccessorProperty": return this.#property(node);
      case "BlockStatement": case "StaticBlock": return this.#block(node, node.body as SyntaxNode[]);
      case "SwitchStatement": return this.#block(node, (node.cases as SyntaxNode[]).flatMap((one) => one.consequent as SyntaxNode[]));
      case "ForStatement": return this.#block(node, [node.init].filter(isNode));
      case "ForInStatement": case "ForOfStatement": return this.#block(node, [node.left].filter(isNode));
      case "CatchClause": return this.#scoped(() => { declarePattern(node.param, this.#scope); this.#children(node); });
      case "LabeledStatement": case "BreakStatement": case "ContinueStatement": {
        this.#write("(", node.type, ":", isNode(node.label) ? String(node.label.name) : "");
        if (isNode(node.body)) this.#node(node.body);
        this.#write(")");
        return;
      }
      case "ThisExpression": if (!this.#ownThis) this.unknown ??= "it uses the `this` around it"; return this.#write("this");
      case "Super": if (!this.#ownThis) this.unknown ??= "it uses the `super` around it"; return this.#write("super");
      case "WithStatement": this.unknown ??= "it uses `with`"; return this.#children(node);
      case "ImportExpression": this.unknown ??= "it imports while it runs"; return this.#children(node);
      case "MetaProperty": return this.#write((node.meta as SyntaxNode).name as string, ".", (node.property as SyntaxNode).name as string);
      default: this.#children(node);
    }
  }

  #write(...parts: string[]): void { for (const part of parts) this.#parts.push(part); }

  /** Any other node: its type and its children in order. */
  #children(node: SyntaxNode): void {
    this.#write("(", node.type);
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (IGNORED.has(key)) continue;
      if (isNode(value)) { this.#write(","); this.#node(value); }
      else if (Array.isArray(value)) {
        this.#write("[");
        for (const child of value) { if (isNode(child)) this.#node(child); else this.#write(String(child)); this.#write(","); }
        this.#write("]");
      } else if (value !== null && value !== undefined && value !== false) this.#write(",", key, "=", String(value));
    }
    this.#write(")");
  }

  #literal(node: SyntaxNode): void {
    const regex = node.regex as { pattern: string; flags: string } | undefined;
    if (regex) this.#write("/", JSON.stringify(regex.pattern), regex.flags);
    else if (typeof node.bigint === "string") this.#write(node.bigint, "n");
    else this.#write(JSON.stringify(node.value) ?? String(node.value));
  }

  #reference(name: string, member: string | null): void {
    const local = this.#scope.find(name);
    if (local !== undefined) return this.#write("$", String(local));
    if (name === "arguments" && this.#ownThis) return this.#write("arguments");
    if (name === "arguments") this.unknown ??= "it uses the `arguments` around it";
    let use = this.free.get(name);
    if (use === undefined) this.free.set(name, (use = { members: new Set(), whole: false }));
    if (member === null) use.whole = true;
    else use.members.add(member);
    this.#write("^", name);
  }

  #member(node: SyntaxNode): void {
    const object = node.object as SyntaxNode;
    const property = node.property as SyntaxNode;
    const name = node.computed ? (property.type === "Literal" && typeof property.value === "string" ? property.value : null) : String(property.name);
    this.#write("(.");
    if (object.type === "Identifier" && name !== null && property.type !== "PrivateIdentifier") this.#reference(object.name as string, name);
    else this.#node(object);
    this.#write(node.optional ? "?." : ".");
    if (node.computed && name === null) this.#node(property);
    else this.#write(property.type === "PrivateIdentifier" ? "#" : "", JSON.stringify(name));
    this.#write(")");
  }

  #call(node: SyntaxNode): void {
    const callee = node.callee as SyntaxNode;
    if (callee.type !== "Identifier") return this.#children(node);
    const inputs = node.arguments as SyntaxNode[];
    const isNew = node.type === "NewExpression";
    if (callee.name === "eval" && !isNew && this.#scope.find("eval") === undefined) this.unknown ??= "it calls `eval`";
    this.#write("(", node.type, node.optional ? "?" : "");
    this.#reference(callee.name as string, isNew ? (inputs.length === 0 ? "new()" : "new(…)") : inputs.length === 0 ? "()" : "(…)");
    for (const input of inputs) { this.#write(","); this.#node(input); }
    this.#write(")");
  }

  #property(node: SyntaxNode): void {
    const key = node.key as SyntaxNode;
    this.#write("(", node.type, ":", String(node.kind ?? ""), node.static ? " static" : "", node.method ? " method" : "", " ");
    if (node.computed) { this.#write("["); this.#node(key); this.#write("]"); }
    else this.#write(key.type === "PrivateIdentifier" ? "#" : "", JSON.stringify(key.type === "Literal" ? String(key.value) : key.name), ":");
    if (isNode(node.value)) {
      // A field's initialiser runs with the instance as its `this`.
      const ownThis = this.#ownThis;
      if (node.type !== "Property") this.#ownThis = true;
      this.#node(node.value);
      this.#ownThis = ownThis;
    }
    this.#write(")");
  }

  #scoped(body: () => void): void {
    const outer = this.#scope;
    this.#scope = new Scope(outer);
    body();
    this.#scope = outer;
  }

  #block(node: SyntaxNode, statements: readonly SyntaxNode[]): void {
    this.#scoped(() => { declareStatements(statements, this.#scope); this.#children(node); });
  }

  #function(node: SyntaxNode): void {
    this.#scoped(() => {
      const ownThis = this.#ownThis;
      if (node.type !== "ArrowFunctionExpression") this.#ownThis = true;
      declareFunction(node, this.#scope);
      const body = node.body as SyntaxNode;
      this.#write("(", isFunctionNode(node) && node.type === "ArrowFunctionExpression" ? "=>" : "function", node.async ? " async" : "", node.generator ? "*" : "", "(");
      for (const parameter of node.params as SyntaxNode[]) { this.#node(parameter); this.#write(","); }
      this.#write(")");
      // An expression body is a node like any other; a block's names are those of the function's scope already.
      if (isNode(body)) { if (body.type === "BlockStatement" || body.type === "FunctionBody") this.#children(body); else this.#node(body); }
      this.#write(")");
      this.#ownThis = ownThis;
    });
  }

  #class(node: SyntaxNode): void {
    this.#scoped(() => {
      const ownThis = this.#ownThis;
      this.#ownThis = true;
      declarePattern(node.id, this.#scope);
      this.#write("(class ");
      // What the outermost class extends was evaluated when it was defined: it is read from the class itself, not by its name.
      if (isNode(node.superClass)) this.#write("extends ");
      if (isNode(node.superClass) && node !== this.#root) this.#node(node.superClass);
      this.#node(node.body as SyntaxNode);
      this.#write(")");
      this.#ownThis = ownThis;
    });
  }
}
