/** What can be wrong with a store, in the few kinds that are handled differently. */

/**
 * `damaged`: the database is none, or broken; `newer`: a newer Flowlet made it; `busy`: another process holds it; `moved`: it was
 * removed while it was open; `unusable`: everything else: no permission, disk full, no SQLite.
 */
export type StoreProblemKind = "damaged" | "newer" | "busy" | "moved" | "unusable";

/** Thrown inside of the store; nobody outside sees it. */
export class StoreProblem extends Error {
  readonly kind: StoreProblemKind;

  constructor(kind: StoreProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Primary result codes of SQLite. */
const BUSY = 5, LOCKED = 6, READONLY = 8, CORRUPT = 11, FULL = 13, NOTADB = 26;
/** An extended one. */
const READONLY_DBMOVED = 1032;

/** What an error of SQLite or of the file system means. */
export function storeProblem(error: unknown): StoreProblem {
  if (error instanceof StoreProblem) return error;
  const { errcode, code, message } = error as Error & { errcode?: number; code?: string };
  if (typeof errcode !== "number") return new StoreProblem("unusable", code ?? message, { cause: error });
  const primary = errcode & 0xff;
  if (errcode === READONLY_DBMOVED) return new StoreProblem("moved", "it was removed", { cause: error });
  if (primary === BUSY || primary === LOCKED) return new StoreProblem("busy", "another process holds it", { cause: error });
  if (primary === CORRUPT || primary === NOTADB) return new StoreProblem("damaged", message, { cause: error });
  // A table that is missing: it is an SQLite database, and not ours.
  if (primary === 1 && /no such (table|column)/.test(message)) return new StoreProblem("damaged", message, { cause: error });
  return new StoreProblem("unusable", primary === FULL ? "the disk is full" : primary === READONLY ? "it can not be written" : message, { cause: error });
}
