/** A cell taken apart: the statements of its top level, as JavaScript, with what they do. */
import { isMistake, readCell } from "../language/cell-syntax.ts";
import { eraseTypes } from "../language/erase-types.ts";
import { child, children, forEachBinding, forEachVar, nameOf, parseModule, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";
import type { CellExecution } from "./cell-history.ts";
import { usesOf, type StatementUses } from "./statement-uses.ts";

/** What an import gives to a name. */
export interface ImportedName {
  readonly specifier: string;
  /** Exported name; `*`: the whole module. */
  readonly imported: string;
  /** `with { type: "json" }` */
  readonly attributes: string;
}

/** A statement of an executed cell. */
export interface CellStatement {
  readonly execution: CellExecution;
  /** Place among the statements of its cell. */
  readonly index: number;
  readonly node: SyntaxNode;
  readonly text: string;
  /** From 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly uses: StatementUses;
  /** Names that it declares. */
  readonly declares: readonly string[];
  /** Of an import: what its names are. */
  readonly imports: ReadonlyMap<string, ImportedName> | null;
  /** An import without names, or a re-export: the module, which is only run. */
  readonly runs: string | null;
}

/** An executed cell as JavaScript. */
export interface CellScript {
  readonly execution: CellExecution;
  readonly javascript: string;
  readonly body: readonly SyntaxNode[];
  readonly statements: readonly CellStatement[];
}

const scripts = new WeakMap<CellExecution, CellScript>();

/** @returns the same object for the same execution */
export function cellScript(execution: CellExecution): CellScript {
  let script = scripts.get(execution);
  if (script === undefined) scripts.set(execution, (script = readScript(execution)));
  return script;
}

function readScript(execution: CellExecution): CellScript {
  const syntax = readCell(execution.code);
  // It was executed, so it can be read.
  if (isMistake(syntax)) return { execution, javascript: "", body: [], statements: [] };
  const { javascript } = eraseTypes(syntax.edited.text, syntax.grammar);
  const { body } = parseModule(javascript, "js");
  const line = lineFinder(javascript);
  const statements = body.map((node, index): CellStatement => ({
    execution, index, node, text: javascript.slice(node.start, node.end),
    firstLine: line(node.start), lastLine: line(Math.max(node.start, node.end - 1)),
    uses: usesOf(node), declares: declaredBy(node), ...importsOf(node),
  }));
  return { execution, javascript, body, statements };
}

function lineFinder(text: string): (position: number) => number {
  let [at, line] = [0, 1];
  // Positions come in order, but for the ends of statements.
  return (position) => {
    if (position < at) [at, line] = [0, 1];
    for (; at < position; at++) if (text[at] === "\n") line++;
    return line;
  };
}

/** Names that a statement declares at the top level. */
function declaredBy(statement: SyntaxNode): string[] {
  const names = new Set<string>();
  const add = (identifier: SyntaxNode) => names.add(nameOf(identifier));
  if (statement.type === "VariableDeclaration") {
    for (const declarator of children(statement, "declarations")) forEachBinding(child(declarator, "id")!, add);
  } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") add(child(statement, "id")!);
  else if (statement.type === "ImportDeclaration") for (const specifier of children(statement, "specifiers")) add(child(specifier, "local")!);
  forEachVar([statement], (declaration) => {
    for (const declarator of children(declaration, "declarations")) forEachBinding(child(declarator, "id")!, add);
  });
  return [...names];
}

function importsOf(statement: SyntaxNode): Pick<CellStatement, "imports" | "runs"> {
  const source = child(statement, "source");
  if (source === undefined) return { imports: null, runs: null };
  const specifier = String(source["value"]);
  const attributes = attributesOf(statement);
  const imports = new Map<string, ImportedName>();
  if (statement.type === "ImportDeclaration") {
    for (const one of children(statement, "specifiers")) imports.set(nameOf(child(one, "local")!), { specifier, imported: importedName(one), attributes });
  }
  return { imports: imports.size === 0 ? null : imports, runs: imports.size === 0 ? specifier : null };
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  const imported = child(specifier, "imported")!;
  return imported.type === "Literal" ? String(imported["value"]) : nameOf(imported);
}

function attributesOf(statement: SyntaxNode): string {
  const pairs = children(statement, "attributes").map((attribute) => {
    const key = child(attribute, "key")!;
    return `${key.type === "Literal" ? JSON.stringify(key["value"]) : nameOf(key)}: ${JSON.stringify(child(attribute, "value")!["value"])}`;
  });
  return pairs.length === 0 ? "" : ` with { ${pairs.join(", ")} }`;
}
