/**
 * The state database in an SQLite file. One connection writes, another one reads what is committed meanwhile. Transactions that arrive in one turn of the
 * event loop share one commit: one wait for the disk instead of many.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseProblem } from "./database-problem.ts";
import type { Database, SqlValue, TableColumns, Transaction } from "./database.ts";
import { SqliteConnection } from "./sqlite-connection.ts";

/** How long a transaction waits for another process (milliseconds), and how often it tries meanwhile. */
const BUSY_LIMIT = 5000, BUSY_STEP = 50;
/** Most transactions (count) and most time (milliseconds) that one commit takes together. */
const GROUP_SIZE = 200, GROUP_TIME = 20;

interface Job {
  readonly body: (transaction: Transaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class SqliteDatabase implements Database {
  readonly kind = "sqlite";
  readonly name: string;
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;
  readonly #jobs: Job[] = [];
  readonly #listeners = new Set<(text: string | null) => void>();
  #working: Promise<void> | null = null;
  #closed = false;

  /** @throws DatabaseProblem */
  constructor(path: string) {
    this.name = path;
    this.#writer = new SqliteConnection(path, { readOnly: false });
    this.#reader = new SqliteConnection(path, { readOnly: true });
  }

  async query<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    this.#assertOpen();
    return this.#reader.all(sql, values);
  }

  transaction<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#assertOpen();
      this.#jobs.push({ body, resolve: resolve as Job["resolve"], reject });
      this.#working ??= this.#work();
    });
  }

  listen(listener: (text: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async tables(): Promise<string[]> {
    return (await this.query<{ name: string }>("select name from sqlite_schema where type = 'table'")).map(({ name }) => name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    this.#reader.close();
    this.#writer.close();
  }

  async #work(): Promise<void> {
    // All that arrives in this turn of the event loop belongs together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#jobs.length > 0) {
      const begun: Job[] = [];
      try {
        await this.#begin();
        await this.#commitGroup(begun);
      } catch (error) {
        // Nothing of the group is stored. What waited for the lock would wait in vain too.
        if (this.#writer.isTransaction) this.#writer.exec("rollback");
        for (const { reject } of begun.length > 0 ? begun : this.#jobs.splice(0)) reject(error);
      }
    }
    this.#working = null;
  }

  /** @param begun those whose fate is that of the commit */
  async #commitGroup(begun: Job[]): Promise<void> {
    const settled: (() => void)[] = [], notices: string[] = [];
    const started = performance.now();
    while (this.#jobs.length > 0 && begun.length < GROUP_SIZE && performance.now() - started < GROUP_TIME) {
      const job = this.#jobs.shift()!;
      begun.push(job);
      const transaction = new SqliteTransaction(this.#writer);
      this.#writer.run("savepoint job", []);
      try {
        const result = await job.body(transaction);
        this.#writer.run("release job", []);
        settled.push(() => job.resolve(result));
        notices.push(...transaction.notices);
      } catch (error) {
        // A full disk ends the whole group.
        if (!this.#writer.isTransaction) throw error;
        this.#writer.exec("rollback to job; release job");
        begun.pop();
        job.reject(error);
      } finally {
        transaction.end();
      }
    }
    this.#writer.run("commit", []);
    for (const settle of settled) settle();
    for (const notice of notices) for (const listener of this.#listeners) listener(notice);
  }

  async #begin(): Promise<void> {
    for (const until = performance.now() + BUSY_LIMIT; ;) {
      try {
        this.#writer.run("begin immediate", []);
        return;
      } catch (error) {
        if (!(error instanceof DatabaseProblem && error.kind === "busy") || performance.now() > until) throw error;
        await sleep(BUSY_STEP);
      }
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new DatabaseProblem("unusable", `The state database ${this.name} is closed.`);
  }
}

class SqliteTransaction implements Transaction {
  readonly notices: string[] = [];
  #connection: SqliteConnection | null;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async query<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#open().all(sql, values);
  }

  lock<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.query(sql, values);
  }

  async rowsByKey<Row>({ table, columns }: TableColumns, keys: readonly (readonly SqlValue[])[]): Promise<Row[]> {
    const sql = `select * from ${table} where ${Object.keys(columns).map((name) => `${name} = ?`).join(" and ")}`;
    return keys.flatMap((key) => this.#open().all<Row>(sql, key));
  }

  async execute(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.#open().run(sql, values);
  }

  async insert({ table, columns }: TableColumns, rows: readonly (readonly SqlValue[])[], conflict = ""): Promise<void> {
    const names = Object.keys(columns);
    this.#open().runMany(`insert into ${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")}) ${conflict}`, rows);
  }

  async define(sql: string): Promise<void> {
    this.#open().exec(sql);
  }

  notify(text: string): void {
    this.notices.push(text);
  }

  end(): void {
    this.#connection = null;
  }

  /** A body that does not await what it writes would write into the transaction of another one. */
  #open(): SqliteConnection {
    if (this.#connection === null) throw new Error("This transaction has ended.");
    return this.#connection;
  }
}
