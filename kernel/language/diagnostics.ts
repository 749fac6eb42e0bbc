/** TypeScript's diagnostics as mistakes in a cell, without those that only its form as a module causes. */
import type { Diagnostic } from "typescript/unstable/sync";
import type { CellSyntax, SyntaxMistake } from "./cell-syntax.ts";
import type { EditedText } from "./edited-text.ts";
import type { CellDiagnostic } from "./language.ts";
import { LineTable } from "./source-map.ts";

/** `DiagnosticCategory.Error`; a const enum that cannot be imported. */
const errorCategory = 1;

/**
 * Codes that never reach a user: they speak of exports and modules that he has not written (1208, 1378, 2306, 2440, 2484, 2528, 2661, 4xxx),
 * or of missing types of packages (7016: the package is `any`).
 */
const moduleFormCodes: ReadonlySet<number> = new Set([1208, 1375, 1378, 1432, 2306, 2440, 2484, 2528, 2661, 2669, 7016]);

/** "Variable implicitly has an 'any' type": of names of cells, whose later assignments the checker does not see. */
const implicitAnyCodes: ReadonlySet<number> = new Set([7005, 7034]);

/** How much a diagnostic with related information may say. */
const relatedLimit = 3;

/**
 * Mistakes in the cell's own lines and columns, by position.
 * @param draft the text that was checked, an edit of the cell's text @param names what earlier cells declare
 */
export function cellDiagnostics(found: readonly Diagnostic[], syntax: CellSyntax, draft: EditedText, names: ReadonlySet<string>): CellDiagnostic[] {
  const { edited, declarations } = syntax;
  const end = draft.fromOriginal(edited.text.length);
  const toCode = (position: number) => edited.toOriginal(draft.toOriginal(position));
  const table = new LineTable(edited.original);
  const own = new Set(declarations.map((declaration) => declaration.name));
  const mistakes: CellDiagnostic[] = [];
  let last = "";
  for (const diagnostic of [...found].sort((a, b) => a.pos - b.pos)) {
    if (diagnostic.category !== errorCategory || diagnostic.pos > end) continue;
    if (moduleFormCodes.has(diagnostic.code) || (diagnostic.code >= 4000 && diagnostic.code < 5000)) continue;
    if (implicitAnyCodes.has(diagnostic.code)) {
      const name = draft.text.slice(diagnostic.pos, diagnostic.end);
      if (own.has(name) || names.has(name)) continue;
    }
    const mistake = toCell(reword(diagnostic, names), toCode, table);
    const key = JSON.stringify(mistake);
    if (key !== last) mistakes.push(mistake);
    last = key;
  }
  return mistakes;
}

/** A cell that the parser refuses: one mistake. @param found what TypeScript says about the same text */
export function syntaxDiagnostic(code: string, mistake: SyntaxMistake, found: readonly Diagnostic[]): CellDiagnostic {
  const table = new LineTable(code);
  const [first] = [...found].sort((a, b) => a.pos - b.pos);
  if (first !== undefined) return toCell(first, (position) => Math.min(position, code.length), table);
  return { ...range(table, mistake.start, mistake.end), code: mistake.code ?? "SyntaxError", message: mistake.message, category: "error" };
}

/** A mistake that no position is known of. */
export function wholeCellDiagnostic(code: string, message: string): CellDiagnostic {
  return { ...range(new LineTable(code), 0, 1), code: "SyntaxError", message, category: "error" };
}

function toCell(diagnostic: Diagnostic, toCode: (position: number) => number, table: LineTable): CellDiagnostic {
  const start = toCode(diagnostic.pos);
  const end = Math.max(start, toCode(diagnostic.end));
  const lines = [cleanMessage(diagnostic.text), ...chain(diagnostic.messageChain ?? [], 1)];
  for (const related of (diagnostic.relatedInformation ?? []).slice(0, relatedLimit)) lines.push(`  ${cleanMessage(related.text)}`);
  return { ...range(table, start, end), code: `TS${diagnostic.code}`, message: lines.join("\n"), category: "error" };
}

function chain(messages: readonly Diagnostic[], depth: number): string[] {
  return messages.flatMap((message) => ["  ".repeat(depth) + cleanMessage(message.text), ...chain(message.messageChain ?? [], depth + 1)]);
}

function range(table: LineTable, start: number, end: number): Pick<CellDiagnostic, "line" | "column" | "length" | "lineText"> {
  let [line, column] = table.position(start);
  let lineText = table.line(line);
  // At the end of the text the caret goes after the last line that holds something.
  while (start >= table.text.length && line > 0 && lineText.trim() === "") {
    lineText = table.line(--line);
    column = lineText.length;
  }
  const length = Math.max(1, Math.min(end - start, lineText.length - column));
  return { line: line + 1, column: column + 1, length, lineText };
}

/** The names of earlier cells are imports only for the checker. */
function reword(diagnostic: Diagnostic, names: ReadonlySet<string>): Diagnostic {
  if (diagnostic.code !== 2632) return diagnostic;
  const name = /'([^']+)'/.exec(diagnostic.text)?.[1];
  if (name === undefined || !names.has(name)) return diagnostic;
  return { ...diagnostic, code: 2588, text: `Cannot assign to '${name}' because it is a constant.` };
}

/** Without the paths of the modules that cells are. */
function cleanMessage(text: string): string {
  return text.replace(/(?:typeof )?import\("[^"]*\/(?:cell_\d+|draft|jsx_draft)"\)\.?/g, "");
}
