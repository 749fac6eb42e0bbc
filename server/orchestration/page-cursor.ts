/** Where a list's next page begins: the values that its order goes by, of the last row that was shown. */
import { OrchestrationError } from "./orchestration-error.ts";

export function cursorOf(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** @throws OrchestrationError UNPROCESSABLE for what is no cursor of this list */
export function readCursor(cursor: string, ...kinds: readonly ("string" | "number")[]): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(values) && values.length === kinds.length && values.every((value, index) => typeof value === kinds[index] && (kinds[index] === "string" || Number.isSafeInteger(value)))) return values as (string | number)[];
  } catch {
    // Said below.
  }
  throw new OrchestrationError("UNPROCESSABLE", `after must be the \`next\` of a page of this list, got ${JSON.stringify(cursor.slice(0, 100))}.`);
}

/** Of one row more than the page holds. */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, item: (row: Row) => Item, order: (row: Row) => readonly (string | number)[]): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  return { items: shown.map(item), next: rows.length > limit ? cursorOf(order(shown.at(-1)!)) : null };
}
