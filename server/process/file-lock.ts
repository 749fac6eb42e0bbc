/** A lock that a process holds as long as it lives: however it ends, the lock is free again. */
import { DatabaseSync } from "node:sqlite";

/** A held lock. */
export interface FileLock {
  release(): void;
}

/**
 * Takes a lock without waiting. It is that of an empty SQLite database: the operating system lets go of it when the process ends.
 *
 * @param path of a file for nothing else; it is made, and stays
 * @returns null where another one holds it
 */
export function takeLock(path: string): FileLock | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    // SQLITE_BUSY and SQLITE_LOCKED
    if ([5, 6].includes((error as { errcode?: number }).errcode ?? 0)) return null;
    throw error;
  }
  return { release: () => { if (database.isOpen) database.close(); } };
}

/** Whether somebody holds it. */
export function isLocked(path: string): boolean {
  const lock = takeLock(path);
  lock?.release();
  return lock === null;
}
