/** The engine's benchmark does what it says at its smallest; no time is asserted. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Section, Wanted } from "../../bench/engine/section.ts";
import { ENGINE_SECTIONS, measureOne, measureSection } from "../../bench/engine/suite.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

const own = new Map(ENGINE_SECTIONS.flatMap((section) => section.wanted(true))
  .filter(({ engine }) => engine.own).map((wanted) => [`${wanted.engine.args.at(-1)} ${wanted.case}`, wanted]));

for (const wanted of own.values()) {
  test.skipIf(await wanted.engine.install?.() !== undefined)(`${wanted.engine.name} measures ${wanted.case} in a process of its own`, async () => {
    const { phases, memory } = await measureOne({ ...wanted, tasks: 8, repetitions: 2 });
    expect(Object.keys(phases)).not.toEqual([]);
    for (const { wall, cpu } of Object.values(phases)) expect([wall.length, cpu.length]).toEqual([2, 2]);
    expect(memory).toBeGreaterThan(0);
  });
}

const sectionOf = (...engines: readonly Wanted["engine"][]): Section => ({
  name: "made up",
  wanted: () => engines.map((engine) => ({ engine, case: "chain", tasks: 10, repetitions: 1 })),
  report: (measured) => measured.map((one) => `${one.engine.name} is in the table`).join("\n"),
});

test("an engine that cannot be installed, or fails, is listed with the reason, and the others are measured", async () => {
  const { engine } = [...own.values()].find(({ case: name }) => name === "chain")!;
  const text = await measureSection(sectionOf(
    { name: "far away", program: "nothing", args: [], own: false, install: async () => "ERROR: no such package" },
    { name: "broken", program: process.execPath, args: ["-e", "throw new TypeError('it broke')"], own: false },
    { name: "silent", program: process.execPath, args: ["-e", "console.log('nothing measured')"], own: false },
    engine,
  ), { quick: true, alone: false });
  expect(text).toContain("far away: absent (ERROR: no such package)");
  expect(text).toContain("broken, chain of 10: failed (TypeError: it broke)");
  expect(text).toContain("silent, chain of 10: failed (it ended without a measurement)");
  expect(text).toContain(`${engine.name} is in the table`);
});

test("alone, Flowlet is measured without asking for its peers", async () => {
  const text = await measureSection(sectionOf({ name: "far away", program: "nothing", args: [], own: false, install: () => Promise.reject(new Error("it was asked for")) }), { quick: true, alone: true });
  expect(text).toBe("");
});

test("the page has a place for each section, and no place that nothing is written to", () => {
  const markers = [...readFileSync(join(ROOT, "docs/performance.md"), "utf8").matchAll(/<!-- bench:(\S+) -->/g)].map(([, name]) => name);
  expect(markers).toEqual([...ENGINE_SECTIONS.map(({ name }) => `engine-${name}`), "probe", "kernel", "server"]);
});

test.each(["engine nonsense", "nonsense", "--nonsense"])("`npm run bench -- %s` is answered with the words there are", async (words) => {
  const failure = await run(process.execPath, [join(ROOT, "bench/main.ts"), ...words.split(" ")]).then(() => undefined, (error: { code: number; stderr: string }) => error);
  expect(failure?.code).toBe(1);
  expect(failure?.stderr).toContain("nonsense");
  expect(failure?.stderr).toContain("engine map");
});
