/** One connection to an SQLite file. The only file that knows node:sqlite. */
import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { databaseProblem, DatabaseProblem, type DatabaseProblemKind } from "./database-problem.ts";
import type { SqlValue } from "./database.ts";

/** "FlwS": says whose file it is. */
const APPLICATION = 0x466c7753;
/** How long SQLite itself waits for another process (milliseconds): it holds the thread meanwhile. */
const BUSY_TIMEOUT = 100;
/** Pages (count) of the log after which it is copied into the file: that takes long, and seldom is better. */
const CHECKPOINT = 8000;
/** Prepared statements that are kept (count): texts with lists of values are many. */
const STATEMENTS = 400;

const KINDS: Readonly<Record<number, DatabaseProblemKind>> = { 5: "busy", 6: "busy", 11: "damaged", 13: "full", 26: "damaged" };

export class SqliteConnection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws DatabaseProblem */
  constructor(path: string, { readOnly }: { readOnly: boolean }) {
    this.path = path;
    // Asked for by name: bundlers and older versions of Node do not know it.
    const sqlite = process.getBuiltinModule("node:sqlite") as typeof import("node:sqlite") | undefined;
    if (sqlite === undefined) throw databaseProblem("unusable", path, `Node ${process.versions.node} has no SQLite; Node 24 has`);
    let database: DatabaseSync | null = null;
    try {
      if (!readOnly) makeFile(path);
      database = new sqlite.DatabaseSync(path, { timeout: BUSY_TIMEOUT });
      this.#database = database;
      const [application, tables] = [this.#pragma("application_id"), this.all<{ n: number }>("select count(*) as n from sqlite_schema", [])[0]!.n];
      if (application !== APPLICATION && tables > 0) throw databaseProblem("damaged", path, "it is the database of another program");
      if (readOnly) {
        database.exec("pragma query_only = on; pragma cache_size = -16384; pragma temp_store = memory");
      } else {
        database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${CHECKPOINT}; pragma cache_size = -8192; pragma temp_store = memory; pragma journal_size_limit = 67108864`);
        if (application !== APPLICATION) database.exec(`pragma application_id = ${APPLICATION}`);
      }
    } catch (error) {
      database?.close();
      throw this.problem(error);
    }
  }

  all<Row>(sql: string, values: readonly SqlValue[]): Row[] {
    try {
      return this.#statement(sql).all(...values) as Row[];
    } catch (error) {
      throw this.problem(error);
    }
  }

  run(sql: string, values: readonly SqlValue[]): number {
    try {
      return Number(this.#statement(sql).run(...values).changes);
    } catch (error) {
      throw this.problem(error);
    }
  }

  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): void {
    try {
      const statement = this.#statement(sql);
      for (const row of rows) statement.run(...row);
    } catch (error) {
      throw this.problem(error);
    }
  }

  exec(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw this.problem(error);
    }
  }

  /** SQLite ends a transaction by itself where the disk is full or broken. */
  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Never throws. */
  close(): void {
    this.#statements.clear();
    try {
      if (this.#database.isOpen) this.#database.close();
    } catch {
      // What is left in the log is taken over by the next one who opens it.
    }
  }

  /** An error as what is wrong with the database. */
  problem(error: unknown): DatabaseProblem {
    if (error instanceof DatabaseProblem) return error;
    const { errcode = 0, message, code } = error as Error & { errcode?: number; code?: string };
    const kind = code === "ENOSPC" ? "full" : KINDS[errcode & 0xff] ?? "unusable";
    return databaseProblem(kind, this.path, kind === "busy" ? "another process holds it" : message, error);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= STATEMENTS) this.#statements.delete(this.#statements.keys().next().value!);
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #pragma(name: string): number {
    return Object.values(this.all<Record<string, number>>(`pragma ${name}`, [])[0]!)[0]!;
  }
}

/** Others on the machine do not read it. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw databaseProblem("unusable", path, "it is a folder");
  closeSync(openSync(path, "a", 0o600));
}
