/** Tables in Markdown, and the pages they are kept on. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where tables are kept. */
export const PERFORMANCE = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
export const README = fileURLToPath(new URL("../README.md", import.meta.url));

/** What is measured: how much less is better is up to the reader of the table. */
export type Cell = string | number | undefined;

/**
 * A Markdown table.
 *
 * @param head - the columns' titles; all but the first are set to the right
 * @param rows - one cell a column; a missing one is drawn as a dash
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => (cell === undefined ? "–" : String(cell))).join(" | ")} |`;
  return [line(head), `|${head.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`, ...rows.map(line)].join("\n");
}

/** A number with three significant digits and thousands separated. */
export function number(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: Math.min(digits, value < 10 ? 1 : 0) });
}

/** How many times `base` a value is, such as "1.9 ×". */
export function ratio(value: number | undefined, base: number | undefined): string | undefined {
  return value === undefined || base === undefined || base === 0 ? undefined : `${number(value / base)} ×`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One line about where and how the numbers were made. */
export function describeMachine(command: string): string {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0]!.toFixed(1);
  const date = new Date().toISOString().slice(0, 10);
  return `Made by \`${command}\` on ${date}: ${cpu?.model.trim() ?? "unknown processor"}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.platform()} ${os.arch()}, Node ${process.versions.node}; load ${load} when it ended.`;
}

/**
 * Puts a section between its markers on the page, `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; what is outside of them stays.
 * Where they are missing the section is added at the end.
 */
export function writeSection(name: string, text: string, file: string = PERFORMANCE): void {
  const open = `<!-- bench:${name} -->`;
  const close = `<!-- /bench:${name} -->`;
  const page = existsSync(file) ? readFileSync(file, "utf8") : "# Performance\n";
  const from = page.indexOf(open);
  const to = page.indexOf(close);
  const section = `${open}\n${text}\n${close}`;
  const next = from >= 0 && to > from ? page.slice(0, from) + section + page.slice(to + close.length) : `${page.trimEnd()}\n\n## ${name[0]!.toUpperCase()}${name.slice(1)}\n\n${section}\n`;
  writeFileSync(file, next);
  console.error(`Written to ${path.relative(process.cwd(), file)}.`);
}
