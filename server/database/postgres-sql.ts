/** SQL of the orchestration as PostgreSQL wants it. */
import type { SqlValue } from "./database.ts";

/** Texts with lists of values are many: only the first so many are prepared (count). */
const PREPARED = 300;

const texts = new Map<string, { readonly text: string; readonly name: string }>();

/** `?` becomes `$1`; the text is prepared once for each connection. */
export function postgresQuery(sql: string, values: readonly SqlValue[]): { text: string; name?: string; values: SqlValue[] } {
  const known = texts.get(sql);
  if (known !== undefined) return { ...known, values: [...values] };
  let count = 0;
  const text = sql.replace(/\?/g, () => `$${++count}`);
  if (texts.size >= PREPARED) return { text, values: [...values] };
  const named = { text, name: `flowlet_${texts.size}` };
  texts.set(sql, named);
  return { ...named, values: [...values] };
}

/** Texts are compared by their bytes, as SQLite does. */
export function postgresDefinition(sql: string): string {
  return sql.replace(/ text\b/g, ' text collate "C"').replaceAll(") without rowid", ")");
}
