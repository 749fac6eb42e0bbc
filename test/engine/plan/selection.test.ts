import { describe, expect, test } from "vitest";
import { ResultCache, knownValue, withHost, type RunHost } from "../../../engine/embedding.ts";
import { EnvVarSecret, Flow, Parameter, anyFailed, task, type RunOptions, type State, type Task } from "../../../engine/index.ts";

type AnyTask = Task<any, any>;
const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });

/** Names of the tasks that have run since it was emptied; tasks tell it through console, which is no part of their keys. */
const ran: string[] = [];
console.debug = (name: string) => { ran.push(name); };

/** n → load → clean → train → report, and load → count. */
function pipeline() {
  const settings = { clean: 1, broken: false };
  const flow = new Flow("pipeline");
  const tasks = flow.build(() => {
    const n = new Parameter<number>("n", { default: 3 });
    const load = named("load", (n: number) => { console.debug("load"); return Array.from({ length: n }, (_, index) => index); })(n);
    const clean = named("clean", (rows: number[]) => { console.debug("clean"); return rows.map((row) => row * settings.clean); })(load);
    const train = named("train", (rows: number[]) => { console.debug("train"); if (settings.broken) throw new Error("broken"); return rows.length * 10; })(clean);
    const report = named("report", (score: number) => { console.debug("report"); return `score ${score}`; })(train);
    const count = named("count", (rows: number[]) => { console.debug("count"); return rows.length; })(load);
    return { n, load, clean, train, report, count };
  });
  const run = async (options: RunOptions = {}, parameters = {}) => {
    ran.length = 0;
    const state = await flow.run(parameters, { cache: true, ...options });
    return { state, ran: [...ran].sort(), of: (one: AnyTask) => state.result.get(one) as State<any> };
  };
  return { flow, ...tasks, settings, run };
}

describe.each([["where results are kept", true], ["where nothing is kept", false]])("%s", (_, cache) => {
  test("only runs exactly these, with the last results of the others", async () => {
    const { run, train, report, clean } = pipeline();
    await run({ cache });
    const { ran, of } = await run({ cache, only: [train] });
    expect([ran, of(train).result, of(report).type, of(clean).result]).toEqual([["train"], 30, "Success", [0, 1, 2]]);
  });

  test("upTo runs these and what they need, and nothing else; the flow's state is theirs", async () => {
    const { run, clean, report, count } = pipeline();
    const { ran, of, state } = await run({ cache, upTo: clean });
    expect([ran, of(report).message, of(count).type, state.type]).toEqual([["clean", "load"], "Task not run.", "Pending", "Success"]);
  });

  test("upTo that fails makes the flow's state Failed, though no reference task has run", async () => {
    const { run, settings, train } = pipeline();
    settings.broken = true;
    expect((await run({ cache, upTo: [train] })).state.type).toBe("Failed");
  });

  test("from runs these and everything downstream; with upTo what lies between", async () => {
    const { run, clean, train } = pipeline();
    await run({ cache });
    expect((await run({ cache, from: clean })).ran).toEqual(["clean", "report", "train"]);
    expect((await run({ cache, from: [clean], upTo: [train] })).ran).toEqual(["clean", "train"]);
  });

  test("failed runs what failed and what follows, with the parameters of that run", async () => {
    const { run, settings, report, n } = pipeline();
    settings.broken = true;
    expect((await run({ cache }, { n: 4 })).state.type).toBe("Failed");
    settings.broken = false;
    const { ran, state, of } = await run({ cache, failed: true });
    expect([ran, state.type, of(report).result, of(n).result]).toEqual([["report", "train"], "Success", "score 40", 4]);
    expect((await run({ cache, failed: true })).ran).toEqual([]);
  });

  test("failed runs everything where nothing was run yet", async () => {
    const { run } = pipeline();
    expect((await run({ cache, failed: true })).ran).toEqual(["clean", "count", "load", "report", "train"]);
  });

  test("failed goes on with a run that was cancelled", async () => {
    const controller = new AbortController();
    const flow = new Flow("f");
    const last = flow.build(() => {
      const first = named("first", () => { console.debug("first"); return 1; })();
      const slow = named("slow", async (x: number) => { console.debug("slow"); if (!controller.signal.aborted) { controller.abort(); await new Promise(() => {}); } return x + 1; })(first);
      return named("last", (x: number) => { console.debug("last"); return x; })(slow);
    });
    expect((await flow.run({}, { cache, signal: controller.signal })).type).toBe("Cancelled");
    ran.length = 0;
    expect([(await flow.run({}, { cache, failed: true })).result.get(last).result, ran]).toEqual([2, ["slow", "last"]]);
  });

  test("failed runs only the failed children of a mapped task", async () => {
    const settings = { bad: 2 };
    const flow = new Flow("f");
    const [child, sum] = flow.build(() => {
      const child = named("child", (x: number) => { console.debug(String(x)); if (x === settings.bad) throw new Error("bad"); return x * 10; }).map([1, 2, 3]);
      return [child, named("sum", (xs: number[]) => xs.reduce((one, other) => one + other, 0))(child)];
    });
    await flow.run({}, { cache });
    ran.length = 0;
    settings.bad = 0;
    const { result } = await flow.run({}, { cache, failed: true });
    expect([ran, result.get(child).result, result.get(sum).result]).toEqual([["2"], [10, 20, 30], 60]);
  });

  test("freeze uses the last result, says so, and lets the others run", async () => {
    const { run, settings, clean, train } = pipeline();
    await run({ cache });
    settings.clean = 5;
    const { ran, of } = await run({ cache, freeze: [clean] });
    expect([ran.includes("clean"), of(clean).result, of(train).result]).toEqual([false, [0, 1, 2], 30]);
    expect(of(clean).reason).toMatch(/^frozen/);
  });

  test("names and slugs choose tasks; a name all that have it", async () => {
    const { run } = pipeline();
    await run({ cache });
    expect((await run({ cache, only: "train" })).ran).toEqual(["train"]);
    expect((await run({ cache, only: ["train-1", "count"] })).ran).toEqual(["count", "train"]);
    const flow = new Flow("twins", () => { for (const x of [1, 2]) named("twin", (y: number) => { console.debug("twin"); return y; })(x); });
    await flow.run({}, { cache });
    ran.length = 0;
    await flow.run({}, { cache, only: "twin" });
    expect(ran).toEqual(["twin", "twin"]);
  });

  test("a parameter that is given counts, also where its task is not chosen", async () => {
    const { run, load } = pipeline();
    await run({ cache });
    const { of } = await run({ cache, only: [load] }, { n: 5 });
    expect(of(load).result).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("kept results", () => {
  /** A flow made by each call, as cells that are run again make it, and a process's cache for all of them. */
  function remade() {
    const cache = new ResultCache({ known: knownValue });
    const settings = { clean: 1 };
    const make = () => {
      const flow = new Flow("remade");
      const tasks = flow.build(() => {
        const load = named("load", () => [1, 2, 3])();
        const clean = named("clean", (rows: number[]) => rows.map((row) => row * settings.clean))(load);
        const child = named("child", (row: number) => row + 1).map(clean);
        return { load, clean, child, total: named("total", (rows: number[]) => rows.length)(child), after: named("after", () => 7).with({ upstreamTasks: [load] })() };
      });
      return { flow, ...tasks };
    };
    const run = (flow: Flow, options: RunOptions = {}) => withHost({ cache } as RunHost, () => flow.run({}, options));
    const types = (state: Awaited<ReturnType<Flow["run"]>>) => Object.fromEntries([...state.result].map(([one, its]) => [one.name, its.type]));
    return { make, run, settings, types };
  }

  test("stand in for results that this process has not made: only and from work right after a restart", async () => {
    const { make, run, types } = remade();
    await run(make().flow);
    const second = make();
    expect(types(await run(second.flow, { only: [second.total] }))).toMatchObject({ child: "Mapped", total: "Success", clean: "Pending" });
    const third = make();
    const state = await run(third.flow, { from: "child" });
    expect([types(state), state.result.get(third.total).result]).toMatchObject([{ clean: "Cached", child: "Mapped", total: "Success", after: "Pending" }, 3]);
  });

  test("where they are stale are no results, and the error says what is missing, why, and what to do", async () => {
    const { make, run, settings } = remade();
    await run(make().flow);
    settings.clean = 2;
    const second = make();
    await expect(run(second.flow, { only: [second.child] })).rejects.toThrow(/^Can not run only child-1 of flow remade: there is no result of clean-1 yet \(clean-1: .*settings.* changed\)\. .*upTo/);
    expect((await run(second.flow, { upTo: [second.child] })).result.get(second.child).result).toEqual([3, 5, 7]);
  });

  test("can be frozen after a restart though they are stale; what follows is kept under what it was made from", async () => {
    const { make, run, settings, types } = remade();
    await run(make().flow);
    settings.clean = 2;
    const second = make();
    const state = await run(second.flow, { freeze: [second.clean] });
    expect([state.result.get(second.clean).result, state.result.get(second.clean).reason]).toEqual([[1, 2, 3], expect.stringMatching(/^frozen: .*settings.* changed$/)]);
    expect(types(state)).toEqual({ load: "Cached", clean: "Cached", child: "Mapped", total: "Cached", after: "Cached" });
    expect(state.result.get(second.clean).isCached()).toBe(true);
    const thawed = await run(second.flow);
    expect(thawed.result.get(second.child).result).toEqual([3, 5, 7]);
  });

  test("what only follows a task that is left out is kept by that task's key", async () => {
    const { make, run, types } = remade();
    const first = make();
    await run(first.flow);
    await run(first.flow, { only: [first.after] });
    expect(types(await run(first.flow))).toMatchObject({ after: "Cached" });
  });

  test("refresh runs these although they are kept; what follows only where they give something else", async () => {
    const { make, run, types } = remade();
    const { flow, clean } = make();
    await run(flow);
    expect(types(await run(flow, { refresh: [clean] }))).toEqual({ load: "Cached", clean: "Success", child: "Mapped", total: "Cached", after: "Cached" });
    const state = await run(flow, { refresh: true });
    expect([types(state), state.result.get(clean).reason]).toEqual([{ load: "Success", clean: "Success", child: "Mapped", total: "Success", after: "Success" }, "asked for"]);
    expect(types(await run(flow, { upTo: "clean", refresh: "load" }))).toMatchObject({ load: "Success", clean: "Cached" });
  });

  test("of what is from outside are made anew by refresh", async () => {
    const cache = new ResultCache({ known: knownValue });
    const flow = new Flow("clock");
    const now = flow.build(() => named("now", () => Date.now())());
    const run = async (options = {}) => await withHost({ cache } as RunHost, async () => { await new Promise((resolve) => setTimeout(resolve, 3)); return (await flow.run({}, options)).result.get(now); });
    const first = await run();
    expect([(await run()).result === first.result, (await run({ refresh: [now] })).result === first.result]).toEqual([true, false]);
  });
});

describe("a plan of a selection", () => {
  test("says what it would run, and of the others that they are not asked for", async () => {
    const { flow, run, clean } = pipeline();
    await run();
    const verdicts = (options: object) => Object.fromEntries([...flow.plan({}, options)].map(({ name, verdict, reason }) => [name, `${verdict}: ${reason}`]));
    expect(verdicts({ upTo: [clean] })).toMatchObject({ report: "fresh: it is not asked for" });
    expect(verdicts({ from: [clean] })).toMatchObject({ clean: "stale: asked for" });
  });
});

describe("secrets and failures", () => {
  test("a secret that a chosen task needs is read anew; it can not be frozen before it was read", async () => {
    process.env.FLOWLET_TEST_SELECTION = "hunter2";
    const flow = new Flow("f");
    const [secret, used] = flow.build(() => {
      const secret = new EnvVarSecret("FLOWLET_TEST_SELECTION")();
      return [secret, named("used", (text: string) => text.length)(secret)];
    });
    expect((await flow.run({}, { cache: true, only: [used] })).result.get(used).result).toBe(7);
    await expect(new Flow("g", { tasks: [secret] }).run({}, { cache: true, freeze: [secret] })).rejects.toThrow(/there is no result/);
    delete process.env.FLOWLET_TEST_SELECTION;
  });

  test("what is chosen alone sees that its upstream failed", async () => {
    const flow = new Flow("f");
    const rescue = flow.build(() => named("rescue", () => 1, { trigger: anyFailed }).with({ upstreamTasks: [named("bad", () => { throw new Error("no"); })()] })());
    await flow.run({}, { cache: true });
    expect((await flow.run({}, { cache: true, only: [rescue] })).result.get(rescue).type).toBe("Success");
  });
});

describe("what can not be asked for together", () => {
  const { flow, load, clean, report } = pipeline();
  test.each([
    [{ only: [load], from: [clean] }, "only and from both say what to begin with"],
    [{ from: [load], failed: true }, "from and failed both say what to begin with"],
    [{ only: [load], upTo: [clean] }, "only and upTo both say where to end"],
    [{ from: [report], upTo: [load] }, "nothing of from leads to upTo"],
    [{ only: [load], freeze: [load] }, "load-1 is in only and in freeze"],
    [{ upTo: [clean], freeze: "clean" }, "clean-1 is in upTo and in freeze"],
    [{ refresh: "load", freeze: "load" }, "load-1 is in refresh and in freeze"],
    [{ upTo: [clean], refresh: [report] }, "report-1 is in refresh, and is none of the tasks that run"],
  ])("%o is refused", async (options, why) => {
    await expect(flow.run({}, { cache: true, ...options })).rejects.toMatchObject({ code: "CONTRADICTORY_SELECTION", message: expect.stringContaining(why) });
  });

  test.each([
    [{ only: "lode" }, 'Task "lode" was not found in Flow pipeline'],
    [{ from: [named("other", () => 1)] }, "Task other was not found in Flow pipeline"],
    [{ upTo: ["load", 5] as never }, "Task number 5 was not found in Flow pipeline"],
    [{ failed: "yes" as never }, "the option failed must be true or false"],
    [{ refresh: false as never }, "the option refresh must be true, a task, its slug or name"],
    [{ freeze: "" }, "the option freeze must be a task, its slug or name"],
  ])("%o names what is wrong", async (options, message) => {
    await expect(flow.run({}, { cache: true, ...options } as RunOptions)).rejects.toThrow(message);
  });
});
