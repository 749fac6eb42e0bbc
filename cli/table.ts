/** Rows as a table of text. */

/** One column. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  /** Shown whole, however long: texts in the last column. */
  readonly whole?: boolean;
}

/** Longest cell of a column that is not shown whole (characters). */
const WIDEST = 60;

/** The table's lines; no trailing spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) => row.map((cell, index) => {
    const line = cell.replaceAll(/\s+/g, " ");
    return line.length > WIDEST && columns[index].whole !== true ? `${line.slice(0, WIDEST - 1)}…` : line;
  }));
  const widths = columns.map((_, index) => cells.reduce((widest, row) => Math.max(widest, row[index].length), 0));
  return cells.map((row) => row.map((cell, index) => (columns[index].right === true ? cell.padStart(widths[index]) : cell.padEnd(widths[index]))).join("  ").trimEnd()).join("\n");
}
