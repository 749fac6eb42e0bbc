/** Scripts that keep results, run in plain Node, edited and run again. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./stored.ts";

const ENGINE = pathToFileURL(join(import.meta.dirname, "../../../../lib/engine/index.js")).href;

let folder = "";
beforeEach(() => { folder = temporaryFolder(); });

/** A script of parts that can be edited one by one. Each task prints that it runs. */
interface Parts {
  readonly factor?: string;
  readonly clean?: string;
  readonly total?: string;
  readonly options?: string;
  readonly run?: string;
}
const script = ({ factor = "2", clean = "x * factor", total = "rows.reduce((a, b) => a + b, 0)", options = "{ cache: true }", run = "await flow.run()" }: Parts) => `
  import { Flow, task, Parameter, CronClock, Schedule, DatesClock } from ${JSON.stringify(ENGINE)};
  import { scale } from "./lib.mts";
  const factor = ${factor};
  const clean = (x: number): number => ${clean};
  const times = (k: number) => (x: number) => x * k;
  const twice = times(2);
  const load = task(function load(n: number) { console.log("ran load"); return Array.from({ length: n }, (_, i) => clean(i)); });
  const scaled = task(function scaled(rows: number[]) { console.log("ran scaled"); return rows.map((x) => twice(scale(x))); });
  const total = task(function total(rows: number[]) { console.log("ran total"); return ${total}; });
  const flow = new Flow("script", ${options});
  const last = flow.build(() => total(scaled(load(4))));
  const state = ${run};
  console.log("value " + state.result.get(last)?.result);
`;

/** Runs it in the folder. @returns which tasks ran, the value, and what was written to stderr */
async function run(parts: Parts = {}, env: Record<string, string> = {}, lib = "export const scale = (x: number) => x + 1;"): Promise<{ ran: string[]; value: string; printed: string }> {
  writeFileSync(join(folder, "lib.mts"), lib);
  writeFileSync(join(folder, "script.mts"), script(parts));
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, ["script.mts"], { cwd: folder, env: { ...inherited, HOME: folder, USERPROFILE: folder, NODE_NO_WARNINGS: "1", FLOWLET__LOGGING__LEVEL: "WARNING", ...env } }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  const lines = printed.trimEnd().split("\n");
  return { ran: lines.filter((line) => line.startsWith("ran ")).map((line) => line.slice(4)), value: /^value (.*)$/m.exec(printed)?.[1] ?? printed, printed };
}

test("a script that is run twice runs nothing the second time; what is edited between runs, and only that", async () => {
  expect(await run()).toMatchObject({ ran: ["load", "scaled", "total"], value: "32" });
  expect(await run()).toMatchObject({ ran: [], value: "32" });
  expect(await run({ clean: "/* the same */ (x * factor)" })).toMatchObject({ ran: [], value: "32" });
  expect(await run({ factor: "3" })).toMatchObject({ ran: ["load", "scaled", "total"], value: "44" });
  expect(await run({ total: "Math.max(...rows)" })).toMatchObject({ ran: ["total"], value: "14" });
  expect(await run({ clean: "factor * x" })).toMatchObject({ ran: ["load"], value: "32" });
  expect(await run({}, {}, "export const scale = (x: number) => x + 2;")).toMatchObject({ ran: ["scaled", "total"], value: "40" });
  expect(await run()).toMatchObject({ ran: [], value: "32" });
}, 120_000);

test("without cache nothing is kept, whatever is on disk; the run, the flow and the configuration may ask for it, in this order", async () => {
  const none = { options: "{}" };
  const all = ["load", "scaled", "total"];
  await run(none);
  expect(existsSync(join(folder, ".flowlet"))).toBe(false);
  expect((await run({ ...none, run: "await flow.run({}, { cache: true })" })).ran).toEqual(all);
  expect((await run({ ...none, run: "await flow.run({}, { cache: true })" })).ran).toEqual([]);
  expect((await run(none)).ran).toEqual(all);
  expect((await run(none, { FLOWLET__CACHE__ENABLED: "true" })).ran).toEqual([]);
  expect((await run({ options: "{ cache: false }" }, { FLOWLET__CACHE__ENABLED: "true" })).ran).toEqual(all);
  expect((await run({ run: "await flow.run({}, { cache: false })" })).ran).toEqual(all);
}, 120_000);

test("runs on a schedule keep and use results only where the flow says so", async () => {
  const schedule = "schedule: new Schedule([new DatesClock([new Date(Date.now() + 2_000)])])";
  expect((await run({ options: `{ ${schedule} }` }, { FLOWLET__CACHE__ENABLED: "true" })).ran).toHaveLength(3);
  expect((await run({ options: `{ ${schedule} }` }, { FLOWLET__CACHE__ENABLED: "true" })).ran).toHaveLength(3);
  expect((await run({ options: `{ cache: true, ${schedule} }` })).ran).toHaveLength(3);
  expect((await run({ options: `{ cache: true, ${schedule} }` })).ran).toHaveLength(0);
}, 120_000);

test("the folder is that of the configuration; false keeps results in memory only", async () => {
  await run({}, { FLOWLET__CACHE__FOLDER: "kept here" });
  expect(existsSync(join(folder, "kept here/results.db"))).toBe(true);
  expect((await run({}, { FLOWLET__CACHE__FOLDER: "kept here" })).ran).toEqual([]);
  expect((await run({}, { FLOWLET__CACHE__FOLDER: "false" })).ran).toHaveLength(3);
  expect(existsSync(join(folder, ".flowlet"))).toBe(false);
}, 120_000);

test("a script that ends with process.exit, or with an error, has kept what had finished", async () => {
  await run({ run: "await flow.run(); process.exit(3)" });
  expect((await run()).ran).toEqual([]);
  await run({ factor: "9", run: "await flow.run(); throw new Error('no')" });
  expect((await run({ factor: "9" })).ran).toEqual([]);
}, 120_000);

test("a folder that can not be used is told once, and the flow runs", async () => {
  mkdirSync(join(folder, ".flowlet"));
  writeFileSync(join(folder, ".flowlet/results"), "a file");
  const { ran, value, printed } = await run({ run: "(await flow.run(), await flow.run())" });
  expect([ran.length, value]).toEqual([3, "32"]);
  expect(printed.match(/Results are kept in memory only/g)).toHaveLength(1);
});

test("after a restart the reasons say what has changed since, and what came from outside is not used again", async () => {
  writeFileSync(join(folder, "reasons.mts"), `
    import { Flow, task } from ${JSON.stringify(ENGINE)};
    import { withHost } from ${JSON.stringify(ENGINE.replace("index.js", "embedding.js"))};
    const factor = Number(process.argv[2]);
    class Model { weight = 1; }
    const scale = task(function scale(x: number) { return x * factor; });
    const steady = task(function steady() { return 1; });
    const now = task(function now() { return Date.now(); });
    const versioned = task(function versioned() { return Date.now(); }, { cache: { version: "1" } });
    const hourly = task(function hourly() { return Date.now() + 1; }, { cache: { for: 3_600_000 } });
    const fit = task(function fit() { return new Model(); });
    const flow = new Flow("reasons", { cache: true }, () => { scale(5); steady(); now(); versioned(); hourly(); fit(); });
    const reasons: string[] = [];
    await withHost({ observer: { taskRunChanged: (_run, taskRun, state) => { if (state.isFinished()) reasons.push(taskRun.node.task.name + ": " + taskRun.reason); } } }, () => flow.run());
    console.log(JSON.stringify(reasons));
  `);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  const reasons = (factor: number) => new Promise<string[]>((resolve, reject) => {
    execFile(process.execPath, ["reasons.mts", String(factor)], { cwd: folder, env: { ...env, HOME: folder, NODE_NO_WARNINGS: "1", FLOWLET__LOGGING__LEVEL: "WARNING" } }, (error, stdout, stderr) => (error === null ? resolve(JSON.parse(stdout) as string[]) : reject(new Error(stderr))));
  });
  expect(await reasons(2)).toEqual(["scale", "steady", "now", "versioned", "hourly", "fit"].map((name) => `${name}: never run`));
  expect(await reasons(3)).toEqual([
    expect.stringMatching(/^scale: `?factor`? changed/), "steady: kept", "now: outside: Date.now; not used after a restart", expect.stringMatching(/^versioned: kept.* from outside: Date.now/), expect.stringMatching(/^hourly: kept.* from outside: Date.now/),
    "fit: its result was kept in memory only: it holds an instance of Model",
  ]);
}, 120_000);

test("no secret is written: not as a result, not as what a validator compares", async () => {
  writeFileSync(join(folder, "secrets.mts"), `
    import { Flow, FlowletSecret, task, allInputs } from ${JSON.stringify(ENGINE)};
    const size = task(function size(token: string) { return token.length; });
    const compared = task(function compared(token: string) { return token.length * 2; }, { cacheFor: 60_000, cacheValidator: allInputs });
    const flow = new Flow("secrets", { cache: true }, () => { const token = new FlowletSecret("TOKEN"); size(token); compared(token); });
    const state = await flow.run();
    console.log(state.type);
  `);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, ["secrets.mts"], { cwd: folder, env: { ...env, HOME: folder, FLOWLET__CONTEXT__SECRETS__TOKEN: "swordfish-and-chips", FLOWLET__LOGGING__LEVEL: "WARNING" } }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  expect(printed).toBe("Success\n");
  const bytes = readFileSync(join(folder, ".flowlet/results/results.db"), "latin1");
  expect(bytes).toContain("size-1");
  expect(bytes).not.toContain("swordfish");
});

test("a file that a task has read counts after a restart too, and its old content has its result back", async () => {
  writeFileSync(join(folder, "reads.mts"), `
    import { readFileSync } from "node:fs";
    import { Flow, task } from ${JSON.stringify(ENGINE)};
    const read = task(function read() { console.log("ran read"); return readFileSync("data.txt", "utf8"); });
    const flow = new Flow("reads", { cache: true });
    const text = flow.build(() => read());
    const state = await flow.run();
    console.log("value " + state.result.get(text).result);
  `);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  const runWith = async (text: string) => {
    writeFileSync(join(folder, "data.txt"), text);
    return await new Promise<string>((resolve) => {
      execFile(process.execPath, ["reads.mts"], { cwd: folder, env: { ...env, HOME: folder, NODE_NO_WARNINGS: "1", FLOWLET__LOGGING__LEVEL: "WARNING" } }, (_, stdout, stderr) => resolve((stdout + stderr).replaceAll(/^(│ .*|.*: kept from .*)\n/gm, "")));
    });
  };
  expect(await runWith("one")).toBe("ran read\nvalue one\n");
  expect(await runWith("one")).toBe("value one\n");
  expect(await runWith("two")).toBe("ran read\nvalue two\n");
  expect(await runWith("one")).toBe("value one\n");
  expect(await runWith("two")).toBe("value two\n");
}, 120_000);
