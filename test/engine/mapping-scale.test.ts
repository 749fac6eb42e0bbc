import { describe, expect, test } from "vitest";
import { FilterTask, Flow, Mapped, allFinished, applyMap, caseOf, context, flatten, merge, task, unmapped, type Task } from "../../engine/index.ts";

const N = 100_000;
const numbers = task((n: number) => Array.from({ length: n }, (_, i) => i), { name: "numbers" });

async function run<T>(build: () => T) {
  const flow = new Flow("scale");
  const built = flow.build(build);
  const state = await flow.run();
  return { built, mapped: (one: unknown) => state.result.get(one as Task) as unknown as Mapped, result: (one: unknown) => state.result.get(one as Task).result as any };
}

describe("100,000 elements", () => {
  test("go through three mapped tasks, each failure in its own place", async () => {
    const level = (bad: number) => task((x: number) => { if (x % 1000 === bad) throw new Error(`${bad}`); return x + 1000; });
    const { built, mapped, result } = await run(() => {
      const [a, b, c] = [level(1), level(2), level(3)];
      const last = c.map(b.map(a.map(numbers(N))));
      return { last, kept: new FilterTask<number>({ filter: (x) => typeof x === "number" }).bind({ task_results: last }), count: task((xs: unknown[]) => xs.filter((x) => x instanceof Error).length, { trigger: allFinished })(last as never) };
    });
    const states = mapped(built.last).mapStates;
    expect(states.length).toBe(N);
    const wrong = states.findIndex((child, i) => {
      const rest = i % 1000;
      if (rest === 1 || rest === 2) return child.type !== "TriggerFailed";
      if (rest === 3) return child.type !== "Failed" || (child.result as Error).message !== "3";
      return child.type !== "Success" || child.result !== i + 3000;
    });
    expect(wrong).toBe(-1);
    expect(result(built.kept).length).toBe(N - 300);
    expect(result(built.count)).toBe(300);
  });

  test("come out of a flatten, each in its place, and go on", async () => {
    const { built, result } = await run(() => {
      const lists = task((x: number) => [x * 2, x * 2 + 1]).map(numbers(N / 2));
      return task((x: number) => -x).map(flatten(task((x: number) => [x, 0]).map(flatten(lists))));
    });
    const values = result(built) as number[];
    expect(values.length).toBe(2 * N);
    expect(values.findIndex((value, i) => value !== (i % 2 === 0 ? -(i / 2) : -0))).toBe(-1);
  });

  test("some of which retry are run again only where they failed", async () => {
    let calls = 0;
    const { built, result } = await run(() => task((x: number) => { calls++; if (x % 1000 === 7 && context.taskRunCount === 1) throw new Error("once"); return x; }, { maxRetries: 1, retryDelay: 1 }).map(numbers(N)));
    expect((result(built) as number[]).findIndex((value, i) => value !== i)).toBe(-1);
    expect(calls).toBe(N + N / 1000);
  });

  test("may all get the whole of another mapped task", async () => {
    // 10 billion looks at a child, were each child to look at all of them.
    const { built, result } = await run(() => task((x: number, all: readonly number[]) => all[all.length - 1 - x]).map(numbers(N), unmapped(task((x: number) => x).map(numbers(N))) as never));
    expect((result(built) as number[]).findIndex((value, i) => value !== N - 1 - i)).toBe(-1);
  });
});

test("20,000 elements go through branches and a merge", async () => {
  const { built, mapped } = await run(() => applyMap((x) => {
    const kind = task((n: number) => n % 3)(x);
    const zero = caseOf(kind, 0, () => task((n: number) => `zero ${n}`)(x));
    const one = caseOf(kind, 1, () => task((n: number) => { if (n % 1000 === 1) throw new Error("no"); return `one ${n}`; })(x));
    return merge([zero, one]);
  }, numbers(20_000)));
  const wrong = mapped(built).mapStates.findIndex((child, i) => {
    if (i % 3 === 2) return child.type !== "Skipped";
    if (i % 3 === 1 && i % 1000 === 1) return child.type !== "TriggerFailed";
    return child.result !== `${i % 3 === 0 ? "zero" : "one"} ${i}`;
  });
  expect(wrong).toBe(-1);
});

test("a text of 100,000 characters and a typed array are mapped over", async () => {
  const { built, result } = await run(() => [task((x: string) => x).map("a👍".repeat(N / 2)), task((x: number) => x).map(new Float64Array(N).fill(2))] as const);
  expect((result(built[0]) as string[]).join("")).toBe("a👍".repeat(N / 2));
  expect((result(built[1]) as number[]).every((x) => x === 2)).toBe(true);
});
