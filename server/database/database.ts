/**
 * The state database behind one small interface: what the orchestration says in SQL that SQLite and PostgreSQL both understand. Values are texts, whole
 * numbers and null; instants are milliseconds, booleans 0 and 1, JSON is text. A place for a value is `?`.
 */

export type SqlValue = string | number | null;

/** What can be asked. Outside of a transaction: what is committed. */
export interface Reader {
  /** @throws DatabaseProblem */
  query<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** Columns of a table and their kinds, in order: for many rows at once. */
export interface TableColumns {
  readonly table: string;
  readonly columns: Readonly<Record<string, "text" | "bigint">>;
}

/** All or nothing of what is written with it. */
export interface Transaction extends Reader {
  /** As `query`, of one table; no other transaction changes the rows until this one has ended. */
  lock<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Rows with these values in these columns, in no order; a key is given once. */
  rowsByKey<Row>(of: TableColumns, keys: readonly (readonly SqlValue[])[]): Promise<Row[]>;
  /** Writes. @returns how many rows it has changed (count) */
  execute(sql: string, values?: readonly SqlValue[]): Promise<number>;
  /**
   * Inserts many rows.
   * @param conflict what to do with those that are there: `on conflict (…) do …`
   */
  insert(into: TableColumns, rows: readonly (readonly SqlValue[])[], conflict?: string): Promise<void>;
  /** Statements that define tables. */
  define(sql: string): Promise<void>;
  /** Tells all who listen, on every server of this database, when and only when this is committed. At most 7000 bytes. */
  notify(text: string): void;
}

export interface TransactionOptions {
  /** No other process has such a transaction of this database at the same time. Default false. */
  readonly exclusive?: boolean;
}

export interface Database extends Reader {
  readonly kind: "sqlite" | "postgres";
  /** The path, or the address without the password: for messages. */
  readonly name: string;
  /**
   * Does what `body` writes, or nothing of it; resolved when it is durable. `body` awaits the transaction only, and may be called again where another
   * process was in the way. With SQLite they run one after the other, and those that arrive together are committed together.
   * @throws DatabaseProblem, and what `body` throws
   */
  transaction<T>(body: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Hears what transactions notify, in the order of their commits; null: some may have been missed.
   * @returns ends it
   */
  listen(listener: (text: string | null) => void): () => void;
  /** Names of the tables that are there. */
  tables(): Promise<string[]>;
  /** Waits for what is going on. */
  close(): Promise<void>;
}
