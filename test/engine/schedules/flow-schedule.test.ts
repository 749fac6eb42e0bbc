import { describe, expect, test } from "vitest";
import { DatesClock, Flow, FlowletError, IntervalClock, IntervalSchedule, Parameter, Schedule, context, task } from "../../../engine/index.ts";
import { withHost } from "../../../engine/embedding.ts";

describe("a flow with a schedule", () => {
  const soon = () => new Date(Date.now() + 400);

  test("sleeps until the next time, runs, and sleeps again, until there are no more", async () => {
    const startDate = soon();
    const dates = [0, 400, 800].map((offset) => new Date(startDate.getTime() + offset));
    const runs: { due: Date; late: boolean; id: unknown }[] = [];
    const lines: string[] = [];
    const flow = new Flow("ticks", { schedule: new Schedule([new DatesClock(dates)]) }, () => {
      task(() => { runs.push({ due: context.scheduledStartTime as Date, late: Date.now() >= (context.scheduledStartTime as Date).getTime(), id: context.flowRunId }); return 1; })();
    });
    const state = await withHost({ onLog: (record) => { lines.push(record.message); } }, () => flow.run());
    expect(runs.map(({ due }) => due)).toEqual(dates);
    expect(runs.every(({ late }) => late)).toBe(true);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
    expect(lines.filter((line) => line.startsWith("Waiting for next scheduled run at "))).toEqual(dates.map((date) => `Waiting for next scheduled run at ${date.toISOString()}`));
    expect(state.isSuccessful()).toBe(true);
  });

  test("leaves out the times that pass while it is running", async () => {
    const startDate = soon();
    const due: number[] = [];
    const schedule = new IntervalSchedule({ interval: 20, startDate, endDate: new Date(startDate.getTime() + 1000) });
    await new Flow("slow", { schedule }, () => {
      task(async () => { due.push((context.scheduledStartTime as Date).getTime() - startDate.getTime()); if (due.length === 1) await new Promise((resolve) => setTimeout(resolve, 200)); })();
    }).run();
    expect(due[1] - due[0]).toBeGreaterThan(180);
    expect(due.every((offset) => offset % 20 === 0)).toBe(true);
  });

  test("runs for each of its clocks with the clock's parameters, which come before the given ones", async () => {
    const startDate = soon();
    const seen: unknown[] = [];
    const waits: string[] = [];
    const clock = (offset: number, parameterDefaults: Record<string, unknown>) => new IntervalClock(400, { startDate: new Date(startDate.getTime() + offset), endDate: new Date(startDate.getTime() + offset + 400), parameterDefaults });
    const schedule = new Schedule([clock(0, { region: "eu" }), clock(0, { region: "us", size: 3 }), clock(200, {})]);
    const flow = new Flow("regions", { schedule }, () => {
      task((region: string, size: number) => { seen.push([region, size, (context.scheduledStartTime as Date).getTime() - startDate.getTime()]); })(new Parameter<string>("region"), new Parameter<number>("size", { default: 1 }));
    });
    await withHost({ onLog: ({ message }) => { if (message.startsWith("Waiting")) waits.push(message); } }, () => flow.run({ region: "given" }));
    expect(new Set(waits).size).toBe(waits.length);
    expect(seen).toEqual([["eu", 1, 0], ["us", 3, 0], ["given", 1, 200], ["eu", 1, 400], ["us", 3, 400], ["given", 1, 600]]);
    expect(flow.latestParameters).toEqual({ region: "given" });
  });

  test("needs the parameters that one of its clocks does not bring, before anything runs", async () => {
    const schedule = new Schedule([new DatesClock([soon()], { parameterDefaults: { n: 1 } }), new DatesClock([new Date(Date.now() + 3_600_000)])]);
    let ran = 0;
    const flow = new Flow("f", { schedule }, () => { task((n: number) => { ran += n; })(new Parameter<number>("n")); });
    await expect(flow.run()).rejects.toThrow("Flow.run did not receive the following required parameters");
    await expect(flow.run({ m: 1 })).rejects.toThrow("Flow.run received the following unexpected parameters");
    expect(ran).toBe(0);
    const wrong = new Flow("f", { schedule: new Schedule([new DatesClock([soon()], { parameterDefaults: { m: 1 } })]) }, () => { task(() => 1)(); });
    await expect(wrong.run()).rejects.toThrow("Flow.run received the following unexpected parameters");
  });

  test("goes on after a run that failed, and gives the state of the last one", async () => {
    const startDate = soon();
    let count = 0;
    const flow = new Flow("f", { schedule: new Schedule([new DatesClock([startDate, new Date(startDate.getTime() + 400)])]) }, () => { task(() => { if (++count === 1) throw new Error("once"); })(); });
    expect((await flow.run()).isSuccessful()).toBe(true);
    expect(count).toBe(2);
  });

  test("takes given task states for its first run only", async () => {
    const startDate = soon();
    let count = 0;
    const counting = task(() => { count++; return 1; });
    const schedule = new Schedule([new DatesClock([startDate, new Date(startDate.getTime() + 400)])]);
    const flow = new Flow("f", { schedule }, () => { counting(); });
    const before = await flow.run({}, { runOnSchedule: false });
    await flow.run({}, { taskStates: before.result });
    expect(count).toBe(2);
  });

  test("without times to come is refused; runOnSchedule: false runs at once", async () => {
    const flow = new Flow("past", { schedule: new IntervalSchedule({ interval: 1000, endDate: new Date(0) }) }, () => { task(() => 1)(); });
    await expect(flow.run()).rejects.toThrow("Flow past has no more scheduled runs.");
    await expect(flow.run()).rejects.toThrow(FlowletError);
    expect((await flow.run({}, { runOnSchedule: false })).isSuccessful()).toBe(true);
    expect((await flow.run({}, { wait: false })).isSuccessful()).toBe(true);
  });

  test("whose filters never match is refused, and says so", async () => {
    const flow = new Flow("strict", { schedule: new Schedule([new IntervalClock(1000)], { filters: [() => false] }) }, () => { task(() => 1)(); });
    await expect(flow.run()).rejects.toThrow("Flow strict has no more scheduled runs: none of the next 10000 times of its clocks passes its filters.");
  });

  test("whose filters match no more ends with a warning", async () => {
    const startDate = soon();
    const warnings: string[] = [];
    const schedule = new Schedule([new IntervalClock(1, { startDate })], { filters: [(time) => time <= startDate] });
    const flow = new Flow("once", { schedule }, () => { task(() => 1)(); });
    const state = await withHost({ onLog: ({ level, message }) => { if (level === "WARNING") warnings.push(message); } }, () => flow.run());
    expect(state.isSuccessful()).toBe(true);
    expect(warnings).toEqual(["The schedule of flow 'once' has ended: none of the next 10000 times of its clocks passes its filters."]);
  });

  test("is cancelled while it sleeps", async () => {
    const controller = new AbortController();
    const flow = new Flow("f", { schedule: new IntervalSchedule({ interval: 3_600_000 }) }, () => { task(() => 1)(); });
    const running = flow.run({}, { signal: controller.signal });
    controller.abort();
    const state = await running;
    expect([state.type, state.message, state.result.size]).toEqual(["Cancelled", "The flow's schedule was cancelled.", 0]);
  });

  test("is cancelled while it runs, and runs no more", async () => {
    const controller = new AbortController();
    let count = 0;
    const flow = new Flow("f", { schedule: new IntervalSchedule({ interval: 20 }) }, () => { task(async () => { count++; controller.abort(); await new Promise((resolve) => context.signal?.addEventListener("abort", resolve)); })(); });
    const state = await flow.run({}, { signal: controller.signal });
    expect([state.type, state.message]).toEqual(["Cancelled", "The flow run was cancelled."]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(count).toBe(1);
  });
});
