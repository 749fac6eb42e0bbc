/** Signature and documentation of a name in a cell. */
import type { Checker, Symbol as TypeSymbol } from "typescript/unstable/sync";
import { looseDraft } from "./draft.ts";
import type { EditedText } from "./edited-text.ts";
import type { Inspection } from "./language.ts";
import type { NotebookScope } from "./notebook-scope.ts";
import type { TypeChecker } from "./type-checker.ts";

/** `SymbolFlags` that say how a symbol is introduced. */
const flags = { variable: 3, property: 4, function: 16, class: 32, interface: 64, enum: 384, module: 1536, method: 8192, accessor: 98304, typeParameter: 262144, typeAlias: 524288, alias: 2097152 };

/** `TypeFormatFlags`: nothing left out; an alias shows what it stands for. */
const format = { noTruncation: 1, inTypeAlias: 8388608 };

const notFound: Inspection = { found: false, markdown: "", text: "" };

/** What stands at or just before `cursor` (UTF-16 units). */
export function inspection(checker: TypeChecker, scope: NotebookScope, directory: string, code: string, cursor: number, detail: 0 | 1): Inspection {
  const position = nameAt(code, Math.max(0, Math.min(Math.trunc(cursor), code.length)));
  if (position === undefined) return notFound;
  const name = /^[\p{ID_Continue}$]*/u.exec(code.slice(position))![0];
  const inPlace = inspectAt(checker, looseDraft(code, scope, directory, false), position, detail);
  if (inPlace.found || scope.type(name) === undefined) return inPlace;
  // A type where a value is expected, as in a cell of one word.
  const asType = `type Inspected = ${name};`;
  return inspectAt(checker, looseDraft(asType, scope, directory, false), asType.length - 1 - name.length, detail);
}

function inspectAt(checker: TypeChecker, draft: EditedText, position: number, detail: 0 | 1): Inspection {
  const opened = checker.open(draft.text, "ts");
  const found = opened.checker.getSymbolAtPosition(opened.file, draft.fromOriginal(position));
  if (found === undefined || opened.checker.isUnknownSymbol(found)) return notFound;
  const symbol = found.flags & flags.alias ? opened.checker.getAliasedSymbol(found) : found;
  if (opened.checker.isUnknownSymbol(symbol)) return notFound;
  const signature = describe(opened.checker, symbol, found.name);
  const documentation = symbol.getDocumentationComment(opened.checker).trim();
  const tags = symbol
    .getJsDocTags(opened.checker)
    .filter(({ name }) => detail === 1 || name === "param" || name === "returns" || name === "throws" || name === "deprecated")
    .map(({ name, text }) => ({ name, text: typeof text === "string" ? text : "" }));
  const text = [signature, documentation, ...tags.map(({ name, text: body }) => `@${name} ${body}`.trim())].filter((part) => part !== "").join("\n\n");
  const listed = tags.map(({ name, text: body }) => `- *@${name}* ${body}`.trim()).join("\n");
  const markdown = [`\`\`\`typescript\n${signature}\n\`\`\``, documentation, listed].filter((part) => part !== "").join("\n\n");
  return { found: true, markdown, text };
}

/** Where the name begins that the cursor is in, or behind, or in whose brackets' beginning it stands. */
function nameAt(code: string, cursor: number): number | undefined {
  const before = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, cursor))![0];
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))![0];
  if (before !== "" || after !== "") return /^\d/.test(before + after) ? undefined : cursor - before.length;
  const called = /([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*[(<]\s*$/u.exec(code.slice(0, cursor));
  return called?.index;
}

function describe(checker: Checker, symbol: TypeSymbol, name: string): string {
  if (symbol.flags & flags.class) return `class ${name}`;
  if (symbol.flags & flags.interface && !(symbol.flags & flags.variable)) return `interface ${name}`;
  if (symbol.flags & flags.enum) return `enum ${name}`;
  if (symbol.flags & flags.typeAlias && !(symbol.flags & flags.variable)) {
    return `type ${name} = ${checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, format.noTruncation | format.inTypeAlias)}`;
  }
  const type = checker.getTypeOfSymbol(symbol);
  const printed = type === undefined ? "unknown" : withoutPaths(checker.typeToString(type, undefined, format.noTruncation));
  if (symbol.flags & flags.function) return asFunction(name, printed);
  if (symbol.flags & flags.method) return asFunction(name, printed).replace("function ", "(method) ");
  if (symbol.flags & (flags.property | flags.accessor)) return `(property) ${name}: ${printed}`;
  if (symbol.flags & flags.module) return `module ${name}`;
  return `${symbol.flags & 1 ? "var" : "const"} ${name}: ${printed}`;
}

/** `(x: number) => string` → `function f(x: number): string`. */
function asFunction(name: string, type: string): string {
  let depth = 0;
  for (let i = 0; i < type.length; i++) {
    if ("([{<".includes(type[i]!)) depth++;
    else if (")]}".includes(type[i]!) || (type[i] === ">" && type[i - 1] !== "=")) depth--;
    else if (depth === 0 && type.startsWith(" => ", i)) return `function ${name}${type.slice(0, i)}: ${type.slice(i + " => ".length)}`;
  }
  return `function ${name}: ${type}`;
}

function withoutPaths(type: string): string {
  return type.replace(/import\("[^"]*"\)\./g, "");
}
