import { describe, expect, test } from "vitest";
import { FAIL, Failed, Flow, LOOP, PAUSE, RETRY, SKIP, Skipped, Success, allFinished, context, mapped, someSuccessful, task, type StateHandler, type Task } from "../../engine/index.ts";

async function run<T extends Task>(build: () => T) {
  const flow = new Flow("f");
  const one = flow.build(build);
  const state = await flow.run();
  return { one, state, final: state.result.get(one) };
}

describe("state handlers", () => {
  test("see the context of the run, that of each child too", async () => {
    const seen: string[] = [];
    const note: StateHandler<unknown> = (_, from, to) => { seen.push(`${context.taskFullName} ${from.type}->${to.type}`); };
    await run(() => task((x: number) => x, { name: "m", stateHandlers: [note] })(mapped([1])) as never);
    expect(seen).toEqual(["m Pending->Mapped", "m[0] Pending->Running", "m[0] Running->Success"]);
  });

  test("a signal ends the line: those behind it are not called", async () => {
    let called = false;
    const { final } = await run(() => task(() => 1, { stateHandlers: [(_, __, to) => { if (to.type === "Success") throw new SKIP("enough"); }, (_, __, to) => { if (to.type !== "Running") called = true; }] })());
    expect([final.type, final.message, called]).toEqual(["Skipped", "enough", false]);
  });

  test("a PAUSE ends the run of the task", async () => {
    const { final, state } = await run(() => task(() => 1, { stateHandlers: [(_, __, to) => { if (to.type === "Running") throw new PAUSE("wait"); }] })());
    expect([final.type, state.type]).toEqual(["Paused", "Running"]);
  });

  test("one that refuses Running keeps the function from being called", async () => {
    let calls = 0;
    const { final } = await run(() => task(() => ++calls, { stateHandlers: [(_, __, to) => (to.isRunning() ? new Skipped("no need", 3) : undefined)] })());
    expect([final.type, final.result, calls]).toEqual(["Skipped", 3, 0]);
  });

  test("an iteration that begins is no change of state", async () => {
    const seen: string[] = [];
    await run(() => task(() => { if (context.taskLoopCount === 1) throw new LOOP(); return 1; }, { stateHandlers: [(_, from, to) => { seen.push(`${from.type}->${to.type} ${to.type === "Looped" ? to.message : ""}`.trim()); }] })());
    expect(seen).toEqual(["Pending->Running", "Running->Looped Task is looping (1)", "Pending->Running", "Running->Success"]);
  });
});

describe("triggers", () => {
  test("see the context of the run", async () => {
    const { final } = await run(() => task(() => 1, { name: "named", trigger: () => { throw new FAIL(String(context.taskName)); } })());
    expect([final.type, final.message]).toEqual(["Failed", "named"]);
  });

  test("one that returns false leaves the signal as the result", async () => {
    const { final } = await run(() => task(() => 1, { trigger: () => false })());
    expect([final.type, final.message, String(final.result)]).toEqual(["TriggerFailed", "Trigger failed", "TRIGGERFAIL: Trigger failed"]);
  });

  test("count an upstream task once, however many inputs it feeds", async () => {
    const { final } = await run(() => { const one = task(() => 1)(); return task((x: number, y: number) => x + y, { trigger: someSuccessful({ atMost: 1 }) })(one, one); });
    expect(final.result).toBe(2);
  });
});

describe("retries and loops", () => {
  test("RETRY counts attempts and knows no limit", async () => {
    const counts: unknown[] = [];
    await run(() => task(() => { counts.push(context.taskRunCount); if (counts.length < 4) throw new RETRY(); })());
    expect(counts).toEqual([1, 2, 3, 4]);
  });

  test("a retry goes on at the same iteration, with the last result; the next iteration counts anew", async () => {
    const seen: string[] = [];
    const { final } = await run(() => task(() => {
      seen.push(`${context.taskLoopCount} ${context.taskRunCount} ${context.taskLoopResult}`);
      if (seen.length === 2) throw new Error("once");
      if (context.taskLoopCount === 3) return "end";
      throw new LOOP("", { result: `r${context.taskLoopCount}` });
    }, { maxRetries: 1, retryDelay: 0 })());
    expect([final.result, seen]).toEqual(["end", ["1 1 undefined", "2 1 r1", "2 2 r1", "3 1 r2"]]);
  });

  test("retryOn looks at the result: without one any failure is retried", async () => {
    let calls = 0;
    class Rare extends Error {}
    const { final } = await run(() => task(() => { if (++calls === 1) throw new FAIL("no result", { result: null }); return calls; }, { maxRetries: 1, retryDelay: 0, retryOn: Rare })());
    expect(final.result).toBe(2);
  });
});

describe("mapping", () => {
  test("over a good and a failed input makes children that fail their triggers", async () => {
    const { final } = await run(() => {
      const bad = task((): number[] => { throw new Error("no"); })();
      return task((x: number, y: unknown) => [x, y], { trigger: allFinished }).map([1, 2], bad as never) as never;
    });
    expect(final.result).toEqual([[1, null], [2, null]]);
  });

  test("children start from the state that their parent was given", async () => {
    const flow = new Flow("f");
    const counts: unknown[] = [];
    const one = flow.build(() => task((_: number) => { counts.push(context.taskRunCount); })(mapped([1, 2])));
    const { Retrying } = await import("../../engine/index.ts");
    await flow.run({}, { taskStates: new Map([[one as unknown as Task, new Retrying(null, undefined, { runCount: 2 })]]) });
    expect(counts).toEqual([3, 3]);
  });

  test("flatten leaves a list alone that holds something else than lists", async () => {
    const { flatten } = await import("../../engine/index.ts");
    const { final } = await run(() => task((x: unknown) => x)(flatten(task(() => [[1], 2])())));
    expect(final.result).toEqual([[1], 2]);
  });
});

test("the parameters in the context have their defaults, and a flow run begins Scheduled", async () => {
  const { Parameter } = await import("../../engine/index.ts");
  const seen: unknown[] = [];
  const flow = new Flow("f", { stateHandlers: [(_, from, to) => { seen.push(`${from.type}->${to.type}`); }] });
  const one = flow.build(() => task(() => context.parameters)());
  flow.addTask(new Parameter("a", { default: 1 }));
  flow.addTask(new Parameter("b", { default: 2 }));
  expect((await flow.run({ b: 3 })).result.get(one).result).toEqual({ a: 1, b: 3 });
  expect(seen).toEqual(["Scheduled->Running", "Running->Success"]);
  expect([new Success().isSuccessful(), new Failed().isFailed()]).toEqual([true, true]);
});
