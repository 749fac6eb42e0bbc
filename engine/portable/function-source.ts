/**
 * The source of a function in a form in which another thread can compile it: which names it takes from outside, and the few
 * places where its text must differ there, none of which moves a line.
 */
import { Scope, declareFunction, declarePattern, declareStatements, isNode, type SyntaxNode } from "../cache/scopes.ts";
import { parseFunctionSource } from "../task/function-parameters.ts";
import { editClass, type Edit } from "./class-edits.ts";
import { PARTS } from "./function-parts.ts";
import { assignmentTarget, targetNames } from "../cache/script-facts.ts";

/** How a function uses a name that it takes from outside. */
export interface NameUse {
  /** Properties read from it by name. */
  readonly members: Set<string>;
  /** Used in any other way too. */
  whole: boolean;
  /** The function assigns to it. */
  assigned: boolean;
  readonly at: { readonly start: number; readonly end: number; readonly shorthand: boolean }[];
}

/** A function's or class's source, read. */
export interface FunctionSource {
  readonly kind: "function" | "arrow" | "method" | "class";
  readonly free: ReadonlyMap<string, NameUse>;
  /** Why it can not be compiled elsewhere; null when it can. */
  readonly refusal: string | null;
  /** The source's beginning, up to the place that V8 calls the function's location. */
  readonly before: string;
  /** A class that extends something: the compiled text takes it from `PARTS.base`. */
  readonly hasBase: boolean;
  /** Names of a class's private fields, with `#`. */
  readonly privateFields: readonly string[];
  readonly privateStatics: readonly string[];
  /**
   * An expression that gives the function. What a class computes when it is defined (static fields and blocks) is left out: the
   * values travel. @param shared names that other functions assign to as well, and the key of each in `PARTS.shared`;
   * @param revivable the class can make instances without running its constructor (`PARTS.reviving`)
   */
  text(shared: ReadonlyMap<string, string>, revivable?: boolean): string;
}

/** Reads what `Function.prototype.toString` gave; null for native and bound functions. */
export function readFunctionSource(source: string): FunctionSource | null {
  const parsed = parseFunctionSource(source);
  if (parsed === null) return null;
  const isMethod = parsed.text !== `(${source}\n)`;
  const offset = isMethod ? parsed.text.length - source.length - "\n})".length : 1;
  const reader = new SourceReader(source, parsed.node as unknown as SyntaxNode, offset, isMethod);
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reader.refusal = "its source is nested too deeply";
  }
  return reader;
}

class SourceReader implements FunctionSource {
  readonly kind: FunctionSource["kind"];
  readonly free = new Map<string, NameUse>();
  refusal: string | null = null;
  before = "";
  hasBase = false;
  privateFields: readonly string[] = [];
  privateStatics: readonly string[] = [];
  readonly #source: string;
  readonly #root: SyntaxNode;
  readonly #offset: number;
  readonly #edits: Edit[] = [];
  readonly #revivalEdits: Edit[] = [];
  readonly #privates: Set<string>[] = [];
  #scope = new Scope(null);
  #ownThis: boolean;
  #ownSuper = false;

  constructor(source: string, root: SyntaxNode, offset: number, isMethod: boolean) {
    this.#source = source;
    this.#root = root;
    this.#offset = offset;
    this.kind = isMethod ? "method" : root.type === "ClassExpression" ? "class" : root.type === "ArrowFunctionExpression" ? "arrow" : "function";
    this.#ownThis = this.kind !== "arrow";
  }

  read(): void {
    const root = this.#root;
    if (this.kind === "class") {
      const { before, ...edits } = editClass(this.#source, root, (position) => this.#at(position));
      this.before = before;
      this.hasBase = edits.hasBase;
      this.privateFields = edits.privateFields;
      this.privateStatics = edits.privateStatics;
      this.#edits.push(...edits.always);
      this.#revivalEdits.push(...edits.whenRevived);
    } else if (this.kind === "method") {
      // Whatever the method was called, by a computed name or as a getter: the function is what counts.
      const start = this.#at(root.start as number);
      this.before = this.#source.slice(0, start);
      this.#edits.push({ start: 0, end: start, text: `${root.async ? "async " : ""}${root.generator ? "*" : ""}method` });
    } else if (this.kind === "function") {
      this.before = this.#source.slice(0, this.#source.indexOf("(", isNode(root.id) ? this.#at(root.id.end as number) : 0));
    }
    this.#visit(root);
  }

  text(shared: ReadonlyMap<string, string>, revivable = false): string {
    const edits = [...this.#edits, ...(revivable ? this.#revivalEdits : [])];
    for (const [name, key] of shared) {
      for (const { start, end, shorthand } of this.free.get(name)?.at ?? []) {
        const place = `${PARTS}.shared[${JSON.stringify(key)}]`;
        edits.push({ start, end, text: shorthand ? `${name}: ${place}` : place });
      }
    }
    let text = "", from = 0;
    for (const edit of edits.sort((one, other) => one.start - other.start)) {
      // What was moved out of the way as a whole needs no edits inside.
      if (edit.start < from) continue;
      text += this.#source.slice(from, edit.start) + edit.text;
      from = edit.end;
    }
    text += this.#source.slice(from);
    return this.kind === "method" ? `({${text}}).method` : `(${text}\n)`;
  }

  #at(position: number): number { return position - this.#offset; }

  #refuse(why: string): void { this.refusal ??= why; }

  #visit(node: SyntaxNode): void {
    const target = assignmentTarget(node);
    if (target !== null) for (const name of targetNames(target)) this.#assigned(name);
    switch (node.type) {
      case "Identifier": return this.#reference(node, null, false);
      case "FunctionExpression": case "FunctionDeclaration": case "ArrowFunctionExpression": return this.#function(node);
      case "ClassExpression": case "ClassDeclaration": return this.#class(node);
      case "MemberExpression": return this.#member(node);
      case "Property": case "MethodDefinition": case "PropertyDefinition": case "AccessorProperty": return this.#property(node);
      case "BlockStatement": case "StaticBlock": return this.#scoped(() => { declareStatements(node.body as SyntaxNode[], this.#scope); this.#children(node); });
      case "SwitchStatement": return this.#scoped(() => { declareStatements((node.cases as SyntaxNode[]).flatMap((one) => one.consequent as SyntaxNode[]), this.#scope); this.#children(node); });
      case "ForStatement": return this.#scoped(() => { declareStatements([node.init].filter(isNode), this.#scope); this.#children(node); });
      case "ForInStatement": case "ForOfStatement": return this.#scoped(() => { declareStatements([node.left].filter(isNode), this.#scope); this.#children(node); });
      case "CatchClause": return this.#scoped(() => { declarePattern(node.param, this.#scope); this.#children(node); });
      case "LabeledStatement": return this.#visit(node.body as SyntaxNode);
      case "BreakStatement": case "ContinueStatement": return;
      case "ThisExpression": if (!this.#ownThis) this.#refuse("it uses the `this` around it"); return;
      case "Super": if (!this.#ownSuper) this.#refuse("it uses the `super` around it"); return;
      case "PrivateIdentifier": if (!this.#privates.some((names) => names.has(String(node.name)))) this.#refuse("it uses private members of the class around it"); return;
      case "WithStatement": this.#refuse("it uses `with`"); return;
      case "MetaProperty": return this.#metaProperty(node);
      case "CallExpression":
        if ((node.callee as SyntaxNode).name === "eval" && this.#scope.find("eval") === undefined) this.#refuse("it calls `eval`, which may use any name around it");
        return this.#children(node);
      default: return this.#children(node);
    }
  }

  #children(node: SyntaxNode): void {
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (isNode(value)) this.#visit(value);
      else if (Array.isArray(value)) for (const child of value) if (isNode(child)) this.#visit(child);
    }
  }

  #use(name: string): NameUse {
    let use = this.free.get(name);
    if (use === undefined) this.free.set(name, (use = { members: new Set(), whole: false, assigned: false, at: [] }));
    return use;
  }

  #reference(node: SyntaxNode, member: string | null, shorthand: boolean): void {
    const name = String(node.name);
    if (this.#scope.find(name) !== undefined) return;
    if (name === "arguments") {
      if (!this.#ownThis) this.#refuse("it uses the `arguments` around it");
      return;
    }
    const use = this.#use(name);
    if (member === null) use.whole = true;
    else use.members.add(member);
    use.at.push({ start: this.#at(node.start as number), end: this.#at(node.end as number), shorthand });
  }

  #assigned(name: string): void {
    if (this.#scope.find(name) === undefined && name !== "arguments") this.#use(name).assigned = true;
  }

  #member(node: SyntaxNode): void {
    const object = node.object as SyntaxNode, property = node.property as SyntaxNode;
    const name = !node.computed && property.type === "Identifier" ? String(property.name) : null;
    if (object.type === "Identifier" && name !== null) return this.#reference(object, name, false);
    this.#visit(object);
    if (node.computed || property.type === "PrivateIdentifier") this.#visit(property);
  }

  #property(node: SyntaxNode): void {
    const key = node.key as SyntaxNode;
    if (node.computed) this.#visit(key);
    const { value } = node;
    if (!isNode(value)) return;
    // In a pattern with a default the shorthand stands inside: `{ a = 1 }`.
    const named = value.type === "AssignmentPattern" ? (value.left as SyntaxNode) : value;
    if (node.shorthand && named.type === "Identifier") {
      this.#reference(named, null, true);
      if (value.type === "AssignmentPattern") this.#visit(value.right as SyntaxNode);
      return;
    }
    const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
    // A field's initialiser and a method have an object of their own around them.
    if (node.type !== "Property") this.#ownThis = true;
    if (node.type !== "Property" || node.method || node.kind !== "init") this.#ownSuper = true;
    this.#visit(value);
    this.#ownThis = ownThis;
    this.#ownSuper = ownSuper;
  }

  #metaProperty(node: SyntaxNode): void {
    if ((node.meta as SyntaxNode).name === "new") {
      if (!this.#ownThis) this.#refuse("it uses the `new.target` around it");
      return;
    }
    this.#edits.push({ start: this.#at(node.start as number), end: this.#at(node.end as number), text: `${PARTS}.meta` });
  }

  #scoped(body: () => void): void {
    const outer = this.#scope;
    this.#scope = new Scope(outer);
    body();
    this.#scope = outer;
  }

  #function(node: SyntaxNode): void {
    this.#scoped(() => {
      const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
      if (node.type !== "ArrowFunctionExpression") this.#ownThis = true;
      declareFunction(node, this.#scope);
      const body = node.body as SyntaxNode;
      for (const parameter of node.params as SyntaxNode[]) this.#visit(parameter);
      // A block's names are those of the function's scope already.
      if (isNode(body)) { if (body.type === "BlockStatement" || body.type === "FunctionBody") this.#children(body); else this.#visit(body); }
      this.#ownThis = ownThis;
      this.#ownSuper = ownSuper;
    });
  }

  #class(node: SyntaxNode): void {
    this.#scoped(() => {
      const ownThis = this.#ownThis, ownSuper = this.#ownSuper;
      declarePattern(node.id, this.#scope);
      const isRoot = node === this.#root;
      if (isNode(node.superClass) && !isRoot) this.#visit(node.superClass);
      const members = (node.body as SyntaxNode).body as SyntaxNode[];
      this.#privates.push(new Set(members.map((member) => member.key as SyntaxNode | undefined).filter((key) => key?.type === "PrivateIdentifier").map((key) => String(key?.name))));
      this.#ownThis = this.#ownSuper = true;
      for (const member of members) {
        // What is left out of the text needs no names.
        const leftOut = isRoot && (member.type === "StaticBlock" || (member.static === true && (member.type === "PropertyDefinition" || member.type === "AccessorProperty")));
        if (!leftOut) this.#visit(member);
        else if (member.computed) this.#visit(member.key as SyntaxNode);
      }
      this.#privates.pop();
      this.#ownThis = ownThis;
      this.#ownSuper = ownSuper;
    });
  }
}
