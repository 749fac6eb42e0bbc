/**
 * A cell as JavaScript for `Runtime.evaluate {replMode: true}`.
 *
 * V8 lets a later script declare a name again only in the same way, so every name of the cell's top level is declared by one
 * `let` before the cell's first line, and each declaration becomes an assignment in its place. That gives, besides: names not
 * reached by a cell that throws are undefined; closures see what other cells assign; `using` at the top level. Keywords are
 * replaced by spaces, so that lines and, but for the first line, mostly columns stay; the source map has the rest.
 */
import { MagicString } from "magic-string";
import { declareNames } from "./declared-names.ts";
import type { EditedText } from "./edited-text.ts";
import { eraseTypes } from "./erase-types.ts";
import { hiddenName, isGlobalName } from "./global-names.ts";
import { importCall, reexportCall } from "./import-calls.ts";
import { nameTasks } from "../../engine/syntax/name-tasks.ts";
import { walkModule, type WalkResult } from "../../engine/syntax/references.ts";
import { runtimeObject } from "./runtime-object.ts";
import { composeSourceMap } from "./source-map.ts";
import { child, children, forEachBinding, forEachVar, nameOf, parseModule, type CellGrammar, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** What the transform must know about other cells. */
export interface TransformContext {
  /** Names of earlier cells that live under a hidden name. */
  readonly renamed: (name: string) => boolean;
  /** Names that earlier cells imported from local modules, whose reloads must stop assigning to them once they are declared anew. */
  readonly followsModule: (name: string) => boolean;
  /** Imported names that have no value; undefined: not known. */
  readonly typeOnlyNames: ReadonlySet<string> | undefined;
  /** The last statement's value is the cell's result. */
  readonly showsValue: boolean;
  /** The end of `//# sourceURL=`. */
  readonly sourceUrl: string;
}

/** A cell ready to be evaluated. */
export interface TransformedCell {
  readonly javascript: string;
  readonly sourceMap?: string;
  /** Names declared at run time, as the user wrote them. */
  readonly names: readonly string[];
}

/**
 * @param edited a cell without syntax errors, as `readCell` gives it
 * @throws SyntaxError where JavaScript cannot be made of it
 */
export function transformCell(edited: EditedText, grammar: CellGrammar, context: TransformContext): TransformedCell {
  const erased = eraseTypes(edited.text, grammar);
  const { body, errors } = parseModule(erased.javascript, "js");
  if (errors[0] !== undefined) throw new SyntaxError(errors[0].message);
  const cell = new CellTransform(erased.javascript, body, context, replTarget(context));
  const { output, names, onlyFramed } = cell.run();
  const javascript = `${output.toString()}\n//# sourceURL=${context.sourceUrl}`;
  // What stands before the first line moves nothing else: a map would say of every line that it is itself.
  if (onlyFramed && erased.sourceMap === undefined && !edited.isShifted) return { javascript, names };
  const sourceMap = composeSourceMap(output, { erased: erased.sourceMap, erasedFrom: edited, sourceUrl: context.sourceUrl });
  return { javascript, names, ...(sourceMap === undefined ? {} : { sourceMap }) };
}

/** Statements of a cell as a part of a module. */
export interface ModulePart {
  readonly javascript: string;
  /** Names that it assigns to and the module has to declare, as they are called there. */
  readonly names: readonly string[];
}

/** What a part of a module is made with. */
export interface ModulePartContext {
  /** Is the statement of this index taken along? */
  readonly takes: (index: number) => boolean;
  /** What takes the place of an import declaration. */
  readonly importText: (declaration: SyntaxNode) => string;
  /** What is called with a task and its name. */
  readonly namer: string;
}

/** Translates statements of a cell for a module: imports are left to the module, all other names are assigned to in place. @param javascript without types, as its `body` says */
export function transformModulePart(javascript: string, body: readonly SyntaxNode[], { takes, importText, namer }: ModulePartContext): ModulePart {
  const { output, names } = new CellTransform(javascript, body, MODULE_CONTEXT, {
    takes, namer, importCall: importText, reexportCall: () => ";", ambientName: (name) => MODULE_NAMES.get(name) ?? name, replacesImports: false, frames: false,
  }).run();
  return { javascript: output.toString(), names };
}

const MODULE_NAMES: ReadonlyMap<string, string> = new Map([["__dirname", "import.meta.dirname"], ["__filename", "import.meta.filename"]]);

/** Names of imports are told apart by whether they are used; in a module no name can get in the way of a global one. */
const MODULE_CONTEXT: TransformContext = { renamed: () => false, followsModule: () => false, typeOnlyNames: undefined, showsValue: true, sourceUrl: "" };

/** Where the translated statements go. */
interface Target {
  readonly takes: (index: number) => boolean;
  readonly namer: string;
  readonly importCall: (declaration: SyntaxNode, used: ReadonlySet<string>, runtimeName: (name: string) => string) => string;
  readonly reexportCall: (declaration: SyntaxNode) => string;
  readonly ambientName: (name: string) => string;
  /** `import()` and `import.meta` are the runtime's. */
  readonly replacesImports: boolean;
  /** Names are declared before the cell, and its value is seen to. */
  readonly frames: boolean;
}

function replTarget({ typeOnlyNames }: TransformContext): Target {
  return {
    takes: () => true, namer: `${runtimeObject}?.name`, importCall: (declaration, used, runtimeName) => importCall(declaration, typeOnlyNames, used, runtimeName),
    reexportCall, ambientName, replacesImports: true, frames: true,
  };
}

class CellTransform {
  readonly #text: string;
  readonly #body: readonly SyntaxNode[];
  readonly #context: TransformContext;
  readonly #target: Target;
  readonly #output: MagicString;
  readonly #walk: WalkResult;
  readonly #variableStatements: ReadonlySet<SyntaxNode>;
  /** Names declared at the top level, without type-only imports. */
  readonly #names = new Set<string>();
  /** Moved before the cell: what the rest may need before its turn. */
  readonly #early: [start: number, end: number][] = [];
  #openBlocks = 0;

  constructor(text: string, body: readonly SyntaxNode[], context: TransformContext, target: Target) {
    this.#text = text;
    this.#body = body.filter((_, index) => target.takes(index));
    this.#context = context;
    this.#target = target;
    this.#output = new MagicString(text);
    for (const [index, { start, end }] of body.entries()) if (!target.takes(index)) this.#output.update(start, end, ";");
    this.#walk = walkModule(this.#body);
    this.#variableStatements = new Set(this.#walk.variableStatements);
  }

  /** `onlyFramed`: nothing but what goes before and after the cell was added. */
  run(): { output: MagicString; names: string[]; onlyFramed: boolean } {
    this.#collectNames();
    const topLevel = new Set(this.#body);
nameTasks(this.#walk.variableStatements, this.#output, this.#text, { namer: this.#target.namer, topLevel, runtimeName: (name) => this.#runtimeName(name) });
    this.#body.forEach((statement, index) => this.#statement(statement, index));
    forEachVar(this.#body, (declaration, inList) => {
      if (!topLevel.has(declaration)) this.#assignInPlace(declaration, inList);
    });
    this.#references();
    const onlyFramed = this.#early.length === 0 && this.#openBlocks === 0 && !this.#output.hasChanged();
    this.#lastValue();
    for (const [start, end] of this.#early) this.#output.move(start, end, 0);
    if (this.#target.frames) this.#declareNames();
    return { output: this.#output, names: [...this.#names], onlyFramed };
  }

  #collectNames(): void {
    const add = (identifier: SyntaxNode) => this.#names.add(nameOf(identifier));
    for (const statement of this.#body) {
      if (statement.type === "VariableDeclaration") {
        for (const declarator of children(statement, "declarations")) forEachBinding(child(declarator, "id")!, add);
      } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") add(child(statement, "id")!);
      else if (statement.type === "ImportDeclaration") {
        for (const specifier of children(statement, "specifiers")) {
          const local = child(specifier, "local")!;
          if (this.#target.frames && this.#context.typeOnlyNames?.has(nameOf(local)) !== true) add(local);
        }
      }
    }
    forEachVar(this.#body, (declaration) => {
      for (const declarator of children(declaration, "declarations")) forEachBinding(child(declarator, "id")!, add);
    });
  }

  #statement(statement: SyntaxNode, index: number): void {
    switch (statement.type) {
      case "VariableDeclaration":
        if (statement["kind"] === "using" || statement["kind"] === "await using") this.#useInBlock(statement);
        else this.#assignInPlace(statement, true);
        return;
      case "FunctionDeclaration":
        this.#assignFunction(statement, index);
        return;
      case "ClassDeclaration":
        this.#output.prependRight(statement.start, `${this.#runtimeName(nameOf(child(statement, "id")!))}=`);
        this.#output.appendLeft(statement.end, ";");
        return;
      case "ImportDeclaration": {
        const used = new Set(this.#walk.references.map((reference) => reference.name));
        const call = this.#target.importCall(statement, used, (name) => this.#runtimeName(name));
        this.#replaceLines(statement, call);
        if (this.#body.slice(0, index).some((earlier) => earlier.type !== "ImportDeclaration")) this.#early.push([statement.start, statement.end]);
        return;
      }
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        this.#replaceLines(statement, this.#target.reexportCall(statement));
        return;
      default:
    }
  }

  /** `const { a } = b` → `;    ({ a } = b)`; `for (var x of y)` → `for (    x of y)`. */
  #assignInPlace(declaration: SyntaxNode, inList: boolean): void {
    const [first] = children(declaration, "declarations");
    const id = child(first!, "id")!;
    const inHead = !this.#variableStatements.has(declaration);
    const keyword = id.start - declaration.start;
    const parenthesis = id.type === "ObjectPattern" && !inHead ? "(" : "";
    const separator = inList ? ";" : "";
    const text = separator + " ".repeat(Math.max(0, keyword - separator.length - parenthesis.length)) + parenthesis;
    const lines = this.#text.slice(declaration.start, id.start).match(/\r?\n/g)?.join("") ?? "";
    this.#output.update(declaration.start, id.start, lines === "" ? text : separator + lines + parenthesis);
    if (parenthesis !== "") this.#output.appendLeft(first!.end, ")");
  }

  /** Everything after a top-level `using` goes into its block. */
  #useInBlock(declaration: SyntaxNode): void {
    const assignments: string[] = [];
    for (const declarator of children(declaration, "declarations")) {
      const id = child(declarator, "id")!;
      const name = this.#runtimeName(nameOf(id));
      this.#output.update(id.start, id.end, `${nameOf(id)}$using`);
      assignments.push(`${name}=${nameOf(id)}$using`);
    }
    this.#output.prependRight(declaration.start, ";{");
    this.#output.appendLeft(declaration.end, `;${assignments.join(";")};`);
    this.#openBlocks++;
  }

  #assignFunction(declaration: SyntaxNode, index: number): void {
    const id = child(declaration, "id")!;
    const name = nameOf(id);
    const runtimeName = this.#runtimeName(name);
    const keyword = this.#text.slice(declaration.start, id.start).trimEnd();
    // Only a name that cannot be inferred is kept: a function's own name would shadow what is assigned to it later.
    const ownName = runtimeName === name ? "" : ` ${name}`;
    this.#output.update(declaration.start, id.end, `${runtimeName}=${keyword}${ownName}`);
    this.#output.appendLeft(declaration.end, ";");
    if (this.#isNeededEarly(declaration, name, index)) this.#early.push([declaration.start, declaration.end]);
  }

  /** Can something that runs before the declaration refer to the function? */
  #isNeededEarly(declaration: SyntaxNode, name: string, index: number): boolean {
    if (this.#body.slice(0, index).every(isInert)) return false;
    return this.#walk.references.some((reference) => reference.name === name && reference.node.start < declaration.start);
  }

  #references(): void {
    const ownNames = new Set<number>();
    for (const statement of this.#body) {
      if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") ownNames.add(child(statement, "id")!.start);
      if (statement.type === "VariableDeclaration" && String(statement["kind"]).endsWith("using")) {
        for (const declarator of children(statement, "declarations")) ownNames.add(child(declarator, "id")!.start);
      }
    }
    for (const { name, node, shorthand } of this.#walk.references) {
      if (ownNames.has(node.start)) continue;
      const replacement = this.#names.has(name) || this.#context.renamed(name) ? this.#runtimeName(name) : this.#target.ambientName(name);
      if (replacement === name) continue;
      this.#output.update(node.start, node.end, shorthand ? `${name}: ${replacement}` : replacement);
    }
    if (!this.#target.replacesImports) return;
    for (const node of this.#walk.dynamicImports) this.#output.update(node.start, node.start + "import".length, `${runtimeObject}.import`);
    for (const node of this.#walk.metas) this.#output.update(node.start, node.end, `${runtimeObject}.meta`);
  }

  #runtimeName(name: string): string {
    if (!this.#target.frames) return name;
    return (this.#names.has(name) ? isGlobalName(name) : this.#context.renamed(name)) ? hiddenName(name) : name;
  }

  /** Without a value of its own the cell's completion value must be undefined. */
  #lastValue(): void {
    const end = (this.#context.showsValue ? "" : "\n;void 0") + (this.#openBlocks > 0 ? `\n${"}".repeat(this.#openBlocks)}` : "");
    if (end !== "") this.#output.append(end);
  }

  #declareNames(): void {
    const names = [...this.#names];
    const followers = names.filter((name) => this.#context.followsModule(name)).map((name) => this.#runtimeName(name));
    const release = followers.length === 0 ? "" : `${runtimeObject}.declare(${JSON.stringify(followers)});`;
    this.#output.prepend(declareNames(names.map((name) => this.#runtimeName(name))) + release + (FUNCTION.test(this.#text) ? `${runtimeObject}.began?.();` : ""));
  }

  #replaceLines(statement: SyntaxNode, text: string): void {
    const lines = this.#text.slice(statement.start, statement.end).match(/\r?\n/g)?.join("") ?? "";
    this.#output.update(statement.start, statement.end, text + lines);
  }
}

/** What a text with a function in it holds: `=>`, `function`, `class`, or a method's `) {`. */
const FUNCTION = /=>|\bfunction\b|\bclass\b|\)\s*\{/;

/** Running it can call nothing: a declaration of functions, of imports, of constants that are literals or closures. */
function isInert(statement: SyntaxNode): boolean {
  if (statement.type === "FunctionDeclaration" || statement.type === "ImportDeclaration" || statement.type === "EmptyStatement") return true;
  if (statement.type !== "VariableDeclaration") return false;
  return children(statement, "declarations").every((declarator) => {
    const init = child(declarator, "init");
    const inert = init === undefined || init.type === "Literal" || init.type === "ArrowFunctionExpression" || init.type === "FunctionExpression";
    return inert && child(declarator, "id")!.type === "Identifier";
  });
}

/** What a module of Node has although it is not on globalThis. */
function ambientName(name: string): string {
  if (name === "require") return `${runtimeObject}.require`;
  if (name === "__dirname") return `${runtimeObject}.meta.dirname`;
  if (name === "__filename") return `${runtimeObject}.meta.filename`;
  if (name === "babelHelpers") return `${runtimeObject}.decorators`;
  return name;
}
