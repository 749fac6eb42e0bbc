/** Files that tasks read and write without saying so. */
import fs, { constants, createReadStream, createWriteStream, existsSync, openAsBlob, openSync, readFile, readFileSync, readSync, readdirSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import * as promises from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ResultCache } from "../../../../engine/embedding.ts";
import { Flow, LocalResult, task } from "../../../../engine/index.ts";
import { TracedFlow } from "./traced-flow.ts";

/** Taken out of the module before the first run with kept results. */
const readEarly = fs.readFileSync;

let traced: TracedFlow;
let data: string;
beforeEach(() => { traced = new TracedFlow(); data = traced.write("data.csv", "one"); });
afterEach(() => { traced.remove(); });

describe("a file that a task reads is a dependency", () => {
  const ways: Record<string, (path: string) => unknown> = {
    "a function taken from the module before, which is marked instead": (path) => readEarly(path, "utf8"),
    readFileSync: (path) => readFileSync(path, "utf8"),
    "readFile with a callback": (path) => new Promise((resolve, reject) => readFile(path, "utf8", (error, text) => { if (error) reject(error); else resolve(text); })),
    "readFile, promisified": (path) => promisify(readFile)(path, "utf8"),
    "the promise of readFile": (path) => promises.readFile(path, "utf8"),
    "fs.promises.readFile": (path) => fs.promises.readFile(path, "utf8"),
    "a stream": async (path) => { let text = ""; for await (const part of createReadStream(path)) text += String(part); return text; },
    "new fs.ReadStream": async (path) => { let text = ""; for await (const part of new fs.ReadStream(path as never)) text += String(part); return text; },
    "a FileHandle": async (path) => { await using file = await promises.open(path); return await file.readFile("utf8"); },
    "lines of a FileHandle": async (path) => { await using file = await promises.open(path); const lines = []; for await (const line of file.readLines()) lines.push(line); return lines.join(); },
    "open and read": (path) => { const file = openSync(path, "r"); const buffer = Buffer.alloc(8); const length = readSync(file, buffer); fs.closeSync(file); return buffer.toString("utf8", 0, length); },
    "open and read with callbacks": (path) => new Promise((resolve) => fs.open(path, (_, file) => fs.read(file, (__, length, buffer) => fs.close(file, () => resolve(buffer.toString("utf8", 0, length)))))),
    "open for reading and writing": (path) => { const file = openSync(path, constants.O_RDWR); const text = readFileSync(file, "utf8"); fs.closeSync(file); return text; },
    "a URL": (path) => readFileSync(new URL(`file://${path}`), "utf8"),
    "a Buffer as the path": (path) => readFileSync(Buffer.from(path), "utf8"),
    "openAsBlob": async (path) => await (await openAsBlob(path)).text(),
    "copyFile": (path) => { fs.copyFileSync(path, `${path}.copy`); const text = readFileSync(`${path}.copy`, "utf8"); fs.rmSync(`${path}.copy`); return text; },
    "stat": (path) => statSync(path).size,
    "stat of a promise": async (path) => (await promises.stat(path)).size,
    "JSON.parse of a file": (path) => JSON.stringify(readFileSync(path, "utf8")),
    "the read of a Result": async (path) => String((await new LocalResult({ dir: path.slice(0, -"/data.csv".length), serializer: { serialize: String, deserialize: String } as never }).read("data.csv")).value),
    "after a timer": async (path) => { await new Promise((resolve) => setTimeout(resolve, 5)); return readFileSync(path, "utf8"); },
    "in a timer": (path) => new Promise((resolve) => setTimeout(() => resolve(readFileSync(path, "utf8")), 5)),
  };
  test.each(Object.entries(ways))("%s", async (name, read) => {
    const path = data;
    traced.add("reads", () => read(path));
    expect(await traced.run()).toEqual({ reads: "ran: never run" });
    const early = name.includes("before");
    expect((await traced.run()).reads).toMatch(early ? /^kept from outside: node:fs, / : /^kept$/);
    traced.write("data.csv", "other");
    const third = await traced.run();
    expect(third.reads).toMatch(early ? /^kept from outside/ : /^ran: file .*data\.csv changed$/);
    if (!early) expect(await traced.run()).toEqual({ reads: "kept" });
  });
});

describe("so is what else a task can learn of files", () => {
  const cases: [name: string, learn: (folder: string) => unknown, change: (path: (name: string) => string) => void, reason: RegExp][] = [
    ["that it is not there", (folder) => existsSync(`${folder}/new.csv`), (path) => writeFileSync(path("new.csv"), ""), /file .*new\.csv is there now$/],
    ["that it is there", (folder) => existsSync(`${folder}/data.csv`), (path) => unlinkSync(path("data.csv")), /file .*data\.csv is gone$/],
    ["that it may be read", async (folder) => await promises.access(`${folder}/new.csv`).then(() => 1, () => 2), (path) => writeFileSync(path("new.csv"), ""), /file .*new\.csv is there now$/],
    ["that reading it fails", (folder) => { try { return readFileSync(`${folder}/new.csv`, "utf8"); } catch { return "none"; } }, (path) => writeFileSync(path("new.csv"), "x"), /file .*new\.csv is there now$/],
    ["a folder's entries", (folder) => readdirSync(folder), (path) => writeFileSync(path("new.csv"), ""), /folder .* changed$/],
    ["a folder's entries, by a promise", async (folder) => await promises.readdir(folder), (path) => writeFileSync(path("new.csv"), ""), /folder .* changed$/],
    ["a folder's entries, one by one", async (folder) => { const names = []; for await (const entry of await promises.opendir(folder)) names.push(entry.name); return names; }, (path) => writeFileSync(path("new.csv"), ""), /folder .* changed$/],
    ["a folder's entries with those below", (folder) => readdirSync(folder, { recursive: true }), (path) => writeFileSync(path("sub/new.csv"), ""), /folder .* changed$/],
    ["what a pattern matches", (folder) => fs.globSync(`${folder}/*.csv`), (path) => writeFileSync(path("new.csv"), ""), /folder .* changed$/],
    ["what a pattern matches, asynchronously", async (folder) => { const names = []; for await (const name of promises.glob(`${folder}/*.csv`)) names.push(name); return names; }, (path) => writeFileSync(path("new.csv"), ""), /folder .* changed$/],
    ["where a link leads", (folder) => fs.realpathSync(`${folder}/link`), (path) => { unlinkSync(path("link")); symlinkSync(path("sub"), path("link")); }, /file .*link changed$/],
  ];
  test.each(cases)("%s", async (_, learn, change, reason) => {
    fs.mkdirSync(traced.path("sub"));
    symlinkSync(data, traced.path("link"));
    const { folder } = traced;
    traced.add("learns", () => learn(folder));
    await traced.run();
    expect(await traced.run()).toEqual({ learns: "kept" });
    change((name) => traced.path(name));
    expect((await traced.run()).learns).toMatch(reason);
    expect(await traced.run()).toEqual({ learns: "kept" });
  });
});

test("what has not to do with it runs nothing: other files, a file written again with the same content, and its edit undone", async () => {
  const { folder } = traced;
  traced.add("reads", () => readFileSync(data, "utf8")).add("exists", () => existsSync(data)).add("lists", () => readdirSync(folder));
  await traced.run();
  traced.write("data.csv", "one");
  expect(await traced.run()).toEqual({ reads: "kept", exists: "kept", lists: "kept" });
  traced.write("data.csv", "two");
  expect(await traced.run()).toMatchObject({ exists: "kept", lists: "kept", reads: expect.stringMatching(/^ran: file/) });
  traced.write("data.csv", "one");
  expect(await traced.run()).toEqual({ reads: "kept", exists: "kept", lists: "kept" });
  expect([...traced.state.result.values()].map((state: { result: unknown }) => state.result)).toContain("one");
});

test("what is in files does not matter to who looks for names only", async () => {
  const pattern = `${traced.folder}/*.csv`;
  traced.add("matches", () => fs.globSync(pattern)).add("asks", () => existsSync(data));
  await traced.run();
  traced.write("data.csv", "edited, and longer");
  expect(await traced.run()).toEqual({ matches: "kept", asks: "kept" });
});

test("a change that leaves size and times as they were is seen", async () => {
  traced.age("data.csv");
  const { atime, mtime } = statSync(data);
  traced.add("reads", () => readFileSync(data, "utf8"));
  await traced.run();
  writeFileSync(data, "two");
  fs.utimesSync(data, atime, mtime);
  expect((await traced.run()).reads).toMatch(/^ran: file/);
});

test("which files it reads may depend on what is in others: each state of them has its result", async () => {
  traced.write("a", "A"); traced.write("b", "B"); traced.write("which", "a");
  const { folder } = traced;
  traced.add("follows", () => readFileSync(`${folder}/${readFileSync(`${folder}/which`, "utf8")}`, "utf8"));
  await traced.run();
  traced.write("which", "b");
  expect((await traced.run()).follows).toMatch(/file .*which changed$/);
  traced.write("a", "other");
  expect(await traced.run()).toEqual({ follows: "kept" });
  traced.write("which", "a");
  expect((await traced.run()).follows).toMatch(/^ran: /);
  traced.write("which", "b");
  expect(await traced.run()).toEqual({ follows: "kept" });
});

describe("tasks do not mix", () => {
  test("those that run at the same time", async () => {
    const [first, second] = ["first", "second"].map((name) => traced.write(name, name));
    const slowly = (path: string) => async () => { await new Promise((resolve) => setTimeout(resolve, 5)); const text = await promises.readFile(path, "utf8"); await new Promise((resolve) => setTimeout(resolve, 5)); return text; };
    traced.add("one", slowly(first)).add("two", slowly(second));
    await traced.run();
    traced.write("second", "changed");
    expect(await traced.run()).toEqual({ one: "kept", two: expect.stringMatching(/^ran: file .*second changed$/) });
  });

  test("the children of a mapping", async () => {
    const names = ["x", "y", "z"];
    for (const name of names) traced.write(name, name);
    const { folder } = traced;
    const read = task((name: string) => readFileSync(`${folder}/${name}`, "utf8"), { name: "read" });
    traced.flow.build(() => read.map(names));
    await traced.run();
    traced.write("y", "changed");
    const said = await traced.run();
    expect([said["read[0]"], said["read[1]"], said["read[2]"]]).toEqual(["kept", expect.stringMatching(/^ran: file .*y changed$/), "kept"]);
  });

  test("what is read outside of tasks, or after a task's end, belongs to none", async () => {
    traced.add("starts", () => { setTimeout(() => readFileSync(data), 20); return 1; }, { stateHandlers: [() => { readFileSync(data); }] });
    await traced.run();
    readFileSync(data);
    await new Promise((resolve) => setTimeout(resolve, 50));
    traced.write("data.csv", "two");
    expect(await traced.run()).toEqual({ starts: "kept" });
  });
});

describe("a task that runs a flow", () => {
  test.each([["that keeps nothing", false], ["that keeps results", true]])("%s depends on what the tasks in there read", async (_, cache) => {
    traced.add("outer", async () => {
      const inner = new Flow("inner");
      const read = inner.build(() => task(() => readFileSync(data, "utf8"), { name: "inner" })());
      return (await inner.run({}, { cache })).result.get(read).result;
    });
    await traced.run();
    expect(await traced.run()).toEqual({ outer: "kept" });
    traced.write("data.csv", "two");
    expect((await traced.run()).outer).toMatch(/file .*data\.csv changed$/);
    traced.write("data.csv", "one");
    expect(await traced.run()).toEqual({ outer: "kept" });
  });

  test("depends on what tasks in there once read whose results are kept", async () => {
    const cache = new ResultCache();
    const inside = async () => {
      const inner = new Flow("inner");
      const read = inner.build(() => task(() => readFileSync(data, "utf8"), { name: "inner" })());
      return (await inner.run({}, { cache: true })).result.get(read).result;
    };
    traced.add("first", async () => `${await inside()} first`);
    await traced.run({ cache });
    traced.add("second", async () => `${await inside()} second`);
    await traced.run({ cache });
    expect(await traced.run({ cache })).toEqual({ first: "kept", second: "kept" });
    traced.write("data.csv", "two");
    expect(await traced.run({ cache })).toEqual({ first: expect.stringMatching(/data\.csv changed$/), second: expect.stringMatching(/data\.csv changed$/) });
  });
});

describe("a file that a task writes", () => {
  test("is to be there as it was written", async () => {
    const out = traced.path("out.csv");
    traced.add("writes", () => { writeFileSync(out, "result"); return readFileSync(out, "utf8"); });
    await traced.run();
    expect(await traced.run()).toEqual({ writes: "kept" });
    writeFileSync(out, "edited");
    expect((await traced.run()).writes).toMatch(/^ran: file .*out\.csv, which it wrote, changed$/);
    expect(readFileSync(out, "utf8")).toBe("result");
    rmSync(out);
    expect((await traced.run()).writes).toMatch(/^ran: file .*out\.csv, which it wrote, is gone$/);
    expect(await traced.run()).toEqual({ writes: "kept" });
  });

  const writers: Record<string, (path: string) => unknown> = {
    "a stream": async (path) => { const stream = createWriteStream(path); await new Promise<void>((resolve) => stream.end("x", resolve)); return 1; },
    "a promise": async (path) => { await promises.writeFile(path, "x"); return 1; },
    "a FileHandle": async (path) => { await using file = await promises.open(path, "w"); await file.write("x"); return 1; },
    "a rename, so that it is whole at once": (path) => { writeFileSync(`${path}.tmp`, "x"); fs.renameSync(`${path}.tmp`, path); return 1; },
    "copyFile": (path) => { fs.copyFileSync(data, path); return 1; },
  };
  test.each(Object.entries(writers))("by %s too", async (_, write) => {
    const out = traced.path("out.csv");
    traced.add("writes", () => write(out));
    await traced.run();
    expect(await traced.run()).toEqual({ writes: "kept" });
    rmSync(out);
    expect((await traced.run()).writes).toMatch(/which it wrote, is gone$/);
  });

  test("and removes again leaves nothing behind", async () => {
    const temporary = traced.path("temporary"), prefix = traced.path("t-");
    traced.add("works", () => { writeFileSync(temporary, "x"); const length = readFileSync(temporary).length; rmSync(temporary); return length; })
      .add("in a folder", () => { const folder = fs.mkdtempSync(prefix); writeFileSync(`${folder}/x`, "x"); rmSync(folder, { recursive: true }); return 1; });
    await traced.run();
    expect(await traced.run()).toEqual({ works: "kept", "in a folder": "kept" });
    writeFileSync(temporary, "somebody else's");
    expect(await traced.run()).toEqual({ works: "kept", "in a folder": "kept" });
  });

  test("by appending is like a log: it is not looked at", async () => {
    const log = traced.path("log.txt");
    traced.add("one", () => { fs.appendFileSync(log, "one\n"); return 1; }).add("two", () => { const file = openSync(log, "a"); fs.writeSync(file, "two\n"); fs.closeSync(file); return 2; });
    await traced.run();
    rmSync(log);
    expect(await traced.run()).toEqual({ one: "kept", two: "kept" });
  });

  test("and has read before makes a result that can not be kept", async () => {
    traced.add("counts", () => { const n = readFileSync(data, "utf8").length; writeFileSync(data, "x".repeat(n + 1)); return n; });
    expect((await traced.run()).counts).toMatch(/not kept, because it changes file .*data\.csv, which it reads$/);
    expect((await traced.run()).counts).toMatch(/^ran: /);
    expect(readFileSync(data, "utf8")).toBe("xxxxx");
  });

  test("if it is not there yet, is kept as written", async () => {
    const out = traced.path("out.csv");
    traced.add("once", () => { if (!existsSync(out)) writeFileSync(out, "x"); return 1; });
    await traced.run();
    expect(await traced.run()).toEqual({ once: "kept" });
  });

  test("is what a task that follows reads: both are kept, and both run when it is gone", async () => {
    const out = traced.path("out.csv");
    traced.flow.build(() => {
      const write = task(() => { writeFileSync(out, "x"); return 1; }, { name: "write" })();
      task(() => readFileSync(out, "utf8"), { name: "read" }).with({ upstreamTasks: [write] })();
    });
    await traced.run();
    expect(await traced.run()).toEqual({ write: "kept", read: "kept" });
    rmSync(out);
    // It is written again with the same content before the other is looked at.
    expect(await traced.run()).toEqual({ write: expect.stringMatching(/is gone$/), read: "kept" });
  });
});

test("a file that changes while the task runs makes a result that is used and not kept", async () => {
  traced.add("reads", async () => { const text = readFileSync(data, "utf8"); await new Promise((resolve) => setTimeout(resolve, 60)); return text; });
  const running = traced.run();
  setTimeout(() => writeFileSync(data, "two"), 20);
  expect((await running).reads).toMatch(/^ran: never run; not kept, because file .*data\.csv changed while it ran$/);
  expect((await traced.run()).reads).toMatch(/^ran: /);
  expect(await traced.run()).toEqual({ reads: "kept" });
});

test("a folder that changes far below while a task goes through it too; that a file is there does not change with what is in it", async () => {
  fs.mkdirSync(traced.path("deep/deeper"), { recursive: true });
  const { folder } = traced, wait = 60;
  traced.add("walks", async () => { const names = readdirSync(folder, { recursive: true }); await new Promise((resolve) => setTimeout(resolve, wait)); return names.length; })
    .add("asks", async () => { const there = existsSync(data); await new Promise((resolve) => setTimeout(resolve, wait)); return there; });
  const running = traced.run();
  setTimeout(() => { writeFileSync(`${folder}/deep/deeper/new.csv`, ""); writeFileSync(data, "two"); }, 20);
  expect(await running).toEqual({ walks: expect.stringMatching(/; not kept, because folder .* changed while it ran$/), asks: "ran: never run" });
});

describe("what does not count", () => {
  test("files of packages, and Flowlet's own folder", async () => {
    for (const folder of ["node_modules/p", ".flowlet/results"]) { fs.mkdirSync(traced.path(folder), { recursive: true }); traced.write(`${folder}/file`, "one"); }
    const { folder } = traced;
    traced.add("reads", () => ["node_modules/p", ".flowlet/results"].map((inner) => readFileSync(`${folder}/${inner}/file`, "utf8")));
    await traced.run();
    for (const folder of ["node_modules/p", ".flowlet/results"]) traced.write(`${folder}/file`, "two");
    expect(await traced.run()).toEqual({ reads: "kept" });
  });

  test("modules that are loaded in a task", async () => {
    const module = traced.write("module.cjs", "module.exports = 1;");
    const load = createRequire(module);
    const loads = { now: () => load(module) as number };
    traced.add("loads", () => loads.now());
    await traced.run();
    traced.write("module.cjs", "module.exports = 2;");
    expect((await traced.run()).loads).not.toMatch(/module\.cjs/);
  });
});

describe("what can not be looked at again makes the result `outside`", () => {
  const cases: [name: string, use: (folder: string) => unknown, source: string][] = [
    ["what the system tells about itself", () => fs.existsSync("/proc/uptime") && readFileSync("/proc/uptime", "utf8"), "/proc/uptime"],
    ["a watched file", () => { const watcher = fs.watch("."); watcher.close(); return 1; }, "a watched file"],
    ["the room on a disk", () => fs.statfsSync("/").bsize, "the state of a file system"],
    ["a copied folder", (folder) => { fs.cpSync(`${folder}/sub`, `${folder}/sub2`, { recursive: true }); return 1; }, "the copied folder"],
  ];
  test.each(cases)("%s", async (_, use, source) => {
    fs.mkdirSync(traced.path("sub"));
    const { folder } = traced;
    traced.add("uses", () => use(folder));
    await traced.run();
    expect((await traced.run()).uses).toMatch(new RegExp(`^kept from outside: ${source}`));
  });

  test("a descriptor that somebody else has opened", async () => {
    const descriptor = openSync(data, "r");
    traced.add("uses", () => readFileSync(descriptor, "utf8").length);
    await traced.run();
    expect((await traced.run()).uses).toMatch(new RegExp(`^kept from outside: file descriptor ${descriptor}, `));
    fs.closeSync(descriptor);
  });
});

test("what is counted are results, and those of tasks that read are verified like others", async () => {
  traced.add("reads", () => readFileSync(data, "utf8")).add("other", () => 1);
  await traced.run();
  expect([traced.flow.cacheStats().flow.entries, traced.flow.cacheStats().total.entries]).toEqual([2, 2]);
  const report = await traced.flow.verify();
  expect([report.candidates, report.results.map(({ outcome }) => outcome)]).toEqual([2, ["same", "same"]]);
  expect(await traced.run()).toEqual({ reads: "kept", other: "kept" });
});

describe("a plan", () => {
  test("says which file has changed, and runs nothing", async () => {
    traced.add("reads", () => readFileSync(data, "utf8")).add("other", () => 1);
    await traced.run();
    const plan = () => traced.plan();
    expect(plan()).toEqual({ reads: "fresh: kept", other: "fresh: kept" });
    traced.write("data.csv", "two");
    expect(plan()).toEqual({ reads: expect.stringMatching(/^stale: file .*data\.csv changed$/), other: "fresh: kept" });
    traced.write("data.csv", "one");
    expect(plan()).toEqual({ reads: "fresh: kept", other: "fresh: kept" });
  });

  test("that freezes a task keeps the result that it had last, whatever has become of the file", async () => {
    traced.add("reads", () => readFileSync(data, "utf8"));
    await traced.run();
    traced.write("data.csv", "two");
    expect((await traced.run({ freeze: ["reads"] })).reads ?? "kept").not.toMatch(/^ran/);
    expect([...traced.state.result.values()].map((state: { result: unknown }) => state.result)).toEqual(["one"]);
  });
});
