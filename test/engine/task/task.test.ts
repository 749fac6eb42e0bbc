import { describe, expect, test } from "vitest";
import { Constant, Flow, Parameter, Task, isTask, nameTask, task, type TaskOptions } from "../../../engine/index.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });

describe("a function task", () => {
  test("is named by the option, else by the function", () => {
    expect(task(function extract() {}).name).toBe("extract");
    expect(task(function extract() {}, { name: "load" }).name).toBe("load");
    expect(task(() => {}).name).toBe("task");
  });

  test("takes the name of its const only while it has none of its own", () => {
    const anonymous = task(() => 1);
    nameTask(anonymous, "total");
    nameTask(anonymous, "again");
    const named = task(function extract() {});
    nameTask(named, "other");
    expect([anonymous.name, named.name]).toEqual(["total", "extract"]);
    expect(() => nameTask(42, "x")).not.toThrow();
  });

  test("a copy keeps its name when the copy is assigned to a const", () => {
    const copy = add.copy();
    nameTask(copy, "secondAdd");
    expect(copy.name).toBe("add");
  });

  test("runs its function outside of a flow with task.run()", () => {
    expect(add.run(1, 2)).toBe(3);
    expect(add.run(1)).toBe(2);
  });

  test("is a function and a task", () => {
    expect(typeof add).toBe("function");
    expect(isTask(add)).toBe(true);
    expect(add instanceof Task).toBe(true);
    expect(String(add)).toBe("<FunctionTask: add>");
  });

  test.each([
    ["a built-in function", Math.max, /built-in or bound/],
    ["a rest parameter", (...xs: number[]) => xs, /rest parameter \(\.\.\.xs\)/],
    ["a bound function that takes inputs", ((x: number) => x).bind(null), /built-in or bound.*Wrap it: task\(\(x\) => original\(x\)\)/],
    ["a class", class { x = 1; }, /it is a class, which can not be called/],
  ])("can not be made of %s", (_, run, message) => {
    expect(() => task(run as (x: number) => unknown, { name: "bad" })).toThrow(message);
  });

  test("may be made of a built-in or bound function that takes nothing, and of one that only spreads", async () => {
    const flow = new Flow("f");
    const [random, spread] = flow.build(() => [task(Math.random)(), task((xs: number[]) => Math.max(...xs))([1, 3])]);
    const { result } = await flow.run();
    expect([typeof result.get(random).result, result.get(spread).result]).toEqual(["number", 3]);
    expect(() => new Flow("g", () => { (task(console.log) as unknown as (x: number) => void)(1); })).toThrow(/built-in or bound/);
  });

  test("refuses what is not a function", () => {
    expect(() => task(42 as never)).toThrow(/expected a function, got number 42/);
  });
});

describe("inputs", () => {
  test("are named after the parameters, whatever the kind of function", () => {
    class Methods extends Task<[number, number]> { override run(first: number, second = 2) { return first + second; } }
    const cases: [Task, string[]][] = [
      [task((a: number, b: number) => a + b), ["a", "b"]],
      [task(async function named(a: number, { b }: { b: number }) { return a + b; }), ["a", "input2"]],
      [task((a = ")", b = [1, { c: 2 }]) => [a, b]), ["a", "b"]],
      [task({ method(a: number) { return a; } }.method), ["a"]],
      [task({ async "odd name"(a: number) { return a; } }["odd name"]), ["a"]],
      [new Methods(), ["first", "second"]],
    ];
    for (const [one, names] of cases) expect(one.inputNames()).toEqual(names);
  });

  test("too many of them are refused with the names there are", () => {
    expect(() => new Flow("f", () => { (add as unknown as (...xs: number[]) => void)(1, 2, 3); })).toThrow("Task add takes 2 (x, y), got 3 inputs.");
  });

  test("an unknown name is refused with the names there are", () => {
    const flow = new Flow("f");
    expect(() => add.copy().bind({ z: 1 }, { flow })).toThrow('Task add has no input "z". It has x and y.');
  });

  test("by name and by position bind the same", () => {
    const flow = new Flow("f");
    const byName = add.copy().bind({ x: 1, y: 2 }, { flow });
    const byPosition = flow.build(() => add.copy().bind(1, 2));
    expect(flow.constants.get(byName)).toEqual(flow.constants.get(byPosition));
  });

  test("an object that is no set of names is an input", () => {
    const config = task((options: { a: number }) => options.a, { name: "config" });
    const flow = new Flow("f");
    const bound = flow.build(() => config.copy().bind({ a: 1 }));
    expect(flow.constants.get(bound)).toEqual({ options: { a: 1 } });
  });
});

describe("a task class", () => {
  class AddTask extends Task<[x: number, y?: number], number> {
    private readonly fallback: number;
    constructor(fallback: number, options?: TaskOptions) { super(options); this.fallback = fallback; }
    override run(x: number, y?: number) { return x + (y ?? this.fallback); }
  }

  test("is configured by its constructor and named after its class", async () => {
    const flow = new Flow("f");
    const sum = flow.build(() => new AddTask(10)(1));
    expect((await flow.run()).result.get(sum).result).toBe(11);
    expect(sum.name).toBe("AddTask");
  });

  test("runs with its private fields also as a copy", async () => {
    class Secret extends Task<[x: number], number> {
      #secret: number;
      constructor(secret: number) { super(); this.#secret = secret; }
      override run(x: number) { return x * this.#secret; }
    }
    const flow = new Flow("f");
    const product = flow.build(() => new Secret(6)(7));
    expect((await flow.run()).result.get(product).result).toBe(42);
  });

  test("taskArgs give a copy other options and fields", async () => {
    const base = new AddTask(1);
    const flow = new Flow("f");
    const other = flow.build(() => base.with({ taskArgs: { name: "other", fallback: 5, tags: ["t"] } })(1));
    expect((await flow.run()).result.get(other).result).toBe(6);
    expect([other.name, [...other.tags], base.name, base.tags.size]).toEqual(["other", ["t"], "AddTask", 0]);
  });

  test("without a run method does nothing and succeeds", async () => {
    const flow = new Flow("f");
    const nothing = flow.build(() => new Task({ name: "nothing" })());
    expect((await flow.run()).result.get(nothing).isSuccessful()).toBe(true);
  });
});

describe("options are checked when the task is made", () => {
  test.each([
    [{ maxRetries: 1.5 }, /Task f: the option maxRetries must be a whole number, 0 or more, got number 1.5/],
    [{ maxRetries: 2 }, /retryDelay must be given when maxRetries is above 0/],
    [{ retryDelay: 10 }, /maxRetries must be above 0 when retryDelay is given/],
    [{ maxRetries: 1, retryDelay: -1 }, /retryDelay must be milliseconds, 0 or more/],
    [{ maxRetries: 1, retryDelay: 0, retryOn: String }, /retryOn must be an error class/],
    [{ timeout: 0 }, /timeout must be milliseconds, above 0/],
    [{ tags: "etl" }, /tags must be a list of texts, got "etl"/],
    [{ stateHandlers: () => {} }, /stateHandlers must be a list of functions/],
    [{ trigger: "always" }, /trigger must be a function/],
    [{ slug: "" }, /slug must be a text/],
  ])("%j", (options, message) => {
    expect(() => task(() => 1, { name: "f", ...options } as TaskOptions)).toThrow(message);
  });

  test("the error has a code and says what to do", () => {
    expect(() => task(() => 1, { maxRetries: -1 })).toThrow(expect.objectContaining({ code: "BAD_OPTION", help: expect.stringContaining("Correct the option") }));
  });
});

describe("a call", () => {
  test("outside of a flow names the task and says what to do", () => {
    expect(() => add(1)).toThrow(/Could not infer an active flow while adding task add\. Call the task inside flow\.build/);
  });

  test("adds a copy each time", () => {
    const flow = new Flow("f");
    const [first, second] = flow.build(() => [add(1), add(1)]);
    expect(first).not.toBe(second);
    expect(flow.has(add)).toBe(false);
    expect([...flow.slugs.values()]).toEqual(["add-1", "add-2"]);
  });

  test("takes tasks inside arrays, objects and sets", async () => {
    const show = task((data: unknown) => data, { name: "show" });
    const flow = new Flow("f");
    const shown = flow.build(() => show({ list: [add(1), 5], set: new Set([add(2)]), deep: { a: [[add(3)]] } }));
    expect((await flow.run()).result.get(shown).result).toEqual({ list: [2, 5], set: new Set([3]), deep: { a: [[4]] } });
  });

  test("a tuple can be destructured into its parts", async () => {
    const pair = task((x: number): [number, string] => [x, "a"], { name: "pair" });
    const flow = new Flow("f");
    const [sum, text] = flow.build(() => { const [first, second] = pair(5); return [add(first, 1), second]; });
    const { result } = await flow.run();
    expect([result.get(sum).result, result.get(text).result, (text as Task).name]).toEqual([6, "a", "pair[1]"]);
  });

  test("asking for all parts of a task without nout is refused, with nout there are so many", () => {
    const flow = new Flow("f");
    const many = task((): number[] => [1, 2, 3], { name: "many" }), three = task((): number[] => [1, 2, 3], { nout: 3 });
    expect(() => flow.build(() => [...many()])).toThrow("Task many is not iterable over more than 100 parts.");
    expect(new Flow("g").build(() => [...three()])).toHaveLength(3);
  });

  test("keeps the order of more than ten elements", async () => {
    const show = task((data: unknown[]) => data, { name: "show" });
    const flow = new Flow("f");
    const shown = flow.build(() => show(Array.from({ length: 12 }, (_, i) => add(i, 0))));
    expect((await flow.run()).result.get(shown).result).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });
});

test("a Parameter needs a name", () => {
  expect(() => new Parameter("")).toThrow(/Parameter: the option name must be a text/);
});

test("a constant is named by its value while that is short", () => {
  expect([1, "abc", [1, 2, 3, 4, 5], new Date(0), null].map((value) => new Constant(value).name)).toEqual(["1", '"abc"', "Constant[Array]", "Constant[Date]", "null"]);
});
