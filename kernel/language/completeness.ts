/** Is a cell finished, or does it need another line? For consoles. */
import { isMistake, readCell } from "./cell-syntax.ts";
import type { Completeness } from "./language.ts";

/** What one level of a block is indented by. */
const indentation = "  ";

/** Never throws. */
export function completeness(code: string): Completeness {
  const syntax = readCell(code);
  if (!isMistake(syntax)) return { status: "complete" };
  const end = code.trimEnd().length;
  if (code[syntax.start] === "`") return { status: "incomplete", indent: "" };
  const needsMore = syntax.start >= end || /found `EOF`|Unterminated (template|multi-?line comment|jsx)/i.test(syntax.message);
  if (!needsMore || /Unterminated (string|regular expression)/i.test(syntax.message)) return { status: "invalid" };
  return { status: "incomplete", indent: nextIndent(code) };
}

function nextIndent(code: string): string {
  const lines = code.trimEnd().split("\n");
  const last = lines.at(-1) ?? "";
  const indent = /^[ \t]*/.exec(last)![0];
  return /[{([]\s*(\/\/.*)?$|=>\s*$/.test(last) ? indent + indentation : indent;
}
