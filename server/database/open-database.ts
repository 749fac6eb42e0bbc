/** Opens the state database, whichever it is. */
import { resolve } from "node:path";
import { databaseProblem } from "./database-problem.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";

/** Is it the address of a PostgreSQL database, and not a path? */
export function isPostgresAddress(database: string): boolean {
  return /^postgres(ql)?:\/\//.test(database);
}

/**
 * Opens a database without looking at its tables.
 * @param database path of an SQLite file, which is made where there is none, or `postgres://user:password@host:port/name`
 * @throws DatabaseProblem
 */
export async function connectDatabase(database: string): Promise<Database> {
  if (isPostgresAddress(database)) {
    const { PostgresDatabase } = await import("./postgres-database.ts");
    return PostgresDatabase.connect(database);
  }
  if (database === ":memory:") throw databaseProblem("unusable", database, "what is only in memory is lost; name a file");
  const { SqliteDatabase } = await import("./sqlite-database.ts");
  return new SqliteDatabase(resolve(database));
}

/**
 * Opens a database, and brings its tables to this version of Flowlet.
 * @param database as for {@link connectDatabase}
 * @throws DatabaseProblem; `newer` where a later version of Flowlet has made it
 */
export async function openDatabase(database: string): Promise<Database> {
  const opened = await connectDatabase(database);
  try {
    await migrate(opened);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
