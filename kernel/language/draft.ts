/** The text that the checker sees of a cell: the cell, then, on lines of their own, what it takes from earlier cells and gives to later ones. */
import { join } from "node:path";
import { parentSpecifiers, type CellSyntax } from "./cell-syntax.ts";
import { EditedText } from "./edited-text.ts";
import { exportsOf, type NotebookScope } from "./notebook-scope.ts";
import { flowletName } from "./printed-types.ts";

/**
 * @returns an edit of `syntax.edited.text`; only `../x` is replaced in the cell (by the absolute path, as the cell's module lies
 * deeper than the notebook), and the rest is appended
 */
export function draftOf(syntax: CellSyntax, scope: NotebookScope, directory: string): EditedText {
  const cell = syntax.edited.text;
  const tail = `\n${scope.importsFor(cell, syntax.declarations, true)}\n${exportsOf(syntax.declarations)}\nimport type * as ${flowletName} from "flowlet";\n`;
  const specifiers = syntax.parentSpecifiers.map(({ start, end, specifier }) => ({ start, end, text: JSON.stringify(join(directory, specifier)) }));
  return new EditedText(cell, [...specifiers, { start: cell.length, end: cell.length, text: tail }]);
}

/**
 * The same for a cell that is being typed, so that its syntax may be wrong: what it takes from earlier cells stands before it.
 * @param asPrinted use printed types where there are some: without documentation, but with the imports that checked cells have,
 *   and the compiler makes its program anew whenever these change
 * @returns an edit of `code`
 */
export function looseDraft(code: string, scope: NotebookScope, directory: string, asPrinted: boolean): EditedText {
  const own = [...code.matchAll(/\b(?:const|let|var|function\*?|class|enum|namespace|type|interface)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu)];
  const imported = [...code.matchAll(/\bimport\b([^;"']*)\bfrom\b/g)].flatMap((match) => match[1]!.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []);
  const declarations = [...own.map((match) => match[1]!), ...imported].map((name) => ({ name, kind: "class" as const, position: 0 }));
  const specifiers = parentSpecifiers(code).map(({ start, end, specifier }) => ({ start, end, text: JSON.stringify(join(directory, specifier)) }));
  return new EditedText(code, [{ start: 0, end: 0, text: `${scope.importsFor(code, declarations, asPrinted)}export {};import type * as ${flowletName} from "flowlet";\n` }, ...specifiers]);
}
