import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import {
  CronClock, DatesClock, FlowletError, IntervalClock, IntervalSchedule, RRuleClock, Schedule, addDuration, atTime, betweenDates, betweenDatetimes, betweenTimes, isDayOfWeek, isMonthEnd, isMonthStart, isWeekday, isWeekend,
  nextWeekday, onDate, onDatetime, type ScheduleJson,
} from "../../../engine/index.ts";
import { at } from "./event-times.ts";

const [start, end] = [at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00")];
const clock = { type: "IntervalClock", interval: 60_000 };

const everything = () => new Schedule(
  [
    new IntervalClock(90_000, { startDate: start, endDate: end, parameterDefaults: { rows: [1, { deep: null }], text: "ä" }, labels: ["gpu", "eu"] }),
    new IntervalClock({ days: 1, hours: 2 }, { timeZone: "Europe/Berlin" }), new CronClock("0 9 1-7 * 1", { timeZone: "America/New_York", dayOr: false, startDate: start }), new DatesClock([end, start], { labels: [] }),
    new RRuleClock("DTSTART;TZID=Asia/Tokyo:20260101T090000\nRRULE:FREQ=WEEKLY;COUNT=20", { endDate: end }), new RRuleClock("FREQ=DAILY;BYHOUR=9", { startDate: start, timeZone: "Europe/Berlin" }),
  ],
  {
    filters: [betweenDatetimes(start, end), betweenDates(10, 15, 9, 30), isWeekday],
    orFilters: [betweenTimes("08:00", "18:30:15.5", { timeZone: "Europe/Berlin" }), atTime("00:00"), isMonthEnd({ timeZone: "Asia/Tokyo" }), isMonthStart, isDayOfWeek(2)],
    notFilters: [onDatetime(start), onDate(12, 24), isWeekend],
    adjustments: [addDuration(-1500), addDuration({ days: 1 }), nextWeekday, nextWeekday({ timeZone: "Asia/Tokyo" })],
  },
);

describe("a schedule as JSON", () => {
  test("becomes a schedule with the same times again", () => {
    const schedule = everything();
    const json = JSON.stringify(schedule.toJson());
    const again = Schedule.fromJson(JSON.parse(json));
    const expected = schedule.next(60, start);
    expect(expected.length).toBe(60);
    expect(again.next(60, start)).toEqual(expected);
    expect(JSON.stringify(again.toJson())).toBe(json);
    expect([again.startDate, again.endDate]).toEqual([schedule.startDate, schedule.endDate]);
    expect(again.clocks.map((one) => one.constructor.name)).toEqual(["IntervalClock", "IntervalClock", "CronClock", "DatesClock", "RRuleClock", "RRuleClock"]);
  });
  test("names clocks, filters and adjustments with what they were made with", () => {
    const json = new Schedule([new IntervalClock(60_000, { startDate: start }), new DatesClock([start])], { filters: [isWeekday], orFilters: [atTime("09:00", { timeZone: "Asia/Tokyo" })], notFilters: [onDatetime(start)], adjustments: [addDuration({ days: 1 })] }).toJson();
    expect(json).toEqual({
      type: "Schedule",
      clocks: [
        { type: "IntervalClock", interval: 60_000, startDate: "2026-01-01T00:00:00.000Z", endDate: null, timeZone: "UTC", parameterDefaults: {}, labels: null },
        { type: "DatesClock", dates: ["2026-01-01T00:00:00.000Z"], timeZone: "UTC", parameterDefaults: {}, labels: null },
      ],
      filters: [{ name: "isWeekday", arguments: [] }], orFilters: [{ name: "atTime", arguments: ["09:00"], timeZone: "Asia/Tokyo" }],
      notFilters: [{ name: "onDatetime", arguments: ["2026-01-01T00:00:00.000Z"] }], adjustments: [{ name: "addDuration", arguments: [{ days: 1 }] }],
    } satisfies ScheduleJson);
  });
  test("holds Temporal durations", () => {
    const json = new Schedule([new IntervalClock(Temporal.Duration.from({ weeks: 1 }))], { adjustments: [addDuration(Temporal.Duration.from({ minutes: -5 }))] }).toJson();
    expect(JSON.parse(JSON.stringify([json.clocks[0].interval, json.adjustments[0].arguments]))).toEqual([{ weeks: 1 }, [{ minutes: -5 }]]);
  });
  test("is told apart from the schedule: changing one leaves the other", () => {
    const defaults = { n: 1 };
    const schedule = new Schedule([new IntervalClock(60_000, { parameterDefaults: defaults })]);
    defaults.n = 2;
    expect(schedule.next(1)[0].parameterDefaults).toEqual({ n: 1 });
  });
});

class OwnClock extends IntervalClock {}
const circle: Record<string, unknown> = {};
circle.self = circle;

describe("not serialized, and why:", () => {
  const withDefault = (value: unknown) => new Schedule([new IntervalClock(60_000, { parameterDefaults: { ok: 1, bad: value } })]);
  test.each([
    ["an interval below a minute", () => new IntervalSchedule({ interval: 59_999 }), "at clocks[0]: the interval 59999 is shorter than a minute"],
    ["an interval of some seconds", () => new Schedule([new DatesClock([start]), new IntervalClock({ seconds: 30 })]), 'at clocks[1]: the interval {"seconds":30} is shorter than a minute'],
    ["a filter of the user", () => new Schedule([], { orFilters: [isWeekday, function mine() { return true; }] }), "at orFilters[1]: the function mine is none of onDatetime, betweenDatetimes"],
    ["an adjustment of the user", () => new Schedule([], { adjustments: [(time) => time] }), "at adjustments[0]: a function is none of"],
    ["a class derived from a clock", () => new Schedule([new OwnClock(60_000)]), "at clocks[0]: the clock is of class OwnClock, known are IntervalClock, CronClock, DatesClock and RRuleClock"],
    ["a clock of the user", () => new Schedule([{ events: () => [] }]), "at clocks[0]: the clock is of class Object"],
    ["a parameter that is a Date", () => withDefault(start), "at clocks[0]: JSON can not hold the value of the parameter bad (an object of class Date)"],
    ["a parameter that is undefined", () => withDefault(undefined), "JSON can not hold the value of the parameter bad (undefined)"], ["a BigInt", () => withDefault([1n]), "(an array of 1)"], ["NaN", () => withDefault({ n: NaN }), "the parameter bad"],
    ["a function", () => withDefault(() => 1), "(a function)"], ["a circle", () => withDefault(circle), "the parameter bad"], ["a Map", () => withDefault(new Map([[1, 2]])), "(an object of class Map)"],
  ])("%s", (_, make, why) => {
    const schedule = make();
    expect(() => schedule.toJson()).toThrow(why);
    expect(() => schedule.toJson()).toThrow(expect.objectContaining({ code: "UNSERIALIZABLE_SCHEDULE" }));
  });
});

describe("malformed JSON is refused with its place:", () => {
  const json = (parts: object) => ({ type: "Schedule", clocks: [clock], ...parts });
  test.each<[unknown, string]>([
    [null, "at the schedule: expected an object, got null"], ["{}", 'at the schedule: expected an object, got "{}"'], [[], "at the schedule: expected an object, got an array of 0"], [{}, 'at type: expected "Schedule", got undefined'],
    [{ type: "Calendar", clocks: [] }, 'at type: expected "Schedule", got "Calendar"'], [{ type: "Schedule" }, "at clocks: expected a list, got undefined"], [json({ clocks: {} }), "at clocks: expected a list, got an object of class Object"],
    [json({ filter: [] }), 'at the schedule: "filter" is none of type, clocks, filters'], [json({ clocks: [null] }), "at clocks[0]: expected an object, got null"], [json({ clocks: [clock, 3] }), "at clocks[1]: expected an object, got number 3"],
    [json({ clocks: [{ type: "SunClock" }] }), 'at clocks[0].type: there is no clock "SunClock"; known are IntervalClock, CronClock, DatesClock, RRuleClock'], [json({ clocks: [{ type: "constructor" }] }), 'there is no clock "constructor"'], [json({ clocks: [{}] }), "at clocks[0].type: there is no clock undefined"],
    [json({ clocks: [{ ...clock, cron: "* * * * *" }] }), 'at clocks[0]: "cron" is none of type, interval'], [json({ clocks: [{ type: "IntervalClock" }] }), "at clocks[0]: the interval must be milliseconds above 0, got undefined"],
    [json({ clocks: [{ ...clock, interval: 1000 }] }), "at clocks[0].interval: 1000 is shorter than a minute"], [json({ clocks: [{ ...clock, interval: { day: 1 } }] }), "at clocks[0]: the interval must be milliseconds or an object of weeks"],
    [json({ clocks: [{ ...clock, startDate: "yesterday" }] }), 'at clocks[0]: expected a time like "2026-01-01T09:00:00Z", got "yesterday"'], [json({ clocks: [{ ...clock, endDate: "2026-01-01T09:00:00" }] }), 'got "2026-01-01T09:00:00"'], [json({ clocks: [{ ...clock, startDate: 0 }] }), "got number 0"],
    [json({ clocks: [{ ...clock, startDate: "2026-02-31T99:00:00Z" }] }), 'got "2026-02-31T99:00:00Z"'], [json({ clocks: [{ ...clock, timeZone: "Mars/Base" }] }), 'at clocks[0]: timeZone must be the name of a time zone, e.g. "Europe/Berlin", got "Mars/Base"'],
    [json({ clocks: [{ ...clock, parameterDefaults: [1] }] }), "at clocks[0]: parameterDefaults must be an object"], [json({ clocks: [{ ...clock, labels: [1] }] }), "at clocks[0]: labels must be a list of texts"],
    [json({ clocks: [{ type: "CronClock", cron: "every day" }] }), 'at clocks[0]: the cron expression "every day" can not be read'], [json({ clocks: [{ type: "CronClock", cron: "* * * * *", dayOr: "no" }] }), 'at clocks[0]: dayOr must be true or false, got "no"'],
    [json({ clocks: [{ type: "DatesClock", dates: [] }] }), "at clocks[0]: dates must be a list with at least one Date"], [json({ clocks: [{ type: "DatesClock", dates: "now" }] }), 'at clocks[0].dates: expected a list, got "now"'], [json({ clocks: [{ type: "DatesClock", dates: ["now"] }] }), 'got "now"'],
    [json({ clocks: [{ type: "RRuleClock", rule: "FREQ=OFTEN" }] }), 'at clocks[0]: the recurrence rule "FREQ=OFTEN" can not be read'], [json({ clocks: [{ type: "RRuleClock" }] }), "at clocks[0]: the recurrence rule"],
    [json({ filters: "isWeekday" }), 'at filters: expected a list, got "isWeekday"'], [json({ filters: ["isWeekday"] }), 'at filters[0]: expected an object, got "isWeekday"'], [json({ filters: [{ name: "isHoliday", arguments: [] }] }), 'at filters[0].name: there is no filter "isHoliday"; known are onDatetime'],
    [json({ filters: [{ name: "toString" }] }), 'there is no filter "toString"'], [json({ filters: [{ name: "nextWeekday" }] }), 'there is no filter "nextWeekday"'], [json({ adjustments: [{ name: "isWeekday" }] }), 'at adjustments[0].name: there is no adjustment "isWeekday"; known are addDuration, nextWeekday'],
    [json({ orFilters: [{ name: "atTime", arguments: [] }] }), "at orFilters[0].arguments: atTime takes a list of 1, got an array of 0"], [json({ orFilters: [{ name: "atTime", arguments: "09:00" }] }), 'atTime takes a list of 1, got "09:00"'], [json({ notFilters: [{ name: "atTime", arguments: ["25:00"] }] }), 'at notFilters[0]: a time of atTime must be a text like "09:30" or "23:59:59", got "25:00"'],
    [json({ filters: [{ name: "onDatetime", arguments: ["soon"] }] }), 'at filters[0]: expected a time like "2026-01-01T09:00:00Z", got "soon"'], [json({ filters: [{ name: "isWeekday", timeZone: "Mars/Base" }] }), 'at filters[0]: timeZone must be the name'], [json({ filters: [{ name: "isWeekday", timeZone: null }] }), "at filters[0]: timeZone must be the name"],
    [json({ filters: [{ name: "onDatetime", arguments: ["2026-01-01T00:00:00Z"], timeZone: "UTC" }] }), "at filters[0].timeZone: onDatetime takes no time zone"], [json({ filters: [{ name: "isWeekday", zone: "UTC" }] }), 'at filters[0]: "zone" is none of name, arguments, timeZone'],
    [json({ adjustments: [{ name: "addDuration", arguments: ["1h"] }] }), 'at adjustments[0]: the duration of addDuration must be milliseconds or an object'],
  ])("%j", (wrong, why) => {
    let error: unknown;
    try { Schedule.fromJson(wrong); } catch (thrown) { error = thrown; }
    expect(error).toBeInstanceOf(FlowletError);
    expect(error).toMatchObject({ code: "UNREADABLE_SCHEDULE" });
    expect((error as Error).message).toContain(why);
    expect((error as Error).message).not.toMatch(/\{where\}|\{why\}|\.\./);
  });
  test("what may be absent may be absent", () => {
    expect(Schedule.fromJson({ type: "Schedule", clocks: [{ type: "IntervalClock", interval: 60_000 }], filters: [{ name: "isWeekday" }] }).next(1, start)[0].startTime).toEqual(at("2026-01-01T00:01:00"));
  });
});
