/** What all operations work with: the database, the clock, ids, and a transaction that tells what it changes. */
import type { ServerEvent } from "../api/schemas/event.ts";
import type { Database, Transaction } from "../database/database.ts";
import { eventTexts } from "./event-text.ts";
import { idMaker } from "./new-id.ts";

/** A transaction of the orchestration. */
export interface Change extends Transaction {
  /** The time of all that it does (milliseconds since 1970). */
  readonly at: number;
  newId(): string;
  /** Told when, and only when, it is committed. */
  tell(event: ServerEvent): void;
}

export interface Core {
  readonly database: Database;
  readonly now: () => number;
  /** See {@link Database.transaction}: `body` awaits the change only, and may be called again. */
  change<T>(body: (change: Change) => Promise<T>): Promise<T>;
}

export function makeCore(database: Database, now: () => number): Core {
  const newId = idMaker(now);
  return {
    database, now,
    change: (body) => database.transaction((transaction) => body({
      at: now(), newId,
      tell: (event) => eventTexts(event).forEach((text) => transaction.notify(text)),
      query: (sql, values) => transaction.query(sql, values),
      lock: (sql, values) => transaction.lock(sql, values),
      rowsByKey: (of, keys) => transaction.rowsByKey(of, keys),
      execute: (sql, values) => transaction.execute(sql, values),
      insert: (into, rows, conflict) => transaction.insert(into, rows, conflict),
      define: (sql) => transaction.define(sql),
      notify: (text) => transaction.notify(text),
    })),
  };
}
