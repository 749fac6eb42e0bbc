/**
 * The database of a results folder: an SQLite file that several processes may use at once, and whose process may be killed at any
 * moment. Opening, its tables, and what is done about one that can not be used.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, statfsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreProblem, storeProblem } from "./store-problem.ts";

/** Of the tables below. */
const SCHEMA = 1;
/** "Flwl": says whose database it is. */
const APPLICATION = 0x466c776c;

/** How long one statement waits for other processes (milliseconds): it holds the thread meanwhile. */
const BUSY_TIMEOUT = 250;
/** How often making the tables is tried, when processes begin at the same moment (count). */
const OPENING_TRIES = 20;

/** Network file systems, by the number that statfs has for them: NFS, SMB, CIFS, SMB2. They can not share memory between machines, as WAL does. */
const NETWORK = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

const TABLES = `
  create table entries (
    id integer primary key, key text not null unique, flow text not null, slug text not null, map_index integer, kept_at integer not null,
    used_at integer not null, duration real not null, bytes integer not null, format integer not null, head blob not null, value blob, file text, checksum blob not null, code text, manifest integer not null default 0
  );
  create index entries_by_use on entries (used_at, bytes);
  create index entries_by_file on entries (file) where file is not null;
  create table tasks (
    flow text not null, slug text not null, at integer not null, key text, code text, parts text, unkept text, duration real, note text, primary key (flow, slug)
  ) without rowid;
  create table codes (id text primary key, parts text not null) without rowid;
`;

/** Name of the database in its folder. */
export const DATABASE = "results.db";

/** An open database. All methods throw a StoreProblem only. */
export class StoreDatabase {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #file: number;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
    this.#file = statSync(path).ino;
  }

  /** @param create make what is not there; else null is returned */
  static open(folder: string, create: boolean): StoreDatabase | null {
    const path = join(folder, DATABASE);
    if (!create && !existsSync(path)) return null;
    // Asked for by name: older versions of Node have none, and must still be able to load this file.
    const sqlite = process.getBuiltinModule("node:sqlite") as typeof import("node:sqlite") | undefined;
    if (sqlite === undefined) throw new StoreProblem("unusable", `Node ${process.versions.node} has no SQLite`);
    let database: DatabaseSync | null = null;
    try {
      if (create) makeFolder(folder);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new StoreProblem("damaged", "it is a folder");
      database = new sqlite.DatabaseSync(path, { timeout: BUSY_TIMEOUT });
      prepare(database, folder);
      return new StoreDatabase(database, path);
    } catch (error) {
      database?.close();
      throw storeProblem(error);
    }
  }

  /** Puts a database that can not be used out of the way, where it may be looked at: only the last such one is kept. */
  static setAside(folder: string): void {
    const path = join(folder, DATABASE), aside = `${path}.damaged`;
    try {
      rmSync(aside, { recursive: true, force: true });
      renameSync(path, aside);
      for (const end of ["-wal", "-shm", "-journal"]) rmSync(path + end, { force: true });
    } catch (error) {
      throw storeProblem(error);
    }
  }

  /** Rows as lists, in the order of the columns: a third faster than objects. */
  rows(sql: string, ...values: (string | number | null | Uint8Array)[]): unknown[][] {
    return this.#try(() => this.#statement(sql).all(...values)) as unknown as unknown[][];
  }

  row(sql: string, ...values: (string | number | null | Uint8Array)[]): unknown[] | undefined {
    return this.#try(() => this.#statement(sql).get(...values)) as unknown as unknown[] | undefined;
  }

  /** Executes a statement. @returns how many rows it has changed (count) */
  run(sql: string, ...values: (string | number | null | Uint8Array)[]): number {
    return Number(this.#try(() => this.#statement(sql).run(...values)).changes);
  }

  /** All or nothing of what `body` writes. An interrupt may have cut off the one before in its middle. */
  transaction<T>(body: () => T): T {
    return this.#try(() => {
      // SQLite goes on writing to a file that was removed, where nobody will find it.
      if (statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#file) throw new StoreProblem("moved", "it was removed");
      if (this.#database.isTransaction) this.#database.exec("rollback");
      this.#database.exec("begin immediate");
      try {
        const result = body();
        this.#database.exec("commit");
        return result;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("rollback");
        throw error;
      }
    });
  }

  /** Never throws. */
  close(): void {
    this.#statements.clear();
    try {
      if (this.#database.isOpen) this.#database.close();
    } catch {
      // Whatever is left is taken care of by the next process that opens it.
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #try<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw storeProblem(error);
    }
  }
}

/** Git does not see what is kept in a folder `.flowlet`. */
function makeFolder(folder: string): void {
  // One by one: Node makes folders in /proc for ever, https://github.com/nodejs/node/issues/31481
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  for (const one of missing) {
    try {
      mkdirSync(one);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  const own = dirname(folder);
  if (basename(own) === ".flowlet" && !existsSync(join(own, ".gitignore"))) writeFileSync(join(own, ".gitignore"), "*\n");
}

function prepare(database: DatabaseSync, folder: string): void {
  for (let tries = 1; ; tries++) {
    try {
      const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() as object)[0] as number;
      let version = pragma("user_version");
      if (version === 0 && Number(Object.values(database.prepare("select count(*) from sqlite_schema").get() as object)[0]) === 0) {
        database.exec(`pragma auto_vacuum = incremental; pragma journal_mode = ${NETWORK.has(statfsSync(folder).type) ? "truncate" : "wal"}`);
        database.exec("begin immediate");
        // Another process may have been faster.
        version = pragma("user_version");
        if (version === 0) database.exec(`${TABLES} pragma application_id = ${APPLICATION}; pragma user_version = ${SCHEMA}`);
        database.exec("commit");
        version = pragma("user_version");
      }
      if (pragma("application_id") !== APPLICATION) throw new StoreProblem("damaged", "it is the database of another program");
      if (version > SCHEMA) throw new StoreProblem("newer", `a newer Flowlet made it (format ${version}, this one knows ${SCHEMA})`);
      // With WAL a killed process loses nothing; a power failure may lose the last results, never the order.
      database.exec("pragma synchronous = normal; pragma temp_store = memory");
      return;
    } catch (error) {
      if (database.isTransaction) database.exec("rollback");
      const problem = storeProblem(error);
      if (problem.kind !== "busy" || tries === OPENING_TRIES) throw problem;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 + Math.random() * 20);
    }
  }
}
