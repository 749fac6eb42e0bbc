/** What can be wrong with the state database. */

/**
 * `full`: no space is left. `busy`: another one holds it, or it cannot be reached at the moment; later it may work. `damaged`: not a database, or a broken
 * one. `newer`: of a later version of Flowlet. `unusable`: anything else.
 */
export type DatabaseProblemKind = "full" | "busy" | "damaged" | "newer" | "unusable";

/** Names the database, what is wrong with it, and what to do. */
export class DatabaseProblem extends Error {
  readonly kind: DatabaseProblemKind;

  constructor(kind: DatabaseProblemKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DatabaseProblem";
    this.kind = kind;
  }
}

/** @param database path or address @param why of the driver */
export function databaseProblem(kind: DatabaseProblemKind, database: string, why: string, cause?: unknown): DatabaseProblem {
  const texts: Record<DatabaseProblemKind, string> = {
    full: `The state database ${database} is full: ${why}. Make space on its disk; nothing of this request was stored.`,
    busy: `The state database ${database} cannot be used at the moment: ${why}. Try again.`,
    damaged: `The state database ${database} is damaged: ${why}. Move the file away to begin with an empty one, or put a copy of it back.`,
    newer: `The state database ${database} is of a newer Flowlet: ${why}. Update Flowlet, or name another database.`,
    unusable: `The state database ${database} cannot be used: ${why}.`,
  };
  return new DatabaseProblem(kind, texts[kind], cause);
}
