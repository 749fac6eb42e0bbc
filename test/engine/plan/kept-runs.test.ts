/** What a run that keeps results tells: a line at its end, counts, and why each task ran. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ResultCache, knownValue, withHost, type ObservedFlowRun, type RunHost } from "../../../engine/embedding.ts";
import { Flow, Parameter, SKIP, context, task, type State, type Task } from "../../../engine/index.ts";

const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a flow and returns its state and its log lines. */
async function log(flow: Flow, options: object = { cache: true }, parameters = {}, level = "INFO") {
  const lines: string[] = [];
  const run = () => withHost({ onLog: ({ level, message }) => { lines.push(`${level} ${message}`); } }, () => flow.run(parameters, options));
  const state = await run();
  return { state, lines: lines.filter((line) => line.startsWith(level)) };
}
const summaries = (lines: readonly string[]) => lines.filter((line) => /\d+ tasks?: /.test(line)).map((line) => line.replaceAll(/\d+(\.\d+)? m?s\b/g, "T"));

describe("a run that keeps results ends with a line", () => {
  test("about what was kept, what ran, what failed and what was skipped", async () => {
    const settings = { fails: false };
    const flow = new Flow("f", () => {
      named("slow", async () => { await wait(20); return 1; })();
      named("acts", () => {})();
      named("child", (x: number) => x).map([1, 2]);
      const skips = named("skips", () => { throw new SKIP("no"); })();
      named("skipped", () => 1).with({ upstreamTasks: [skips] })();
      const fails = named("fails", () => { if (settings.fails) throw new Error("no"); return 2; })();
      named("waits", () => 1).with({ upstreamTasks: [fails] })();
    });
    expect(summaries((await log(flow)).lines)).toEqual(["INFO 8 tasks: 6 run (T), 2 skipped"]);
    settings.fails = true;
    const { lines } = await log(flow);
    expect(summaries(lines)).toEqual(["INFO 8 tasks: 3 kept (saved T), 1 run (T), 1 failed, 2 skipped, 1 not run"]);
    expect(lines.find((line) => line.includes("kept (saved"))).toMatch(/saved (?:[2-9]\d|\d{3}) ms/);
  });

  test("about the tasks that were chosen, where some are", async () => {
    const flow = new Flow("f");
    const [a] = flow.build(() => { const a = named("a", () => 1)(); return [a, named("b", (x: number) => x)(a)]; });
    await flow.run({}, { cache: true });
    expect(summaries((await log(flow, { cache: true, only: [a] })).lines)).toEqual(["INFO 1 task: 1 run (T)"]);
    expect(summaries((await log(flow, { cache: true, failed: true })).lines)).toEqual(["INFO 0 tasks: nothing to do"]);
  });

  test("which an observer gets too; other runs log none", async () => {
    const flow = new Flow("f", () => { named("a", () => 1)(); });
    expect(summaries((await log(flow, {})).lines)).toEqual([]);
    let summary = "";
    await withHost({ observer: { flowRunEnded: (run: ObservedFlowRun) => { summary = run.summary; } } } as RunHost, () => flow.run());
    expect(summary).toMatch(/^1 task: 1 run \(/);
  });
});

describe("flow.cacheStats", () => {
  test("counts hits, misses and time saved, of the last run and of all, and what is kept of this flow and of all", async () => {
    const cache = new ResultCache({ known: knownValue });
    await withHost({ cache } as RunHost, async () => {
      const flow = new Flow("one", () => { named("slow", async () => { await wait(20); return "text"; })(); named("child", (x: number) => x).map([1, 2]); named("acts", () => {})(); });
      const other = new Flow("two", () => { named("b", () => 2)(); });
      expect(flow.cacheStats()).toMatchObject({ hits: 0, misses: 0, saved: 0, lastRun: null, flow: { entries: 0, bytes: 0 } });
      await flow.run();
      await other.run();
      expect(flow.cacheStats()).toMatchObject({ flowName: "one", hits: 0, misses: 5, lastRun: { hits: 0, misses: 5, saved: 0 } });
      await flow.run();
      const stats = flow.cacheStats();
      expect(stats).toMatchObject({ hits: 4, misses: 6, lastRun: { hits: 4, misses: 1 } });
      expect(stats.saved).toBeGreaterThan(15);
      expect([stats.flow.entries, stats.total.entries, stats.total.bytes > stats.flow.bytes]).toEqual([4, 5, true]);
      expect(String(stats)).toMatch(/^Kept results of flow "one"\n {2}all runs {2}4 hits, 6 misses, saved \d+ ms\n {2}last run {2}4 hits, 1 miss, saved .*\n {2}kept {6}4 results, \d+ bytes; of all flows 5 results/);
      expect(inspect(stats)).toBe(String(stats));
      flow.plan();
      expect(flow.cacheStats().hits).toBe(4);
    });
  });
});

describe("why a task ran", () => {
  test("is on its state: of kept ones, of children, of those that failed or were retried", async () => {
    const settings = { factor: 1 }, runContext = context;
    const flow = new Flow("f");
    const tasks = flow.build(() => ({
      kept: named("kept", () => 1)(), changed: named("changed", () => settings.factor)(), child: named("child", (x: number) => x).map([1]),
      retried: named("retried", () => { if (runContext.taskRunCount === 1) throw new Error("once"); return 1; }, { maxRetries: 1, retryDelay: 0 })(),
      failed: named("failed", () => { throw new Error("always"); })(),
    }));
    const run = async () => {
      const { result } = await flow.run({}, { cache: true });
      return Object.fromEntries(Object.entries(tasks).map(([name, one]) => { const state = result.get(one as Task) as State & { mapStates?: State[] }; return [name, state.mapStates?.[0]?.reason ?? state.reason]; }));
    };
    expect(await run()).toMatchObject({ kept: "never run", changed: "never run", child: "never run", failed: "never run", retried: expect.stringMatching(/^unknown: .*taskRunCount/) });
    settings.factor = 2;
    expect(await run()).toMatchObject({ kept: "kept", changed: expect.stringMatching(/settings.* changed$/), child: "kept", failed: "it failed the last time" });
  });

  test("is on no state of a run that keeps nothing", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => named("one", () => 1)());
    const state = (await flow.run()).result.get(one);
    expect(state.reason).toBeUndefined();
  });

  test("is logged: of changed tasks as INFO, of all as DEBUG; children as DEBUG only", async () => {
    const flow = new Flow("f", () => { const n = new Parameter<number>("n"); named("uses", (n: number) => n)(n); named("child", (x: number) => x + 1).map([n]); named("same", () => 1)(); });
    const why = (lines: readonly string[]) => lines.filter((line) => /Runs|: kept/.test(line));
    expect(why((await log(flow, { cache: true }, { n: 1 })).lines)).toEqual([]);
    expect(why((await log(flow, { cache: true }, { n: 2 })).lines)).toEqual(["n", "uses", "List"].map((name) => expect.stringMatching(new RegExp(`^INFO Task '${name}': Runs, because (parameter \`n\`: 1 → 2|input .* differs)\\.$`))));
    const lines: string[] = [];
    await withHost({ onLog: ({ level, message }) => { lines.push(`${level} ${message}`); } }, () => context.with({ config: { logging: { level: "DEBUG" } } }, () => flow.run({ n: 3 }, { cache: true })));
    expect(lines).toContain("DEBUG Task 'same': kept.");
    expect(lines).toContain("DEBUG Task 'child[0]': Runs: no result is kept for this element.");
  });
});
