/** Which names a piece of syntax declares: what tells a function's own names from those it takes from outside. */

/** A node of the syntax tree (ESTree). */
export interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Names of one scope and the number that each stands for in canonical text. */
export class Scope {
  readonly #names = new Map<string, number>();
  readonly #outer: Scope | null;
  readonly #numbers: { next: number };

  constructor(outer: Scope | null) {
    this.#outer = outer;
    this.#numbers = outer === null ? { next: 0 } : outer.#numbers;
  }

  declare(name: string): void {
    if (!this.#names.has(name)) this.#names.set(name, this.#numbers.next++);
  }

  /** The name's number; undefined where it is not declared here or further out. */
  find(name: string): number | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#outer) {
      const number = scope.#names.get(name);
      if (number !== undefined) return number;
    }
    return undefined;
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

export function isFunctionNode(node: SyntaxNode): boolean {
  return node.type === "FunctionExpression" || node.type === "FunctionDeclaration" || node.type === "ArrowFunctionExpression";
}

/** Names that a pattern binds: `{ a, b: [c = 1, ...d] }` binds a, c, d. */
export function declarePattern(pattern: unknown, scope: Scope): void {
  if (!isNode(pattern)) return;
  switch (pattern.type) {
    case "Identifier": scope.declare(pattern.name as string); break;
    case "AssignmentPattern": declarePattern(pattern.left, scope); break;
    case "RestElement": declarePattern(pattern.argument, scope); break;
    case "ArrayPattern": for (const element of pattern.elements as unknown[]) declarePattern(element, scope); break;
    case "ObjectPattern": for (const property of pattern.properties as SyntaxNode[]) declarePattern(property.type === "RestElement" ? property : property.value, scope); break;
  }
}

/** Declares what a block's own statements declare: let, const, class, function. */
export function declareStatements(statements: readonly SyntaxNode[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration") {
      if (statement.kind !== "var") for (const declarator of statement.declarations as SyntaxNode[]) declarePattern(declarator.id, scope);
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") declarePattern(statement.id, scope);
  }
}

/** Declares the `var`s of a function's body, at any depth, but not those of functions in it. */
export function declareVars(body: SyntaxNode, scope: Scope): void {
  const rest: SyntaxNode[] = [body];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const declarator of node.declarations as SyntaxNode[]) declarePattern(declarator.id, scope);
    }
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child) && !isFunctionNode(child) && child.type !== "PropertyDefinition" && child.type !== "StaticBlock") rest.push(child);
      }
    }
  }
}

/** Declares what a function's own scope holds: its name where it is an expression, its parameters, its `var`s and what its body declares. */
export function declareFunction(node: SyntaxNode, scope: Scope): void {
  if (node.type === "FunctionExpression") declarePattern(node.id, scope);
  for (const parameter of node.params as unknown[]) declarePattern(parameter, scope);
  const { body } = node;
  if (!isNode(body) || !Array.isArray(body.body)) return;
  declareVars(body, scope);
  declareStatements(body.body as SyntaxNode[], scope);
}
