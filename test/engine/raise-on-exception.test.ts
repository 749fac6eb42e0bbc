import { describe, expect, test } from "vitest";
import { withHost, type RunHost } from "../../engine/embedding.ts";
import { FAIL, Flow, SKIP, context, raiseOnException, task, type Task, type TaskOptions } from "../../engine/index.ts";

const wait = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms).unref(); });
const failing = (error: unknown, options: TaskOptions = {}) => task(() => { throw error; }, options);
const flowOf = (...tasks: Task[]) => new Flow("raises", () => { for (const one of tasks) one(); });

describe("raiseOnException", () => {
  test.each([
    ["a task", () => (error: Error) => flowOf(failing(error))],
    ["an async task", () => (error: Error) => flowOf(task(async () => { await Promise.resolve(); throw error; }))],
    ["a task with a timeout", () => (error: Error) => flowOf(task(async () => { await Promise.resolve(); throw error; }, { timeout: 60_000 }))],
    ["a task that would be retried", () => (error: Error) => flowOf(failing(error, { maxRetries: 3, retryDelay: 60_000 }))],
    ["a mapped child", () => (error: Error) => new Flow("raises", () => { task((x: number) => { if (x === 2) throw error; }).map([1, 2, 3]); })],
    ["a trigger", () => (error: Error) => flowOf(task(() => 1, { trigger: () => { throw error; } }))],
    ["a task's state handler", () => (error: Error) => flowOf(task(() => 1, { stateHandlers: [() => { throw error; }] }))],
    ["a task's async state handler", () => (error: Error) => flowOf(task(() => 1, { stateHandlers: [async () => { await wait(1); throw error; }] }))],
    ["onFailure", () => (error: Error) => flowOf(task(() => { throw new Error("other"); }, { trigger: () => false, onFailure: () => { throw error; } }))],
    ["a flow's state handler", () => (error: Error) => new Flow("raises", { stateHandlers: [() => { throw error; }] }, () => { task(() => 1)(); })],
  ])("throws what %s throws, that very error", async (_, make) => {
    const error = new TypeError("this one");
    await expect(raiseOnException(() => make()(error).run())).rejects.toBe(error);
  });

  test("throws what is thrown, also where it is no error", async () => {
    await expect(raiseOnException(() => flowOf(failing("text")).run())).rejects.toBe("text");
    await expect(raiseOnException(() => flowOf(failing(undefined)).run())).rejects.toBe(undefined);
  });

  test("throws a timeout", async () => {
    await expect(raiseOnException(() => flowOf(task(() => wait(60_000), { timeout: 5 })).run())).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
    await expect(raiseOnException(() => flowOf(task(() => { const end = performance.now() + 10; while (performance.now() < end); }, { timeout: 1 })).run())).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
  });

  test("ends the whole run first: what runs is aborted, nothing begins after it, and observers see it end", async () => {
    const events: string[] = [];
    const host: RunHost = {
      onLog: () => undefined,
      observer: { taskRunChanged: (_, { node }, state) => events.push(`${node.slug} ${state.type}`), flowRunEnded: (_, state) => events.push(`flow ${state.type}`) },
    };
    let aborted = false;
    const flow = new Flow("raises");
    flow.build(() => {
      const slow = task(function slow() { return new Promise((resolve) => { context.signal?.addEventListener("abort", () => { aborted = true; resolve(1); }); }); })();
      const broken = task(async function broken() { await wait(1); throw new Error("no"); })();
      task(function never(_: unknown, __: unknown) { events.push("never ran"); }, { trigger: () => true })(slow, broken);
    });
    await expect(withHost(host, () => raiseOnException(() => flow.run()))).rejects.toThrow("no");
    events.push("rejected");
    await wait(5);
    expect([aborted, events]).toEqual([true, ["slow-1 Running", "broken-1 Running", "broken-1 Failed", "slow-1 Cancelled", "flow Failed", "rejected"]]);
    expect([...flow.latestStates.values()].map((state) => state.type)).toEqual(expect.arrayContaining(["Failed", "Cancelled"]));
  });

  test("leaves signals as states", async () => {
    const state = await raiseOnException(() => flowOf(failing(new SKIP("s")), failing(new FAIL("f"))).run());
    expect([...state.result.values()].map((one) => one.type)).toEqual(["Skipped", "Failed"]);
  });

  test("holds inside its block only, and gives back what the block gives", async () => {
    expect(raiseOnException(() => 7)).toBe(7);
    await raiseOnException(async () => { await flowOf(task(() => 1)).run(); });
    expect((await flowOf(failing(new Error("no"))).run()).type).toBe("Failed");
    const within: Promise<unknown>[] = [];
    raiseOnException(() => { within.push(flowOf(failing(new Error("inside"))).run().catch((error: Error) => error.message)); });
    within.push(flowOf(failing(new Error("outside"))).run().then((state) => state.type));
    expect(await Promise.all(within)).toEqual(["inside", "Failed"]);
  });

  test("a flow runs again after it", async () => {
    let broken = true;
    const flow = flowOf(task(() => { if (broken) throw new Error("no"); return 1; }));
    await expect(raiseOnException(() => flow.run())).rejects.toThrow("no");
    broken = false;
    expect((await raiseOnException(() => flow.run())).type).toBe("Success");
  });
});
