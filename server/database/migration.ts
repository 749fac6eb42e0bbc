/** A step from one version of the tables to the next. */
export interface Migration {
  /** Of the tables after it, from 1. */
  readonly version: number;
  /** What it brings. */
  readonly title: string;
  /** From the version before. SQL of SQLite; `without rowid` means nothing to PostgreSQL. */
  readonly up: string;
  /** Back to it; loses what the version before has no place for. */
  readonly down: string;
}
