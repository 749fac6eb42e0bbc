/** Throws out kept results on disk: what was used longest ago goes first. */
import type { StoreDatabase } from "./store-database.ts";
import type { ValueFiles } from "./value-files.ts";

/** Results thrown out in one transaction (count). */
const PIECE = 500;
/** Space given back at once (pages of 4 KB). */
const VACUUMED = 4_000;
/** What is remembered of tasks that have not run for so long is forgotten (milliseconds). */
const FORGOTTEN_AFTER = 90 * 86_400_000;

/**
 * Throws out one piece of what is too much. In a transaction of the caller's; call it again until nothing changes.
 * @param size of all results now (bytes); @param wanted size to come down to (bytes)
 * @returns the size that is left (bytes)
 */
export function collectOldest(database: StoreDatabase, files: ValueFiles, size: number, wanted: number): number {
  let left = size;
  const ids: number[] = [];
  for (const [id, bytes] of database.rows(`select id, bytes from entries order by used_at, id limit ${PIECE}`) as [number, number][]) {
    if (left <= wanted) break;
    ids.push(id);
    left -= bytes;
  }
  removeEntries(database, files, ids);
  if (left <= wanted) tidy(database, files);
  return left;
}

/** Removes results by the ids of their rows, with their files. In a transaction of the caller's. */
export function removeEntries(database: StoreDatabase, files: ValueFiles, ids: readonly number[]): void {
  const names = new Set<string>();
  for (const id of ids) {
    const file = database.row("select file from entries where id = ?", id)?.[0] as string | null | undefined;
    if (typeof file === "string") names.add(file);
    database.run("delete from entries where id = ?", id);
  }
  for (const name of names) if (database.row("select 1 from entries where file = ? limit 1", name) === undefined) files.remove(name);
}

/** Removes what nothing refers to any more, and gives the space back. In a transaction of the caller's. */
export function tidy(database: StoreDatabase, files: ValueFiles): void {
  database.run("delete from tasks where at < ?", Date.now() - FORGOTTEN_AFTER);
  database.run("delete from codes where id not in (select code from entries where code is not null) and id not in (select code from tasks where code is not null)");
  files.removeOrphans((name) => database.row("select 1 from entries where file = ? limit 1", name) !== undefined);
  database.rows(`pragma incremental_vacuum(${VACUUMED})`);
}
