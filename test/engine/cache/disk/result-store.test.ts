/** Kept results on disk: what comes back, and what becomes of a folder that something has happened to. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContentReader } from "../../../../engine/cache/content.ts";
import { ResultCache } from "../../../../engine/cache/result-cache.ts";
import { recordOf } from "../../../../engine/cache/task-record.ts";
import { fill, inDatabase, parts, result, storeIn, temporaryFolder } from "./stored.ts";

const cyclic: Record<string, unknown> = { name: "round" };
cyclic.self = cyclic;
const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `row ${id}`, value: id * 1.5, at: new Date(id) }));
const grouped = Object.groupBy([1, 2, 3], (n) => (n % 2 === 0 ? "even" : "odd"));

describe("what is kept comes back in another process", () => {
  const values: [string, unknown][] = [
    ["a number", 1.5], ["-0", -0], ["NaN", Number.NaN], ["undefined", undefined], ["null", null], ["a text", "täxt \ud800"], ["a long text", "x".repeat(100_000)], ["a bigint", 12n],
    ["a date", new Date(5)], ["a Map and a Set", { map: new Map([["a", new Set([1])]]), none: undefined }], ["a list with a hole", [1, , 3]], ["a cycle", cyclic],
    ["a typed array", new Float64Array([1, -0, Number.NaN])], ["a Buffer", Buffer.from("abc")], ["an error with its cause", new TypeError("no", { cause: "why" })],
    ["an object without a prototype", grouped], ["a regular expression", /a+/gi], ["many rows", rows(20_000)], ["a large buffer", Buffer.alloc(300_000, "0123456789abcdefgh")],
    ["what does not compress", Array.from({ length: 50_000 }, (_, i) => Math.sin(i))],
  ];
  test.each(values)("%s", async (_, value) => {
    const folder = temporaryFolder();
    const logs = [{ at: 1, source: "stdout", text: "printed\n" }] as const;
    await fill(folder, [result("k", value, { logs, duration: 12.5, at: 77, flow: "a flow", slug: "task-1", mapIndex: 3 })]);
    const kept = storeIn(folder).get("k");
    expect(kept).toMatchObject({ key: "k", logs, duration: 12.5, at: 77, flow: "a flow", slug: "task-1", mapIndex: 3, earlier: true });
    expect(kept?.value).toEqual(value);
    expect(new ContentReader().read(kept?.value).id).toBe(new ContentReader().read(value).id);
    if (typeof value === "object" && value !== null) expect(Object.getPrototypeOf(kept?.value)).toBe(Object.getPrototypeOf(value));
  });

  test("a typed array has a buffer of its own", async () => {
    const folder = temporaryFolder();
    await fill(folder, [result("k", new Float64Array([1, 2]))]);
    expect((storeIn(folder).get("k")?.value as Float64Array).buffer.byteLength).toBe(16);
  });

  test("large values are files, equal ones the same", async () => {
    const folder = temporaryFolder();
    const value = Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
    await fill(folder, [result("a", value), result("b", [...value])]);
    expect(readdirSync(join(folder, "values"), { recursive: true }).filter((name) => (name as string).length > 60)).toHaveLength(1);
    expect(statSync(join(folder, "results.db")).size).toBeLessThan(200_000);
    expect(storeIn(folder).get("b")?.value).toEqual(value);
  });
});

test("whatever is written comes back equal, or stays in memory", async () => {
  const folder = temporaryFolder();
  const writes = storeIn(folder), reads = storeIn(folder), reader = new ContentReader();
  let number = 0;
  const anything = fc.anything({ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true, withObjectString: true, withTypedArray: true, withSparseArray: true, withUnicodeString: true } as fc.ObjectConstraints);
  await fc.assert(fc.asyncProperty(anything, async (value) => {
    const key = `k${number++}`;
    const kept = result(key, value);
    writes.put(kept, null);
    await writes.flush();
    const back = reads.get(key);
    if (back === undefined) return;
    expect(reader.read(back.value).id).toBe(reader.read(value).id);
    expect(back.value).toStrictEqual(value);
  }), { numRuns: 1_000 });
  expect(reads.stats.damaged).toBe(0);
  expect(reads.stats.hits).toBeGreaterThan(900);
});

class Model { weights = [1]; }
class Failure extends Error {}
const withGetter = { get now() { return 1; } };
const memoryOnly: [string, unknown, RegExp][] = [
  ["an instance of a class", [new Model()], /an instance of Model/], ["an error of a class of its own", new Failure("x"), /Failure/], ["a function", { f: () => 1 }, /function f/],
  ["a getter", withGetter, /now is a getter/], ["a key that is a symbol", { [Symbol("s")]: 1 }, /symbol/], ["a subclass of Map", new (class Index extends Map {})(), /Index/],
  ["a proxy", new Proxy({}, {}), /Proxy/], ["a property that is hidden", Object.defineProperty({}, "x", { value: 1 }), /hidden/], ["a regular expression in use", Object.assign(/a/g, { lastIndex: 2 }), /in use/],
];
test.each(memoryOnly)("%s would not come back as it is: it stays in memory, and that is said", async (_, value, why) => {
  const folder = temporaryFolder();
  const cache = new ResultCache({ store: () => storeIn(folder) });
  cache.set(result("k", value));
  cache.set(result("other", 1, { slug: "other" }));
  await cache.store?.flush();
  expect(cache.get("k")).not.toBeUndefined();
  expect(cache.store?.stats).toMatchObject({ memoryOnly: 1, written: 1 });
  expect(cache.store?.tasks("f").get("t")?.note).toMatch(why);
  cache.runEnded("f");
  await cache.store?.flush();
  expect(storeIn(folder).get("k")).toBeUndefined();
  expect(storeIn(folder).tasks("f").get("t")?.note).toMatch(why);
});

test("a value that was changed before it was written is not written", async () => {
  const folder = temporaryFolder();
  const store = storeIn(folder), value = [1, 2];
  store.put(result("k", value), null);
  value.push(3);
  await store.flush();
  expect(store.stats).toMatchObject({ written: 0, memoryOnly: 1 });
});

test("a kept value that somebody has changed in memory is read from disk again", async () => {
  const folder = temporaryFolder();
  const cache = new ResultCache({ store: () => storeIn(folder) });
  const value = [1, 2];
  cache.set(result("k", value));
  await cache.store?.flush();
  value.push(3);
  expect(cache.get("k")).toMatchObject({ value: [1, 2] });
});

test("a deleted result is gone from disk, and one that was about to be written too", async () => {
  const folder = temporaryFolder();
  const store = storeIn(folder);
  store.put(result("a", 1), null);
  await store.flush();
  store.put(result("b", 2), null);
  store.delete("a");
  store.delete("b");
  await store.flush();
  expect([store.get("a"), store.get("b")]).toEqual([undefined, undefined]);
});

test("what a key was made of, and how long the task took, is known in the next process", async () => {
  const folder = temporaryFolder();
  const store = storeIn(folder);
  const one = recordOf(store.tasks("f"), "t");
  one.parts = { ...parts("k", { "the code": "c1", factor: "n2" }, { rows: "x" }), declared: new Map([["file a.csv", "c"]]), unkept: "it failed the last time" };
  one.duration = 8200;
  store.runEnded("f");
  await store.flush();
  const cache = new ResultCache({ store: () => storeIn(folder) });
  const last = cache.records("f").get("t")?.parts;
  expect([last?.key, last?.prefix, last?.code, last?.names, last?.contents, last?.declared, last?.unkept]).toEqual(["k", "p", new Map([["the code", "c1"], ["factor", "n2"]]), ["rows"], ["x"], new Map([["file a.csv", "c"]]), "it failed the last time"]);
  expect(cache.lastDuration("f", "t")).toBe(8200);
  expect(cache.lastDuration("f", "other")).toBeNull();
});

test("nothing is made on disk where nothing is kept", async () => {
  const folder = join(temporaryFolder(), ".flowlet", "results");
  const store = storeIn(folder);
  expect(store.get("k")).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
  store.put(result("k", 1), null);
  await store.flush();
  expect(readFileSync(join(folder, "../.gitignore"), "utf8")).toBe("*\n");
});

describe("a damaged entry is a miss with a note, and is removed", () => {
  const damages: [string, string, unknown][] = [
    ["a byte of a value", "update entries set value = x'00ff' || substr(value, 3)", rows(30)],
    ["a value that is cut off", "update entries set value = substr(value, 1, length(value) - 3)", rows(30)],
    ["a head that is no head", "update entries set head = x'0102'", 1],
    ["the value of another entry", "update entries set value = (select value from entries where key = 'other') where key = 'k'", 1],
    ["a checksum", "update entries set checksum = x'00'", 1],
    ["a value that is missing", "update entries set value = null", 1],
  ];
  test.each(damages)("%s", async (_, sql, value) => {
    const folder = temporaryFolder();
    await fill(folder, [result("k", value), result("other", 2)]);
    inDatabase(folder, (database) => database.exec(sql));
    const store = storeIn(folder);
    expect(store.get("k")).toBeUndefined();
    expect(store.stats.damaged).toBe(1);
    expect(store.runEnded("f").join()).toMatch(/task t in flow f.*can not be used/);
    expect(store.runEnded("f")).toEqual([]);
    expect(inDatabase(folder, (database) => database.prepare("select key from entries where key = 'k'").all())).toEqual([]);
    store.put(result("k", value), null);
    await store.flush();
    expect(storeIn(folder).get("k")?.value).toEqual(value);
  });

  test.each([["removed", (file: string) => rmSync(file)], ["cut off", (file: string) => truncateSync(file, 100)], ["changed", (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size))]])("a file of a large value was %s", async (_, damage) => {
    const folder = temporaryFolder();
    const value = Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
    await fill(folder, [result("k", value)]);
    const [file] = readdirSync(join(folder, "values"), { recursive: true }).filter((name) => (name as string).length > 60);
    damage(join(folder, "values", file as string));
    const store = storeIn(folder);
    expect(store.get("k")).toBeUndefined();
    expect(store.stats.damaged).toBe(1);
    store.put(result("k", value), null);
    await store.flush();
    expect(storeIn(folder).get("k")?.value).toEqual(value);
  });

  test("one of a newer format is a miss with a note, and stays until it is written over", async () => {
    const folder = temporaryFolder();
    await fill(folder, [result("k", 1)]);
    inDatabase(folder, (database) => database.exec("update entries set format = 99"));
    const store = storeIn(folder);
    expect(store.get("k")).toBeUndefined();
    expect(store.runEnded("f").join()).toMatch(/another format/);
    expect(inDatabase(folder, (database) => database.prepare("select format from entries").all())).toHaveLength(1);
    store.put(result("k", 1), null);
    await store.flush();
    expect(storeIn(folder).get("k")?.value).toBe(1);
  });

  test("many damaged entries make one note and a count", async () => {
    const folder = temporaryFolder();
    await fill(folder, [1, 2, 3].map((n) => result(`k${n}`, n)));
    inDatabase(folder, (database) => database.exec("update entries set checksum = x'00'"));
    const store = storeIn(folder);
    for (const n of [1, 2, 3]) store.get(`k${n}`);
    const notes = store.runEnded("f");
    expect(notes).toHaveLength(2);
    expect(notes[1]).toMatch(/^2 more/);
  });
});

describe("a database that can not be used is put aside, and results are kept anew", () => {
  const database = (folder: string) => join(folder, "results.db");
  const accidents: [string, (folder: string) => void][] = [
    ["garbage", (folder) => writeFileSync(database(folder), "this is no database, but quite some text".repeat(200))],
    ["cut off", (folder) => truncateSync(database(folder), 5000)],
    ["overwritten in the middle", (folder) => { const bytes = readFileSync(database(folder)); writeFileSync(database(folder), Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)])); }],
    ["a folder", (folder) => { rmSync(database(folder)); mkdirSync(join(database(folder), "inner"), { recursive: true }); }],
    ["the database of another program", (folder) => { rmSync(database(folder)); inDatabase(folder, (other) => other.exec("create table shopping (item text)")); }],
    ["without its tables", (folder) => inDatabase(folder, (own) => own.exec("drop table entries"))],
  ];
  test.each(accidents)("%s", async (_, accident) => {
    const folder = temporaryFolder();
    await fill(folder, Array.from({ length: 100 }, (_, n) => result(`k${n}`, rows(20), { slug: `t${n}` })));
    accident(folder);
    const store = storeIn(folder);
    expect(store.get("k50")).toBeUndefined();
    store.tasks("f");
    store.put(result("new", 7), null);
    await store.flush();
    const notes = store.runEnded("f");
    expect(notes.join()).toMatch(/renamed to results.db.damaged, and results are kept anew/);
    expect(notes).toHaveLength(1);
    expect(existsSync(`${database(folder)}.damaged`)).toBe(true);
    store.put(result("newer", 8), null);
    await store.flush();
    expect([store.stats.problem, storeIn(folder).get("new")?.value, storeIn(folder).get("newer")?.value]).toEqual([null, 7, 8]);
  });

  test("one that was emptied is filled again", async () => {
    const folder = temporaryFolder();
    await fill(folder, [result("k", 1)]);
    truncateSync(database(folder), 0);
    const store = storeIn(folder);
    expect(store.get("k")).toBeUndefined();
    store.put(result("k", 2), null);
    await store.flush();
    expect(storeIn(folder).get("k")?.value).toBe(2);
  });

  test("one that was removed while it was open is made again", async () => {
    const folder = temporaryFolder();
    const store = storeIn(folder);
    store.put(result("a", 1), null);
    await store.flush();
    rmSync(folder, { recursive: true });
    for (const key of ["b", "c"]) {
      store.put(result(key, 2), null);
      await store.flush();
    }
    expect(storeIn(folder).get("c")?.value).toBe(2);
  });
});

describe("where nothing can be written, results are kept in memory only, and one note says so", () => {
  const unusable: [string, (folder: string) => string, RegExp][] = [
    ["a file where the folder should be", (folder) => { writeFileSync(join(folder, "file"), ""); return join(folder, "file", "results"); }, /ENOTDIR/],
    ["a newer Flowlet's database", (folder) => { inDatabase(folder, (database) => database.exec("create table t (a); pragma application_id = 1181513580; pragma user_version = 9")); return folder; }, /a newer Flowlet made it \(format 9/],
    ["a folder in /proc", () => "/proc/flowlet/results", /ENOENT|EACCES|EPERM/],
  ];
  test.each(unusable)("%s", async (_, make, why) => {
    const folder = make(temporaryFolder());
    const store = storeIn(folder);
    const cache = new ResultCache({ store: () => store });
    cache.set(result("k", 1));
    await store.flush();
    cache.set(result("k2", 2));
    await store.flush();
    const notes = cache.runEnded("f");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^Results are kept in memory only: .* can not be used \(/);
    expect(notes[0]).toMatch(why);
    expect(cache.runEnded("f")).toEqual([]);
    expect(cache.get("k")).toMatchObject({ value: 1 });
    expect(store.stats.problem).not.toBeNull();
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    const store = storeIn(join(folder, "results"));
    store.put(result("k", 1), null);
    await store.flush();
    expect(store.runEnded("f").join()).toMatch(/EACCES/);
  });

  test("a disk that is full", async () => {
    const folder = temporaryFolder();
    const script = `
      const { ResultStore } = await import(${JSON.stringify(new URL("../../../../engine/cache/disk/result-store.ts", import.meta.url).href)});
      const store = new ResultStore(${JSON.stringify(folder)});
      for (let i = 0; i < 3000; i++) store.put({ key: "k" + i, value: "v" + i, content: "s" + ("v" + i).length + ":v" + i, size: 5, logs: [], outside: [], dependencies: [], duration: 1, at: 1, flow: "f", slug: "t" + i, mapIndex: null }, null);
      await store.flush();
      console.log(JSON.stringify([store.runEnded("f"), store.stats.problem !== null]));
    `;
    // Files of this process can not grow above 100 KB: writing fails as it does on a full disk.
    const child = spawn("bash", ["-c", `trap '' XFSZ; ulimit -f 100; exec "$0" --input-type=module -e "$1"`, process.execPath, script]);
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => { printed += String(chunk); });
    child.stderr.on("data", (chunk: Buffer) => { printed += String(chunk); });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, printed]).toEqual([0, expect.stringMatching(/^\[\["Results are kept in memory only: .*\],true\]\n$/)]);
  });
});

test("another process that holds the database for a while makes nobody wait long, and nothing is lost", async () => {
  const folder = temporaryFolder();
  await fill(folder, [result("k", 1)]);
  const store = storeIn(folder);
  expect(store.get("k")?.value).toBe(1);
  inDatabase(folder, (database) => {
    database.exec("begin immediate");
    store.put(result("k2", 2), null);
    store.close();
    database.exec("commit");
  });
  await store.flush();
  expect(storeIn(folder).get("k2")?.value).toBe(2);
});

test("two processes that begin at the same moment make one database", async () => {
  const folder = join(temporaryFolder(), ".flowlet", "results");
  const script = (name: string) => `
    const { ResultStore } = await import(${JSON.stringify(new URL("../../../../engine/cache/disk/result-store.ts", import.meta.url).href)});
    const store = new ResultStore(${JSON.stringify(folder)});
    for (let i = 0; i < 2000; i++) {
      store.put({ key: "${name}" + i % 1500, value: i % 1500, content: "n" + i % 1500, size: 5, logs: [], outside: [], dependencies: [], duration: 1, at: 1, flow: "${name}", slug: "t", mapIndex: i }, null);
      if (i % 50 === 0) await store.flush();
    }
    await store.flush();
    console.log(store.stats.problem, store.runEnded("f").length, store.stats.damaged);
  `;
  const outcomes = await Promise.all(["a", "b", "c"].map((name) => new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(name)]);
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => { printed += String(chunk); });
    child.on("close", () => resolve(printed));
  })));
  expect(outcomes).toEqual(["null 0 0\n", "null 0 0\n", "null 0 0\n"]);
  const store = storeIn(folder);
  expect(store.usage().entries).toBe(4500);
  for (const name of ["a", "b", "c"]) for (let i = 0; i < 1500; i += 7) expect(store.get(`${name}${i}`)?.value).toBe(i);
});

test("above the limit those go that were used longest ago, with their files", async () => {
  const folder = temporaryFolder();
  const value = (n: number) => Array.from({ length: 20_000 }, (_, i) => Math.sin(i + n));
  await fill(folder, Array.from({ length: 10 }, (_, n) => result(`k${n}`, value(n), { slug: `t${n}` })));
  inDatabase(folder, (database) => { for (let n = 0; n < 10; n++) database.exec(`update entries set used_at = ${n} where key = 'k${n}'`); });
  const used = storeIn(folder);
  used.get("k0");
  await used.flush();
  used.close();
  const { size } = storeIn(folder).usage();
  const store = storeIn(folder, { maxSize: Math.round(size * 0.6) });
  store.put(result("new", 1), null);
  await store.flush();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(["k0", "k1", "k2", "k3", "k8", "k9", "new"].map((key) => store.get(key) !== undefined)).toEqual([true, false, false, false, true, true, true]);
  expect(store.usage().size).toBeLessThan(size * 0.55);
  expect(readdirSync(join(folder, "values"), { recursive: true }).filter((name) => (name as string).length > 60)).toHaveLength(store.usage().entries - 1);
});
