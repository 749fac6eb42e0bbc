/** A process that keeps results and is killed at any moment: what was kept is used, and nothing else. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "./stored.ts";

const ENGINE = pathToFileURL(join(import.meta.dirname, "../../../../lib/engine/index.js")).href;
const KILLS = 50;
const TASKS = 60;
/** How long after the first task has finished a process is killed, at most (milliseconds): a whole run takes about as long. */
const LONGEST = 200;

/** Tasks that take a moment, write down that they ran, and give small and large values; `edit` is part of all of them. */
const script = `
import { appendFileSync } from "node:fs";
import { Flow, LocalExecutor, task } from ${JSON.stringify(ENGINE)};
const edit = Number(process.argv[2]);
const value = (n: number) => (n % 20 === 0 ? Array.from({ length: 20_000 }, (_, i) => Math.sin(i + n + edit)) : { n, doubled: n * 2 + edit });
const work = task(async (n: number) => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  appendFileSync("ran.txt", n + "\\n");
  return value(n);
}, { name: "work", cache: { version: "1" } });
let began = false;
const announce = (_: unknown, before: unknown, state: { isFinished(): boolean }) => {
  if (state.isFinished() && !began) console.log("began");
  began ||= state.isFinished();
};
const flow = new Flow("killed", { cache: true, executor: new LocalExecutor({ concurrency: 1 }) }, () => { for (let n = 0; n < ${TASKS}; n++) work(n); });
const state = await flow.run({}, { taskRunnerStateHandlers: [announce as never] });
const right = [...state.result.values()].every((one, n) => JSON.stringify(one.result) === JSON.stringify(value(n)));
console.log(right && state.result.size === ${TASKS} ? "whole" : "wrong");
`;

test(`killed ${KILLS} times at random moments: no value is wrong, what was on disk is not run again, and the run goes on where it was`, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "script.mts"), script);
  const log = join(folder, "ran.txt");
  /** What has run since the last call. */
  const ran = (): number[] => {
    const numbers = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter((line) => line !== "").map(Number) : [];
    rmSync(log, { force: true });
    return numbers;
  };
  /** What is on disk: number of the task by key. */
  const kept = (): Map<string, number> => {
    const file = join(folder, ".flowlet/results/results.db");
    if (!existsSync(file)) return new Map();
    const database = new DatabaseSync(file);
    try {
      expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
      // It may have been killed before there were tables.
      if (database.prepare("select name from sqlite_schema where name = 'entries'").get() === undefined) return new Map();
      return new Map(database.prepare("select key, slug from entries").all().map(({ key, slug }) => [key as string, Number((slug as string).replace(/\D/g, "") || "1") - 1]));
    } finally {
      database.close();
    }
  };
  const run = (edit: number, killed: boolean) => new Promise<string>((resolve) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
    const child = spawn(process.execPath, [join(folder, "script.mts"), String(edit)], { cwd: folder, env: { ...env, HOME: folder, NODE_NO_WARNINGS: "1", FLOWLET__LOGGING__LEVEL: "WARNING" } });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => {
      if (killed && printed === "") setTimeout(() => child.kill("SIGKILL"), Math.random() * LONGEST);
      printed += String(chunk);
    });
    // What kept tasks have printed is shown again.
    child.on("close", () => resolve(printed.replaceAll(/^(│ .*|.*: kept from .*)\n/gm, "")));
  });

  const former = new Set<string>();
  let edit = 0, resumed = 0;
  for (let kills = 0; kills < KILLS; ) {
    const before = [...kept()].filter(([key]) => !former.has(key)).map(([, number]) => number);
    // Now and then it may come to its end, so that what was kept at all those moments is looked at as a whole.
    const killed = before.length < TASKS * 0.7;
    const printed = await run(edit, killed);
    expect(printed).toMatch(/^(began\n)?(whole\n)?$/);
    const now = ran();
    expect(now.filter((number) => before.includes(number))).toEqual([]);
    if (before.length > 0 && now.length > 0) resumed++;
    if (killed) kills++;
    if (!printed.includes("whole")) continue;
    expect(before.length + now.length).toBe(TASKS);
    if (killed) continue;
    expect([...kept()].filter(([key]) => !former.has(key))).toHaveLength(TASKS);
    for (const key of kept().keys()) former.add(key);
    edit++;
  }
  expect(resumed).toBeGreaterThan(KILLS / 5);
  expect(edit).toBeGreaterThan(0);
}, 240_000);
