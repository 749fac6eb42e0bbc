import { describe, expect, test } from "vitest";
import { DatesClock, IntervalClock, Schedule, addDuration, type ClockEvent } from "../../../engine/index.ts";
import { DueEvents } from "../../../engine/schedules/due-events.ts";
import { at } from "./event-times.ts";

const START = at("2026-01-01T00:00:00");
/** A time some seconds after the start. */
const second = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const every = (seconds: number, clock?: string, first = seconds) => new IntervalClock(seconds * 1000, { startDate: second(first), parameterDefaults: clock === undefined ? {} : { clock } });
const show = (event: ClockEvent | null) => (event === null ? null : `${event.parameterDefaults.clock ?? ""}${(event.startTime.getTime() - START.getTime()) / 1000}`);

/** The times a flow runs for, when each run takes some seconds. */
function runs(schedule: Schedule, takes: (event: ClockEvent) => number, n: number): (string | null)[] {
  const due = new DueEvents(schedule, START);
  const found: (string | null)[] = [];
  for (let now = START; found.length < n;) {
    const event = due.next(now);
    found.push(show(event));
    if (event === null) break;
    now = new Date(Math.max(now.getTime(), event.startTime.getTime()) + takes(event) * 1000);
  }
  return found;
}

describe("a flow on a schedule runs", () => {
  test("for each time, as long as its runs are shorter than what lies between", () => {
    expect(runs(new Schedule([every(10)]), () => 3, 4)).toEqual(["10", "20", "30", "40"]);
  });
  test("not for times that pass while it is running", () => {
    expect(runs(new Schedule([every(10)]), () => 25, 4)).toEqual(["10", "40", "70", "100"]);
  });
  test("for the times of every clock, also where they are the same", () => {
    expect(runs(new Schedule([every(10, "a"), every(10, "b")]), () => 2, 6)).toEqual(["a10", "b10", "a20", "b20", "a30", "b30"]);
  });
  test("for the times of one clock that pass while another is running, but once for many", () => {
    expect(runs(new Schedule([every(100, "a"), every(10, "b", 105)]), ({ parameterDefaults }) => (parameterDefaults.clock === "a" ? 32 : 1), 6)).toEqual(["a100", "b125", "b135", "b145", "b155", "b165"]);
  });
  test("by turns, where the runs of two clocks take longer than there is time", () => {
    expect(runs(new Schedule([every(10, "a"), every(10, "b")]), () => 8, 6)).toEqual(["a10", "b10", "a20", "b30", "a40", "b50"]);
  });
  test("until the clocks have no more times", () => {
    expect(runs(new Schedule([new DatesClock([second(5), second(9)])]), () => 1, 9)).toEqual(["5", "9", null]);
  });
  test("for each time that adjustments move, forward or back", () => {
    expect(runs(new Schedule([every(10)], { adjustments: [addDuration(15_000)] }), () => 1, 4)).toEqual(["25", "35", "45", "55"]);
    expect(runs(new Schedule([every(10)], { adjustments: [addDuration(-15_000)] }), () => 1, 4)).toEqual(["5", "15", "25", "35"]);
  });
  test("once for times that adjustments bring together", () => {
    expect(runs(new Schedule([every(10)], { adjustments: [(time) => new Date(Math.ceil(time.getTime() / 30_000) * 30_000)] }), () => 1, 3)).toEqual(["30", "60", "90"]);
  });
  test("after a long sleep of the machine for what comes next, without counting what has passed", () => {
    const due = new DueEvents(new Schedule([every(1)]), START);
    expect([show(due.next(START)), show(due.next(second(1_000_000_000)))]).toEqual(["1", "1000000001"]);
  });
});

test("it is told how a schedule ended", () => {
  const due = new DueEvents(new Schedule([every(10)], { filters: [(time) => time <= second(20)] }), START);
  expect([show(due.next(START)), show(due.next(second(11))), due.end, show(due.next(second(21))), due.end]).toEqual(["10", "20", null, null, "unmatched"]);
  const dates = new DueEvents(new Schedule([new DatesClock([second(5)])]), second(6));
  expect([dates.next(second(6)), dates.end]).toEqual([null, "over"]);
});
