import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../server/database/database.ts";
import { SCHEMA_VERSION, migrate, schemaVersion } from "../../../server/database/migrate.ts";
import { MIGRATIONS } from "../../../server/database/migrations/migrations.ts";
import { connectDatabase, openDatabase } from "../../../server/database/open-database.ts";
import { openOrchestration } from "../../../server/orchestration/open-orchestration.ts";
import { DATABASES, newDatabase } from "../databases.ts";

/** Tables, columns and indexes, to compare. */
async function shape(database: Database): Promise<string[]> {
  const rows = database.kind === "sqlite"
    ? await database.query<{ name: string }>("select m.name || '.' || coalesce(c.name, '') || ' ' || coalesce(c.type, '') as name from sqlite_schema m left join pragma_table_info(m.name) c on true")
    : await database.query<{ name: string }>("select table_name || '.' || column_name || ' ' || data_type as name from information_schema.columns where table_schema = current_schema() union all select indexdef from pg_indexes where schemaname = current_schema()");
  return rows.map(({ name }) => name).sort();
}

async function connected(address: string): Promise<Database> {
  const database = await connectDatabase(address);
  onTestFinished(() => database.close());
  return database;
}

test("migrations are numbered one after the other", () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
});

describe.each(DATABASES)("a %s database", (kind) => {
  test("gets its tables, and stores their version", async () => {
    const database = await openDatabase(await newDatabase(kind));
    onTestFinished(() => database.close());
    expect(await schemaVersion(database)).toBe(SCHEMA_VERSION);
    expect(await database.tables()).toEqual(expect.arrayContaining(["flow_runs", "task_runs", "logs", "flowlet_meta"]));
  });

  test("goes back version by version to nothing, and forward to the same again", async () => {
    const database = await connected(await newDatabase(kind));
    const shapes: string[][] = [];
    for (let version = 0; version <= SCHEMA_VERSION; version++) {
      await migrate(database, version);
      shapes.push(await shape(database));
    }
    for (let version = SCHEMA_VERSION; version >= 0; version--) {
      await migrate(database, version);
      expect(await shape(database)).toEqual(shapes[version]);
    }
    await migrate(database);
    expect(await shape(database)).toEqual(shapes.at(-1));
  });

  test("is made once where two servers open it at the same moment", async () => {
    const address = await newDatabase(kind);
    const opened = await Promise.all([openDatabase(address), openDatabase(address)]);
    onTestFinished(async () => { for (const database of opened) await database.close(); });
    expect(await Promise.all(opened.map((database) => schemaVersion(database)))).toEqual([SCHEMA_VERSION, SCHEMA_VERSION]);
  });

  test("of a newer Flowlet is refused, and stays as it is", async () => {
    const address = await newDatabase(kind);
    const database = await connected(address);
    await migrate(database);
    await database.transaction((transaction) => transaction.execute("update flowlet_meta set value = ? where name = 'schema'", [SCHEMA_VERSION + 7]));
    const error: unknown = await openOrchestration({ database: address }).catch((one: unknown) => one);
    expect(error).toMatchObject({ name: "DatabaseProblem", kind: "newer", message: `The state database ${database.name} is of a newer Flowlet: its tables have version ${SCHEMA_VERSION + 7}, this Flowlet knows ${SCHEMA_VERSION}. Update Flowlet, or name another database.` });
    expect(await schemaVersion(database)).toBe(SCHEMA_VERSION + 7);
  });

  test("whose step fails stays at the version it had", async () => {
    const database = await connected(await newDatabase(kind));
    await migrate(database, 1);
    // In the way of an index of version 2.
    await database.transaction((transaction) => transaction.define("create table flow_runs_by_time (id bigint)"));
    await expect(migrate(database)).rejects.toThrow("flow_runs_by_time");
    expect(await schemaVersion(database)).toBe(1);
    await database.transaction((transaction) => transaction.define("drop table flow_runs_by_time"));
    await migrate(database);
    expect(await schemaVersion(database)).toBe(SCHEMA_VERSION);
  });
});

describe("a file of version 1", () => {
  test("is brought up to date with all that is in it, and back again", async () => {
    const path = await newDatabase("sqlite");
    const file = new DatabaseSync(path);
    file.exec(readFileSync(join(import.meta.dirname, "version-1.sql"), "utf8"));
    file.close();

    const orchestration = await openOrchestration({ database: path });
    expect(await orchestration.getStatus({})).toMatchObject({ database: "sqlite", schemaVersion: SCHEMA_VERSION });
    const { items } = await orchestration.listFlowRuns({ limit: 50, order: "oldest" });
    expect(items.map(({ name, state }) => [name, state])).toEqual([["old run", "Failed"], ["waits", "Scheduled"]]);
    expect((await orchestration.listTaskRuns({ flowRunId: items[0]!.id, limit: 50 })).items.map(({ slug, state, children }) => [slug, state, children])).toEqual([["extract-1", "Success", null], ["load-1", "Mapped", { Success: 1, Failed: 1 }]]);
    expect((await orchestration.listLogs({ flowRunId: items[0]!.id, limit: 50 })).items).toMatchObject([{ message: "Hello from version 1", taskRunName: "extract-1" }]);
    // And it works.
    expect(await orchestration.restartFlowRun({ flowRunId: items[0]!.id })).toMatchObject({ state: "Scheduled" });
    await orchestration.close();

    const database = await connected(path);
    const before = await database.query("select id, name, state, version from flow_runs order by id");
    await migrate(database, 1);
    expect(await schemaVersion(database)).toBe(1);
    expect(await database.query("select id, name, state, version from flow_runs order by id")).toEqual(before);
  });
});
