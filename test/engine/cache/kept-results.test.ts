import { describe, expect, test } from "vitest";
import { ResultCache, knownValue, withHost, type RunHost } from "../../../engine/embedding.ts";
import { Flow, Parameter, allParameters, context, flatten, neverUse, task, type State, type Task } from "../../../engine/index.ts";

/** Runs a flow twice (with `change` between) and tells which tasks ran each time. */
async function runTwice(build: () => void, change: () => void = () => {}, parameters: object[] = [{}, {}]) {
  const flow = new Flow("twice", build);
  const runs: string[][] = [];
  const states: State[][] = [];
  for (const [index, given] of parameters.entries()) {
    if (index > 0) change();
    const state = await flow.run({ ...given }, { cache: true });
    runs.push([...state.result].filter(([, one]) => one.type === "Success").map(([one]) => one.name).sort());
    states.push([...state.result.values()]);
  }
  return { runs, states, flow };
}
const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });

describe("running again", () => {
  test("with nothing changed runs nothing: every task is Cached", async () => {
    const { runs, states } = await runTwice(() => { const a = named("a", (x: number) => x + 1)(1); named("b", (x: number) => x * 2)(a); });
    expect(runs).toEqual([["a", "b"], []]);
    expect(states[1].map((state) => [state.type, state.result])).toEqual([["Cached", 2], ["Cached", 4]]);
  });

  test("a task that returns undefined acts, and what follows it acts again too", async () => {
    const { runs } = await runTwice(() => {
      const act = named("act", () => {})();
      named("after", () => 1).with({ upstreamTasks: [act] })();
      named("other", () => 1)();
    });
    expect(runs).toEqual([["act", "after", "other"], ["act", "after"]]);
  });

  test("a state-only upstream that is kept keeps what follows", async () => {
    const { runs } = await runTwice(() => { named("after", () => 1).with({ upstreamTasks: [named("first", () => 2)()] })(); });
    expect(runs[1]).toEqual([]);
  });

  test("another parameter runs what depends on it", async () => {
    const { runs } = await runTwice(() => {
      named("uses", (n: number) => n + 1)(new Parameter<number>("n"));
      named("other", () => 1)();
    }, () => {}, [{ n: 1 }, { n: 2 }, { n: 1 }]);
    expect(runs).toEqual([["n", "other", "uses"], ["n", "uses"], []]);
  });

  test("a changed constant runs what uses it, and stops where a value is equal again", async () => {
    const settings = { factor: 2 };
    const { runs } = await runTwice(() => {
      const sign = named("sign", () => Math.sign(settings.factor))();
      named("label", (x: number) => `sign ${x}`)(sign);
    }, () => { settings.factor = 5; });
    expect(runs).toEqual([["label", "sign"], ["sign"]]);
  });

  test("what two calls of a task are given to read from `this` tells them apart", async () => {
    const flow = new Flow("calls");
    const bonus = task(function bonus(this: { readonly extra?: number } | void, n: number): number { return n + (this?.extra ?? 0); });
    const [one, other] = flow.build(() => [bonus(1), bonus(1)]);
    Object.assign(one, { extra: 10 });
    Object.assign(other, { extra: 20 });
    const results = async () => { const { result } = await flow.run({}, { cache: true }); return [result.get(one), result.get(other)].map((state) => [state.type, state.result]); };
    expect(await results()).toEqual([["Success", 11], ["Success", 21]]);
    expect(await results()).toEqual([["Cached", 11], ["Cached", 21]]);
    Object.assign(other, { extra: 30 });
    expect(await results()).toEqual([["Cached", 11], ["Success", 31]]);
  });

  test("a failed task is never kept, its finished siblings are", async () => {
    let broken = true;
    const { runs } = await runTwice(() => {
      named("good", () => 1)();
      named("bad", () => { if (broken) throw new Error("no"); return 2; })();
    }, () => { broken = false; });
    expect(runs).toEqual([["good"], ["bad"]]);
  });

  test("a kept array that somebody changed is not used", async () => {
    const flow = new Flow("f");
    const list = flow.build(() => named("list", () => [1, 2])());
    const first = (await flow.run({}, { cache: true })).result.get(list);
    first.result.push(99);
    const second = (await flow.run({}, { cache: true })).result.get(list);
    expect([second.type, second.result]).toEqual(["Success", [1, 2]]);
  });

  test("what a task captured and changed itself is not kept", async () => {
    let n = 0;
    const { runs } = await runTwice(() => { named("counter", () => ++n)(); });
    expect([runs, n]).toEqual([[["counter"], ["counter"]], 2]);
  });

  test("context.parameters and the run's count make a task unknown; the logger does not", async () => {
    const runContext = context;
    const { runs } = await runTwice(() => {
      named("counts", () => runContext.taskRunCount)();
      named("logs", () => { runContext.logger.debug("x"); return 1; })();
    });
    expect(runs[1]).toEqual(["counts"]);
  });

  test("cache: false runs every time, a version is part of the key", async () => {
    const { runs } = await runTwice(() => { named("never", () => 1, { cache: false })(); named("versioned", () => 1, { cache: { version: "1" } })(); });
    expect(runs[1]).toEqual(["never"]);
  });

  test("cache: { for } expires", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => named("short", () => 1, { cache: { for: 0 } })());
    await flow.run({}, { cache: true });
    expect((await flow.run({}, { cache: true })).result.get(one).type).toBe("Success");
  });

  test("a script keeps nothing unless it says cache: true", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => named("one", () => 1)());
    await flow.run();
    expect((await flow.run()).result.get(one).type).toBe("Success");
  });

  test("run only and from run their tasks even where results are kept", async () => {
    const flow = new Flow("f");
    const [a, b] = flow.build(() => { const a = named("a", () => 1)(); return [a, named("b", (x: number) => x)(a)]; });
    await flow.run({}, { cache: true });
    const types = async (options: object) => { const { result } = await flow.run({}, { cache: true, ...options }); return [a, b].map((one) => result.get(one).type); };
    expect(await types({ only: [b] })).toEqual(["Success", "Success"]);
    expect(await types({})).toEqual(["Cached", "Cached"]);
    expect(await types({ from: [a] })).toEqual(["Success", "Success"]);
  });
});

test("an input that was a constant and now comes from a task with that value is the same input", async () => {
  const cache = new ResultCache({ known: knownValue });
  const add = named("add", (x: number, y: number) => x * 10 + y);
  const types = [];
  for (const build of [() => add(1, new Parameter<number>("n")), () => add(new Parameter<number>("n", { default: 1 }), 5)]) {
    const flow = new Flow("inputs");
    const sum = flow.build(build);
    const state = await withHost({ cache } as RunHost, () => flow.run(types.length === 0 ? { n: 5 } : {}));
    types.push(state.result.get(sum).type);
  }
  expect(types).toEqual(["Success", "Cached"]);
});

describe("mapped tasks", () => {
  test("keep a result for each element, not one for all", async () => {
    const flow = new Flow("squares");
    const squares = flow.build(() => named("square", (x: number) => x * x).map(named("list", () => [1, 2, 3])()));
    const results = [];
    for (let i = 0; i < 2; i++) results.push((await flow.run({}, { cache: true })).result.get(squares));
    expect(results.map((state) => state.result)).toEqual([[1, 4, 9], [1, 4, 9]]);
    expect(results.map((state) => (state as unknown as { mapStates: State[] }).mapStates.map((child) => child.type))).toEqual([["Success", "Success", "Success"], ["Cached", "Cached", "Cached"]]);
  });

  test("see the elements of a flattened list, not the list of lists", async () => {
    const flow = new Flow("flat");
    const flat = flow.build(() => named("same", (x: number) => x).map(flatten(named("lists", () => [[1, 2], [3]])())));
    for (let i = 0; i < 2; i++) expect((await flow.run({}, { cache: true })).result.get(flat).result).toEqual([1, 2, 3]);
  });

  test("a task after mapped children that are all kept is kept, and runs when one of them has run", async () => {
    const source = { elements: [1, 2] };
    const flow = new Flow("after");
    const after = flow.build(() => {
      const children = named("child", (x: number) => x).map(named("list", () => source.elements)());
      return named("after", () => "done").with({ upstreamTasks: [children] })();
    });
    const types = [];
    for (const elements of [[1, 2], [1, 2], [1, 3], [1, 3]]) {
      source.elements = elements;
      types.push((await flow.run({}, { cache: true })).result.get(after).type);
    }
    expect(types).toEqual(["Success", "Cached", "Success", "Cached"]);
  });
});

describe("cacheFor where results are kept", () => {
  /** Types of a task's states over runs with these parameters. */
  async function types(options: object, parameters: object[]) {
    const flow = new Flow("f");
    const one = flow.build(() => { new Parameter("other", { default: 0 })(); return named("one", (n: number) => n, options)(1); });
    const found = [];
    for (const given of parameters) {
      found.push((await flow.run({ ...given }, { cache: true })).result.get(one).type);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return found;
  }

  test("a hit needs the validator too: other parameters of the flow, for one that looks at them", async () => {
    expect(await types({ cacheFor: 60_000, cacheValidator: allParameters }, [{ other: 1 }, { other: 1 }, { other: 2 }])).toEqual(["Success", "Cached", "Success"]);
    expect(await types({ cacheFor: 60_000 }, [{ other: 1 }, { other: 2 }])).toEqual(["Success", "Cached"]);
  });

  test("neverUse never hits, and what has expired does not either", async () => {
    expect(await types({ cacheFor: 60_000, cacheValidator: neverUse }, [{}, {}])).toEqual(["Success", "Success"]);
    expect(await types({ cacheFor: 1 }, [{}, {}])).toEqual(["Success", "Success"]);
  });

  test("a hit needs the key too: a validator that agrees does not bring back the result of other code", async () => {
    const settings = { factor: 1 };
    const flow = new Flow("f");
    const one = flow.build(() => named("one", () => settings.factor * 10, { cacheFor: 60_000, cacheValidator: () => true })());
    const results = [];
    for (const factor of [1, 2]) {
      settings.factor = factor;
      results.push((await flow.run({}, { cache: true })).result.get(one).result);
    }
    expect(results).toEqual([10, 20]);
  });
});
