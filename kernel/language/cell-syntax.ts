/**
 * What a cell declares, read from its syntax tree, and its text with `export` taken away: a cell is a module of the checker
 * and a script of the evaluator, and both give names to later cells by their own means.
 */
import { EditedText, blank, type Replacement } from "./edited-text.ts";
import { child, children, forEachBinding, forEachVar, nameOf, parseModule, type CellGrammar, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** How a name was declared. `variable` can be assigned to by other cells. */
export type DeclarationKind = "constant" | "variable" | "function" | "class" | "enum" | "namespace" | "import" | "type";

/** A name that a cell declares at its top level. */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** `import type`, `import { type x }`: no value. */
  readonly typeOnly?: boolean;
  /** A variable without type, whose value says nothing: `let x;`, `let x = null`, `let x = []`. */
  readonly evolving?: "any" | "any[]";
  /** Of an import: the specifier as written. */
  readonly from?: string;
  /** Offset of the name in `text`. */
  readonly position: number;
}

/** A cell whose syntax is right. */
export interface CellSyntax {
  readonly grammar: CellGrammar;
  /** The cell without `export`, an object literal at its end in parentheses; `original` is the cell. */
  readonly edited: EditedText;
  readonly declarations: readonly Declaration[];
  /** Relative specifiers that begin with `../`, as ranges of `edited.text` including the quotes. */
  readonly parentSpecifiers: readonly { readonly start: number; readonly end: number; readonly specifier: string }[];
  /** `declare global` or `declare module "x"`: the cell matters to every later one. */
  readonly augments: boolean;
  /** Its first line switches checking off. */
  readonly unchecked: boolean;
  readonly hasImports: boolean;
  /** It ends with an expression that no semicolon follows: the value is the cell's result. */
  readonly showsValue: boolean;
}

/** A cell that the parser refuses. */
export interface SyntaxMistake {
  /** TypeScript's, as "TS1108", where the parser knows it. */
  readonly code: string | undefined;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Reads a cell. Never throws. */
export function readCell(cell: string): CellSyntax | SyntaxMistake {
  // What is put before the cell's text would make a mistake of `#!`.
  const code = cell.replace(/^#!/, "//");
  let grammar: CellGrammar = "ts";
  let text = new EditedText(code, []);
  let parsed = parseModule(code, grammar);
  if (parsed.errors.length > 0 && /<[A-Za-z>]/.test(code)) {
    const withJsx = parseModule(code, "tsx");
    if (withJsx.errors.length === 0) [grammar, parsed] = ["tsx", withJsx];
  }
  if (parsed.errors.length > 0 || parsed.body.at(-1)?.type === "BlockStatement") {
    const literal = parenthesizeLastLiteral(code, grammar);
    if (literal !== undefined) {
      text = literal;
      parsed = parseModule(text.text, grammar);
    }
  }
  const [error] = parsed.errors;
  if (error !== undefined) {
    const label = error.labels[0];
    const code = /\bTS\((\d+)\)/.exec(error.codeframe ?? "")?.[1];
    return { code: code && `TS${code}`, message: error.message, start: text.toOriginal(label?.start ?? 0), end: text.toOriginal(label?.end ?? 1) };
  }
  const replacements: Replacement[] = [];
  for (const statement of parsed.body) withoutExport(statement, text.text, replacements);
  const source = text.text;
  const edited = combine(text, replacements);
  const inner = new EditedText(source, replacements);
  const collected = collect(parsed.body);
  return {
    grammar,
    edited,
    declarations: collected.declarations.map((declaration) => ({ ...declaration, position: inner.fromOriginal(declaration.position) })),
    parentSpecifiers: parentSpecifiers(edited.text),
    augments: collected.augments,
    unchecked: /^\s*\/\/\s*@ts-nocheck\b/.test(code),
    showsValue: showsValue(parsed.body.at(-1), text.text),
    hasImports: parsed.body.some((statement) => statement.type === "ImportDeclaration"),
  };
}

/** Is it a mistake? */
export function isMistake(cell: CellSyntax | SyntaxMistake): cell is SyntaxMistake {
  return !("edited" in cell);
}

/** At most this many beginnings of a last object literal are tried. */
const literalAttempts = 8;

/** `{ a: 1 }` at the end of a cell is an object, not a block with a label. */
function parenthesizeLastLiteral(code: string, grammar: CellGrammar): EditedText | undefined {
  const end = code.replace(/[\s;]+$/, "").length;
  if (code[end - 1] !== "}") return undefined;
  const starts = [...code.slice(0, end).matchAll(/^\{/gm)].map((match) => match.index).reverse();
  for (const start of starts.slice(0, literalAttempts)) {
    if (parseModule(code.slice(0, start), grammar).errors.length > 0) continue;
    const edited = new EditedText(code, [{ start, end: start, text: ";(" }, { start: end, end, text: ")" }]);
    const { body, errors } = parseModule(edited.text, grammar);
    const last = body.findLast((statement) => statement.type !== "EmptyStatement");
    const expression = last && child(last, "expression");
    const inside = expression?.type === "ParenthesizedExpression" ? child(expression, "expression") : expression;
    if (errors.length === 0 && inside?.type === "ObjectExpression" && inside.start === start + 2 && inside.end === end + 2) return edited;
  }
  return undefined;
}

/** Two edits of a text, one after the other, as one; the second touches nothing that the first inserted. */
function combine(first: EditedText, second: readonly Replacement[]): EditedText {
  if (second.length === 0) return first;
  if (first.text === first.original) return new EditedText(first.original, second);
  const mapped = second.map(({ start, end, text }) => ({ start: first.toOriginal(start), end: first.toOriginal(end), text }));
  return new EditedText(first.original, [...first.replacements, ...mapped]);
}

/** Takes `export` away, so that the declaration is as any other. */
function withoutExport(statement: SyntaxNode, text: string, replacements: Replacement[]): void {
  if (statement.type !== "ExportNamedDeclaration" && statement.type !== "ExportDefaultDeclaration") return;
  const { start, end } = statement;
  const declaration = child(statement, "declaration");
  if (declaration === undefined) {
    if (child(statement, "source") === undefined || statement["exportKind"] === "type") {
      replacements.push({ start, end, text: blank(text.slice(start, end)) });
    }
    return;
  }
  if (!text.startsWith("export", start)) return;
  const named = statement.type === "ExportNamedDeclaration" || child(declaration, "id") !== undefined || declaration.type === "TSInterfaceDeclaration";
  if (named) {
    const to = start + /^export(\s+default\b)?/.exec(text.slice(start, end))![0].length;
    replacements.push({ start, end: to, text: blank(text.slice(start, to)) });
    return;
  }
  const to = start + /^export\s+default/.exec(text.slice(start, end))![0].length;
  const word = text.slice(start, to);
  replacements.push({ start, end: to, text: `${blank(word.slice(0, -2))};(` }, { start: declaration.end, end: declaration.end, text: ")" });
}

/** As in IPython and Observable, a semicolon at the end says that the value is not to be shown. */
function showsValue(last: SyntaxNode | undefined, text: string): boolean {
  if (last?.type === "ExpressionStatement") return text[last.end - 1] !== ";";
  if (last?.type !== "ExportDefaultDeclaration" || text[last.end - 1] === ";") return false;
  const declaration = child(last, "declaration")!;
  return child(declaration, "id") === undefined && declaration.type !== "TSInterfaceDeclaration";
}

function collect(body: readonly SyntaxNode[]): { declarations: Declaration[]; augments: boolean } {
  const declarations: Declaration[] = [];
  const vars = new Set<string>();
  let augments = false;
  const add = (identifier: SyntaxNode | undefined, kind: DeclarationKind, rest: Partial<Declaration> = {}) => {
    if (identifier !== undefined) declarations.push({ name: nameOf(identifier), kind, position: identifier.start, ...rest });
  };
  for (const outer of body) {
    const isExport = outer.type === "ExportNamedDeclaration" || outer.type === "ExportDefaultDeclaration";
    const statement = (isExport ? child(outer, "declaration") : undefined) ?? outer;
    switch (statement.type) {
      case "VariableDeclaration": {
        const kind = statement["kind"] === "let" || statement["kind"] === "var" ? "variable" : "constant";
        if (statement["kind"] === "var") break;
        for (const declarator of children(statement, "declarations")) {
          const type = kind === "variable" ? evolvingType(declarator) : undefined;
          forEachBinding(child(declarator, "id")!, (id) => add(id, kind, type === undefined ? {} : { evolving: type }));
        }
        break;
      }
      case "FunctionDeclaration":
      case "TSDeclareFunction":
        add(child(statement, "id"), "function");
        break;
      case "ClassDeclaration":
        add(child(statement, "id"), "class");
        break;
      case "TSEnumDeclaration":
        add(child(statement, "id"), "enum");
        break;
      case "TSModuleDeclaration": {
        const id = child(statement, "id")!;
        if (statement["kind"] === "global" || id.type !== "Identifier") augments = true;
        else add(id, "namespace");
        break;
      }
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        add(child(statement, "id"), "type");
        break;
      case "TSImportEqualsDeclaration":
        add(child(statement, "id"), "import", { typeOnly: statement["importKind"] === "type" });
        break;
      case "ImportDeclaration":
        for (const specifier of children(statement, "specifiers")) {
          const typeOnly = statement["importKind"] === "type" || specifier["importKind"] === "type";
          add(child(specifier, "local"), "import", { typeOnly, from: child(statement, "source")!["value"] as string });
        }
        break;
      default:
    }
  }
  forEachVar(body.map((statement) => child(statement, "declaration") ?? statement), (declaration) => {
    for (const declarator of children(declaration, "declarations")) {
      forEachBinding(child(declarator, "id")!, (identifier) => {
        if (vars.has(nameOf(identifier))) return;
        vars.add(nameOf(identifier));
        const type = evolvingType(declarator);
        add(identifier, "variable", type === undefined ? {} : { evolving: type });
      });
    }
  });
  return { declarations, augments };
}

/** Inside its cell TypeScript follows what is assigned to such a variable; other cells see any. */
function evolvingType(declarator: SyntaxNode): "any" | "any[]" | undefined {
  const id = child(declarator, "id")!;
  if (id.type !== "Identifier" || child(id, "typeAnnotation") !== undefined) return undefined;
  const init = child(declarator, "init");
  if (init === undefined || (init.type === "Literal" && init["value"] === null && init["raw"] === "null")) return "any";
  if (init.type === "Identifier" && nameOf(init) === "undefined") return "any";
  return init.type === "ArrayExpression" && children(init, "elements").length === 0 ? "any[]" : undefined;
}

/** Relative specifiers of a text that begin with `../`, with the range of their quotes. */
export function parentSpecifiers(text: string): CellSyntax["parentSpecifiers"] {
  if (!/["']\.\.["'/]/.test(text)) return [];
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*(["'])(\.\.(?:\/[^"'\n]*)?)\1/g)].map((match) => {
    const end = match.index + match[0].length;
    return { start: end - match[2]!.length - 2, end, specifier: match[2]! };
  });
}
