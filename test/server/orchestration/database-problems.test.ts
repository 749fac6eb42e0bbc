import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { orchestrate } from "../../../server/orchestration/open-orchestration.ts";
import { openDatabase } from "../../../server/database/open-database.ts";
import { newDatabase } from "../databases.ts";
import { Opened } from "./opened.ts";

async function opened(kind: "sqlite" | "postgres"): Promise<Opened> {
  const at = new Opened();
  at.database = await newDatabase(kind);
  await at.open();
  onTestFinished(() => at.orchestration.close());
  return at;
}

describe("what the database can not do at the moment is said to the caller", () => {
  test("where another program holds it: it can be read, and nothing is stored in part", async () => {
    const at = await opened("sqlite");
    const { run, report } = await at.running();
    const other = new DatabaseSync(at.database);
    onTestFinished(() => other.close());
    other.exec("begin immediate");
    const entries = [{ ...at.taskState("extract-1", "Running"), sequence: 2 }, { ...at.log("x"), sequence: 3 }];
    await expect(report(entries)).rejects.toMatchObject({ name: "OrchestrationError", code: "DATABASE_BUSY", message: expect.stringContaining(at.database) });
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Running", taskCounts: {} });
    other.exec("rollback");
    expect(await report(entries)).toMatchObject({ acknowledged: 3, refused: [] });
  });

  test("where its disk is full: what was acknowledged stays, what was not is stored when there is space", async () => {
    const at = new Opened();
    const database = await openDatabase(await newDatabase("sqlite"));
    at.orchestration = await orchestrate(database, { now: () => at.time });
    onTestFinished(() => at.orchestration.close());
    const { run, report } = await at.running();
    // As a disk that ends there: SQLite itself says that it is full.
    const [{ n }] = await database.query<{ n: number }>("select page_count as n from pragma_page_count") as [{ n: number }];
    const limitPages = (pages: number) => database.transaction((transaction) => transaction.execute(`pragma max_page_count = ${pages}`));
    await limitPages(n + 8);
    const lines = Array.from({ length: 100 }, (_, index) => ({ ...at.log(`${index} ${"x".repeat(1000)}`), sequence: index + 2 }));
    let acknowledged = 1;
    const send = async () => {
      for (const line of lines.slice(acknowledged - 1)) ({ acknowledged } = await report([line]));
    };
    await expect(send()).rejects.toMatchObject({ name: "OrchestrationError", code: "DATABASE_FULL", message: expect.stringContaining("Make space on its disk") });
    const kept = (await at.orchestration.listLogs({ flowRunId: run.id, limit: 1000 })).items.length;
    expect(kept).toBe(acknowledged - 1);
    expect(kept).toBeLessThan(100);
    await limitPages(1_000_000);
    await send();
    expect((await at.orchestration.listLogs({ flowRunId: run.id, limit: 1000 })).items.map(({ message }) => message.split(" ")[0])).toEqual(lines.map((_, index) => `${index}`));
  });

  test("where PostgreSQL has gone and comes back", async () => {
    const at = await opened("postgres");
    const run = await at.run();
    const other = await openDatabase(at.database);
    onTestFinished(() => other.close());
    const { heard } = at.events();
    await other.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    await expect.poll(() => at.orchestration.renameFlowRun({ flowRunId: run.id, name: "back" }).then(({ name }) => name, ({ code }: { code: string }) => code), { timeout: 10_000 }).toBe("back");
    await expect.poll(() => heard.map(({ event }) => event.type), { timeout: 10_000 }).toContain("reset");
  });
});
