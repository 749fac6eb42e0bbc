/** Brings the tables of a database to a version, forward or back. The version is stored in the database. */
import { databaseProblem } from "./database-problem.ts";
import type { Database, Reader } from "./database.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";

/** Version of the tables that this code works with. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version;

const META = "flowlet_meta";

/**
 * Version of a database's tables; 0: it is empty.
 * @throws DatabaseProblem `damaged` for tables of another program
 */
export async function schemaVersion(database: Database, reader: Reader = database): Promise<number> {
  const tables = await database.tables();
  if (!tables.includes(META)) {
    const other = tables.filter((name) => !name.startsWith("sqlite_"));
    if (other.length === 0 || (database.kind === "postgres" && !other.includes("flow_runs"))) return 0;
    throw databaseProblem("damaged", database.name, `it has tables (${other.slice(0, 3).join(", ")}) that Flowlet did not make`);
  }
  const [row] = await reader.query<{ value: number }>(`select value from ${META} where name = 'schema'`);
  if (row === undefined) throw databaseProblem("damaged", database.name, "it does not say its version");
  return row.value;
}

/**
 * In one transaction: all steps or none.
 * @param to default: {@link SCHEMA_VERSION}
 * @throws DatabaseProblem `newer` for a version that this code does not know
 */
export async function migrate(database: Database, to: number = SCHEMA_VERSION): Promise<void> {
  if (await schemaVersion(database) === to) return;
  await database.transaction(async (transaction) => {
    // Another server may have been faster.
    let version = await schemaVersion(database, transaction);
    if (version > SCHEMA_VERSION) throw databaseProblem("newer", database.name, `its tables have version ${version}, this Flowlet knows ${SCHEMA_VERSION}`);
    if (to < 0 || to > SCHEMA_VERSION) throw new RangeError(`There is no version ${to} of the tables; there are 0 to ${SCHEMA_VERSION}.`);
    if (version === 0) {
      await transaction.define(`create table if not exists ${META} (name text primary key, value bigint not null)`);
      await transaction.execute(`insert into ${META} (name, value) values ('schema', 0) on conflict (name) do nothing`);
    }
    for (; version < to; version++) await transaction.define(MIGRATIONS[version]!.up);
    for (; version > to; version--) await transaction.define(MIGRATIONS[version - 1]!.down);
    if (version === 0) await transaction.define(`drop table ${META}`);
    else await transaction.execute(`update ${META} set value = ? where name = 'schema'`, [version]);
  }, { exclusive: true });
}
