import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { withHost } from "../../../engine/embedding.ts";
import { Flow, LOOP, Parameter, context, task, type Task } from "../../../engine/index.ts";
import { firstDifference } from "../../../engine/plan/first-difference.ts";

const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });
const keep = (flow: Flow, parameters = {}) => flow.run(parameters, { cache: true });

/** A count that the engine can not see: it is no part of what a function captures. */
const hidden = () => ((console as unknown as { hidden?: number }).hidden = ((console as unknown as { hidden?: number }).hidden ?? 0) + 1);

describe("flow.verify", () => {
  test("finds a task that gives something else each time, names where, and drops its kept result", async () => {
    const flow = new Flow("f");
    const [impure] = flow.build(() => {
      const impure = named("impure", () => ({ rows: [{ price: 1, count: (console as any).hidden = ((console as any).hidden ?? 0) + 1 }] }))();
      return [impure, named("pure", (x: object) => Object.keys(x).length)(impure)];
    });
    await keep(flow);
    const lines: string[] = [];
    const report = await withHost({ onLog: ({ level, message }) => { lines.push(`${level} ${message}`); } }, () => flow.verify({ sample: "all" }));
    expect(report.results.map(({ name, outcome, difference, dropped }) => [name, outcome, difference, dropped]).sort()).toEqual([
      ["impure", "different", expect.stringMatching(/^\.rows\[0\]\.count: \d+ → \d+$/), true], ["pure", "same", null, false],
    ]);
    expect(lines.filter((line) => line.includes("impure"))).toEqual([expect.stringMatching(/WARNING.*Task 'impure': its kept result is not what it gives now: \.rows\[0\]\.count: .*It is not used any more/)]);
    expect(flow.plan().get(impure)).toMatchObject({ verdict: "stale", reason: "its result is not kept" });
  });

  test("keeps what differs where it is told to, and touches nothing that is the same", async () => {
    const flow = new Flow("f", () => { named("impure", () => hidden(), { cache: {} })(); named("pure", () => 1)(); });
    await keep(flow);
    const report = await flow.verify({ sample: "all", keep: true });
    expect(report.different.map(({ name, dropped }) => [name, dropped])).toEqual([["impure", false]]);
    expect(flow.plan().counts.fresh).toBe(2);
  });

  test("takes a sample: of this size, the same for the same seed, mapped children one by one", async () => {
    const flow = new Flow("f", () => { named("square", (x: number) => x * x).map(new Parameter<number[]>("xs")); });
    await keep(flow, { xs: Array.from({ length: 50 }, (_, index) => index) });
    const names = async (options = {}) => (await flow.verify(options)).results.map(({ name }) => name);
    expect(await names()).toHaveLength(3);
    expect(await names({ sample: 5, seed: 7 })).toEqual(await names({ sample: 5, seed: 7 }));
    expect(await names({ sample: 5, seed: 8 })).not.toEqual(await names({ sample: 5, seed: 7 }));
    const all = await flow.verify({ sample: 1000, seed: 1 });
    expect([all.results.length, all.candidates, all.results.every(({ outcome, mapIndex, name }) => outcome === "same" && name === `square[${mapIndex}]`)]).toEqual([50, 50, true]);
  });

  test("gives each task the kept results of what it needs, its parameters, and its context", async () => {
    const runContext = context;
    const flow = new Flow("f", () => {
      const n = new Parameter<number>("n");
      const slow = named("slow", async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 5)); return x * 2; })(n);
      named("named", (x: number) => `${runContext.taskName} ${x}`)(slow);
    });
    await keep(flow, { n: 4 });
    expect((await flow.verify({ sample: "all" })).summary).toBe("2 of 2 kept results run again: 2 same");
  });

  test("does not look at what acts, comes from outside, is generated or is stale", async () => {
    const settings = { factor: 1 };
    const flow = new Flow("f", () => {
      named("acts", () => {})();
      named("now", () => Date.now())();
      named("stale", () => settings.factor)();
      named("list", (xs: number[]) => xs.length)([named("one", () => 1)(), 2] as never);
    });
    await keep(flow);
    settings.factor = 2;
    const report = await flow.verify({ sample: "all" });
    expect([report.results.map(({ name }) => name).sort(), report.outside, report.summary]).toEqual([["list", "one"], 1, "2 of 2 kept results run again: 2 same; 1 from outside not looked at"]);
  });

  test("names a task that changes its input", async () => {
    const flow = new Flow("f", () => { named("adds", (rows: number[]) => { if ((console as any).adds) rows.push(0); return 1; })(named("rows", () => [3, 1])()); });
    await keep(flow);
    (console as any).adds = true;
    const report = await flow.verify({ sample: "all", seed: 1 });
    delete (console as any).adds;
    expect(report.different.map(({ name, difference }) => [name, difference])).toContainEqual(["adds", "it changes its input `rows`"]);
  });

  test("tells what could not be run, and keeps its result; handlers hear of nothing", async () => {
    let handled = 0;
    const flow = new Flow("f", () => { named("fails", () => { if ((console as any).fails) throw new Error("no disk"); return 1; }, { stateHandlers: [() => { handled++; }] })(); });
    await keep(flow);
    handled = 0;
    (console as any).fails = true;
    const report = await flow.verify();
    delete (console as any).fails;
    expect([report.failed.map(({ name, difference, dropped }) => [name, difference, dropped]), handled]).toEqual([[["fails", expect.stringMatching(/^it could not be run: .*no disk/), false]], 0]);
    expect(flow.plan().counts.fresh).toBe(1);
  });

  test("goes through the iterations of a looping task, and its retries", async () => {
    const flow = new Flow("f", () => {
      named("loops", () => { const { at = 0 } = console as any; (console as any).at = at + 1; if (at % 3 < 2) throw new LOOP("on", { result: at }); return "done"; })();
      named("retries", () => { const { tries = 0 } = console as any; (console as any).tries = tries + 1; if (tries % 2 === 0) throw new Error("once"); return "done"; }, { maxRetries: 1, retryDelay: 0 })();
    });
    await keep(flow);
    expect((await flow.verify({ sample: "all" })).results.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual(["loops same", "retries same"]);
  });

  test("stops when it is told to", async () => {
    const controller = new AbortController();
    const flow = new Flow("f", () => { for (let i = 0; i < 5; i++) named(`t${i}`, (x: number) => x)(i); });
    await keep(flow);
    controller.abort();
    expect((await flow.verify({ sample: "all", signal: controller.signal })).results).toEqual([]);
  });

  test("is a table for people", async () => {
    const flow = new Flow("f", () => { named("one", () => 1)(); });
    await keep(flow);
    const report = await flow.verify({ seed: 5 });
    expect(String(report)).toMatch(/^Flow "f": 1 of 1 kept results run again: 1 same \(seed 5\)\n {2}one {2}same {7}\d/);
    expect([inspect(report), [...report].length]).toEqual([String(report), 1]);
  });

  test.each([[{ sample: 0 }, /sample must be a number of results/], [{ sample: "some" }, /sample must be/], [{ seed: -1 }, /seed must be a whole number/], [{ keep: 1 }, /keep must be true or false/], [{ simple: 1 }, /no option simple/]])("%o is refused", async (options, message) => {
    await expect(new Flow("f").verify(options as never)).rejects.toThrow(message);
  });
});

describe("the first difference", () => {
  test.each([
    [1, 2, "1 → 2"], [[1, [2, 3]], [1, [2, 4]], "[1][1]: 3 → 4"], [{ a: { b: "x" } }, { a: { b: "y" } }, ".a.b: 'x' → 'y'"], [[1], [1, 2], "its length: 1 → 2"], [{ a: [1] }, { a: [] }, ".a.length: 1 → 0"],
    [{ a: 1 }, { b: 1 }, ".b: nothing → 1"], [{ a: 1, b: 2 }, { a: 1 }, ".b: 2 → nothing"], [new Map([["k", 1]]), new Map([["k", 2]]), ".get('k'): 1 → 2"], [new Set([1]), new Set([2]), " element 0: 1 → 2"],
    [new Float64Array([1, 2]), new Float64Array([1, 3]), "[1]: 2 → 3"], [0, -0, "0 → -0"], [new Error("a"), new Error("b"), ".message: 'a' → 'b'"], [[1], { 0: 1 }, "[ 1 ] → { '0': 1 }"],
    [new Date(0), new Date(1), "1970-01-01T00:00:00.000Z → 1970-01-01T00:00:00.001Z"], ["x".repeat(100), 1, expect.stringMatching(/^'x+.*… → 1$/)],
  ])("of %o and %o", (before, now, text) => { expect(firstDifference(before, now)).toEqual(text); });

  test("of equal values, also those that hold themselves, is none", () => {
    const loop: Record<string, unknown> = { a: [1] };
    loop.self = loop;
    const other: Record<string, unknown> = { a: [1] };
    other.self = other;
    expect([firstDifference(loop, other), firstDifference(NaN, NaN), firstDifference(new Date(3), new Date(3))]).toEqual([null, null, null]);
  });
});
