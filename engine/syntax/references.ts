/**
 * Which identifiers of a piece of JavaScript refer to its top level (or to a global), and not to something declared further
 * inside. Needed to rename a name in a binding-aware way.
 */
import { child, children, forEachBinding, forEachChild, forEachVar, nameOf, type SyntaxNode } from "./syntax-tree.ts";

/** An identifier that refers to the top level or to a global. */
export interface Reference {
  readonly name: string;
  readonly node: SyntaxNode;
  /** It stands for both key and value, `{ name }` or `{ name = 1 }` in a pattern: a rename must keep the key. */
  readonly shorthand: boolean;
}

/** What a walk over a module finds. */
export interface WalkResult {
  readonly references: readonly Reference[];
  /** `import(…)` */
  readonly dynamicImports: readonly SyntaxNode[];
  /** `import.meta` */
  readonly metas: readonly SyntaxNode[];
  /** Declarations of variables that are statements (not in the head of a loop), at any depth. */
  readonly variableStatements: readonly SyntaxNode[];
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly parent: Scope | undefined;
}

/** Walks a parsed JavaScript module. Declarations of the top level itself are references too. */
export function walkModule(body: readonly SyntaxNode[]): WalkResult {
  const walk = new Walk();
  for (const statement of body) walk.visit(statement, undefined);
  return walk;
}

class Walk implements WalkResult {
  readonly references: Reference[] = [];
  readonly dynamicImports: SyntaxNode[] = [];
  readonly metas: SyntaxNode[] = [];
  readonly variableStatements: SyntaxNode[] = [];

  /** `scope` is undefined at the top level. */
  visit(node: SyntaxNode, scope: Scope | undefined): void {
    switch (node.type) {
      case "Identifier":
        this.#refer(node, scope, false);
        return;
      case "FunctionDeclaration":
        this.#visitIfNode(child(node, "id"), scope);
        this.#visitFunction(node, scope);
        return;
      case "FunctionExpression": {
        const id = child(node, "id");
        this.#visitFunction(node, id === undefined ? scope : { names: new Set([nameOf(id)]), parent: scope });
        return;
      }
      case "ArrowFunctionExpression":
        this.#visitFunction(node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#visitClass(node, scope);
        return;
      case "BlockStatement":
        this.#visitAll(children(node, "body"), blockScope(children(node, "body"), scope));
        return;
      case "StaticBlock": {
        const body = children(node, "body");
        this.#visitAll(body, blockScope(body, { names: varNames(body), parent: scope }));
        return;
      }
      case "SwitchStatement": {
        this.visit(child(node, "discriminant")!, scope);
        const cases = children(node, "cases");
        const inner = blockScope(cases.flatMap((branch) => children(branch, "consequent")), scope);
        for (const branch of cases) {
          this.#visitIfNode(child(branch, "test"), inner);
          this.#visitAll(children(branch, "consequent"), inner);
        }
        return;
      }
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        this.#visitLoop(node, scope);
        return;
      case "CatchClause": {
        const parameter = child(node, "param");
        const names = new Set<string>();
        if (parameter !== undefined) forEachBinding(parameter, (identifier) => names.add(nameOf(identifier)));
        const inner = { names, parent: scope };
        this.#visitIfNode(parameter, inner);
        this.visit(child(node, "body")!, inner);
        return;
      }
      case "VariableDeclaration":
        this.variableStatements.push(node);
        this.#visitAll(children(node, "declarations"), scope);
        return;
      case "Property":
        this.#visitProperty(node, scope);
        return;
      case "MethodDefinition":
      case "PropertyDefinition":
      case "AccessorProperty":
        if (node["computed"] === true) this.visit(child(node, "key")!, scope);
        this.#visitIfNode(child(node, "value"), scope);
        return;
      case "MemberExpression":
        this.visit(child(node, "object")!, scope);
        if (node["computed"] === true) this.visit(child(node, "property")!, scope);
        return;
      case "LabeledStatement":
        this.visit(child(node, "body")!, scope);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExportNamedDeclaration":
        this.#visitIfNode(child(node, "declaration"), scope);
        return;
      case "MetaProperty":
        if (nameOf(child(node, "meta")!) === "import") this.metas.push(node);
        return;
      case "ImportExpression":
        this.dynamicImports.push(node);
        break;
      default:
    }
    forEachChild(node, (inner) => this.visit(inner, scope));
  }

  #refer(node: SyntaxNode, scope: Scope | undefined, shorthand: boolean): void {
    const name = nameOf(node);
    for (let current = scope; current !== undefined; current = current.parent) {
      if (current.names.has(name)) return;
    }
    this.references.push({ name, node, shorthand });
  }

  #visitFunction(node: SyntaxNode, scope: Scope | undefined): void {
    const parameters = children(node, "params");
    const names = new Set<string>(node.type === "ArrowFunctionExpression" ? [] : ["arguments"]);
    for (const parameter of parameters) forEachBinding(parameter, (identifier) => names.add(nameOf(identifier)));
    const outer = { names, parent: scope };
    this.#visitAll(parameters, outer);
    const body = child(node, "body")!;
    if (body.type !== "BlockStatement" && body.type !== "FunctionBody") return this.visit(body, outer);
    const statements = children(body, "body");
    this.#visitAll(statements, blockScope(statements, { names: varNames(statements), parent: outer }));
  }

  #visitClass(node: SyntaxNode, scope: Scope | undefined): void {
    const id = child(node, "id");
    if (id !== undefined && node.type === "ClassDeclaration") this.visit(id, scope);
    const inner = id === undefined ? scope : { names: new Set([nameOf(id)]), parent: scope };
    this.#visitAll(children(node, "decorators"), scope);
    this.#visitIfNode(child(node, "superClass"), inner);
    this.visit(child(node, "body")!, inner);
  }

  #visitLoop(node: SyntaxNode, scope: Scope | undefined): void {
    const head = child(node, node.type === "ForStatement" ? "init" : "left");
    let inner = scope;
    if (head?.type === "VariableDeclaration") {
      if (head["kind"] !== "var") inner = { names: patternNames(head), parent: scope };
      this.#visitAll(children(head, "declarations"), inner);
    } else this.#visitIfNode(head, inner);
    for (const key of ["test", "update", "right", "body"]) this.#visitIfNode(child(node, key), inner);
  }

  #visitProperty(node: SyntaxNode, scope: Scope | undefined): void {
    const value = child(node, "value")!;
    if (node["shorthand"] === true) {
      if (value.type !== "AssignmentPattern") return this.#refer(value, scope, true);
      this.#refer(child(value, "left")!, scope, true);
      return this.visit(child(value, "right")!, scope);
    }
    if (node["computed"] === true) this.visit(child(node, "key")!, scope);
    this.visit(value, scope);
  }

  #visitAll(nodes: readonly SyntaxNode[], scope: Scope | undefined): void {
    for (const node of nodes) this.visit(node, scope);
  }

  #visitIfNode(node: SyntaxNode | undefined, scope: Scope | undefined): void {
    if (node !== undefined) this.visit(node, scope);
  }
}

/** The scope of a block: what let, const, using, class and function declare directly in it. */
function blockScope(statements: readonly SyntaxNode[], parent: Scope | undefined): Scope | undefined {
  let names: Set<string> | undefined;
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration" && statement["kind"] !== "var") names = patternNames(statement, names);
    else if (statement.type === "ClassDeclaration" || statement.type === "FunctionDeclaration") {
      (names ??= new Set()).add(nameOf(child(statement, "id")!));
    }
  }
  return names === undefined ? parent : { names, parent };
}

function patternNames(declaration: SyntaxNode, names = new Set<string>()): Set<string> {
  for (const declarator of children(declaration, "declarations")) {
    forEachBinding(child(declarator, "id")!, (identifier) => names.add(nameOf(identifier)));
  }
  return names;
}

function varNames(statements: readonly SyntaxNode[]): Set<string> {
  const names = new Set<string>();
  forEachVar(statements, (declaration) => patternNames(declaration, names));
  return names;
}
