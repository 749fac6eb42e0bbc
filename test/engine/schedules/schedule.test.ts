import { describe, expect, test } from "vitest";
import {
  CronClock, CronSchedule, DatesClock, IntervalClock, IntervalSchedule, RRuleSchedule, Schedule, addDuration, atTime, betweenDates, betweenDatetimes, betweenTimes, isDayOfWeek, isMonthEnd, isWeekday, nextWeekday, onDate, onDatetime, type Clock,
} from "../../../engine/index.ts";
import { at, first, utc } from "./event-times.ts";

const HOUR = 3_600_000;
const hourly = () => new IntervalClock(HOUR);

describe("the clocks of a schedule", () => {
  test("are merged in order of time, equal events once", () => {
    const clock = (parameterDefaults = {}) => new IntervalClock(2000, { startDate: at("2026-01-01T00:00:00"), parameterDefaults });
    const schedule = new Schedule([clock(), clock(), clock({ n: 1 }), new IntervalClock(3000, { startDate: at("2026-01-01T00:00:00") })]);
    expect(schedule.next(5, at("2026-01-01T00:00:00")).map((event) => [event.startTime.getUTCSeconds(), event.parameterDefaults])).toEqual([[2, {}], [2, { n: 1 }], [3, {}], [4, {}], [4, { n: 1 }]]);
  });
  test("differ by parameters and labels, whatever lies between equal ones", () => {
    const clock = (n: unknown, labels?: string[]) => new DatesClock([at("2026-01-01T00:00:00")], { parameterDefaults: { n }, labels });
    const schedule = new Schedule([clock(new Map([[1, 2]])), clock(1), clock(1, []), clock(1, ["a"]), clock(new Map([[1, 2]])), clock(1, ["a"]), clock(new Map([[1, 3]]))]);
    expect(schedule.next(9, new Date(0)).map((event) => [event.parameterDefaults.n, event.labels])).toEqual([[new Map([[1, 2]]), null], [1, null], [1, []], [1, ["a"]], [new Map([[1, 3]]), null]]);
  });
  test("may be in different time zones", () => {
    const [east, west] = [new CronClock("0 9 * * 1-5", { timeZone: "US/Eastern" }), new CronClock("30 6 * * 1-5", { timeZone: "US/Pacific" })];
    expect(utc(new Schedule([west, east]).next(4, at("2019-05-01T00:00:00")))).toEqual(["2019-05-01T13:00:00", "2019-05-01T13:30:00", "2019-05-02T13:00:00", "2019-05-02T13:30:00"]);
  });
  test("say when it starts and ends", () => {
    const [one, two] = [{ startDate: at("2018-01-01T00:00:00"), endDate: at("2019-01-01T00:00:00") }, { startDate: at("2019-01-01T00:00:00"), endDate: at("2020-01-01T00:00:00") }];
    const schedule = new Schedule([new IntervalClock(HOUR, two), new IntervalClock(HOUR, one), new CronClock("* * * * *")]);
    expect([schedule.startDate, schedule.endDate]).toEqual([one.startDate, two.endDate]);
    expect([new Schedule([]).startDate, new CronSchedule("* * * * *").endDate]).toEqual([null, null]);
  });
  test("may be the user's own", () => {
    const clock: Clock = { *events(after) { for (const day of [1, 2, 3]) if (at(`2026-01-0${day}T00:00:00`) > after) yield { startTime: at(`2026-01-0${day}T00:00:00`), parameterDefaults: { day }, labels: null, timeZone: "UTC" }; } };
    expect(new Schedule([clock], { filters: [isDayOfWeek(4)] }).next(9, new Date(0)).map((event) => event.parameterDefaults)).toEqual([{ day: 2 }]);
    const broken: Clock = { events: () => [{ startTime: "soon" as never, parameterDefaults: {}, labels: null, timeZone: "UTC" }] };
    expect(() => new Schedule([broken]).next(1)).toThrow('the startTime of an event of Object must be a valid Date, got "soon"');
  });
  test("none give no events", () => {
    expect(new Schedule([]).next(3)).toEqual([]);
  });
});

describe("a schedule", () => {
  test("keeps times that pass all filters, one of the orFilters and no notFilter", () => {
    const schedule = new Schedule([hourly()], { filters: [isWeekday], orFilters: [betweenTimes("09:00", "09:00"), atTime("15:00")], notFilters: [betweenDates(1, 8, 1, 8)] });
    expect(utc(schedule.next(8, at("2019-01-03T00:00:00")))).toEqual(["03T09", "03T15", "04T09", "04T15", "07T09", "07T15", "09T09", "09T15"].map((time) => `2019-01-${time}:00:00`));
  });
  test("then adjusts them, one adjustment after the other", () => {
    const schedule = new Schedule([hourly()], { filters: [atTime("09:00")], adjustments: [addDuration({ days: 1 }), nextWeekday, addDuration(HOUR)] });
    expect(utc(schedule.next(4, at("2019-01-03T00:00:00")))).toEqual(["2019-01-04T10:00:00", "2019-01-07T10:00:00", "2019-01-07T10:00:00", "2019-01-07T10:00:00"]);
  });
  test("reads local time in the time zone of each clock", () => {
    const schedule = new Schedule([new IntervalClock(HOUR, { timeZone: "Asia/Tokyo", parameterDefaults: { at: "Tokyo" } }), new IntervalClock(HOUR, { timeZone: "America/New_York", parameterDefaults: { at: "New York" } })], { filters: [atTime("09:00"), isWeekday] });
    expect(schedule.next(4, at("2026-01-09T12:00:00")).map((event) => [event.startTime.toISOString().slice(5, 13), event.parameterDefaults.at])).toEqual([["01-09T14", "New York"], ["01-12T00", "Tokyo"], ["01-12T14", "New York"], ["01-13T00", "Tokyo"]]);
  });
  test("takes functions of the user as filters and adjustments, with the time zone", () => {
    const zones: string[] = [];
    const schedule = new Schedule([new IntervalClock(HOUR, { timeZone: "Asia/Tokyo" })], { filters: [(time) => time.getUTCHours() === 3], adjustments: [(time, timeZone) => { zones.push(timeZone); return new Date(time.getTime() + 1); }] });
    expect(schedule.next(1, at("2026-01-01T00:00:00"))[0].startTime.toISOString()).toBe("2026-01-01T03:00:00.001Z");
    expect(zones).toEqual(["Asia/Tokyo"]);
  });
  test("refuses an adjustment that returns no Date", () => {
    expect(() => new Schedule([hourly()], { adjustments: [() => "later" as never] }).next(1)).toThrow('what an adjustment returns must be a valid Date, got "later"');
  });
  test("gives events as long as one takes them", () => {
    const taken: string[] = [];
    for (const event of new Schedule([new IntervalClock(HOUR)], { filters: [atTime("12:00")] }).events(at("2026-01-01T00:00:00"))) {
      taken.push(event.startTime.toISOString().slice(8, 13));
      if (taken.length === 3) break;
    }
    expect(taken).toEqual(["01T12", "02T12", "03T12"]);
    const dates = new Schedule([new DatesClock([at("2026-01-01T00:00:00")])]).events(new Date(0));
    expect([dates.next().value, dates.next()]).toEqual([expect.objectContaining({ startTime: at("2026-01-01T00:00:00") }), { done: true, value: "over" }]);
  });
  test.each([
    ["clocks", new IntervalClock(1000), "clocks must be a list of clocks, got an object of class IntervalClock"], ["clocks", [1], "clocks[0] must be a clock, got number 1"], ["clocks", [null], "clocks[0] must be a clock, got null"],
  ])("is refused where its %s are none", (_, clocks, why) => {
    expect(() => new Schedule(clocks as never)).toThrow(why);
  });
  test("is refused where filters are no functions, and for counts that are none", () => {
    expect(() => new Schedule([], { filters: isWeekday as never })).toThrow("filters must be a list of functions, got the function filter");
    expect(() => new Schedule([], { orFilters: [isWeekday, "isWeekend" as never] })).toThrow('orFilters[1] must be a function, got "isWeekend"');
    expect(() => new Schedule([]).next(-1)).toThrow("next takes a count of events, got number -1");
    expect(() => new Schedule([]).next(1, "now" as never)).toThrow('the time after which events are asked for must be a valid Date, got "now"');
  });
});

describe("a schedule gives up", () => {
  test("after 10,000 times of its clocks", () => {
    let looked = 0;
    const never = new Schedule([new IntervalClock(1000)], { filters: [() => { looked++; return false; }] });
    expect(never.next(1, at("2026-01-01T00:00:00"))).toEqual([]);
    expect(looked).toBe(10_000);
    expect(new Schedule([new IntervalClock(1000)]).next(20_000, at("2026-01-01T00:00:00")).length).toBe(10_000);
    expect(never.events(at("2026-01-01T00:00:00")).next()).toEqual({ done: true, value: "unmatched" });
  });
  test("not before 10,000 in a row, where events are taken one by one", () => {
    let taken = 0;
    for (const _ of new Schedule([new IntervalClock(1000)], { filters: [(time) => time.getTime() % 60_000 === 0] }).events(at("2026-01-01T00:00:00"))) if (++taken === 300) break;
    expect(taken).toBe(300);
  });
});

describe("times that a filter surely rejects are not looked at one by one", () => {
  /** Counts the times that a clock gives. */
  const counted = (clock: Clock) => {
    const count = { times: 0 };
    const counting: Clock = { timeZone: clock.timeZone, *events(after) { for (const event of clock.events(after)) { count.times++; yield event; } } };
    return { count, counting };
  };
  test.each([
    ["every second of the last day of the month", [isMonthEnd], "2026-01-31T00:00:00"], ["one day of the year", [onDate(12, 24)], "2026-12-24T00:00:00"], ["one second of a day to come", [atTime("09:30:15"), isDayOfWeek(6)], "2026-01-04T09:30:15"],
    ["a year to come", [betweenDatetimes(at("2040-05-05T05:05:05"), at("2041-01-01T00:00:00"))], "2040-05-05T05:05:05"],
  ])("%s", (_, filters, expected) => {
    for (const timeZone of ["UTC", "Europe/Berlin"]) {
      const { count, counting } = counted(new IntervalClock(1000, { timeZone }));
      const [event] = new Schedule([counting], { filters }).next(1, at("2026-01-01T00:00:00"));
      const shift = timeZone === "UTC" || filters.length === 1 && expected.startsWith("2040") ? 0 : HOUR;
      expect(event.startTime).toEqual(new Date(at(expected).getTime() - shift));
      expect(count.times).toBeLessThan(1500);
    }
  });
  test("the result is the same as with filters that do not say how long they hold", () => {
    const [cron, daily] = [new CronClock("*/10 * * * *", { timeZone: "Europe/Berlin" }), new IntervalClock({ hours: 7 }, { timeZone: "America/New_York", parameterDefaults: { n: 1 } })];
    const [filters, orFilters, notFilters] = [[isWeekday], [betweenTimes("22:30", "03:10"), betweenTimes("12:00", "12:30")], [isMonthEnd, onDate(10, 26)]];
    const plain = (list: readonly ((time: Date, timeZone: string) => boolean)[]) => list.map((filter) => (time: Date, timeZone: string) => filter(time, timeZone));
    for (const from of ["2026-03-26T00:00:00", "2026-10-22T00:00:00", "2026-12-29T00:00:00"]) {
      const quick = new Schedule([cron, daily], { filters, orFilters, notFilters }).next(150, at(from));
      const slow = new Schedule([cron, daily], { filters: plain(filters), orFilters: plain(orFilters), notFilters: plain(notFilters) }).next(150, at(from));
      expect(quick.length).toBe(150);
      expect(quick).toEqual(slow);
    }
  });
  test("an or of filters looks up to the first that may change its mind", () => {
    const { count, counting } = counted(new IntervalClock(1000));
    expect(utc(new Schedule([counting], { orFilters: [isMonthEnd, onDate(1, 9)] }).next(1, at("2026-01-01T00:00:00")))).toEqual(["2026-01-09T00:00:00"]);
    expect(count.times).toBeLessThan(50);
  });
  test("what notFilters leave out ends where they end", () => {
    const half = () => new IntervalClock(HOUR / 2, { startDate: at("2026-01-01T00:00:00") });
    expect(utc(new Schedule([half()], { notFilters: [betweenTimes("01:00", "02:00")] }).next(3, at("2026-01-01T00:00:00")))).toEqual(["2026-01-01T00:30:00", "2026-01-01T02:30:00", "2026-01-01T03:00:00"]);
    const not = [onDatetime(at("2026-01-01T01:00:00")), atTime("01:30"), betweenDatetimes(at("2026-01-01T02:00:00"), at("2026-01-01T02:00:00")), betweenTimes("02:30", "02:30")];
    expect(utc(new Schedule([half()], { notFilters: not }).next(2, at("2026-01-01T00:30:00")))).toEqual(["2026-01-01T03:00:00", "2026-01-01T03:30:00"]);
  });
  test("past its last time a schedule is over", () => {
    const schedule = new Schedule([new IntervalClock(1000)], { filters: [betweenDatetimes(new Date(0), new Date(1))] });
    expect(schedule.events(at("2026-01-01T00:00:00")).next()).toEqual({ done: true, value: "over" });
  });
});

describe("schedules with one clock", () => {
  test("take what their clock takes", () => {
    const interval = new IntervalSchedule({ interval: { days: 1 }, startDate: at("2026-01-01T08:00:00"), timeZone: "Europe/Berlin" });
    const cron = new CronSchedule("0 9 1-7 * 1", { timeZone: "Europe/Berlin", dayOr: false });
    const rrule = new RRuleSchedule("FREQ=DAILY;BYHOUR=9", { timeZone: "Europe/Berlin" });
    expect([interval, cron, rrule].map((schedule) => utc(schedule.next(1, at("2026-07-01T12:00:00"))))).toEqual([["2026-07-02T07:00:00"], ["2026-07-06T07:00:00"], ["2026-07-02T07:00:00"]]);
    expect([interval, cron, rrule].every((schedule) => schedule instanceof Schedule)).toBe(true);
    expect(() => new IntervalSchedule({} as never)).toThrow("the interval must be milliseconds above 0, got undefined");
  });
  test("reach into the far future", () => {
    expect(utc(first(new IntervalClock({ days: 1 }, { timeZone: "Europe/Berlin" }), 1, at("2999-06-01T00:00:00")))).toEqual(["2999-06-01T22:00:00"]);
    expect(utc(new CronSchedule("0 0 29 2 *").next(1, at("2897-01-01T00:00:00")))).toEqual(["2904-02-29T00:00:00"]);
    expect(utc(new IntervalSchedule({ interval: HOUR }).next(1, at("9999-12-31T23:30:00")))[0]).toContain("+010000-01-01T00:0");
  });
});
