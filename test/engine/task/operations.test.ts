import { describe, expect, test } from "vitest";
import { EdgeAnnotation, Flow, flatten, operators, task, type Task } from "../../../engine/index.ts";

const give = task((value: any) => value, { name: "give" });

async function resultOf(build: () => unknown): Promise<unknown> {
  const flow = new Flow("f");
  const one = flow.build(build) as Task;
  const state = (await flow.run()).result.get(one);
  return state.isFailed() ? state.message : state.result;
}

describe("operators", () => {
  test("take a value on either side, or on both", async () => {
    expect(await resultOf(() => operators.sub(10, give(3)))).toBe(7);
    expect(await resultOf(() => operators.div(give(10), 4))).toBe(2.5);
    expect(await resultOf(() => operators.pow(2, 5))).toBe(32);
    expect(await resultOf(() => operators.add("a", give("b")))).toBe("ab");
    expect(await resultOf(() => operators.lt(1, give(2)))).toBe(true);
    expect(await resultOf(() => operators.isEqual([1], give([1])))).toBe(true);
    expect(await resultOf(() => operators.not(give(0)))).toBe(true);
  });

  test("do what a task's methods do", async () => {
    for (const name of ["add", "sub", "mul", "div", "floorDiv", "mod", "pow", "and", "or", "gt", "gte", "lt", "lte", "isEqual", "isNotEqual"] as const) {
      expect(await resultOf(() => operators[name](give(7), 3)), name).toEqual(await resultOf(() => give(7)[name](3)));
    }
  });

  test("need a flow, built or given", async () => {
    expect(() => operators.mul(2, 3)).toThrow("Could not infer an active flow while adding task Mul.");
    const flow = new Flow("f");
    const product = operators.mul(2, 3, { flow });
    expect((await flow.run()).result.get(product).result).toBe(6);
  });
});

describe("get", () => {
  test("takes a part by key, of a Map the entry, of a list also from its end", async () => {
    expect(await resultOf(() => give({ a: { b: 1 } }).get("a").get("b"))).toBe(1);
    expect(await resultOf(() => give(new Map([["size", 5]])).get("size"))).toBe(5);
    expect(await resultOf(() => give([1, 2, 3]).get(-1))).toBe(3);
    expect(await resultOf(() => give("abc").get(1))).toBe("b");
    expect(await resultOf(() => give({ a: undefined }).get("a", { default: 5 }))).toBeUndefined();
  });

  test("gives the default only where there is no such part", async () => {
    expect(await resultOf(() => give({}).get("a", { default: 5 }))).toBe(5);
    expect(await resultOf(() => give(null).get("a", { default: null }))).toBeNull();
    expect(await resultOf(() => give([1]).get(-2, { default: "none" }))).toBe("none");
    expect(await resultOf(() => give({}).get("a", { default: give("from a task") }))).toBe("from a task");
  });

  test("fails without a default, with the key and what there is", async () => {
    expect(await resultOf(() => give({}).get("a"))).toBe("Error during execution of task: RangeError: The result has no part 'a'. It is an object of class Object.");
    expect(await resultOf(() => give(null).get("a"))).toContain("It is null.");
  });

  test("takes a key that a task gives", async () => {
    expect(await resultOf(() => give({ a: 1, b: 2 }).get(give("b")))).toBe(2);
  });
});

describe("pipe", () => {
  test("hands a task, or a marked one, to the next", async () => {
    expect(await resultOf(() => give([[1], [2, 3]]).pipe(flatten).pipe((xs: never) => give.map(xs)))).toEqual([1, 2, 3]);
    expect(new Flow("f").build(() => give(1).pipe(flatten))).toBeInstanceOf(EdgeAnnotation);
  });

  test("refuses what is no function, and says how a method is handed on", () => {
    const flow = new Flow("f");
    expect(() => flow.build(() => give([1]).pipe(5 as never))).toThrow("pipe: the option next must be a task, or a function of one, got number 5.");
    expect(() => flow.build(() => give([1]).pipe(give.map as never))).toThrow("The method map was called without its task. Hand on a function: xs.pipe((x) => add.map(x)).");
  });
});

describe("map", () => {
  test.each([[5], [{ a: 1 }], [new Set([1])], [null], [true]])("refuses %o, which is no list", (input) => {
    expect(() => new Flow("f").build(() => give.map(input as never))).toThrow("Cannot map over non-sequence object of type");
  });

  test("takes lists, texts, typed arrays and tasks", async () => {
    expect(await resultOf(() => give.map("ab" as never))).toEqual(["a", "b"]);
    expect(await resultOf(() => give.map(new Uint8Array([1, 2]) as never))).toEqual([1, 2]);
  });

  test("forgets nout, which is that of a child", () => {
    const pair = task((x: number) => [x, x], { nout: 2 });
    expect(() => new Flow("f").build(() => [...(pair.map([1, 2, 3]) as unknown as Iterable<unknown>)])).toThrow("is not iterable over more than 100 parts");
  });
});
