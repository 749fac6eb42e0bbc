import { describe, expect, test } from "vitest";
import { Flow, SKIP, allFinished, context, flatten, mapped, task, unmapped, type Mapped } from "../../engine/index.ts";

const inc = task((x: number) => x + 1, { name: "inc" });
const add = task((x: number, y: number) => x + y, { name: "add" });
const numbers = task((n: number) => Array.from({ length: n }, (_, i) => i), { name: "numbers" });
const total = task((xs: readonly number[]) => xs.reduce((a, b) => a + b, 0), { name: "total" });
const evenOnly = task((x: number) => { if (x % 2) throw new Error(`odd: ${x}`); return x; }, { name: "evenOnly" });

async function run<T>(build: () => T) {
  const flow = new Flow("mapping");
  const built = flow.build(build);
  return { state: await flow.run(), built };
}

describe("map", () => {
  test("runs once for each element and stands for the list", async () => {
    const { state, built } = await run(() => inc.map([1, 2, 3]));
    const one = state.result.get(built) as unknown as Mapped;
    expect([one.type, one.message, one.result, one.mapStates.map((child) => child.type)]).toEqual(["Mapped", "Ready to proceed with mapping.", [2, 3, 4], ["Success", "Success", "Success"]]);
  });

  test("zips its inputs to the shortest, with unmapped ones whole", async () => {
    const { state, built } = await run(() => [add.map([1, 2], [10, 20, 30]), add.map(numbers(3), unmapped(100)), inc.map([])]);
    expect(built.map((one) => state.result.get(one).result)).toEqual([[11, 22], [100, 101, 102], []]);
  });

  test("over a mapped task goes index by index, depth first; a failed child fails only its own index", async () => {
    const order: string[] = [];
    const note = task((x: number, name: string) => { order.push(`${name}${x}`); return x; }, { name: "note" });
    const { state, built } = await run(() => {
      const first = note.map(numbers(3), unmapped("a"));
      const second = evenOnly.map(first);
      return { third: note.map(second, unmapped("b")), second };
    });
    const types = (one: unknown) => (state.result.get(one as never) as unknown as Mapped).mapStates.map((child) => child.type);
    expect(types(built.second)).toEqual(["Success", "Failed", "Success"]);
    expect(types(built.third)).toEqual(["Success", "TriggerFailed", "Success"]);
    expect(order.filter((entry) => entry.startsWith("b"))).toEqual(["b0", "b2"]);
  });

  test("a reduce gets the list, or with allFinished the errors in it", async () => {
    const { state, built } = await run(() => {
      const even = evenOnly.map(numbers(3));
      return [total(inc.map(numbers(4))), total(even), task((xs: unknown[]) => xs.map(String), { trigger: allFinished })(even as never)] as const;
    });
    expect(state.result.get(built[0]).result).toBe(10);
    expect(state.result.get(built[1]).type).toBe("TriggerFailed");
    expect(state.result.get(built[2]).result).toEqual(["0", "Error: odd: 1", "2"]);
  });

  test("flatten takes lists of lists apart, mapped() marks an input of an ordinary call", async () => {
    const { state, built } = await run(() => [inc.map(flatten(numbers.map([1, 2, 3]))), total(flatten(numbers.map([2, 3]))), add(mapped([1, 2]), 5)] as const);
    expect(built.map((one) => state.result.get(one as never).result)).toEqual([[1, 1, 2, 1, 2, 3], 4, [6, 7]]);
  });

  test("children retry by themselves and know their index and name", async () => {
    const seen: string[] = [];
    const flaky = task((x: number) => {
      seen.push(`${context.taskFullName} ${context.mapIndex} ${context.taskRunCount}`);
      if (x === 1 && context.taskRunCount === 1) throw new Error("once");
      return x;
    }, { name: "flaky", maxRetries: 1, retryDelay: 1 });
    const { state, built } = await run(() => flaky.map([0, 1]));
    expect(state.result.get(built).result).toEqual([0, 1]);
    expect(seen).toEqual(["flaky[0] 0 1", "flaky[1] 1 1", "flaky[1] 1 2"]);
  });

  test("what can not be mapped over fails, a skipped upstream skips", async () => {
    const { state, built } = await run(() => {
      const skipped = task((): number[] => { throw new SKIP("no"); })();
      return [inc.map(task((): number[] => 5 as never)()), inc.map(task((): number[] => { throw new Error("no"); })()), inc.map(skipped)];
    });
    expect(built.map((one) => { const { type, message } = state.result.get(one); return [type, message?.slice(0, 30)]; })).toEqual([
      ["Failed", "At least one upstream state ha"], ["Failed", "No upstream states can be mapp"], ["Skipped", "Upstream task was skipped; if "],
    ]);
  });

  test("100,000 children run, and one of them failing fails the flow", async () => {
    const { state, built } = await run(() => total(inc.map(numbers(100_000))));
    expect(state.result.get(built).result).toBe(5_000_050_000);
  });
});
