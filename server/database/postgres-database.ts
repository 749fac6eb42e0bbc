/** The state database in PostgreSQL; several servers may share one. The only file that knows pg. */
import pg from "pg";
import { databaseProblem, DatabaseProblem, type DatabaseProblemKind } from "./database-problem.ts";
import type { Database, SqlValue, TableColumns, Transaction, TransactionOptions } from "./database.ts";
import { postgresDefinition, postgresQuery } from "./postgres-sql.ts";

const CHANNEL = "flowlet";
/** Key of the lock of exclusive transactions: "Flwl". */
const LOCK = 0x466c776c;
/** How often a transaction is done again where another one was in the way (count). */
const TRIES = 10;
/** How long a new connection may take (milliseconds). */
const CONNECT_TIMEOUT = 10_000;
/** Wait before the listening connection is made again (milliseconds). */
const LISTEN_AGAIN = 1000;

/** 40001, 40P01: another transaction was in the way. */
const AGAIN = new Set(["40001", "40P01"]);

const types: pg.CustomTypesConfig = {
  // int8 and numeric are texts by default; all of ours are whole numbers below 2^53.
  getTypeParser: ((oid: number, format?: "text") => (oid === 20 || oid === 1700 ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

export class PostgresDatabase implements Database {
  readonly kind = "postgres";
  readonly name: string;
  readonly #address: string;
  readonly #pool: pg.Pool;
  readonly #listeners = new Set<(text: string | null) => void>();
  #ear: pg.Client | null = null;
  #listenAgain: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(address: string) {
    this.#address = address;
    this.name = withoutPassword(address);
    this.#pool = new pg.Pool({ connectionString: address, max: 10, connectionTimeoutMillis: CONNECT_TIMEOUT, types, application_name: "flowlet" });
    // A connection that ends while nobody uses it is replaced when one is needed.
    this.#pool.on("error", () => {});
  }

  /** @throws DatabaseProblem */
  static async connect(address: string): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(address);
    try {
      await database.query("select 1");
      await database.#listen();
      return database;
    } catch (error) {
      await database.close();
      throw problem(database.name, error);
    }
  }

  async query<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query(postgresQuery(sql, values))).rows as Row[];
    } catch (error) {
      throw problem(this.name, error);
    }
  }

  async transaction<T>(body: (transaction: Transaction) => Promise<T>, { exclusive = false }: TransactionOptions = {}): Promise<T> {
    const driver = <R>(step: Promise<R>): Promise<R> => step.catch((error: unknown) => { throw problem(this.name, error); });
    for (let tries = 1; ; tries++) {
      const client = await driver(this.#pool.connect());
      let broken = false;
      // A connection that ends between two statements says so here; unheard, it would end the process.
      const lost = () => { broken = true; };
      client.on("error", lost);
      try {
        await driver(client.query("begin"));
        if (exclusive) await driver(client.query(`select pg_advisory_xact_lock(${LOCK})`));
        const transaction = new PostgresTransaction(client, this.name);
        const result = await body(transaction);
        await transaction.sendNotices();
        await driver(client.query("commit"));
        return result;
      } catch (error) {
        await client.query("rollback").catch(lost);
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        if (!(error instanceof DatabaseProblem && AGAIN.has(code ?? "")) || tries === TRIES) throw error;
      } finally {
        client.off("error", lost);
        client.release(broken);
      }
    }
  }

  listen(listener: (text: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async tables(): Promise<string[]> {
    return (await this.query<{ name: string }>("select table_name as name from information_schema.tables where table_schema = current_schema()")).map(({ name }) => name);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#listenAgain !== null) clearTimeout(this.#listenAgain);
    await this.#ear?.end().catch(() => {});
    await this.#pool.end();
  }

  /** All servers hear what is notified in the same order: that of the commits. */
  async #listen(): Promise<void> {
    const ear = new pg.Client({ connectionString: this.#address, connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true, application_name: "flowlet events" });
    const lost = () => {
      if (this.#ear !== ear || this.#closed) return;
      this.#ear = null;
      this.#tell(null);
      this.#tryLater();
    };
    ear.on("error", lost);
    ear.on("end", lost);
    ear.on("notification", ({ payload }) => this.#tell(payload ?? ""));
    await ear.connect();
    await ear.query(`listen ${CHANNEL}`);
    this.#ear = ear;
    if (this.#closed) await ear.end();
  }

  #tryLater(): void {
    this.#listenAgain = setTimeout(() => this.#listen().then(() => this.#tell(null), () => this.#tryLater()), LISTEN_AGAIN);
    this.#listenAgain.unref();
  }

  #tell(text: string | null): void {
    if (!this.#closed) for (const listener of this.#listeners) listener(text);
  }
}

class PostgresTransaction implements Transaction {
  readonly #client: pg.PoolClient;
  readonly #database: string;
  readonly #notices: string[] = [];

  constructor(client: pg.PoolClient, database: string) {
    this.#client = client;
    this.#database = database;
  }

  async query<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#try(postgresQuery(sql, values))).rows as Row[];
  }

  lock<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.query(`${sql} for update`, values);
  }

  async rowsByKey<Row>({ table, columns }: TableColumns, keys: readonly (readonly SqlValue[])[]): Promise<Row[]> {
    if (keys.length === 0) return [];
    const names = Object.keys(columns).join(", ");
    const lists = Object.values(columns).map((kind, index) => `$${index + 1}::${kind}[]`);
    const text = `select ${table}.* from unnest(${lists.join(", ")}) as wanted (${names}) join ${table} using (${names})`;
    return (await this.#try({ text, values: lists.map((_, column) => keys.map((key) => key[column])) })).rows as Row[];
  }

  async execute(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.#try(postgresQuery(sql, values))).rowCount ?? 0;
  }

  async insert({ table, columns }: TableColumns, rows: readonly (readonly SqlValue[])[], conflict = ""): Promise<void> {
    if (rows.length === 0) return;
    const names = Object.keys(columns);
    const lists = Object.values(columns).map((kind, index) => `$${index + 1}::${kind}[]`);
    const text = `insert into ${table} (${names.join(", ")}) select * from unnest(${lists.join(", ")}) ${conflict}`;
    await this.#try({ text, values: names.map((_, column) => rows.map((row) => row[column])) });
  }

  async define(sql: string): Promise<void> {
    await this.#try({ text: postgresDefinition(sql) });
  }

  notify(text: string): void {
    this.#notices.push(text);
  }

  async sendNotices(): Promise<void> {
    if (this.#notices.length > 0) await this.#try({ text: `select pg_notify('${CHANNEL}', notice) from unnest($1::text[]) as notice`, values: [this.#notices] });
  }

  async #try(query: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(query);
    } catch (error) {
      throw problem(this.#database, error);
    }
  }
}

/** The classes of SQLSTATE that say something: 08 connection, 53 resources, 57P operator, 55P03 lock. */
function problem(database: string, error: unknown): DatabaseProblem {
  if (error instanceof DatabaseProblem) return error;
  const { code = "", message, errors } = error as Error & { code?: string; errors?: Error[] };
  const kind: DatabaseProblemKind = code === "53100" ? "full"
    : /^(08|53|57P|55P03|40001|40P01)/.test(code) || /^E[A-Z]+$/.test(code) || code === "" ? "busy"
    : /^XX00[12]$/.test(code) ? "damaged" : "unusable";
  return databaseProblem(kind, database, message === "" ? (errors?.[0]?.message ?? code) : message, error);
}

function withoutPassword(address: string): string {
  try {
    const url = new URL(address);
    const password = url.searchParams.has("password") || url.password !== "";
    url.password = "";
    url.searchParams.delete("password");
    return password ? url.href : address;
  } catch {
    return "postgres://…";
  }
}
