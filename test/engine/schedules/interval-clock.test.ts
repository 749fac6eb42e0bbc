import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { IntervalClock } from "../../../engine/index.ts";
import { at, first, numbers, utc, walls } from "./event-times.ts";

describe("an interval of milliseconds", () => {
  test("counts from its start date, strictly after the given time", () => {
    const clock = new IntervalClock(60_000, { startDate: at("2026-01-01T00:00:30") });
    expect(utc(first(clock, 2, at("2026-01-01T00:02:30")))).toEqual(["2026-01-01T00:03:30", "2026-01-01T00:04:30"]);
    expect(utc(first(clock, 1, at("2026-01-01T00:02:29.999")))).toEqual(["2026-01-01T00:02:30"]);
  });
  test("begins at its start date and ends with its end date, both included", () => {
    const clock = new IntervalClock(1000, { startDate: at("2026-01-01T00:00:00"), endDate: at("2026-01-01T00:00:02") });
    expect(utc(first(clock, 9, at("2025-01-01T00:00:00")))).toEqual(["2026-01-01T00:00:00", "2026-01-01T00:00:01", "2026-01-01T00:00:02"]);
    expect(first(clock, 1, at("2026-01-01T00:00:02"))).toEqual([]);
  });
  test("counts from 2019 where no start date is given", () => {
    expect(utc(first(new IntervalClock(7 * 86_400_000), 2, at("2018-01-01T00:00:00")))).toEqual(["2019-01-01T00:00:00", "2019-01-08T00:00:00"]);
  });
  test("is elapsed time: an hour is an hour when clocks change", () => {
    const hourly = new IntervalClock(3_600_000, { startDate: at("2018-03-10T05:00:00"), timeZone: "America/New_York" });
    expect(walls(hourly, 4, at("2018-03-11T04:00:00"))).toEqual(["2018-03-11T00:00-05:00", "2018-03-11T01:00-05:00", "2018-03-11T03:00-04:00", "2018-03-11T04:00-04:00"]);
    expect(walls(hourly, 4, at("2018-11-04T03:00:00"))).toEqual(["2018-11-04T00:00-04:00", "2018-11-04T01:00-04:00", "2018-11-04T01:00-05:00", "2018-11-04T02:00-05:00"]);
  });
  test("counts from the second of two equal local times too", () => {
    const hourly = new IntervalClock({ hours: 5 }, { startDate: at("2026-10-25T01:30:00"), timeZone: "Europe/Berlin" });
    expect(walls(hourly, 2, at("2026-10-25T00:00:00"))).toEqual(["2026-10-25T02:30+01:00", "2026-10-25T07:30+01:00"]);
  });
  test("may be a fraction, and never gives a time twice", () => {
    const times = first(new IntervalClock(4 / 3, { startDate: new Date(0) }), 5, new Date(0)).map((event) => event.startTime.getTime());
    expect(times).toEqual([1, 2, 4, 5, 6]);
    expect(first(new IntervalClock(4 / 3, { startDate: new Date(0) }), 1, new Date(4))[0].startTime.getTime()).toBe(5);
  });
  test("ends where dates end", () => {
    expect(first(new IntervalClock(86_400_000), 9, new Date(8.64e15 - 86_400_000)).length).toBe(1);
    expect(first(new IntervalClock({ days: 1 }, { timeZone: "Europe/Berlin" }), 9, new Date(8.64e15 - 86_400_000)).length).toBe(1);
  });
});

describe("an interval of days", () => {
  test("keeps the time of day when clocks change", () => {
    const daily = new IntervalClock({ days: 1 }, { startDate: at("2026-03-27T08:00:00"), timeZone: "Europe/Berlin" });
    expect(walls(daily, 3, at("2026-03-28T00:00:00"))).toEqual(["2026-03-28T09:00+01:00", "2026-03-29T09:00+02:00", "2026-03-30T09:00+02:00"]);
    expect(walls(daily, 3, at("2026-10-24T00:00:00"))).toEqual(["2026-10-24T09:00+02:00", "2026-10-25T09:00+01:00", "2026-10-26T09:00+01:00"]);
  });
  test("at a time that the clocks leap over is as much later on that day only", () => {
    const daily = new IntervalClock({ days: 1 }, { startDate: at("2026-03-01T01:30:00"), timeZone: "Europe/Berlin" });
    expect(walls(daily, 3, at("2026-03-28T00:00:00"))).toEqual(["2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"]);
  });
  test("at a time that comes twice is at the first", () => {
    const daily = new IntervalClock({ days: 1 }, { startDate: at("2026-10-01T00:30:00"), timeZone: "Europe/Berlin" });
    expect(walls(daily, 3, at("2026-10-24T00:00:00"))).toEqual(["2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]);
  });
  test("follows a change of half an hour", () => {
    const daily = new IntervalClock({ days: 1 }, { startDate: at("2026-03-31T22:00:00"), timeZone: "Australia/Lord_Howe" });
    expect(walls(daily, 3, at("2026-04-03T12:00:00"))).toEqual(["2026-04-04T09:00+11:00", "2026-04-05T09:00+10:30", "2026-04-06T09:00+10:30"]);
  });
  test("gives the day that Samoa left out no run, and the next day one", () => {
    const daily = new IntervalClock({ days: 1 }, { startDate: at("2011-12-01T19:00:00"), timeZone: "Pacific/Apia" });
    expect(walls(daily, 4, at("2011-12-28T00:00:00"))).toEqual(["2011-12-28T09:00-10:00", "2011-12-29T09:00-10:00", "2011-12-31T09:00+14:00", "2012-01-01T09:00+14:00"]);
  });
  test("counts 29 February", () => {
    const everyTwo = new IntervalClock({ days: 2 }, { startDate: at("2028-02-25T12:00:00") });
    expect(utc(first(everyTwo, 4, at("2028-02-26T00:00:00")))).toEqual(["2028-02-27T12:00:00", "2028-02-29T12:00:00", "2028-03-02T12:00:00", "2028-03-04T12:00:00"]);
  });
  test("may have hours on top, and weeks", () => {
    const clock = new IntervalClock({ weeks: 1, hours: 1, minutes: 1 }, { startDate: at("2026-01-01T00:00:00") });
    expect(utc(first(clock, 2, at("2026-01-01T00:00:00")))).toEqual(["2026-01-08T01:01:00", "2026-01-15T02:02:00"]);
  });
  test("begins at midnight of its time zone where no start date is given", () => {
    expect(walls(new IntervalClock({ days: 1 }, { timeZone: "Asia/Tokyo" }), 1, at("2026-06-01T00:00:00"))).toEqual(["2026-06-02T00:00+09:00"]);
  });
  test("may be a Temporal.Duration", () => {
    const clock = new IntervalClock(Temporal.Duration.from({ days: 1, hours: 2 }), { startDate: at("2026-01-01T00:00:00") });
    expect(clock.interval).toEqual({ days: 1, hours: 2 });
    expect(() => new IntervalClock(Temporal.Duration.from({ months: 1 }))).toThrow(/weeks, days, hours, minutes, seconds, milliseconds, got months/);
  });
  test.each(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Asia/Kolkata", "America/Santiago"])("is what Temporal computes, in %s", (timeZone) => {
    const random = numbers(7);
    for (let i = 0; i < 60; i++) {
      const start = Temporal.Instant.fromEpochMilliseconds(Math.floor(Date.UTC(1995, 0) + random() * 20 * 365 * 86_400_000)).toZonedDateTimeISO(timeZone);
      const days = 1 + Math.floor(random() * 5);
      const anywhere = Math.floor(Date.UTC(1994, 0) + random() * 25 * 365 * 86_400_000);
      // Close to a step, before or after.
      const step = start.epochMilliseconds + Math.round((anywhere - start.epochMilliseconds) / (days * 86_400_000)) * days * 86_400_000;
      const after = i % 2 === 0 ? anywhere : step + Math.floor((random() - 0.5) * 2 * 5_400_000);
      const expected: number[] = [];
      for (let count = Math.max(0, Math.floor((after - start.epochMilliseconds) / (days * 86_400_000)) - 5); expected.length < 6; count++) {
        const time = start.add({ days: days * count }).epochMilliseconds;
        if (time > after && time !== expected.at(-1)) expected.push(time);
      }
      const clock = new IntervalClock({ days }, { startDate: new Date(start.epochMilliseconds), timeZone });
      expect(first(clock, 6, new Date(after)).map((event) => event.startTime.getTime())).toEqual(expected);
    }
  });
});

describe("an interval clock is refused", () => {
  test.each([[0], [-1], [NaN], [Infinity], ["1"], [null]])("for the interval %j", (interval) => {
    expect(() => new IntervalClock(interval as number)).toThrow("The schedule can not be made: ");
  });
  test.each([
    [0, "the interval must be milliseconds above 0, got number 0"], [0.4, "the interval must be 1 millisecond or more, got 0.4"], [{}, "the interval must be 1 millisecond or more, got {}"],
    [{ days: -1 }, "1 millisecond or more"], [{ days: 1, hours: -1 }, "1 millisecond or more"], [{ days: 1.5 }, "days of the interval must be a whole number, got 1.5"],
    [{ day: 1 }, "must be milliseconds or an object of weeks, days, hours, minutes, seconds, milliseconds, got day"], [{ hours: "1" }, 'hours of the interval must be a number, got "1"'], [[1], "got an array of 1"],
  ])("for the interval %j, saying why", (interval, why) => {
    expect(() => new IntervalClock(interval as number)).toThrow(why);
  });
  test.each([
    [{ timeZone: "Mars/Base" }, 'timeZone must be the name of a time zone, e.g. "Europe/Berlin", got "Mars/Base"'], [{ timeZone: 2 }, "got number 2"],
    [{ startDate: "2026-01-01" }, 'startDate must be a valid Date, got "2026-01-01"'], [{ endDate: new Date(NaN) }, "endDate must be a valid Date, got an invalid Date"],
    [{ parameterDefaults: [1] }, "parameterDefaults must be an object with a value for each name, got an array of 1"], [{ labels: "a" }, 'labels must be a list of texts, got "a"'], [{ labels: [1] }, "labels must be a list of texts"],
  ])("for the options %j, saying why", (options, why) => {
    expect(() => new IntervalClock(1000, options as never)).toThrow(why);
  });
});

test("events carry the parameters, labels and time zone of their clock", () => {
  const [event] = first(new IntervalClock(1000, { parameterDefaults: { n: 1 }, labels: ["gpu"], timeZone: "Asia/Tokyo" }), 1, at("2026-01-01T00:00:00"));
  expect(event).toEqual({ startTime: at("2026-01-01T00:00:01"), parameterDefaults: { n: 1 }, labels: ["gpu"], timeZone: "Asia/Tokyo" });
  expect(first(new IntervalClock(1000), 1, at("2026-01-01T00:00:00"))[0]).toMatchObject({ parameterDefaults: {}, labels: null, timeZone: "UTC" });
});
