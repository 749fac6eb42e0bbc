import { describe, expect, test } from "vitest";
import { Flow, pauseTask, task, type Paused } from "../../engine/index.ts";

const make = (pause: () => void) => {
  const flow = new Flow("f");
  let calls = 0;
  return { flow, one: flow.build(() => task(() => { calls++; pause(); return calls; }, { name: "one" })()) };
};

describe("pauseTask", () => {
  test("pauses its task until it is approved, and does nothing then", async () => {
    const { flow, one } = make(() => pauseTask("look at it"));
    const asked: unknown[] = [];
    const { result } = await flow.run({}, { approve: (_, state) => { asked.push(state.message); return true; } });
    expect([result.get(one).result, asked]).toEqual([2, ["look at it"]]);
  });

  test("goes on by itself after its duration", async () => {
    const { flow, one } = make(() => pauseTask(undefined, 10));
    expect((await flow.run()).result.get(one).result).toBe(2);
    const state = (await flow.run({}, { wait: false })).result.get(one) as Paused;
    expect([state.type, state.message, state.startTime instanceof Date]).toEqual(["Paused", "Pause signal raised during task execution.", true]);
  });

  test.each([[-1], [NaN], ["5"]])("refuses the duration %j", async (duration) => {
    const { flow, one } = make(() => pauseTask("x", duration as number));
    expect((await flow.run()).result.get(one).message).toContain("pauseTask: the option duration must be milliseconds, 0 or more, got");
  });
});
