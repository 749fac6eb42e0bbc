/** The command `flowlet cache`, run as a user runs it. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { fill, inDatabase, parts, result, storeIn, temporaryFolder } from "../engine/cache/disk/stored.ts";

const MAIN = join(import.meta.dirname, "../../lib/cli/main.js");

interface Outcome { readonly stdout: string; readonly stderr: string; readonly exitCode: number }

let folder = "", results = "";
beforeEach(() => {
  folder = temporaryFolder();
  results = join(folder, ".flowlet/results");
});

function flowlet(...args: string[]): Promise<Outcome> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { cwd: folder, env: { ...env, HOME: folder, USERPROFILE: folder, NODE_NO_WARNINGS: "1" } }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) });
    });
    child.stdin?.end();
  });
}

const HOUR = 3_600_000;
/** Three results of two flows, one of them large, and a task whose result stays in memory. */
async function someResults(): Promise<void> {
  const store = storeIn(results);
  store.put(result("k1\n0:n5", [1, 2, 3], { flow: "etl", slug: "load-1", duration: 8200, at: Date.now() - 2 * HOUR, outside: ["fetch"], logs: [{ at: 1, source: "stdout", text: "42 rows\n" }] }), parts("k1", { "the code": "c1", "helper clean": "c2" }, { n: "n5" }));
  store.put(result("k2", Array.from({ length: 50_000 }, (_, i) => Math.sin(i)), { flow: "etl", slug: "big-1", mapIndex: 3, at: Date.now() - HOUR }), null);
  store.put(result("k3", 7, { flow: "other", slug: "load-1", at: Date.now() - 3 * HOUR }), null);
  store.put(result("k4", new (class Model {})(), { flow: "other", slug: "fit-1" }), null);
  await store.flush();
  store.runEnded("other");
  await store.flush();
  store.close();
}

describe("flowlet cache ls", () => {
  test("lists what is kept, newest first, with totals, and what is in memory only", async () => {
    await someResults();
    const { stdout, exitCode } = await flowlet("cache", "ls");
    const lines = stdout.trimEnd().split("\n");
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^FLOW +TASK +KEPT AT +AGE +SAVES +SIZE +LAST USED +WHERE$/);
    expect(lines.slice(1, 5).map((line) => line.split(/\s+/).slice(0, 2).join(" "))).toEqual(["etl big-1[3]", "etl load-1", "other load-1", "other fit-1"]);
    expect(lines[2]).toMatch(/ 2 h +8\.2 s +\d+ B .* disk$/);
    expect(lines[4]).toMatch(/in memory only: it holds an instance of Model$/);
    expect(lines.at(-1)).toMatch(/^3 results, .* kB, 8\.2 s to make$/);
  });

  test("only of one flow or task, as JSON", async () => {
    await someResults();
    const { stdout } = await flowlet("cache", "ls", "--task", "load", "--flow", "etl", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ folder: ".flowlet/results", results: [{ key: "k1\n0:n5", flow: "etl", task: "load-1", mapIndex: null, duration: 8200, where: "disk" }], memoryOnly: [], totals: { results: 1 } });
    expect((await flowlet("cache", "ls", "--task", "l[o]ad")).stdout).toMatch(/^Nothing is kept in .* of what you asked for/);
  });

  test("where nothing is kept says so and makes nothing", async () => {
    expect(await flowlet("cache", "ls")).toEqual({ stdout: "Nothing is kept in .flowlet/results.\n", stderr: "", exitCode: 0 });
    expect(existsSync(join(folder, ".flowlet"))).toBe(false);
    expect(JSON.parse((await flowlet("cache", "ls", "--json")).stdout).results).toEqual([]);
  });

  test("another folder, by option and by configuration", async () => {
    await fill(join(folder, "elsewhere"), [result("k", 1)]);
    expect((await flowlet("cache", "ls", "--folder", "elsewhere")).stdout).toMatch(/1 result,/);
    await fill(join(folder, "notebooks/.flowlet/results"), [result("one", 1), result("two", 2)]);
    expect((await flowlet("cache", "ls", "--folder", "notebooks")).stdout).toMatch(/2 results,/);
    mkdirSync(join(folder, ".flowlet"));
    writeFileSync(join(folder, ".flowlet/config.toml"), `[cache]\nfolder = "elsewhere"\n`);
    expect((await flowlet("cache", "ls")).stdout).toMatch(/1 result,/);
    writeFileSync(join(folder, ".flowlet/config.toml"), "[cache]\nfolder = false\n");
    expect(await flowlet("cache", "ls")).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^flowlet: cache.folder is false.*--folder.\n$/) });
  });
});

describe("flowlet cache show", () => {
  test("tells the key, what it is made of, what made it, what was printed, and the value", async () => {
    await someResults();
    const { stdout } = await flowlet("cache", "show", "etl", "load");
    for (const line of [/^etl \/ load-1$/m, /kept +\d{4}-/, /saves +8\.2 s/, /key +k1 · 0:n5/, /code +the code: c1\n +helper clean: c2/, /inputs +n: n5/, /outside +fetch/, /printed +42 rows/, /value +\[ 1, 2, 3 \]/]) expect(stdout).toMatch(line);
    expect(JSON.parse((await flowlet("cache", "show", "etl", "load", "--json")).stdout).results[0]).toMatchObject({ code: { "helper clean": "c2" }, preview: "[ 1, 2, 3 ]" });
  });

  test("names the file of a large value, and why a result is in memory only", async () => {
    await someResults();
    expect((await flowlet("cache", "show", "etl", "big")).stdout).toMatch(/on disk +\d+\.\d kB, values\/[0-9a-f]{2}\/[0-9a-f]{64}/);
    expect((await flowlet("cache", "show", "other", "fit")).stdout).toMatch(/in memory only: it holds an instance of Model/);
  });

  test("of a task that nothing is kept of: one line, exit code 1", async () => {
    await someResults();
    expect(await flowlet("cache", "show", "etl", "nope")).toEqual({ stdout: "", exitCode: 1, stderr: "flowlet: Nothing is kept of task nope in flow etl in .flowlet/results. flowlet cache ls lists what is.\n" });
  });

  test("says of a damaged result that it can not be used", async () => {
    await someResults();
    for (const name of readdirSync(join(results, "values"), { recursive: true }) as string[]) if (name.length > 60) writeFileSync(join(results, "values", name), "no");
    expect(await flowlet("cache", "show", "etl", "big")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/value +can not be used: its file is damaged/) });
  });
});

describe("flowlet cache gc and clear", () => {
  test("gc throws out down to a size, what was used longest ago first", async () => {
    await someResults();
    inDatabase(results, (database) => database.exec("update entries set used_at = 5 where slug = 'big-1'"));
    expect((await flowlet("cache", "gc")).stdout).toBe("Nothing was to be removed.\n");
    expect(JSON.parse((await flowlet("cache", "gc", "--max-size", "1kB", "--json")).stdout)).toMatchObject({ removed: { results: 1 } });
    expect((await flowlet("cache", "gc", "--max-size", "0")).stdout).toMatch(/^Removed 2 results, /);
    expect((readdirSync(join(results, "values"), { recursive: true }) as string[]).filter((name) => name.length > 60)).toEqual([]);
  });

  test("gc throws out what was not used for so long", async () => {
    await someResults();
    expect((await flowlet("cache", "gc", "--older-than", "7d")).stdout).toBe("Nothing was to be removed.\n");
    expect((await flowlet("cache", "gc", "--older-than", "0s")).stdout).toMatch(/^Removed 3 results/);
  });

  test("clear asks first: where nobody can be asked it removes nothing", async () => {
    await someResults();
    expect(await flowlet("cache", "clear")).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^flowlet: Remove 3 results .* Say --yes/) });
    expect((await flowlet("cache", "clear", "--flow", "etl", "--task", "load", "--yes")).stdout).toMatch(/^Removed 1 result, /);
    expect((await flowlet("cache", "clear", "--yes")).stdout).toMatch(/^Removed 2 results, /);
    expect((await flowlet("cache", "ls")).stdout).toMatch(/^Nothing is kept/);
  });
});

describe("wrong use and broken folders: one clear line", () => {
  test.each([
    [["cache", "gc", "--max-size", "much"], /Expected a size such as 500MB or 2GB, got "much"/], [["cache", "gc", "--older-than", "7 moons"], /Expected a time such as 7d/],
    [["cach"], /unknown command 'cach'/], [["cache", "show", "etl"], /missing required argument 'task'/], [["cache", "ls", "--colour"], /unknown option '--colour'/],
  ])("%j", async (args, message) => {
    const { stderr, exitCode } = await flowlet(...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test("a database that is none is named, and left alone", async () => {
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "results.db"), "no database at all ".repeat(100));
    for (const args of [["ls"], ["show", "f", "t"], ["gc"], ["clear", "--yes"]]) {
      const { stderr, exitCode } = await flowlet("cache", ...args);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^flowlet: .*The kept results in .*\.flowlet\/results can not be read: .*\n$/)]);
    }
    expect(readdirSync(results)).toEqual(["results.db"]);
  });
});

test("the version, the configuration, and help with examples", async () => {
  expect((await flowlet("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  mkdirSync(join(folder, ".flowlet"));
  writeFileSync(join(folder, ".flowlet/config.toml"), `[context.secrets]\nTOKEN = "abc"\n[user]\nregion = "eu"\n`);
  const { stdout } = await flowlet("config");
  expect(stdout).toMatch(/^cache\.maxSize = 2000000000$/m);
  expect(stdout).toMatch(/^user\.region = "eu"$/m);
  expect(stdout + (await flowlet("config", "--json")).stdout).not.toMatch(/abc/);
  expect((await flowlet("cache", "gc", "--help")).stdout).toMatch(/Examples:\n {2}flowlet cache gc\n/);
});
