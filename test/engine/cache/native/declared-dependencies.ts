/** What tasks say that their results depend on: `cache: { files, env, key, version }`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FlowletError, ThreadExecutor, task, type TaskOptions } from "../../../../engine/index.ts";
import { TracedFlow } from "./traced-flow.ts";

let traced: TracedFlow;
beforeEach(() => { traced = new TracedFlow(); });
afterEach(() => { traced.remove(); delete process.env.DECLARED; });

/** A task that says what it depends on, and reads none of it itself. */
const say = (cache: TaskOptions["cache"], name = "says") => { traced.add(name, () => 1, { cache }); };

describe("files", () => {
  test("count by content: an edit runs the task, its undo does not", async () => {
    say({ files: [traced.write("a.csv", "one")] });
    expect(await traced.run()).toEqual({ says: "ran: never run" });
    expect(await traced.run()).toEqual({ says: "kept" });
    traced.write("a.csv", "two");
    expect((await traced.run()).says).toMatch(/^ran: file .*a\.csv changed$/);
    traced.write("a.csv", "one");
    expect(await traced.run()).toEqual({ says: "kept" });
  });

  test("may be named from the working directory, and be called so in the reason", async () => {
    const path = traced.write("a.csv", "one");
    say({ files: [relative(process.cwd(), path)] });
    await traced.run();
    rmSync(path);
    expect((await traced.run()).says).toMatch(/^ran: file .*a\.csv changed$/);
    writeFileSync(path, "one");
    expect(await traced.run()).toEqual({ says: "kept" });
  });

  test("by a pattern: those that are edited, added and removed count, others do not", async () => {
    mkdirSync(traced.path("data"));
    traced.write("data/a.csv", "a"); traced.write("data/b.csv", "b"); traced.write("data/other.txt", "x");
    say({ files: [`${traced.folder}/data/*.csv`] });
    await traced.run();
    traced.write("data/other.txt", "y");
    expect(await traced.run()).toEqual({ says: "kept" });
    traced.write("data/b.csv", "edited");
    expect((await traced.run()).says).toMatch(/^ran: file .*b\.csv changed$/);
    traced.write("data/c.csv", "new");
    expect((await traced.run()).says).toMatch(/^ran: file .*c\.csv changed$/);
    rmSync(traced.path("data/a.csv"));
    expect((await traced.run()).says).toMatch(/^ran: file .*a\.csv changed$/);
    expect(await traced.run()).toEqual({ says: "kept" });
  });

  test("of a folder are all below it, but not Flowlet's own, git's and those of packages", async () => {
    mkdirSync(traced.path("data/deep"), { recursive: true });
    for (const name of [".flowlet", ".git", "node_modules"]) { mkdirSync(traced.path(`data/${name}`)); traced.write(`data/${name}/x`, "x"); }
    traced.write("data/deep/a.csv", "a");
    say({ files: [`${traced.folder}/data`] });
    await traced.run();
    for (const name of [".flowlet", ".git", "node_modules"]) traced.write(`data/${name}/x`, "y");
    expect(await traced.run()).toEqual({ says: "kept" });
    traced.write("data/deep/a.csv", "b");
    expect((await traced.run()).says).toMatch(/^ran: file .*a\.csv changed$/);
  });

  test("that are not there count too", async () => {
    say({ files: [traced.path("none.csv")] });
    await traced.run();
    expect(await traced.run()).toEqual({ says: "kept" });
    traced.write("none.csv", "");
    expect((await traced.run()).says).toMatch(/none\.csv changed$/);
  });

  test("with a name like a pattern are found where they are there", async () => {
    say({ files: [traced.write("a[1].csv", "one")] });
    await traced.run();
    traced.write("a[1].csv", "two");
    expect((await traced.run()).says).toMatch(/a\[1\]\.csv changed$/);
  });

  test("that can not be read make the task unknown: it runs, and says so", async () => {
    symlinkSync(traced.path("circle"), traced.path("circle"));
    execFileSync("mkfifo", [traced.path("pipe")]);
    say({ files: [traced.path("circle")] }, "circle");
    say({ files: [traced.path("pipe")] }, "pipe");
    await traced.run();
    const said = await traced.run();
    expect(said.circle).toMatch(/^ran: unknown: file .*circle can not be read \(ELOOP\)$/);
    expect(said.pipe).toMatch(/^ran: unknown: file .*pipe can not be read \(it is neither a file nor a folder\)$/);
  });

  test("that change while the task runs: the result is used and not kept", async () => {
    const path = traced.write("a.csv", "one");
    traced.add("says", async () => { await new Promise((resolve) => setTimeout(resolve, 40)); return 1; }, { cache: { files: [path] } });
    const running = traced.run();
    setTimeout(() => writeFileSync(path, "two"), 10);
    expect((await running).says).toMatch(/^ran: never run; not kept, because file .*a\.csv changed while it ran$/);
    expect((await traced.run()).says).toMatch(/^ran: /);
    expect(await traced.run()).toEqual({ says: "kept" });
  });

  test("also count for tasks in threads, and for the children of a mapping", async () => {
    const path = traced.write("a.csv", "one"), executor = new ThreadExecutor({ threads: 1 });
    say({ files: [path] });
    traced.flow.build(() => task((x: number) => x + 1, { name: "child", cache: { files: [path] } }).map([1, 2]));
    await traced.run({ executor });
    expect(await traced.run({ executor })).toMatchObject({ says: "kept", "child[0]": "kept", "child[1]": "kept" });
    traced.write("a.csv", "two");
    expect((await traced.run({ executor }))).toMatchObject({ says: expect.stringMatching(/^ran: file/), "child[0]": expect.stringMatching(/^ran: file/), "child[1]": expect.stringMatching(/^ran: /) });
  });
});

test("environment variables count by value, and by not being there", async () => {
  say({ env: ["DECLARED"] });
  await traced.run();
  process.env.DECLARED = "eu";
  expect(await traced.run()).toEqual({ says: "ran: environment variable DECLARED changed" });
  process.env.DECLARED = "us";
  expect(await traced.run()).toEqual({ says: "ran: environment variable DECLARED changed" });
  process.env.DECLARED = "eu";
  expect(await traced.run()).toEqual({ says: "kept" });
});

describe("a key of its own", () => {
  const rows = [{ id: 1, seen: "now" }];
  const run = async (cache: TaskOptions["cache"], ...values: unknown[]) => {
    const said: string[] = [];
    let value: unknown;
    traced.flow.build(() => {
      const given = task(() => value, { name: "given", cache: false })();
      task((input: unknown) => typeof input, { name: "uses", cache })(given);
    });
    for (value of values) said.push((await traced.run()).uses);
    return said;
  };

  test("says what counts of the inputs", async () => {
    const cache = { key: ({ input }: Readonly<Record<string, unknown>>) => (input as { id: number }[]).map(({ id }) => id) };
    expect(await run(cache, rows, [{ id: 1, seen: "later" }], [{ id: 2, seen: "now" }])).toEqual(["ran: never run", "kept", "ran: what its cache.key gives differs"]);
  });

  test("is what a value counts by that can not be looked into", async () => {
    const proxied = new Proxy({}, {});
    expect(await run({ key: "always the same" }, proxied, 5)).toEqual(["ran: never run", "kept"]);
  });

  test("that fails, or returns what can not be looked into, makes the task unknown", async () => {
    const fails = { key() { throw new Error("no id"); } }, odd = { key: () => new Proxy({}, {}) };
    expect(await run(fails, 1)).toEqual([expect.stringMatching(/^ran: unknown: its cache\.key fails: .*no id/)]);
    traced.remove();
    traced = new TracedFlow();
    expect(await run(odd, 1)).toEqual(["ran: unknown: what its cache.key returns can not be looked into"]);
  });
});

describe("wrong options are refused where the task is made", () => {
  const wrong: [cache: unknown, says: RegExp][] = [
    [true, /Task bad.*cache.*false or \{ env, files, for, key, version \}/s],
    [[], /cache/],
    [{ files: "data.csv" }, /cache of Task bad.*files.*a list of paths and glob patterns/s],
    [{ files: [""] }, /files/],
    [{ files: ["a\0b"] }, /files/],
    [{ files: [1] }, /files/],
    [{ env: "HOME" }, /env.*a list of names of environment variables/s],
    [{ env: ["A=B"] }, /env/],
    [{ key: 5 }, /key.*a text or a function of the inputs/s],
    [{ for: "1h" }, /for.*milliseconds/s],
    [{ for: Number.NaN }, /for.*milliseconds/s],
    [{ version: 2 }, /version.*a text/s],
    [{ file: ["data.csv"] }, /file.*It has env, files, for, key, version/s],
    [{ FILES: ["data.csv"] }, /Do you mean files/],
  ];
  test.each(wrong)("%j", (cache, says) => {
    const make = () => task(() => 1, { name: "bad", cache: cache as never });
    expect(make).toThrow(FlowletError);
    expect(make).toThrow(says);
  });
});

