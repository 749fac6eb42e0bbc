/**
 * Types of a cell's names as text that stands for itself, such as `(a: number) => string[]`. A later cell's draft that gets a name
 * that way needs no import of the cell's module: a changed list of imports makes TypeScript build the program anew, and a chain of
 * modules makes it infer all their types again, so that each cell would take longer than the one before.
 */
import type { Declaration } from "./cell-syntax.ts";
import { forEachChild, nameOf, parseModule, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";
import type { OpenDraft } from "./type-checker.ts";

/** A printed type and the global types that it mentions, which must not be hidden where it is used. */
export interface PrintedType {
  readonly text: string;
  readonly mentions: readonly string[];
}

/** `TypeFormatFlags.NoTruncation`. */
const noTruncation = 1;

/** What a draft calls the module `flowlet`; every draft imports it, as a changed list of imports takes time. */
export const flowletName = "$flowlet";

/** A longer text costs more than the import it saves. */
const lengthLimit = 1_000;

/** Types of the library that mean the same everywhere. */
const globalTypes: ReadonlySet<string> = new Set(
  ("Array ReadonlyArray Promise PromiseLike Map ReadonlyMap Set ReadonlySet WeakMap WeakSet Date RegExp Error Record Partial Required Readonly Pick Omit Exclude Extract NonNullable Awaited " +
    "Iterable Iterator IterableIterator AsyncIterable Generator AsyncGenerator Uint8Array Float64Array Float32Array Int32Array ArrayBuffer ArrayBufferLike SharedArrayBuffer Function Object").split(" "),
);

/**
 * Types of the draft's constants, variables and functions, where they can be printed.
 * @param own all names of the cell @param isHidden is there another type of the name of a global one, which looks the same in print?
 */
export function printTypes({ checker, file, project, elsewhere }: OpenDraft, own: readonly Declaration[], isHidden: (type: string) => boolean): Map<string, PrintedType> {
  const printed = new Map<string, PrintedType>();
  const values = own.filter(({ kind, evolving }) => (kind === "constant" || kind === "variable" || kind === "function") && evolving === undefined);
  if (values.length === 0) return printed;
  const symbols = checker.getSymbolAtPosition(file, values.map(({ position }) => position));
  const types = checker.getTypeOfSymbol(symbols.filter((symbol) => symbol !== undefined));
  // Seen from there, a type that is not global is printed with the module that it comes from.
  const place = project.program.getSourceFile(elsewhere);
  let next = 0;
  values.forEach(({ name }, index) => {
    const type = symbols[index] === undefined ? undefined : types[next++];
    if (type === undefined) return;
    const text = checker.typeToString(type, place, noTruncation).replaceAll('import("flowlet").', `${flowletName}.`);
    const mentions = mentionedTypes(text);
    if (mentions?.every((mention) => globalTypes.has(mention) && !isHidden(mention))) printed.set(name, { text, mentions });
  });
  return printed;
}

/** Names of types in a printed type; undefined where it cannot stand for itself. */
function mentionedTypes(text: string): string[] | undefined {
  if (text.length > lengthLimit || /\bunique\b|elided|\.\.\. /.test(text)) return undefined;
  const { body, errors } = parseModule(`declare const x: ${text};`, "ts");
  if (errors.length > 0) return undefined;
  const mentions = new Set<string>();
  const parameters = new Set<string>();
  let refused = false;
  const pending: SyntaxNode[] = [...body];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (node.type === "TSTypeQuery" || node.type === "TSImportType" || node.type === "TSThisType") refused = true;
    if (node.type === "TSTypeParameter") parameters.add(nameOf(node["name"] as SyntaxNode));
    if (node.type === "TSTypeReference") {
      const name = node["typeName"] as SyntaxNode;
      const left = name.type === "TSQualifiedName" ? (name["left"] as SyntaxNode) : undefined;
      if (name.type === "Identifier") mentions.add(nameOf(name));
      else if (left?.type !== "Identifier" || nameOf(left) !== flowletName) refused = true;
    }
    // A name in brackets is a constant: `{ [key]: number }`.
    if (node["computed"] === true) refused = true;
    forEachChild(node, (inner) => void pending.push(inner));
  }
  return refused ? undefined : [...mentions].filter((mention) => !parameters.has(mention));
}
