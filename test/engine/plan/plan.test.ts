import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { ResultCache, knownValue, withHost, type RunHost } from "../../../engine/embedding.ts";
import { DateTimeParameter, Flow, LocalResult, Parameter, Secret, allFinished, anyFailed, caseOf, context, flatten, ifElse, manualOnly, merge, neverUse, switchOn, task, unmapped, type FlowPlan, type Task } from "../../../engine/index.ts";

const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });

/** `name: verdict, reason` of each task. */
const told = (plan: FlowPlan) => Object.fromEntries([...plan].map(({ name, verdict, reason }) => [name, `${verdict}: ${reason}`]));
const keep = (flow: Flow, parameters = {}) => flow.run(parameters, { cache: true });

describe("a plan says of a task", () => {
  test("that it was never run, and of what follows that it follows it", () => {
    const flow = new Flow("f", () => { named("b", (x: number) => x * 2)(named("a", () => 1)()); });
    expect(told(flow.plan())).toEqual({ a: "stale: never run", b: "stale: follows `a`, which runs (unless its result is equal)" });
  });

  test("that it is fresh where its result is kept, with the time of keeping and what it saves", async () => {
    const flow = new Flow("f");
    const a = flow.build(() => named("a", () => new Promise<number>((resolve) => setTimeout(() => resolve(1), 20)))());
    const before = Date.now();
    await keep(flow);
    const { verdict, reason, keptAt, saves, expected } = flow.plan().get(a);
    expect([verdict, reason, saves === expected, (saves as number) >= 15, (keptAt as Date).getTime() >= before]).toEqual(["fresh", "kept", true, true, true]);
  });

  test("which code has changed, and plans what follows from the kept results of the others", async () => {
    const settings = { factor: 2 };
    const flow = new Flow("f", () => {
      const rows = named("load", () => [1, 2])();
      named("sum", (xs: number[]) => xs.reduce((x, y) => x + y, 0))(named("scale", (xs: number[]) => xs.map((x) => x * settings.factor))(rows));
      named("count", (xs: number[]) => xs.length)(rows);
    });
    await keep(flow);
    settings.factor = 3;
    const { load, scale, sum, count } = told(flow.plan());
    expect([load, count, sum]).toEqual(["fresh: kept", "fresh: kept", "stale: follows `scale`, which runs (unless its result is equal)"]);
    expect(scale).toMatch(/^stale: .*settings.* changed$/);
  });

  test("a parameter's old and new value, also where a task gets it; undoing that is fresh again", async () => {
    const flow = new Flow("f", () => { named("uses", (n: number, text: string) => `${text}${n}`)(new Parameter<number>("n"), new Parameter<string>("text", { default: "x" })); });
    await keep(flow, { n: 2 });
    await keep(flow, { n: 3 });
    expect(told(flow.plan({ n: 4 }))).toEqual({ n: "stale: parameter `n`: 3 → 4", text: "fresh: kept", uses: "stale: parameter `n`: 3 → 4" });
    expect(told(flow.plan({ n: 3, text: "y" }))).toMatchObject({ text: 'stale: parameter `text`: "x" → "y"' });
    expect(flow.plan({ n: 2 }).counts).toEqual({ fresh: 3, outside: 0, stale: 0, unknown: 0 });
  });

  test("without parameters, what the last run's would give", async () => {
    const flow = new Flow("f", () => { named("uses", (n: number) => n)(new Parameter<number>("n")); });
    await keep(flow, { n: 2 });
    expect(flow.plan().counts.fresh).toBe(2);
  });

  test("that a required parameter has no value; no error", () => {
    const flow = new Flow("f", () => { named("uses", (n: number) => n)(new Parameter<number>("n")); });
    expect(told(flow.plan())).toEqual({ n: "unknown: parameter `n` has no value", uses: "unknown: follows `n`, which has no value" });
  });

  test("values from the context are parameters too, and another one there is another key", async () => {
    const flow = new Flow("f");
    const uses = flow.build(() => named("uses", (n: number) => n * 10)(new Parameter<number>("n")));
    const run = async (n: number) => (await flow.run({}, { cache: true, context: { parameters: { n } } })).result.get(uses).result;
    expect([await run(1), await run(2)]).toEqual([10, 20]);
    expect(told(flow.plan({}, { context: { parameters: { n: 1 } } }))).toEqual({ n: "fresh: kept", uses: "fresh: kept" });
    expect(told(flow.plan({}, { context: { parameters: { n: 5 } } })).uses).toBe("stale: parameter `n`: 2 → 5");
  });

  test("a parameter that is a date counts by the date", async () => {
    const flow = new Flow("f", () => { named("uses", (day: Date | null) => day?.getTime())(new DateTimeParameter("day")); });
    await keep(flow, { day: "2026-11-25" });
    expect(told(flow.plan({ day: "2026-11-25T00:00Z" })).uses).toBe("fresh: kept");
    expect(told(flow.plan({ day: "2026-11-26" })).uses).toMatch(/^stale: parameter `day` changed/);
  });

  test("that it acts where it returned nothing, and that what follows it runs", async () => {
    const flow = new Flow("f", () => { named("after", () => 1).with({ upstreamTasks: [named("act", () => {})()] })(); });
    await keep(flow);
    expect(told(flow.plan())).toEqual({ act: "stale: it returns nothing, so it acts: it runs every time", after: "stale: follows `act`, which runs" });
  });

  test("that its result is not kept: because it is told so, is a secret, or can not be looked into", async () => {
    class Hidden { #x = 1; get x() { return this.#x; } }
    const flow = new Flow("f", () => {
      named("never", () => 1, { cache: false })();
      named("proxy", () => new Proxy({}, {}))();
      named("hidden", () => new Hidden())();
    });
    await keep(flow);
    const { never, proxy } = told(flow.plan());
    expect([never, proxy]).toEqual(["stale: it is told not to keep its result", "stale: its result can not be looked into, so it is not kept"]);
  });

  test("what makes its code unknown", () => {
    const runContext = context, secrets = Secret;
    const flow = new Flow("f", () => {
      named("counts", () => runContext.taskRunCount)();
      named("reads", () => new secrets("X").get())();
    });
    expect(told(flow.plan())).toEqual({ counts: expect.stringMatching(/^unknown: .*context\.taskRunCount/), reads: expect.stringMatching(/^unknown: .*a secret/) });
  });

  test("that it has expired, and that a validator refuses", async () => {
    const flow = new Flow("f", () => {
      named("short", () => 1, { cache: { for: 0 } })();
      named("refuses", () => 2, { cacheFor: 60_000, cacheValidator: neverUse })();
      named("breaks", () => 3, { cacheFor: 60_000, cacheValidator: () => { throw new Error("broken"); } })();
      named("holds", () => 4, { cacheFor: 60_000 })();
    });
    await keep(flow);
    expect(told(flow.plan())).toEqual({
      short: expect.stringMatching(/^stale: expired \d\d:\d\d:\d\d$/), refuses: "stale: its cache validator refuses the kept result", breaks: "stale: its cache validator fails: broken", holds: "fresh: kept",
    });
  });

  test("what of the outside its kept result came from, and how old it is", async () => {
    const flow = new Flow("f", () => { named("now", () => Date.now())(); });
    await keep(flow);
    expect(told(flow.plan())).toEqual({ now: "outside: kept from outside: Date.now, 0 s ago" });
  });

  test("that it failed the last time, and what follows waits for it", async () => {
    const flow = new Flow("f", () => { named("after", (x: number) => x)(named("bad", (): number => { throw new Error("no"); })()); });
    await keep(flow);
    expect(told(flow.plan())).toEqual({ bad: "stale: it failed the last time", after: "stale: follows `bad`, which runs (unless its result is equal)" });
  });

  test("that its kept result was changed by other code", async () => {
    const flow = new Flow("f");
    const list = flow.build(() => named("list", () => [1])());
    (await keep(flow)).result.get(list).result.push(2);
    expect(told(flow.plan())).toEqual({ list: "stale: its kept result was changed by other code" });
  });

  test("that it waits for approval", () => {
    expect(told(new Flow("f", () => { named("ask", () => 1, { trigger: manualOnly })(); }).plan())).toEqual({ ask: "stale: it waits for approval" });
  });
});

describe("branches", () => {
  test("a condition that is known decides what is skipped; what it lets run is kept, and no condition acts", async () => {
    const flow = new Flow("f");
    const [yes, no] = flow.build(() => {
      const kind = new Parameter<string>("kind");
      return [caseOf(kind, "a", () => named("yes", () => 1)()), caseOf(kind, "b", () => named("no", () => 2)())];
    });
    await keep(flow, { kind: "a" });
    const plan = flow.plan();
    expect([plan.get(yes).reason, plan.get(no).reason]).toEqual(["kept", "skipped: follows `case(b)`, which is skipped"]);
    expect([plan.counts.fresh, plan.tasks.length]).toEqual([5, 5]);
    const { result } = await keep(flow, { kind: "a" });
    expect([result.get(yes).type, result.get(no).type]).toEqual(["Cached", "Skipped"]);
    const other = flow.plan({ kind: "b" });
    expect([other.get(yes).reason, other.get(no).verdict]).toEqual(["skipped: follows `case(a)`, which is skipped", "stale"]);
  });

  test("of switchOn, ifElse and merge the branch that is taken is known too", async () => {
    const flow = new Flow("f");
    const merged = flow.build(() => {
      const n = new Parameter<number>("n");
      const one = named("one", () => 1)(), two = named("two", () => 2)();
      switchOn(n, { 1: one, 2: two });
      ifElse(n, named("some", () => 3)(), named("nothing", () => 4)());
      return merge([one, two]);
    });
    await keep(flow, { n: 1 });
    expect(flow.plan().counts).toMatchObject({ stale: 0, unknown: 0 });
    expect(flow.plan().get(merged).reason).toBe("kept");
    const types = [...(await keep(flow, { n: 1 })).result].map(([one, state]) => `${one.name} ${state.type}`);
    expect(types).toContain("one Cached");
    expect(types).toContain("two Skipped");
  });

  test("a trigger of the engine's that does not let a task run says so; one of the user's is not asked", async () => {
    let asked = 0;
    const own = () => { asked++; return true; };
    const flow = new Flow("f", () => {
      const a = named("a", () => 1)();
      named("rescue", () => 2, { trigger: anyFailed }).with({ upstreamTasks: [a] })();
      named("always", () => 3, { trigger: allFinished }).with({ upstreamTasks: [a] })();
      named("own", () => 4, { trigger: own }).with({ upstreamTasks: [a] })();
    });
    await keep(flow);
    asked = 0;
    expect(told(flow.plan())).toEqual({ a: "fresh: kept", rescue: expect.stringMatching(/^fresh: does not run: .*any_failed/), always: "fresh: kept", own: "fresh: kept, if its trigger lets it run" });
    expect(asked).toBe(0);
  });
});

describe("mapped tasks", () => {
  const squares = (source: { elements: number[] }) => {
    const flow = new Flow("squares");
    const children = flow.build(() => named("square", (x: number, k: number) => x * x * k).map(named("list", () => source.elements)(), unmapped(2)));
    return { flow, children };
  };

  test("are planned child by child, by the content of their elements", async () => {
    const source = { elements: [1, 2, 3] };
    const flow = new Flow("squares");
    const [list, square, sum] = flow.build(() => {
      const n = new Parameter<number[]>("elements");
      const square = named("square", (x: number) => x * x).map(n);
      return [n, square, named("sum", (xs: number[]) => xs.length)(square)];
    });
    await keep(flow, source);
    expect(flow.plan().get(square)).toMatchObject({ verdict: "fresh", reason: "kept", children: { fresh: 3, stale: 0 } });
    const plan = flow.plan({ elements: [3, 1, 4, 2] });
    expect(plan.get(square)).toMatchObject({ verdict: "stale", reason: "1 of 4 children runs: no result is kept for this element", children: { fresh: 3, outside: 0, stale: 1, unknown: 0 } });
    expect(plan.get(sum).reason).toBe("follows `square`, which runs (unless its result is equal)");
    expect(flow.plan({ elements: [3, 1] }).get(square).verdict).toBe("fresh");
    expect(plan.get(list).verdict).toBe("stale");
  });

  test("whose list is made anew follow it as a whole", async () => {
    const source = { elements: [1, 2] };
    const { flow, children } = squares(source);
    await keep(flow);
    source.elements = [1, 2, 3];
    expect(flow.plan().get(children)).toMatchObject({ verdict: "stale", reason: "follows `list`, which runs (unless its result is equal)" });
    expect(flow.plan().get(children).children).toBeUndefined();
  });

  test("over mapped tasks are planned child by child as well; flattened ones wait for the whole", async () => {
    const flow = new Flow("f");
    const [second, flat, after] = flow.build(() => {
      const first = named("first", (x: number) => [x, x]).map(new Parameter<number[]>("xs"));
      const second = named("second", (xs: number[]) => xs.length).map(first);
      return [second, named("flat", (x: number) => x).map(flatten(first)), named("after", () => 1).with({ upstreamTasks: [second] })()];
    });
    await keep(flow, { xs: [1, 2] });
    const plan = flow.plan({ xs: [1, 2, 3] });
    expect(plan.get(second)).toMatchObject({ reason: "1 of 3 children runs: follows `first`, which runs (unless its result is equal)", children: { fresh: 2, stale: 1 } });
    expect(plan.get(flat)).toMatchObject({ verdict: "stale", reason: "follows `first`, which runs (unless its result is equal)" });
    expect(plan.get(after).reason).toBe("follows `second`, which runs");
    expect(flow.plan({ xs: [1, 2] }).counts).toEqual({ fresh: 5, outside: 0, stale: 0, unknown: 0 });
  });

  test("over nothing and over what is no list are told", async () => {
    const flow = new Flow("f", () => {
      const of = (name: string, value: unknown) => named(name, (x: unknown) => x).map(new Parameter<unknown[]>(`${name}s`, { default: value as unknown[] }));
      of("none", []);
      of("number", 5);
    });
    expect(told(flow.plan())).toMatchObject({ none: "fresh: there is nothing to map over", number: "stale: it fails: what it maps over is no list" });
  });

  test("of 20,000 children need no more for each than few do", async () => {
    const flow = new Flow("f");
    const child = flow.build(() => named("child", (x: number, all: number[]) => x + all.length).map(new Parameter<number[]>("xs"), unmapped([1])));
    const xs = Array.from({ length: 20_000 }, (_, index) => index);
    await keep(flow, { xs });
    expect(flow.plan().get(child).children).toEqual({ fresh: 20_000, outside: 0, stale: 0, unknown: 0 });
  });
});

describe("targets", () => {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-plan-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("a result that is there is used, not checked; what follows knows it while the file is as this process wrote it", async () => {
    const flow = new Flow("f", { result: new LocalResult({ dir: folder }) });
    const [made, after] = flow.build(() => {
      const made = named("made", (n: number) => n * 2, { target: "made-{n}.bin" })(new Parameter<number>("n"));
      return [made, named("after", (x: number) => x)(made)];
    });
    expect(flow.plan({ n: 1 }).get(made)).toMatchObject({ verdict: "stale", reason: "never run" });
    await flow.run({ n: 1 }, { cache: true, checkpointing: true });
    expect(flow.plan().get(made)).toMatchObject({ verdict: "fresh", reason: "found at its target, not checked" });
    expect(flow.plan().get(after).reason).toBe("kept");
    expect(flow.plan({ n: 2 }).get(made).verdict).toBe("stale");
    await new Promise((resolve) => setTimeout(resolve, 10));
    writeFileSync(join(folder, "made-1.bin"), "changed by somebody");
    expect(flow.plan().get(after).reason).toBe("follows `made`, which is read from its target (unless its result is equal)");
  });
});

describe("a plan", () => {
  test("runs nothing, changes nothing, and leaves the next run's reasons as they are", async () => {
    let ran = 0;
    const settings = { factor: 1 };
    const flow = new Flow("f");
    const one = flow.build(() => named("one", () => { ran++; return settings.factor; }, { cache: { version: "1" } })());
    await keep(flow);
    const before = ran;
    settings.factor = 2;
    for (let i = 0; i < 3; i++) flow.plan();
    expect(ran).toBe(before);
    expect((await keep(flow)).result.get(one).reason).toMatch(/changed/);
  });

  test("of the flow made anew, as a cell does that runs again, still knows what is kept and the last keys", async () => {
    const cache = new ResultCache({ known: knownValue });
    const settings = { factor: 1 };
    const make = () => new Flow("again", () => { named("one", () => settings.factor)(); named("two", () => 2)(); });
    await withHost({ cache } as RunHost, async () => {
      await make().run();
      settings.factor = 2;
      expect(told(make().plan())).toEqual({ one: expect.stringMatching(/^stale: .*settings.* changed$/), two: "fresh: kept" });
    });
  });

  test("expects the time of the last runs: of what runs, added up, and of children those that run", async () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const settings = { factor: 1 };
    const flow = new Flow("f");
    const [slow, child, never] = flow.build(() => [
      named("slow", async () => { await wait(30); return settings.factor; })(),
      named("child", async (x: number) => { await wait(20); return x; }).map(new Parameter<number[]>("xs")),
      named("never", async () => { await wait(25); return 1; }, { cache: false })(),
    ]);
    expect(flow.plan({ xs: [] }).expected).toBeNull();
    await keep(flow, { xs: [1, 2] });
    settings.factor = 2;
    const plan = flow.plan({ xs: [1, 2, 3] });
    const time = (one: Task) => plan.get(one).expected as number;
    expect(time(slow)).toBeGreaterThan(20);
    expect(time(never)).toBeGreaterThan(15);
    expect(time(child)).toBeGreaterThan(10);
    expect(time(child)).toBeLessThan((plan.get(child).saves as number));
    expect(plan.expected).toBeCloseTo([...plan].filter(({ verdict }) => verdict === "stale").reduce((sum, { expected }) => sum + (expected ?? 0), 0));
    expect([plan.untimed, flow.plan({ xs: [1, 2] }).running.map(({ name }) => name)]).toEqual([0, ["slow", "never"]]);
  });

  test("is a table with a summary", async () => {
    const flow = new Flow("etl", () => { named("b", (x: number) => x, { cache: false })(named("a", () => 1)()); });
    await keep(flow);
    const lines = String(flow.plan()).split("\n");
    expect(lines[0]).toMatch(/^Plan of flow "etl": 1 of 2 tasks runs \(about \d+ ms\), 1 fresh/);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^  a-1  fresh  .* kept$/), expect.stringMatching(/^  b-1  stale  \d+ ms  it is told not to keep its result$/)]);
    expect(inspect(flow.plan())).toBe(String(flow.plan()));
  });

  test("of many tasks lists those that run, and counts the rest", () => {
    const flow = new Flow("big", () => { for (let i = 0; i < 300; i++) named("step", (x: number) => x)(i); });
    expect(String(flow.plan()).split("\n").at(-1)).toBe("  … 200 more");
    expect(flow.plan().get("step-7")).toMatchObject({ slug: "step-7", verdict: "stale" });
  });

  test("knows only tasks of its flow", () => {
    const flow = new Flow("f", () => { named("a", () => 1)(); });
    expect(() => flow.plan().get("b-1")).toThrow(/"b-1" was not found in Flow f/);
    expect(() => flow.plan().get(named("c", () => 1))).toThrow(/Task c was not found in Flow f/);
  });

  test("refuses what is wrong", () => {
    const flow = new Flow("f", () => { named("a", () => 1)(); });
    expect(() => flow.plan({ m: 1 })).toThrow(/unexpected parameters: m/);
    expect(() => flow.plan(5 as never)).toThrow(/parameters must be an object/);
    expect(() => flow.plan({}, { cache: true } as never)).toThrow(/flow.plan of f has no option cache/);
    expect(() => flow.plan({}, { only: 3 } as never)).toThrow(/the option only must be a task, its slug or name/);
  });

  test("of a chain of 20,000 tasks needs no stack", async () => {
    const step = named("step", (x: number) => x + 1);
    const flow = new Flow("chain", () => { let at: Task<any, number> = step(0); for (let i = 1; i < 20_000; i++) at = step(at as never); });
    expect(flow.plan().counts.stale).toBe(20_000);
    await keep(flow);
    expect(flow.plan().counts.fresh).toBe(20_000);
  });
});
