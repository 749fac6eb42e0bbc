import { describe, expect, test } from "vitest";
import { FilterTask, Flow, applyMap, caseOf, flatten, flowBeingBuilt, merge, task, unmapped, type Mapped } from "../../engine/index.ts";

const inc = task((x: number) => x + 1, { name: "inc" });
const add = task((x: number, y: number) => x + y, { name: "add" });
const isEven = task((x: number) => x % 2 === 0, { name: "isEven" });
const numbers = task((n: number) => Array.from({ length: n }, (_, i) => i), { name: "numbers" });

async function run<T>(build: () => T) {
  const flow = new Flow("f");
  const built = flow.build(build);
  return { flow, built, state: await flow.run() };
}

describe("applyMap", () => {
  test("maps a piece of flow, with its branches and merges", async () => {
    const { state, built } = await run(() => applyMap((x) => {
      const even = caseOf(isEven(x), true, () => inc(x));
      return merge([even, x]);
    }, numbers(4)));
    expect(state.result.get(built).result).toEqual([1, 1, 3, 3]);
  });

  test("takes lists, whole inputs and lists to flatten", async () => {
    const { state, built } = await run(() => [
      applyMap((x, y) => add(x, y), [1, 2], unmapped(10)),
      applyMap((x) => inc(x), flatten([[1], [2, 3]])),
    ] as const);
    expect(built.map((one) => state.result.get(one).result)).toEqual([[11, 12], [2, 3, 4]]);
  });

  test("repeats also what uses no input, and constants in it stay one value", async () => {
    const { state, built } = await run(() => applyMap(() => task(() => "same", { name: "same" })(), [1, 2, 3]));
    expect((state.result.get(built) as unknown as Mapped).mapStates.map((child) => child.result)).toEqual(["same", "same", "same"]);
  });

  test("refuses maps inside, and what can not be mapped over", () => {
    const flow = new Flow("f");
    expect(() => flow.build(() => applyMap((x) => inc.map(x), [1]))).toThrow("Cannot set `mapped=true` when running from inside a mapped context.");
    expect(() => flow.build(() => applyMap((x) => applyMap((y) => inc(y), x), [1]))).toThrow("Cannot set `mapped=true`");
    expect(() => flow.build(() => applyMap((x) => inc(x), 5))).toThrow("Cannot map over non-sequence object of type number 5.");
    expect(() => applyMap((x) => inc(x), [1])).toThrow("Could not infer an active flow");
  });
});

describe("the graph", () => {
  test("an equal edge is added once", () => {
    const flow = new Flow("f");
    const [a, b] = flow.build(() => [inc(1), inc.copy()] as const);
    expect(flow.addEdge(a, b)).toBe(flow.addEdge(a, b));
    expect(flow.edges.size).toBe(1);
  });

  test("an edge may begin with a value: a constant or a structure", async () => {
    const flow = new Flow("f");
    const one = flow.addTask(add.copy());
    flow.addEdge(5, one, { key: "x" });
    flow.addEdge(6, one, { key: "y" });
    expect([flow.constants.get(one), (await flow.run()).result.get(one).result]).toEqual([{ x: 5, y: 6 }, 11]);
  });

  test("a frozen array that holds tasks is a tuple, an object a Dict of a List", async () => {
    const { flow, built, state } = await run(() => {
      const one = inc(1);
      return [task((x: any) => x, { name: "id" })(Object.freeze([one, 2])), task((x: any) => x, { name: "id" })({ k: one })] as const;
    });
    expect([...flow.slugs.values()].filter((slug) => /^[A-Z]/.test(slug)).sort()).toEqual(["Dict-1", "List-1", "Tuple-1"]);
    expect(built.map((one) => state.result.get(one).result)).toEqual([[2, 2], { k: 2 }]);
  });

  test("two flows are equal with the same name, tasks, edges and reference tasks", () => {
    const flow = new Flow("f", () => { inc(inc(1)); });
    const copy = flow.copy();
    expect(flow.equals(copy)).toBe(true);
    copy.setReferenceTasks([[...copy.tasks][0]]);
    expect([flow.equals(copy), flow.equals(flow.copy("g"))]).toEqual([false, false]);
  });

  test("the flow being built is there to ask for", () => {
    const flow = new Flow("f");
    expect([flowBeingBuilt(), flow.build(() => flowBeingBuilt())]).toEqual([null, flow]);
  });

  test("a replaced parameter's name is free for the other one", async () => {
    const { Parameter } = await import("../../engine/index.ts");
    const [former, other] = [new Parameter("n", { default: 1 }), new Parameter("n", { default: 5 })];
    const flow = new Flow("f", () => { inc(former); });
    flow.replace(former, other);
    expect([...flow.parameters()]).toEqual([other]);
  });
});

describe("parts and comparisons", () => {
  test("a part that is not there fails the lookup, and says what is there", async () => {
    const { state, built } = await run(() => { const [one, two] = task(() => [1] as unknown as [number, number])(); return [one, two] as const; });
    expect(built.map((part) => state.result.get(part).type)).toEqual(["Success", "Failed"]);
    expect(state.result.get(built[1]).message).toContain("The result has no part 1. It is an array of 1.");
  });

  test("a case compares any result, also one that holds itself", async () => {
    const { state, built } = await run(() => {
      const circle: { self?: unknown } = {};
      circle.self = circle;
      return caseOf(task(() => circle)(), 1, () => inc(1));
    });
    expect(state.result.get(built).type).toBe("Skipped");
  });

  test("the remainder has the sign of the divisor, as floorDiv rounds", async () => {
    const { state, built } = await run(() => { const x = inc(-8); return [x.mod(3), x.floorDiv(3), inc(6).mod(-3)] as const; });
    expect(built.map((one) => state.result.get(one).result)).toEqual([2, -3, -2]);
  });

  test("a filter takes anything that can be iterated", async () => {
    const { state, built } = await run(() => new FilterTask().bind({ task_results: task(() => new Set([1, null, 2]))() }));
    expect(state.result.get(built).result).toEqual([1, 2]);
  });
});
