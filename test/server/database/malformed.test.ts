import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { DatabaseProblem } from "../../../server/database/database-problem.ts";
import { openOrchestration } from "../../../server/orchestration/open-orchestration.ts";
import { newDatabase, newFolder } from "../databases.ts";

async function problem(database: string): Promise<DatabaseProblem> {
  const opened = await openOrchestration({ database }).then((orchestration) => orchestration.close(), (error: unknown) => error);
  expect(opened).toBeInstanceOf(DatabaseProblem);
  return opened as DatabaseProblem;
}

describe("a state database that is none is refused by name, and stays as it is:", () => {
  const files: [what: string, content: (good: Buffer) => Buffer | string][] = [
    ["text", () => "This is no database.\n".repeat(500)],
    ["a database with a broken beginning", (good) => { good.fill(0xff, 0, 100); return good; }],
    ["a database whose list of tables is broken", (good) => { good.fill(0xa5, 100, 4096); return good; }],
    ["a database of which only the first page is left", (good) => good.subarray(0, 4096)],
  ];
  test.each(files)("%s", async (_, content) => {
    const path = await newDatabase("sqlite");
    const orchestration = await openOrchestration({ database: path });
    await orchestration.close();
    const bad = content(readFileSync(path));
    writeFileSync(path, bad);
    const error = await problem(path);
    expect(error.message).toContain(`The state database ${path} is damaged: `);
    expect(error.kind).toBe("damaged");
    expect(readFileSync(path).subarray(0, 24).equals(Buffer.from(bad).subarray(0, 24))).toBe(true);
  });

  test("the database of another program", async () => {
    const path = join(newFolder(), "other.db");
    const other = new DatabaseSync(path);
    other.exec("create table users (id integer primary key)");
    other.close();
    expect((await problem(path)).message).toContain("it is the database of another program");
    const again = new DatabaseSync(path);
    expect(again.prepare("select name from sqlite_schema").all()).toEqual([{ name: "users" }]);
    again.close();
  });

  test("a folder", async () => {
    const path = join(newFolder(), "folder.db");
    mkdirSync(path);
    expect((await problem(path)).message).toBe(`The state database ${path} cannot be used: it is a folder.`);
  });

  test("memory, where nothing would be kept", async () => {
    expect((await problem(":memory:")).message).toBe("The state database :memory: cannot be used: what is only in memory is lost; name a file.");
  });

  test("a path below a file", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    expect((await problem(join(folder, "file", "flowlet.db"))).message).toMatch(/The state database .*flowlet\.db cannot be used: /);
  });

  test("one that does not say its version", async () => {
    const path = await newDatabase("sqlite");
    await (await openOrchestration({ database: path })).close();
    const file = new DatabaseSync(path);
    file.exec("delete from flowlet_meta");
    file.close();
    expect((await problem(path)).message).toContain("it does not say its version");
  });

  test("an empty file becomes a database", async () => {
    const path = join(newFolder(), "empty.db");
    writeFileSync(path, "");
    const orchestration = await openOrchestration({ database: path });
    expect((await orchestration.listProjects({ limit: 50 })).items).toEqual([]);
    await orchestration.close();
  });
});

test("a page that is damaged while the server runs is said with the path, and other requests go on", async () => {
  const path = await newDatabase("sqlite");
  let orchestration = await openOrchestration({ database: path });
  for (let n = 0; n < 200; n++) await orchestration.createProject({ name: `project ${n} ${"x".repeat(150)}`, description: "d".repeat(500), skipIfExists: false });
  await orchestration.registerAgent({ id: null, name: "agent", type: "LocalAgent", labels: [], hostname: "h", coreVersion: "1", limit: null });
  await orchestration.close();
  const file = new DatabaseSync(path);
  const { rootpage } = file.prepare("select rootpage from sqlite_schema where name = 'projects'").get() as { rootpage: number };
  file.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, (rootpage - 1) * 4096, rootpage * 4096);
  writeFileSync(path, bytes);
  orchestration = await openOrchestration({ database: path });
  await expect(orchestration.listProjects({ limit: 50 })).rejects.toMatchObject({ kind: "damaged", message: expect.stringContaining(path) });
  expect((await orchestration.listAgents({})).items).toHaveLength(1);
  await orchestration.close();
});
