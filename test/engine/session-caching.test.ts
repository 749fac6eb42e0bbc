import { describe, expect, test } from "vitest";
import { Cached, Flow, Parameter, allInputs, allParameters, context, neverUse, partialInputsOnly, partialParametersOnly, task, type TaskOptions } from "../../engine/index.ts";

const HOUR = 3_600_000;
let calls = 0;
const fresh = <T>(body: () => T): T => { calls = 0; return context.with({ caches: new Map() }, body); };
const counted = (options: TaskOptions) => task((x: unknown, y: unknown = 0) => { void x; void y; return ++calls; }, { name: "counted", cacheFor: HOUR, ...options });

async function results(options: TaskOptions, inputs: readonly (readonly [unknown, unknown?])[]): Promise<unknown[]> {
  return await fresh(async () => {
    const found: unknown[] = [];
    for (const [x, y] of inputs) {
      const flow = new Flow("f");
      const one = flow.build(() => counted(options)(x as never, y as never));
      found.push((await flow.run()).result.get(one).result);
    }
    return found;
  });
}

describe("cacheFor", () => {
  test("ends a task Cached, and later runs of the session use that, also in other flows", async () => {
    await fresh(async () => {
      const [one, other] = [new Flow("one"), new Flow("other")];
      const first = one.build(() => counted({})(1));
      const second = other.build(() => counted({})(2));
      const made = (await one.run()).result.get(first);
      const found = (await other.run()).result.get(second);
      expect([made, found.result, found.message]).toEqual([expect.any(Cached), 1, "Task run succeeded."]);
    });
  });

  test("expires", async () => {
    expect(await results({ cacheFor: 1 }, [[1]])).toEqual([1]);
    await fresh(async () => {
      const flow = new Flow("f");
      const one = flow.build(() => counted({ cacheFor: 5 })(1));
      await flow.run();
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect((await flow.run()).result.get(one).result).toBe(2);
    });
  });

  test.each([
    ["neverUse", { cacheValidator: neverUse }, [[1], [1]], [1, 2]],
    ["allInputs", { cacheValidator: allInputs }, [[1], [2], [1], [{ a: 1, b: [2] }], [{ b: [2], a: 1 }]], [1, 2, 1, 3, 3]],
    ["partialInputsOnly", { cacheValidator: partialInputsOnly(["x"]) }, [[1, 1], [1, 2], [2, 2]], [1, 1, 2]],
    ["partialInputsOnly of null", { cacheValidator: partialInputsOnly() }, [[1, 1], [2, 2]], [1, 1]],
    ["a validator of one's own", { cacheValidator: (_: unknown, inputs: Readonly<Record<string, unknown>>) => inputs.x === 7 }, [[1], [7], [1]], [1, 1, 2]],
  ] as const)("with the validator %s", async (_, options, inputs, expected) => {
    expect(await results(options as TaskOptions, inputs as readonly [unknown][])).toEqual(expected);
  });

  test("with the parameters' validators", async () => {
    const run = async (options: TaskOptions, values: readonly object[]) => await fresh(async () => {
      const flow = new Flow("f");
      const one = flow.build(() => { new Parameter("unused"); flow.addTask(new Parameter("a", { default: 0 })); flow.addTask(new Parameter("b", { default: 0 })); return counted(options)(1); });
      const found: unknown[] = [];
      for (const value of values) found.push((await flow.run(value as Record<string, unknown>)).result.get(one).result);
      return found;
    });
    expect(await run({ cacheValidator: allParameters }, [{}, { a: 0 }, { a: 1 }])).toEqual([1, 1, 2]);
    expect(await run({ cacheValidator: partialParametersOnly(["a"]) }, [{}, { b: 1 }, { a: 1 }])).toEqual([1, 1, 2]);
  });

  test("notices that an input was changed after the run", async () => {
    await fresh(async () => {
      const list = [1];
      const flow = new Flow("f");
      const one = flow.build(() => counted({ cacheValidator: allInputs })(task(() => list)()));
      await flow.run();
      list.push(2);
      expect((await flow.run()).result.get(one).result).toBe(2);
    });
  });

  test("shares by cacheKey, else by name", async () => {
    await fresh(async () => {
      const flow = new Flow("f");
      const tasks = flow.build(() => [counted({ name: "a", cacheKey: "k" })(1), counted({ name: "b", cacheKey: "k" })(1), counted({ name: "c" })(1)] as const);
      const first = await flow.run(), second = await flow.run();
      expect(tasks.map((one) => first.result.get(one).result)).toEqual([1, 2, 3]);
      expect(tasks.map((one) => second.result.get(one).result)).toEqual([1, 1, 3]);
    });
  });

  test("gives way to results kept by content: an edit is noticed", async () => {
    await fresh(async () => {
      const flows = [1, 2].map((value) => {
        const flow = new Flow("f");
        return { flow, one: flow.build(() => (value === 1 ? task(() => 1, { name: "edited", cacheFor: HOUR })() : task(() => 2, { name: "edited", cacheFor: HOUR })())) };
      });
      const found: unknown[] = [];
      for (const { flow, one } of flows) found.push((await flow.run({}, { cache: true })).result.get(one).result);
      expect(found).toEqual([1, 2]);
    });
  });

  test("refuses options that make no sense", () => {
    expect(() => task(() => 1, { cacheFor: 0 })).toThrow("the option cacheFor must be milliseconds, above 0, got number 0");
    expect(() => task(() => 1, { cacheKey: "" })).toThrow("the option cacheKey must be a text");
  });
});

test("a given Cached state is validated too: a task without cacheFor refuses it", async () => {
  await fresh(async () => {
    const flow = new Flow("f");
    const [kept, refused] = flow.build(() => [counted({})(1), task(() => "ran")()] as const);
    const state = await flow.run({}, { taskStates: new Map([[kept, new Cached(null, "kept")], [refused, new Cached(null, "kept")]]) as never });
    expect([state.result.get(kept).result, state.result.get(refused).result]).toEqual(["kept", "ran"]);
  });
});

test("taskRunName names each run, by template or function", async () => {
  const flow = new Flow("f");
  const [one, other] = flow.build(() => [
    task((_: number) => context.taskRunName, { name: "load", taskRunName: "{taskName}-{x}-{_}-{p}" })(7),
    task((x: number) => `${context.taskRunName} ${x}`, { taskRunName: ({ x, flowName }) => `${String(flowName)}:${String(x)}` })(3),
  ] as const);
  flow.addTask(new Parameter("p", { default: "d" }));
  const state = await flow.run();
  expect([state.result.get(one).result, state.result.get(other).result]).toEqual(["load-{x}-7-d", "f:3 3"]);
});
