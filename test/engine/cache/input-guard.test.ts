import { describe, expect, test, vi } from "vitest";
import { Flow, Parameter, task, type Task } from "../../../engine/index.ts";

const named = <A extends readonly unknown[], R>(name: string, run: (...inputs: A) => R, options = {}): Task<A, Awaited<R>> => task(run, { name, ...options });

/** Runs a flow and tells which tasks ran, and what was said. */
async function run(flow: Flow, parameters: Readonly<Record<string, unknown>> = {}) {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => { lines.push(String(text)); return true; });
  try {
    const state = await flow.run(parameters, { cache: true });
    const ran = [...state.result].filter(([, one]) => one.type === "Success").map(([one]) => one.name);
    return { state, ran, warnings: lines.filter((line) => line.includes("WARNING")) };
  } finally {
    write.mockRestore();
  }
}

describe("a task that changes its input", () => {
  test("is named, its result is used and not kept, and it runs again", async () => {
    const flow = new Flow("f");
    const { sums, adds } = flow.build(() => {
      const rows = named("rows", () => [1, 2, 3])();
      const adds = named("adds", (rows: number[]) => { rows.push(4); return rows.length; })(rows);
      return { adds, sums: named("sums", (count: number) => count * 2)(adds) };
    });
    const first = await run(flow);
    expect(first.state.result.get(sums).result).toBe(8);
    expect(first.warnings.join("")).toContain("Task 'adds' changed its input `rows`: what it returned is used, and not kept. Let it work on a copy: structuredClone(rows).");
    expect(first.state.result.get(adds).reason).toBe("never run; not kept, because it changed its input `rows`");
    const second = await run(flow);
    // What `rows` returned is not what it was, so it runs again too; what comes out is right.
    expect(second.ran).toEqual(["rows", "adds"]);
    expect(second.state.result.get(sums).result).toBe(8);
  });

  test("does not spoil what others keep: they are known by what they saw", async () => {
    let changes = true;
    const flow = new Flow("f");
    const sum = flow.build(() => {
      const rows = named("rows", () => ({ n: 1 }))();
      const other = named("other", (rows: { n: number }) => { if (changes) rows.n = 50; return 0; })(rows);
      return named("sum", (rows: { n: number }, _: number) => rows.n)(rows, other);
    });
    expect((await run(flow)).state.result.get(sum).result).toBe(50);
    changes = false;
    expect((await run(flow)).state.result.get(sum).result).toBe(1);
  });

  test("that is a constant, an element of what it is mapped over, or a parameter's value is noticed too", async () => {
    const constant = new Flow("constant", () => { named("sorts", (list: number[]) => list.sort()[0])([3, 1, 2]); });
    expect((await run(constant)).warnings.join("")).toContain("Task 'sorts' changed its input `list`");
    const mapping = new Flow("mapping", () => { named("marks", (row: { done: boolean }) => { row.done = true; return 1; }).map(named("rows", () => [{ done: false }, { done: true }])()); });
    expect((await run(mapping)).warnings.map((line) => /Task '.*?' changed its input `\w+`/.exec(line)?.[0])).toEqual(["Task 'marks[0]' changed its input `row`"]);
    const given = new Flow("given", () => { named("pops", (list: number[]) => list.pop())(new Parameter<number[]>("list")); });
    expect((await run(given, { list: [1, 2] })).warnings.join("")).toContain("Task 'pops' changed its input `list`");
  });

  test("while others wait with the same input: all that may have seen the change are not kept", async () => {
    const flow = new Flow("f", () => {
      const rows = named("rows", () => [1])();
      named("waits", async (rows: number[]) => { while (rows.length === 1) await new Promise((resolve) => setTimeout(resolve, 1)); return rows.length; })(rows);
      named("grows", async (rows: number[]) => { await new Promise((resolve) => setTimeout(resolve, 5)); rows.push(2); return 1; })(rows);
    });
    await run(flow);
    expect((await run(flow)).ran).toEqual(["rows", "waits", "grows"]);
  });

  test("only in looks changes nothing: a read of a large value by many tasks keeps them all", async () => {
    const flow = new Flow("f", () => {
      const rows = named("rows", () => Array.from({ length: 20_000 }, (_, n) => ({ n })))();
      for (let i = 0; i < 50; i++) named("reads", (rows: { n: number }[], i: number) => rows[i].n)(rows, i);
    });
    const first = await run(flow);
    expect([first.ran.length, first.warnings]).toEqual([51, []]);
    expect((await run(flow)).ran).toEqual([]);
  });
});
