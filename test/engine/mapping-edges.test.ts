import { describe, expect, test } from "vitest";
import {
  Failed, FilterTask, Flow, LOOP, LocalExecutor, Mapped, Parameter, Retrying, SKIP, Success, allFinished, context, flatten, mapped, task, unmapped, type RunOptions, type State, type Task,
} from "../../engine/index.ts";
import { withHost } from "../../engine/embedding.ts";

const id = task((x: any) => x, { name: "id" });
const inc = task((x: number) => x + 1, { name: "inc" });
const add = task((x: number, y: number) => x + y, { name: "add" });
const numbers = task((n: number) => Array.from({ length: n }, (_, i) => i), { name: "numbers" });
const give = (value: unknown) => task(() => value, { name: "give" })() as Task<any[], any>;

/** Builds and runs a flow; what it logged as an error or worse is kept. */
async function run<T>(build: () => T, options: RunOptions | ((built: T) => RunOptions) = {}, parameters = {}) {
  const flow = new Flow("edges");
  const built = await flow.build(build);
  const errors: string[] = [];
  const state = await withHost({ onLog: ({ level, message }) => { if (level === "ERROR") errors.push(message); } }, () => flow.run(parameters, typeof options === "function" ? options(built as T) : options));
  const of = (one: unknown) => state.result.get(one as Task) as State<any>;
  const types = (one: unknown) => (of(one) as unknown as Mapped).mapStates.map((child) => child.type);
  return { state, built: built as Awaited<T>, of, types, errors };
}

describe("what is mapped over", () => {
  test.each<[string, unknown, unknown[]]>([
    ["an array", [1, 2], [1, 2]], ["an array with holes", [1, , 3], [1, undefined, 3]], ["a typed array", new Float64Array([1.5, 2]), [1.5, 2]], ["big integers", new BigInt64Array([1n]), [1n]],
    ["a text, by characters, also those of two parts", "aé👍", ["a", "é", "👍"]], ["an empty text", "", []], ["arguments", (function (..._: unknown[]) { return arguments; })(1, 2), [1, 2]],
    ["an object that can be iterated and has elements by index", { 0: "a", 1: "b", length: 2, *[Symbol.iterator]() { yield "a"; yield "b"; } }, ["a", "b"]],
  ])("is %s", async (_, value, expected) => {
    const { built, of } = await run(() => [id.map(give(value)), id.map(value as string)]);
    expect(built.map((one) => of(one).result)).toEqual([expected, expected]);
  });

  test.each<[string, unknown, string]>([
    ["a Set", new Set([1]), "an object of class Set"], ["a Map", new Map([[1, 2]]), "an object of class Map"], ["a generator", (function* () { yield 1; })(), "an object of class Generator"], ["a number", 5, "number 5"], ["null", null, "null"],
    ["an object that happens to have a length", { length: 3, width: 2 }, "an object of class Object"], ["one without elements by index", { length: 2, *[Symbol.iterator]() { yield 1; yield 2; } }, "an object of class Object"], ["one whose length is 0", { length: 0, width: 2 }, "an object of class Object"], ["one with a length of its own kind", { length: -1, *[Symbol.iterator]() {} }, "an object of class Object"], ["a function", (a: unknown, b: unknown) => [a, b], "a function"],
  ])("is not %s: the task fails and the log says which result it was", async (_, value, got) => {
    const { built, of, errors } = await run(() => id.map(give(value)));
    expect([of(built).type, of(built).message]).toEqual(["Failed", "At least one upstream state has an unmappable result."]);
    expect(errors).toEqual([`Task 'id' can not be mapped over the result of 'give', ${got}. Give a list, e.g. [...values], or mark the input: unmapped(value).`]);
    if (typeof value !== "function") expect(() => new Flow("f").build(() => id.map(value as string))).toThrow(`Cannot map over non-sequence object of type ${got}. Give a list or a task`);
  });

  test("may be a parameter, a part of a result, a list or tuple of tasks, a filter's result", async () => {
    const { built, of } = await run(() => [
      inc.map(new Parameter<number[]>("xs")), inc.map(new Parameter<number[]>("ys", { default: [5] })), inc.map(give({ rows: [1, 2] }).get("rows")), inc.map([inc(1), 5]), inc.map(Object.freeze([inc(1), 2]) as unknown as number[]),
      inc.map(new FilterTask<number>().bind({ task_results: give([1, null, 2]) })),
    ], {}, { xs: [1] });
    expect(built.map((one) => of(one).result)).toEqual([[2], [6], [2, 3], [3, 6], [3, 3], [2, 3]]);
  });

  test("is cut to the shortest input, mapped tasks among them; an empty one leaves nothing to do", async () => {
    const { built, of } = await run(() => [add.map(inc.map([1, 2, 3]), [10, 20]), add.map([1, 2], inc.map([])), inc.map(inc.map([])), task((xs: number[]) => xs.length)(inc.map([])), add.map(unmapped(1), unmapped(2))]);
    expect(built.map((one) => of(one).result)).toEqual([[12, 23], [], [], 0, 3]);
  });

  test("waits and skips with the task that gives it", async () => {
    const { built, of } = await run(() => {
      const skipped = task((): number[] => { throw new SKIP("no"); })();
      return [inc.map(skipped), inc.map(inc.map(skipped)), add.map([1], unmapped(skipped) as never)];
    });
    expect(built.map((one) => of(one).type)).toEqual(["Skipped", "Skipped", "Skipped"]);
  });
});

describe("children", () => {
  test("keep their order whatever finishes first, however many run at a time", async () => {
    for (const concurrency of [1, 3, 16]) {
      const { built, of } = await run(() => {
        const slow = task(async (x: number) => { await new Promise((resolve) => setTimeout(resolve, (6 - x) * 2)); return x; }).map(numbers(6));
        return [slow, task(async (x: number) => { await null; return x * 10; }).map(slow)];
      }, { executor: new LocalExecutor({ concurrency }) });
      expect(built.map((one) => of(one).result)).toEqual([[0, 1, 2, 3, 4, 5], [0, 10, 20, 30, 40, 50]]);
    }
  });

  test("of three levels fail and are triggered index by index", async () => {
    const failing = (bad: number) => task((x: number) => { if (x === bad) throw new Error(`no ${bad}`); return x; });
    const { built, of, types } = await run(() => {
      const a = failing(1).map(numbers(5));
      const b = failing(2).map(a);
      const c = failing(3).map(b);
      return { a, b, c, all: task((xs: unknown[]) => xs.map(String), { trigger: allFinished })(c), kept: new FilterTask<number>({ filter: (x) => typeof x === "number" }).bind({ task_results: c }) };
    });
    expect([types(built.a), types(built.b), types(built.c)]).toEqual([
      ["Success", "Failed", "Success", "Success", "Success"], ["Success", "TriggerFailed", "Failed", "Success", "Success"], ["Success", "TriggerFailed", "TriggerFailed", "Failed", "Success"],
    ]);
    expect(of(built.all).result).toEqual(["0", expect.stringContaining("TRIGGERFAIL"), expect.stringContaining("TRIGGERFAIL"), "Error: no 3", "4"]);
    expect(of(built.kept).result).toEqual([0, 4]);
  });

  test("retry by themselves, over three levels; the finished ones are not run again", async () => {
    const calls = new Map<string, number>();
    const flaky = (level: string) => task((x: number) => {
      const key = `${level}${x}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      if (x % 2 === 1 && context.taskRunCount === 1) throw new Error("once");
      return x;
    }, { maxRetries: 1, retryDelay: 1 });
    const { built, of } = await run(() => flaky("c").map(flaky("b").map(flaky("a").map(numbers(4)))));
    expect(of(built).result).toEqual([0, 1, 2, 3]);
    expect([...calls].filter(([, count]) => count !== 1).map(([key, count]) => [key, count]).sort()).toEqual([["a1", 2], ["a3", 2], ["b1", 2], ["b3", 2], ["c1", 2], ["c3", 2]]);
  });

  test("that failed are run again from a former run's states where they are asked for; the others keep theirs", async () => {
    const ran: number[] = [];
    let works = false;
    const flow = new Flow("again");
    const children = flow.build(() => task((x: number) => { ran.push(x); if (x === 1 && !works) throw new Error("no"); return x; }).map(numbers(3)));
    const before = await flow.run();
    const given = before.result.get(children) as unknown as Mapped;
    works = true;
    const again = new Mapped("again", [], { mapStates: given.mapStates.map((child) => (child.isFailed() ? new Retrying(null, undefined, { startTime: new Date(0), runCount: 1 }) : child)) });
    const after = await flow.run({}, { taskStates: new Map([[children as Task, again as State]]) });
    expect([after.type, (after.result.get(children) as State).result, ran]).toEqual(["Success", [0, 1, 2], [0, 1, 2, 1]]);
    expect([given.mapStates[1].type, again.mapStates[1].type]).toEqual(["Failed", "Retrying"]);
  });

  test("that a former run had more of than there are elements now fail and say why", async () => {
    const waiting = () => new Retrying(null, undefined, { startTime: new Date(0), runCount: 1 });
    for (const slow of [false, true]) {
      const { built, of } = await run(() => {
        const first = (slow ? task(async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 5)); return x + 1; }) : inc).map(numbers(2));
        return [first, inc.map(first)];
      }, ([, second]) => ({ taskStates: new Map([[second as Task, new Mapped("wider", [], { mapStates: [new Success(null, 1), waiting(), waiting()] }) as State]]) }));
      expect((of(built[1]) as unknown as Mapped).mapStates.map((child) => [child.type, child.isFailed() ? null : child.result])).toEqual([["Success", 1], ["Success", 3], ["TriggerFailed", null]]);
    }
  });

  test("loop by themselves, with retries inside", async () => {
    const looping = task((x: number) => {
      const count = context.taskLoopCount as number;
      if (x === 2 && count === 2 && context.taskRunCount === 1) throw new Error("once");
      if (count < 3) throw new LOOP("more", { result: ((context.taskLoopResult as number | undefined) ?? 0) + x });
      return [count, context.taskLoopResult];
    }, { maxRetries: 1, retryDelay: 1 });
    const { built, of } = await run(() => looping.map([1, 2, 3]));
    expect(of(built).result).toEqual([[3, 2], [3, 4], [3, 6]]);
  });

  test("time out by themselves", async () => {
    const { built, types } = await run(() => task(async (x: number) => { if (x === 1) await new Promise((resolve) => setTimeout(resolve, 2000)); return x; }, { timeout: 20 }).map([0, 1, 2]));
    expect(types(built)).toEqual(["Success", "TimedOut", "Success"]);
  });

  test("may skip: what maps over them skips there, what takes them all skips as a whole", async () => {
    const { built, of, types } = await run(() => {
      const some = task((x: number) => { if (x === 1) throw new SKIP("no"); return x; }).map(numbers(3));
      return [some, inc.map(some), id(some), task((xs: unknown[]) => xs.length, { skipOnUpstreamSkip: false })(some as never)];
    });
    expect([types(built[0]), types(built[1]), of(built[2]).type, of(built[3]).result]).toEqual([["Success", "Skipped", "Success"], ["Success", "Skipped", "Success"], "Skipped", 3]);
  });

  test("may be a given state of another kind", async () => {
    const { built, of } = await run(() => { const a = inc.map(numbers(3)); return [a, inc.map(a)]; }, ([a]) => ({ taskStates: new Map<Task, State>([[a as Task, new Success(null, [10, 20])]]) }));
    expect(of(built[1]).result).toEqual([11, 21]);
    const failed = await run(() => { const a = inc.map(numbers(3)); return [a, inc.map(a)]; }, ([a]) => ({ taskStates: new Map<Task, State>([[a as Task, new Failed("given")]]) }));
    expect(failed.of(failed.built[1]).message).toBe("No upstream states can be mapped over.");
  });
});

describe("flatten", () => {
  test("takes one level, also of what was flattened, and of a mapped task's children", async () => {
    const { built, of } = await run(() => {
      const pairs = id.map(flatten([[[1, 2], [3]], [[4]]]));
      return [pairs, id.map(flatten(pairs)), id(flatten(pairs)), id.map(flatten(flatten([[[1]], [[2]]])))];
    });
    expect(built.map((one) => of(one).result)).toEqual([[[1, 2], [3], [4]], [1, 2, 3, 4], [1, 2, 3, 4], [[1], [2]]]);
  });

  test("leaves elements that are no lists, and children that failed or were skipped", async () => {
    const { built, of, types } = await run(() => {
      const some = task((x: number) => { if (x === 1) throw new Error("no"); if (x === 2) throw new SKIP("no"); return x === 3 ? 3 : [x, x]; }).map(numbers(5));
      return [id.map(flatten([[1], 2])), id.map(flatten(some)), task((xs: unknown[]) => xs.length, { trigger: allFinished, skipOnUpstreamSkip: false })(flatten(some))];
    });
    expect([of(built[0]).result, types(built[1]), of(built[2]).result]).toEqual([[[1], 2], ["Success", "Success", "TriggerFailed", "Skipped", "Success", "Success", "Success"], 7]);
  });

  test("takes texts, Sets, typed arrays and Maps apart", async () => {
    const { built, of } = await run(() => [id.map(flatten(["ab", "👍"])), id.map(flatten([new Set([1, 2]), [3]])), id.map(flatten([new Uint8Array([1, 2])])), id.map(flatten(give(new Map([["a", 1]]))))]);
    expect(built.map((one) => of(one).result)).toEqual([["a", "b", "👍"], [1, 2, 3], [1, 2], ["a", 1]]);
  });

  test("of nothing is nothing", async () => {
    const { built, of } = await run(() => [id.map(flatten([])), id.map(flatten([[], []])), id.map(flatten(inc.map([]))), id.map(flatten(numbers.map([0, 0])))]);
    expect(built.map((one) => of(one).result)).toEqual([[], [], [], []]);
  });

  test("of generators gives the same to all who ask, though they run only once", async () => {
    const { built, of } = await run(() => {
      const one = task(function* () { yield [1]; yield [2, 3]; })();
      const many = task(function* (x: number) { yield x; yield x * 10; }).map([1, 2]);
      return [id.map(flatten(one)), id(flatten(one)), id.map(flatten(many)), id(flatten(many)), id.map(flatten(give([[1], [2]][Symbol.iterator]())))];
    });
    expect(built.map((one) => of(one).result)).toEqual([[1, 2, 3], [1, 2, 3], [1, 10, 2, 20], [1, 10, 2, 20], [1, 2]]);
  });
});

test("the runner's own lines about tasks go quiet once there are more than 200 children", async () => {
  const count = async (n: number) => {
    const lines: string[] = [];
    const flow = new Flow("loud", () => { inc.map(numbers(n)); });
    await withHost({ onLog: ({ level, message }) => { if (level === "INFO" && message.includes("'inc[")) lines.push(message); } }, () => flow.run());
    return lines.length;
  };
  expect([await count(100), await count(300)]).toEqual([200, 0]);
});

describe("upstream tasks of a mapped call", () => {
  test("are mapped over too, unless they are marked", async () => {
    const order: string[] = [];
    const { built, of } = await run(() => {
      const whole = give(7);
      const first = task((x: number) => { order.push(`first${x}`); return x; }).map([1, 2, 3]);
      return task((x: number) => { order.push(`then${x}`); return x; }).mapWith({ upstreamTasks: [first, unmapped(whole) as never] }, [10, 20]);
    });
    expect(of(built).result).toEqual([10, 20]);
    expect([...order].sort()).toEqual(["first1", "first2", "first3", "then10", "then20"]);
    expect(["1", "2"].map((n) => order.indexOf(`first${n}`) < order.indexOf(`then${n}0`))).toEqual([true, true]);
  });

  test("mapped() marks an input of an ordinary call, also twice", async () => {
    const { built, of } = await run(() => [id(mapped(mapped([1, 2]))), add(mapped([1, 2]), inc(1))]);
    expect(built.map((one) => of(one).result)).toEqual([[1, 2], [3, 4]]);
  });
});
