import { describe, expect, test } from "vitest";
import { FilterTask, Flow, LOOP, Parameter, SKIP, applyMap, caseOf, context, flatten, ifElse, merge, switchOn, task, unmapped, type Mapped, type State, type Task } from "../../../engine/index.ts";

const id = task((x: any) => x, { name: "id" });
const inc = task((x: number) => x + 1, { name: "inc" });
const add = task((x: number, y: number) => x + y, { name: "add" });
const give = (value: unknown) => task(() => value, { name: "give" })() as Task<any[], any>;

async function run<T>(build: () => T, parameters = {}) {
  const flow = new Flow("branches");
  const built = await flow.build(build);
  const state = await flow.run(parameters);
  const of = (one: unknown) => state.result.get(one as Task) as State<any>;
  /** Results, null for what was skipped. */
  const children = (one: unknown) => (of(one) as unknown as Mapped).mapStates.map((child) => (child.isSkipped() ? null : child.result));
  return { built: built as Awaited<T>, state, of, children, types: (tasks: readonly unknown[]) => tasks.map((one) => of(one).type) };
}

/** Which of some branches were taken. */
const taken = async (value: unknown, cases: (branches: Task[]) => Parameters<typeof switchOn>[1], count: number) => {
  const { built, types } = await run(() => {
    const branches = Array.from({ length: count }, (_, i) => inc(i) as Task);
    switchOn(give(value), cases(branches));
    return branches;
  });
  return types(built).flatMap((type, i) => (type === "Success" ? [i] : []));
};

describe("switchOn", () => {
  test("takes values of any kind in a Map or a list of pairs, and tells them apart", async () => {
    const cases = (b: Task[]) => new Map<unknown, Task>([[1, b[0]], ["1", b[1]], [true, b[2]], [null, b[3]], [{ k: [1] }, b[4]]]);
    const found = await Promise.all([1, "1", true, null, { k: [1] }, undefined, 2].map((value) => taken(value, cases, 5)));
    expect(found).toEqual([[0], [1], [2], [3], [4], [], []]);
    expect(await taken("b", (b) => [["a", b[0]], ["b", b[1]], ["b", b[2]]], 3)).toEqual([1, 2]);
  });

  test("compares with the keys of an object by their text", async () => {
    const cases = (b: Task[]) => ({ 1: b[0], true: b[1], name: b[2], "2.5": b[3] });
    const found = await Promise.all([1, "1", true, "name", 2.5, 1n, null, ["name"]].map((value) => taken(value, cases, 4)));
    expect(found).toEqual([[0], [0], [1], [2], [3], [0], [], []]);
  });

  test("decides for each element, cut to the shortest, and merges again", async () => {
    const { built, children } = await run(() => {
      const [a, b] = [inc.map([1, 2, 3]), add.map([1, 2], unmapped(100))];
      switchOn(id.map(["x", "y", "x"]), { x: a, y: b }, { mapped: true });
      return [a, b, merge([a, b], { mapped: true })];
    });
    expect(built.map(children)).toEqual([[2, null, 4], [null, 102], [2, 102]]);
  });

  test("takes a value as its condition, and constants as branches", async () => {
    const { built, types } = await run(() => { const [a, b] = [inc(1), inc(2)]; switchOn("b", { a, b }); switchOn(give("a"), { a: 1, b: 2 }); return [a, b]; });
    expect(types(built)).toEqual(["Skipped", "Success"]);
  });
});

describe("ifElse and merge", () => {
  test("see truth as JavaScript does, for each element where it is mapped", async () => {
    const { built, children } = await run(() => {
      const values = [0, 1, "", "a", null, [], NaN];
      const [yes, no] = [id.map(values.map((_, i) => `yes ${i}`)), id.map(values.map((_, i) => `no ${i}`))];
      ifElse(id.map(values), yes, no, { mapped: true });
      return merge([yes, no], { mapped: true });
    });
    expect(children(built)).toEqual(["no 0", "yes 1", "no 2", "yes 3", "no 4", "yes 5", "no 6"]);
  });

  test("may have one side only, or none", async () => {
    const { built, types, of } = await run(() => { const [a, b] = [inc(1), inc(2)]; ifElse(give(true), null, a); ifElse(give(false), b); ifElse(give(1), null, null); return [a, b, merge([a, b]), merge([a, give(3)])]; });
    expect(types(built)).toEqual(["Skipped", "Skipped", "Skipped", "Success"]);
    expect(of(built[3]).result).toBe(3);
  });

  test("nest: a merge of merges gives what was taken", async () => {
    for (const [value, expected] of [["a", 2], ["b", 3], ["c", 4]]) {
      const { built, of } = await run(() => { const [a, b, c] = [inc(1), inc(2), inc(3)]; switchOn(give(value), { a, b, c }); return merge([merge([a, b]), c]); });
      expect(of(built).result).toBe(expected);
    }
  });

  test("pass false, 0 and empty texts on; null and undefined are no result", async () => {
    const { built, of } = await run(() => [merge([give(null), give(undefined), give(0), give(1)]), merge([give(false), give(1)]), merge([give(""), give(1)]), merge([give(null)]), merge([])]);
    expect(built.map((one) => [of(one).type, of(one).result])).toEqual([["Success", 0], ["Success", false], ["Success", ""], ["Success", null], ["Skipped", null]]);
  });
});

test("isEqual compares as a case does: by content, and 0 with -0", async () => {
  const { built, of } = await run(() => [give(-0).isEqual(0), give(-0).isNotEqual(0), give([1]).isEqual([1]), give(NaN).isEqual(NaN), give(1).isEqual("1")]);
  expect(built.map((one) => of(one).result)).toEqual([true, false, true, true, false]);
});

describe("a filter", () => {
  test("keeps what is neither null nor an error, whatever it is given in", async () => {
    const { built, of } = await run(() => [[1, null, 0, "", undefined, new Error("e"), false], new Set([1, null]), "ab", (function* () { yield 1; yield null; })()].map((values) => new FilterTask().bind({ task_results: give(values) })));
    expect(built.map((one) => of(one).result)).toEqual([[1, 0, "", false], [1], ["a", "b"], [1]]);
  });

  test("after a mapped task leaves out failed children, and says so where asked to", async () => {
    const said: string[] = [];
    const { built, of, state } = await run(() => {
      const some = task((x: number) => { if (x === 1) throw new Error("no"); if (x === 2) return undefined; return x; }).map([0, 1, 2, 3]);
      const filtered = new FilterTask<any>({ describe: (kept) => { said.push(`kept ${kept.length}`); return said[0]; } }).bind({ task_results: some as never });
      return [filtered, inc.map(filtered as never), new FilterTask<any>({ filter: (x) => x > 100 }).bind({ task_results: some as never })];
    });
    expect([built.map((one) => of(one).result), said, state.type]).toEqual([[[0, 3], [1, 4], []], ["kept 2"], "Success"]);
  });

  test("fails for what can not be iterated", async () => {
    const { built, of } = await run(() => new FilterTask().bind({ task_results: give(5) }));
    expect([of(built).type, of(built).message]).toEqual(["Failed", expect.stringContaining("not iterable")]);
  });
});

describe("applyMap", () => {
  test("takes cases in cases, loops, operators, structures and parameters", async () => {
    const looping = task((n: number) => { const count = context.taskLoopCount as number; if (count < n) throw new LOOP("more", { result: count }); return count; });
    const { built, children } = await run(() => [
      applyMap((x: any) => caseOf(task((n: number) => n > 1)(x), true, () => { const y = inc(x); caseOf(y, 3, () => id(y)); return y; }), [1, 2, 3]), applyMap((x: any) => inc(looping(x)), [1, 3]), applyMap((x: any) => inc(x).add(x).mul(2), [1, 2]),
      applyMap((x: any) => id({ a: x, b: [inc(x)] }), [1, 2]), applyMap((x: any) => add(x, new Parameter<number>("n")), [1, 2]), applyMap((x: any) => { const y = task((n: number) => { if (n === 2) throw new SKIP("no"); return n; })(x); return add(y, 1); }, [1, 2, 3]),
    ], { n: 5 });
    expect(built.map(children)).toEqual([[null, 3, 4], [2, 4], [6, 10], [{ a: 1, b: [2] }, { a: 2, b: [3] }], [6, 7], [2, null, 4]]);
  });

  test("decides for each element where a branch is inside, also with a switch", async () => {
    const { built, children } = await run(() => applyMap((x: any) => {
      const [even, odd] = [add(x, 10), inc(x)];
      switchOn(task((n: number) => n % 2)(x), { 0: even, 1: odd });
      return merge([even, odd]);
    }, flatten([[1, 2], [3]])));
    expect(children(built)).toEqual([2, 12, 4]);
  });

  test("takes an async piece, also one with async cases in it", async () => {
    const { built, children } = await run(async () => [
      await applyMap(async (x: any) => { const a = inc(x); await null; return inc(a); }, [1, 2]),
      await applyMap(async (x: any) => await caseOf(x, 1, async () => { await null; return inc(x); }), [1, 2]),
    ]);
    expect(built.map(children)).toEqual([[3, 4], [2, null]]);
  });

  test("adds nothing of a piece that throws", async () => {
    const { built, of } = await run(async () => {
      expect(() => applyMap((x: any) => { inc(x); throw new Error("piece"); }, [1, 2])).toThrow("piece");
      await expect(applyMap(async (x: any) => { inc(x); await null; throw new Error("async piece"); }, [1, 2])).rejects.toThrow("async piece");
      return inc(1);
    });
    expect(of(built).result).toBe(2);
  });

  test("is skipped as a whole with a case around it, and is empty where there is nothing", async () => {
    const { built, of, types } = await run(() => [
      caseOf(give(1), 2, () => applyMap((x: any) => inc(x), [1, 2])), caseOf(give(1), 1, () => applyMap((x: any) => inc(x), [1, 2])), applyMap((x: any) => merge([caseOf(x, 1, () => inc(x)), x]), []),
    ]);
    expect([types(built), of(built[1]).result, of(built[2]).result]).toEqual([["Skipped", "Mapped", "Mapped"], [2, 3], []]);
  });

  test("maps over texts and typed arrays, not over Sets", async () => {
    const { built, of } = await run(() => [applyMap((x: any) => id(x), "ab"), applyMap((x: any) => inc(x), new Uint8Array([1, 2]))]);
    expect(built.map((one) => of(one).result)).toEqual([["a", "b"], [2, 3]]);
    expect(() => new Flow("f").build(() => applyMap((x: any) => id(x), new Set([1])))).toThrow("Cannot map over non-sequence object of type an object of class Set.");
  });
});
