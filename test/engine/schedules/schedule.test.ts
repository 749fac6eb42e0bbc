import { describe, expect, test } from "vitest";
import { CronClock, CronSchedule, Flow, IntervalClock, IntervalSchedule, Parameter, Schedule, context, task } from "../../../engine/index.ts";

const at = (text: string) => new Date(`${text}Z`);
const times = (schedule: Schedule, n: number, after: Date) => schedule.next(n, after).map((event) => event.startTime.toISOString().slice(0, 19));

describe("an interval", () => {
  test("counts from its start date, strictly after the given time", () => {
    const schedule = new IntervalSchedule({ interval: 60_000, startDate: at("2026-01-01T00:00:30") });
    expect(times(schedule, 2, at("2026-01-01T00:02:30"))).toEqual(["2026-01-01T00:03:30", "2026-01-01T00:04:30"]);
  });
  test("begins at its start date and ends with its end date", () => {
    const schedule = new IntervalSchedule({ interval: 1000, startDate: at("2026-01-01T00:00:00"), endDate: at("2026-01-01T00:00:02") });
    expect(times(schedule, 9, at("2025-01-01T00:00:00"))).toEqual(["2026-01-01T00:00:00", "2026-01-01T00:00:01", "2026-01-01T00:00:02"]);
  });
  test.each([[0], [-1], [NaN], ["1"]])("of %j is refused", (interval) => {
    expect(() => new IntervalClock(interval as number)).toThrow("The schedule can not be made: the interval must be milliseconds above 0");
  });
});

describe("a cron expression", () => {
  test("gives its times in its time zone, across a change to summer time", () => {
    const schedule = new CronSchedule("0 9 * * *", { timeZone: "Europe/Berlin" });
    expect(times(schedule, 2, at("2026-03-28T00:00:00"))).toEqual(["2026-03-28T08:00:00", "2026-03-29T07:00:00"]);
  });
  test("that can not be read is refused with its text", () => {
    expect(() => new CronClock("every day")).toThrow(/the cron expression "every day" can not be read/);
  });
});

test("clocks are merged in order of time, equal events once", () => {
  const clock = (parameterDefaults = {}) => new IntervalClock(2000, { startDate: at("2026-01-01T00:00:00"), parameterDefaults });
  const schedule = new Schedule([clock(), clock(), clock({ n: 1 }), new IntervalClock(3000, { startDate: at("2026-01-01T00:00:00") })]);
  expect(schedule.next(5, at("2026-01-01T00:00:00")).map((event) => [event.startTime.getUTCSeconds(), event.parameterDefaults])).toEqual([[2, {}], [2, { n: 1 }], [3, {}], [4, {}], [4, { n: 1 }]]);
});

describe("a flow with a schedule", () => {
  const soon = () => new Date(Date.now() + 250);

  test("sleeps until the next time, runs, and sleeps again, until there are no more", async () => {
    const startDate = soon();
    const runs: string[] = [];
    const flow = new Flow("ticks", { schedule: new IntervalSchedule({ interval: 40, startDate, endDate: new Date(startDate.getTime() + 80) }) }, () => {
      task(() => { runs.push((context.scheduledStartTime as Date).toISOString()); return 1; })();
    });
    const state = await flow.run();
    expect(runs).toEqual([0, 40, 80].map((offset) => new Date(startDate.getTime() + offset).toISOString()));
    expect(state.isSuccessful()).toBe(true);
  });

  test("takes parameters from its clocks", async () => {
    const startDate = soon();
    const seen: unknown[] = [];
    const schedule = new Schedule([new IntervalClock(1000, { startDate, endDate: startDate, parameterDefaults: { n: 7 } })]);
    await new Flow("f", { schedule }, () => { task((n: number) => { seen.push(n); })(new Parameter<number>("n")); }).run();
    expect(seen).toEqual([7]);
  });

  test("without times to come is refused; runOnSchedule: false runs at once", async () => {
    const flow = new Flow("past", { schedule: new IntervalSchedule({ interval: 1000, endDate: new Date(0) }) }, () => { task(() => 1)(); });
    await expect(flow.run()).rejects.toThrow("Flow past has no more scheduled runs.");
    expect((await flow.run({}, { runOnSchedule: false })).isSuccessful()).toBe(true);
  });

  test("is cancelled while it sleeps", async () => {
    const controller = new AbortController();
    const flow = new Flow("f", { schedule: new IntervalSchedule({ interval: 3_600_000 }) }, () => { task(() => 1)(); });
    const running = flow.run({}, { signal: controller.signal });
    controller.abort();
    expect((await running).type).toBe("Cancelled");
  });
});
