/** The mistakes of a cell as the front end shows them: the cell's own line and a caret under what is wrong. */
import type { CellDiagnostic } from "../language/language.ts";
import type { ErrorContent } from "./messages.ts";

/** How many mistakes are shown; the rest is counted. */
const LIMIT = 20;

/** @param diagnostics at least one of category `error` */
export function describeTypeErrors(diagnostics: readonly CellDiagnostic[]): ErrorContent {
  const errors = diagnostics.filter(({ category }) => category === "error");
  const lines = errors.slice(0, LIMIT).flatMap(describe);
  if (errors.length > LIMIT) lines.push(`… and ${errors.length - LIMIT} more errors`);
  return { ename: "TypeScriptError", evalue: errors[0]?.message.split("\n")[0] ?? "", traceback: lines };
}

function describe({ line, column, length, code, message, lineText }: CellDiagnostic): string[] {
  const start = Math.min(column - 1, lineText.length);
  // The caret stands below what it points at also behind tabs.
  const indent = lineText.slice(0, start).replace(/[^\t]/g, " ");
  const width = Math.max(1, Math.min(length, lineText.length - start));
  const kind = code === "SyntaxError" ? code : `error ${code}`;
  return [`${line}:${column} ${kind}: ${message}`, lineText, indent + "^".repeat(width)];
}
