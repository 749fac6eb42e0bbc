/**
 * The canonical text of a function: its syntax tree without what does not count (types, comments, layout, names),
 * and the names that it takes from outside.
 */
import { parseFunctionSource, parseFunctionSources, type ParsedSource } from "../task/function-parameters.ts";
import { bare, memberOfRuntime } from "./cell-runtime.ts";
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
  /** How it uses the `this` that it is called with; of a class that of its instances. */
  readonly self: FreeName;
  /** Modules that it imports while it runs. */
  readonly imports: ReadonlySet<string>;
  /** It reads `import.meta`. */
  readonly meta: boolean;
  /** Of a class: who holds private fields, the instances or the class itself. */
  readonly privates: "none" | "static" | "own" | "both";
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
  return parsed === null ? null : keep(source, parsed.node);
}

/** Several texts will be asked for: to parse them together is faster. */
export function expectTexts(sources: readonly string[]): void {
  const unknown = [...new Set(sources)].filter((source) => !texts.has(source));
  if (unknown.length < 2) return;
  for (const [index, node] of parseFunctionSources(unknown).entries()) if (node !== null) keep(unknown[index], node);
}

function keep(source: string, node: ParsedSource["node"]): FunctionText {
  const writer = new Writer();
  try {
    writer.root(node as unknown as SyntaxNode);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    writer.unknown = "its source is nested too deeply";
  }
  const { free, self, imports, meta, privates, unknown } = writer;
  const result: FunctionText = { text: writer.text(), free, self, imports, meta, privates, unknown };
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(source, result);
  return result;
}

/** Keys that are positions, types or text that the tree says already. */
const IGNORED = new Set(["type", "start", "end", "range", "loc", "parent", "raw", "shorthand", "typeAnnotation", "typeParameters", "typeArguments", "returnType", "decorators", "declare", "definite", "accessibility", "hashbang"]);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

class Writer {
  readonly free = new Map<string, FreeName>();
  readonly self: FreeName = { members: new Set(), whole: false };
  readonly imports = new Set<string>();
  meta = false;
  privates: FunctionText["privates"] = "none";
  unknown: string | null = null;
  #ownSuper = false;
  /** Private names of the classes around. */
  readonly #privateNames: Set<string>[] = [];
  /** Functions deep, in whose own `this` the root's is not seen. */
  #selves = 0;
  /** The function that comes next is a member of a class or an object. */
  #isMember = false;
  readonly #parts: string[] = [];
  readonly #numbers = new Map<string, number>();
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
      case "BinaryExpression": return this.#binary(node);
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
      case "ThisExpression": return this.#this(null);
      case "Super": if (!this.#ownSuper) this.unknown ??= "it uses the `super` around it"; return this.#write("super");
      case "WithStatement": this.unknown ??= "it uses `with`"; return this.#children(node);
      case "ImportExpression": return this.#import(node.source as SyntaxNode);
      case "MetaProperty": {
        if ((node.meta as SyntaxNode).name === "import") this.meta = true;
        return this.#write((node.meta as SyntaxNode).name as string, ".", (node.property as SyntaxNode).name as string);
      }
      case "PrivateIdentifier": return this.#private(node);
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

  #this(member: string | null): void {
    if (!this.#ownThis) this.unknown ??= "it uses the `this` around it";
    if (this.#selves > 0) { /* another function's */ }
    else if (member === null) this.self.whole = true;
    else this.self.members.add(member);
    this.#write("this");
  }

  #private(node: SyntaxNode): void {
    if (!this.#privateNames.some((names) => names.has(String(node.name)))) this.unknown ??= "it uses private members of the class around it";
    this.#write("#", String(node.name));
  }

  /** What is imported by a fixed name is known as the import of a cell is. */
  #import(specifier: SyntaxNode | undefined): void {
    if (specifier?.type === "Literal" && typeof specifier.value === "string") {
      this.imports.add(specifier.value);
      return this.#write("(import ", JSON.stringify(specifier.value), ")");
    }
    this.unknown ??= "it imports while it runs";
    if (specifier !== undefined) this.#node(specifier);
  }

  #reference(name: string, member: string | null): void {
    const local = this.#scope.find(name);
    if (local !== undefined) return this.#write("$", String(local));
    if (name === "arguments" && this.#ownThis) return this.#write("arguments");
    if (name === "arguments") this.unknown ??= "it uses the `arguments` around it";
    let use = this.free.get(name);
    if (use === undefined) {
      this.#numbers.set(name, this.free.size);
      this.free.set(name, (use = { members: new Set(), whole: false }));
    }
    if (member === null) use.whole = true;
    else use.members.add(member);
    // What a name stands for counts, not what it is called.
    this.#write("^", String(this.#numbers.get(name)));
  }

  #member(node: SyntaxNode): void {
    const object = bare(node.object as SyntaxNode);
    const property = node.property as SyntaxNode;
    const name = node.computed ? (property.type === "Literal" && typeof property.value === "string" ? property.value : null) : String(property.name);
    const given = memberOfRuntime(node);
    if (given !== null) {
      if (given === "meta") this.meta = true;
      else if (given === "import" || given === "require") this.unknown ??= "it imports while it runs";
      return this.#write(`(runtime ${given})`);
    }
    const isNamed = name !== null && property.type !== "PrivateIdentifier";
    // A member of globalThis is a name like others, and its members count like theirs.
    if (isNamed && this.#isGlobalThis(object) && IDENTIFIER.test(name)) return this.#reference(`globalThis.${name}`, null);
    this.#write("(.");
    const ofGlobal = isNamed && object.type === "MemberExpression" && object.computed !== true && this.#isGlobalThis(bare(object.object as SyntaxNode)) ? (object.property as SyntaxNode).name : undefined;
    if (typeof ofGlobal === "string") this.#reference(`globalThis.${ofGlobal}`, name);
    else if (object.type === "ThisExpression" && name !== null) this.#this(name);
    else if (object.type === "Identifier" && isNamed) this.#reference(object.name as string, name);
    else this.#node(object);
    this.#write(node.optional ? "?." : ".");
    if (node.computed && name === null) this.#node(property);
    else if (property.type === "PrivateIdentifier") this.#private(property);
    else this.#write(JSON.stringify(name));
    this.#write(")");
  }

  #isGlobalThis(node: SyntaxNode): boolean { return node.type === "Identifier" && node.name === "globalThis" && this.#scope.find("globalThis") === undefined; }

  /** What `instanceof` asks of a class is who made the value, not what the class does. */
  #binary(node: SyntaxNode): void {
    const right = bare(node.right as SyntaxNode);
    if (node.operator !== "instanceof" || right.type !== "Identifier") return this.#children(node);
    this.#write("(instanceof ");
    this.#node(node.left as SyntaxNode);
    this.#write(",");
    this.#reference(right.name as string, "instanceof");
    this.#write(")");
  }

  #call(node: SyntaxNode): void {
    const callee = bare(node.callee as SyntaxNode);
    const inputs = node.arguments as SyntaxNode[];
    if (callee.type === "MemberExpression" && /^(import|require)$/.test(memberOfRuntime(callee) ?? "")) return this.#import(inputs[0]);
    if (callee.type === "Identifier" && callee.name === "require" && inputs[0]?.type === "Literal" && this.#scope.find("require") === undefined) return this.#import(inputs[0]);
    if (callee.type !== "Identifier") return this.#children(node);
    const isNew = node.type === "NewExpression";
    if (callee.name === "eval" && !isNew && this.#scope.find("eval") === undefined) this.unknown ??= "it calls `eval`";
    if (callee.name === "Function" && this.#scope.find("Function") === undefined) this.unknown ??= "it makes functions of text";
    this.#write("(", node.type, node.optional ? "?" : "");
    this.#reference(callee.name as string, isNew ? (inputs.length === 0 ? "new()" : "new(…)") : inputs.length === 0 ? "()" : "(…)");
    for (const input of inputs) { this.#write(","); this.#node(input); }
    this.#write(")");
  }

  #property(node: SyntaxNode): void {
    const key = node.key as SyntaxNode;
    this.#write("(", node.type, ":", String(node.kind ?? ""), node.static ? " static" : "", node.method ? " method" : "", " ");
    if (node.computed) { this.#write("["); this.#node(key); this.#write("]"); }
    else if (key.type === "PrivateIdentifier") this.#private(key);
    else this.#write(JSON.stringify(key.type === "Literal" ? String(key.value) : key.name), ":");
    if (isNode(node.value)) {
      // A field's initialiser runs with the instance as its `this`.
      const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
      if (node.type !== "Property") this.#ownThis = true;
      this.#isMember = node.type !== "Property" || node.method === true || node.kind !== "init";
      if (this.#isMember) this.#ownSuper = true;
      const inObject = node.type === "Property" && this.#isMember;
      this.#isMember &&= isFunctionNode(node.value) && node.value.type !== "ArrowFunctionExpression";
      if (inObject) this.#selves++;
      this.#node(node.value);
      if (inObject) this.#selves--;
      this.#isMember = false;
      this.#ownThis = ownThis;
      this.#ownSuper = ownSuper;
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
      const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
      // A method's functions keep its `super` only as arrows; those of the outermost class see its instances.
      const isOwnSelf = node.type !== "ArrowFunctionExpression" && node !== this.#root && !this.#isMember;
      this.#isMember = false;
      if (node.type !== "ArrowFunctionExpression") this.#ownThis = true;
      if (isOwnSelf) { this.#ownSuper = false; this.#selves++; }
      declareFunction(node, this.#scope);
      const body = node.body as SyntaxNode;
      this.#write("(", isFunctionNode(node) && node.type === "ArrowFunctionExpression" ? "=>" : "function", node.async ? " async" : "", node.generator ? "*" : "", "(");
      for (const parameter of node.params as SyntaxNode[]) { this.#node(parameter); this.#write(","); }
      this.#write(")");
      // An expression body is a node like any other; a block's names are those of the function's scope already.
      if (isNode(body)) { if (body.type === "BlockStatement" || body.type === "FunctionBody") this.#children(body); else this.#node(body); }
      this.#write(")");
      this.#ownThis = ownThis;
      this.#ownSuper = ownSuper;
      if (isOwnSelf) this.#selves--;
    });
  }

  #class(node: SyntaxNode): void {
    this.#scoped(() => {
      const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
      const isRoot = node === this.#root;
      declarePattern(node.id, this.#scope);
      this.#write("(class ");
      // What the outermost class extends was evaluated when it was defined: it is read from the class itself, not by its name.
      if (isNode(node.superClass)) this.#write("extends ");
      if (isNode(node.superClass) && !isRoot) this.#node(node.superClass);
      const members = (node.body as SyntaxNode).body as SyntaxNode[];
      const privates = members.filter((member) => (member.key as SyntaxNode | undefined)?.type === "PrivateIdentifier");
      this.#privateNames.push(new Set(privates.map(({ key }) => String((key as SyntaxNode).name))));
      if (isRoot) {
        const fields = privates.filter(({ type }) => type !== "MethodDefinition");
        const statics = fields.filter((member) => member.static === true).length;
        this.privates = fields.length === 0 ? "none" : statics === 0 ? "own" : statics === fields.length ? "static" : "both";
      } else this.#selves++;
      this.#ownThis = this.#ownSuper = true;
      this.#node(node.body as SyntaxNode);
      this.#write(")");
      if (!isRoot) this.#selves--;
      this.#privateNames.pop();
      this.#ownThis = ownThis;
      this.#ownSuper = ownSuper;
    });
  }
}
