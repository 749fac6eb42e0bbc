/** Completion in cells. */
import { readdirSync, type Dirent } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { CompletionEntry } from "typescript/unstable/sync";
import type { Completion, Completions } from "./language.ts";
import type { DeclarationKind } from "./cell-syntax.ts";
import { looseDraft } from "./draft.ts";
import { isGlobalName } from "./global-names.ts";
import type { NotebookScope } from "./notebook-scope.ts";
import { flowletName } from "./printed-types.ts";
import type { TypeChecker } from "./type-checker.ts";

/** TypeScript's `CompletionItemKind` → what JupyterLab shows. */
const kinds: readonly string[] = [
  "text", "text", "function", "function", "function", "property", "instance", "class", "interface", "module", "property", "text", "value",
  "enum", "keyword", "snippet", "color", "file", "reference", "folder", "enum", "constant", "struct", "event", "operator", "type",
];

const declarationTypes: { readonly [kind in DeclarationKind]: string } = {
  constant: "instance",
  variable: "instance",
  function: "function",
  class: "class",
  enum: "enum",
  namespace: "module",
  import: "module",
  type: "type",
};

const keywords: ReadonlySet<string> = new Set(
  ("abstract any as async await bigint boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for " +
    "from function if implements import in infer instanceof interface keyof let namespace never new null number object of private protected public readonly return " +
    "satisfies static string super switch symbol this throw true try type typeof unknown using var void while with yield").split(" "),
);

/** Completes at `cursor` (UTF-16 units). Members, names of this and earlier cells, globals, keywords, module specifiers. */
export function completions(checker: TypeChecker, scope: NotebookScope, directory: string, code: string, cursor: number): Completions {
  const end = Math.max(0, Math.min(Math.trunc(cursor), code.length));
  const before = code.slice(0, end);
  const specifier = /\b(?:from|import|require)\s*\(?\s*["']([^"'\n]*)$/.exec(before)?.[1];
  if (specifier !== undefined) return moduleSpecifiers(directory, specifier, end);
  const prefix = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(before)?.[0] ?? "";
  const start = end - prefix.length;
  const draft = looseDraft(code, scope, directory, true);
  const opened = checker.open(draft.text, "ts");
  let entries: readonly CompletionEntry[];
  try {
    entries = opened.checker.getCompletionsAtPosition(opened.file, draft.fromOriginal(end))?.entries ?? [];
  } catch (error) {
    // What TypeScript says instead of listing the names in scope: without an editor it has no index of exports.
    if (!(error instanceof Error) || !error.message.includes("auto imports")) throw error;
    return { matches: namesInScope(checker, scope, code, start, prefix), start, end };
  }
  const matches = new Map<string, Completion>();
  for (const { name, insertText, kind } of [...entries].sort((a, b) => compare(a.sortText ?? "", b.sortText ?? "") || compare(a.name, b.name))) {
    const text = insertText ?? name;
    if (!text.startsWith(prefix) || matches.has(text) || /\s/.test(text)) continue;
    matches.set(text, { text, type: kinds[kind ?? 0] ?? "text" });
  }
  return { matches: [...matches.values()], start, end };
}

/** Names of this cell, of earlier cells, global ones, keywords, in this order. */
function namesInScope(checker: TypeChecker, scope: NotebookScope, code: string, start: number, prefix: string): Completion[] {
  const matches = new Map<string, Completion>();
  const add = (text: string, type: string) => {
    if (text.startsWith(prefix) && !matches.has(text)) matches.set(text, { text, type });
  };
  for (const match of code.matchAll(/(?<![.\p{ID_Continue}$])[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) {
    if (match.index !== start && !keywords.has(match[0]) && !isGlobalName(match[0])) add(match[0], "instance");
  }
  for (const name of [...scope.names()].sort()) add(name, declarationTypes[(scope.value(name) ?? scope.type(name))!.kind]);
  for (const { text, type } of globalNames(checker)) add(text, type);
  for (const keyword of keywords) add(keyword, "keyword");
  return [...matches.values()];
}

const namesByChecker = new WeakMap<TypeChecker, readonly Completion[]>();

/** Names that exist everywhere; they do not change while the compiler runs. */
function globalNames(checker: TypeChecker): readonly Completion[] {
  let names = namesByChecker.get(checker);
  if (names === undefined) {
    const text = `import type * as ${flowletName} from "flowlet"; globalThis.`;
    const opened = checker.open(text, "ts");
    const entries = opened.checker.getCompletionsAtPosition(opened.file, text.length)?.entries ?? [];
    const all = [...entries, { name: "globalThis", kind: 6 }, { name: "undefined", kind: 6 }];
    names = all.map(({ name, kind }) => ({ text: name, type: kinds[kind ?? 0] ?? "text" })).sort((a, b) => compare(a.text, b.text));
    namesByChecker.set(checker, names);
  }
  return names;
}

function moduleSpecifiers(directory: string, specifier: string, end: number): Completions {
  const slash = specifier.lastIndexOf("/") + 1;
  const folder = specifier.slice(0, slash);
  const typed = specifier.slice(slash);
  const names = specifier.startsWith(".") ? localNames(join(directory, folder)) : folder === "" || folder.startsWith("@") ? packageNames(directory, folder) : [];
  const matches = names.filter(({ text }) => text.startsWith(typed) && !text.startsWith("."));
  return { matches: matches.sort((a, b) => compare(a.text, b.text)), start: end - typed.length, end };
}

function localNames(folder: string): Completion[] {
  return list(folder).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : [{ text: `${entry.name}/`, type: "folder" }];
    return /\.([cm]?[jt]sx?|json)$/.test(entry.name) ? [{ text: entry.name, type: "file" }] : [];
  });
}

function packageNames(directory: string, scope: string): Completion[] {
  const names = new Map<string, Completion>();
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    for (const { name } of list(join(folder, "node_modules", scope))) {
      if (!name.startsWith(".") && name !== "@types") names.set(name, { text: name.startsWith("@") ? `${name}/` : name, type: "module" });
    }
    if (folder === dirname(folder)) break;
  }
  if (scope === "") {
    for (const name of ["flowlet", ...builtinModules.filter((module) => !module.startsWith("_")).flatMap((module) => [module, `node:${module.replace(/^node:/, "")}`])]) {
      names.set(name, { text: name, type: "module" });
    }
  }
  return [...names.values()];
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
