import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { DatabaseProblem } from "../../../server/database/database-problem.ts";
import type { Database, TableColumns, Transaction } from "../../../server/database/database.ts";
import { connectDatabase } from "../../../server/database/open-database.ts";
import { DATABASES, newDatabase, type DatabaseKind } from "../databases.ts";

async function connected(kind: DatabaseKind): Promise<Database> {
  return connectedTo(await newDatabase(kind));
}

async function connectedTo(address: string): Promise<Database> {
  const database = await connectDatabase(address);
  onTestFinished(() => database.close());
  await database.transaction((transaction) => transaction.define("create table if not exists things (name text primary key, size bigint)"));
  return database;
}

const add = (database: Database, name: string, size: number | null = 1) => database.transaction((transaction) => transaction.execute("insert into things (name, size) values (?, ?)", [name, size]));
const names = async (database: Database) => (await database.query<{ name: string }>("select name from things order by name")).map(({ name }) => name);
const THINGS: TableColumns = { table: "things", columns: { name: "text", size: "bigint" } };

describe.each(DATABASES)("a %s database", (kind) => {
  test("keeps all or nothing of a transaction", async () => {
    const database = await connected(kind);
    await expect(database.transaction(async (transaction) => {
      await transaction.execute("insert into things (name, size) values ('a', 1)");
      throw new Error("no");
    })).rejects.toThrow("no");
    await add(database, "b");
    expect(await names(database)).toEqual(["b"]);
  });

  test("does not let one of many transactions at once harm the others", async () => {
    const database = await connected(kind);
    const all = Array.from({ length: 30 }, (_, index) => index % 10 === 5
      ? database.transaction(async (transaction) => { await transaction.execute("insert into things (name) values (?)", [`bad ${index}`]); throw new Error("no"); })
      : add(database, `good ${String(index).padStart(2, "0")}`));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(3);
    expect(await names(database)).toHaveLength(27);
    expect((await names(database)).every((name) => name.startsWith("good"))).toBe(true);
  });

  test("answers with whole numbers, also of counts and sums", async () => {
    const database = await connected(kind);
    await add(database, "a", 5_000_000_000);
    await add(database, "b", null);
    expect(await database.query("select count(*) as n, sum(size) as total, max(size) as most from things")).toEqual([{ n: 2, total: 5_000_000_000, most: 5_000_000_000 }]);
    expect(await database.query("select size from things where name = ?", ["b"])).toEqual([{ size: null }]);
  });

  test("shows others only what is committed", async () => {
    const database = await connected(kind);
    let during: string[] = ["?"];
    await database.transaction(async (transaction) => {
      await transaction.execute("insert into things (name) values ('a')");
      during = await names(database);
      expect(await transaction.query("select name from things")).toEqual([{ name: "a" }]);
    });
    expect(during).toEqual([]);
    expect(await names(database)).toEqual(["a"]);
  });

  test("writes and finds many rows at once", async () => {
    const database = await connected(kind);
    await database.transaction(async (transaction) => {
      await transaction.insert(THINGS, [["a", 1], ["b \"quoted\", {x} \\ 'y'", null], ["c", 3]]);
      await transaction.insert(THINGS, [["c", 30], ["d", 4]], "on conflict (name) do update set size = excluded.size");
      await transaction.insert(THINGS, []);
    });
    const rows = await database.transaction((transaction) => transaction.rowsByKey<{ name: string; size: number | null }>({ table: "things", columns: { name: "text" } }, [["b \"quoted\", {x} \\ 'y'"], ["c"], ["x"]]));
    expect(rows.map(({ name, size }) => [name, size]).sort()).toEqual([["b \"quoted\", {x} \\ 'y'", null], ["c", 30]]);
    expect(await database.transaction((transaction) => transaction.rowsByKey(THINGS, []))).toEqual([]);
  });

  test("tells what transactions notify, in their order, and nothing of one that failed", async () => {
    const database = await connected(kind);
    const heard: (string | null)[] = [];
    database.listen((text) => heard.push(text));
    await database.transaction(async (transaction) => { transaction.notify("one"); transaction.notify("two"); });
    await database.transaction(async (transaction) => { transaction.notify("never"); throw new Error("no"); }).catch(() => {});
    await database.transaction(async (transaction) => { transaction.notify("three"); });
    await expect.poll(() => heard).toEqual(["one", "two", "three"]);
  });

  test("refuses to work after it was closed", async () => {
    const database = await connected(kind);
    await database.close();
    await expect(database.query("select 1")).rejects.toThrow();
    await expect(add(database, "a")).rejects.toThrow();
  });
});

describe("an SQLite file", () => {
  test("that another program holds for a moment is waited for", async () => {
    const path = await newDatabase("sqlite");
    const database = await connectedTo(path);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("begin immediate; insert into things (name) values ('other')");
    const added = add(database, "mine");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await names(database)).toEqual([]);
    other.exec("commit");
    await added;
    expect(await names(database)).toEqual(["mine", "other"]);
  });

  test("that another program does not give back is busy, and works afterwards", async () => {
    const path = await newDatabase("sqlite");
    const database = await connectedTo(path);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("begin immediate");
    const problem = await add(database, "mine").catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(DatabaseProblem);
    expect(problem).toMatchObject({ kind: "busy", message: `The state database ${path} cannot be used at the moment: another process holds it. Try again.` });
    other.exec("rollback");
    await add(database, "mine");
    expect(await names(database)).toEqual(["mine"]);
  });

  test("that is full says so, keeps what it has, and takes more when there is space again", async () => {
    const path = await newDatabase("sqlite");
    const database = await connectedTo(path);
    await add(database, "first");
    await database.transaction((transaction) => transaction.execute("pragma max_page_count = 8"));
    const problem = await add(database, "x".repeat(100_000)).catch((error: unknown) => error);
    expect(problem).toMatchObject({ kind: "full", message: expect.stringContaining(path) });
    await database.transaction((transaction) => transaction.execute("pragma max_page_count = 100000"));
    await add(database, "second");
    expect(await names(database)).toEqual(["first", "second"]);
  });

  test("whose transaction has ended is not written to by it any more", async () => {
    const database = await connected("sqlite");
    let kept: Transaction | undefined;
    await database.transaction(async (transaction) => { kept = transaction; });
    await expect(kept!.execute("insert into things (name) values ('late')")).rejects.toThrow("ended");
  });

  test("has one commit for transactions that arrive together", async () => {
    const path = await newDatabase("sqlite");
    const database = await connectedTo(path);
    await add(database, "a", 0);
    const pages = () => statSync(`${path}-wal`).size / 4096;
    const grow = (count: number) => Promise.all(Array.from({ length: count }, () => database.transaction((transaction) => transaction.execute("update things set size = size + 1"))));
    const before = pages();
    await grow(100);
    // Each commit writes the pages it has changed.
    expect(pages() - before).toBeLessThan(20);
    expect(await database.query("select size from things")).toEqual([{ size: 100 }]);
  });

  test("is not readable for others", async () => {
    const path = await newDatabase("sqlite");
    await connectedTo(path);
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});

describe("a PostgreSQL database", () => {
  test("does a transaction again when another one was in its way", async () => {
    const address = await newDatabase("postgres");
    const [one, two] = [await connectedTo(address), await connectedTo(address)];
    await add(one, "a");
    await add(one, "b");
    // Each holds what the other one wants next: one of them is sent back.
    const touch = (database: Database, first: string, second: string) => database.transaction(async (transaction) => {
      await transaction.execute("update things set size = size + 1 where name = ?", [first]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await transaction.execute("update things set size = size + 1 where name = ?", [second]);
    });
    await Promise.all([touch(one, "a", "b"), touch(two, "b", "a")]);
    expect(await one.query("select name, size from things order by name")).toEqual([{ name: "a", size: 3 }, { name: "b", size: 3 }]);
  });

  test("tells every server what one of them has changed", async () => {
    const address = await newDatabase("postgres");
    const [one, two] = [await connectedTo(address), await connectedTo(address)];
    const heard: (string | null)[][] = [[], []];
    one.listen((text) => heard[0]!.push(text));
    two.listen((text) => heard[1]!.push(text));
    await Promise.all([one, two].map((database, index) => database.transaction(async (transaction) => { for (let n = 0; n < 3; n++) transaction.notify(`${index}.${n}`); })));
    await expect.poll(() => heard[0]).toHaveLength(6);
    await expect.poll(() => heard[1]).toEqual(heard[0]);
  });

  test("that nobody serves is named without its password", async () => {
    await expect(connectDatabase("postgres://me:secret@127.0.0.1:1/flows")).rejects.toMatchObject({ kind: "busy", message: expect.stringMatching(/^The state database postgres:\/\/me@127\.0\.0\.1:1\/flows cannot be used at the moment: .*ECONNREFUSED/) });
    const error = await connectDatabase("postgres://me:secret@127.0.0.1:1/flows").catch((one: Error) => one);
    expect(`${error.message} ${error.stack}`).not.toContain("secret");
  });

  test("whose connection was lost is used again, and says that something may have been missed", async () => {
    const address = await newDatabase("postgres");
    const database = await connectedTo(address);
    const heard: (string | null)[] = [];
    database.listen((text) => heard.push(text));
    await database.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    await expect.poll(() => heard.includes(null), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => add(database, `x${Math.random()}`).then(() => true, () => false), { timeout: 10_000 }).toBe(true);
    await expect.poll(async () => {
      await database.transaction(async (transaction) => transaction.notify("again"));
      return heard.at(-1);
    }, { timeout: 10_000 }).toBe("again");
  });
});
