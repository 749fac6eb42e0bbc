import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { atTime, betweenDates, betweenDatetimes, betweenTimes, isDayOfWeek, isMonthEnd, isMonthStart, isWeekday, isWeekend, onDate, onDatetime, type ScheduleFilter } from "../../../engine/index.ts";
import { unchangedUntil } from "../../../engine/schedules/schedule-filter.ts";
import { at, numbers } from "./event-times.ts";

/** Which of some times a filter accepts. */
const accepted = (filter: ScheduleFilter, times: readonly string[], timeZone = "UTC") => times.filter((time) => filter(at(time), timeZone));

describe("a filter accepts", () => {
  test("one time, or those between two, both included", () => {
    const times = ["2026-01-01T00:00:00", "2026-01-02T00:00:00", "2026-01-02T00:00:00.001", "2026-01-03T00:00:00", "2026-01-03T00:00:00.001"];
    expect(accepted(onDatetime(at("2026-01-02T00:00:00")), times)).toEqual(["2026-01-02T00:00:00"]);
    expect(accepted(betweenDatetimes(at("2026-01-02T00:00:00"), at("2026-01-03T00:00:00")), times)).toEqual(times.slice(1, 4));
    expect(accepted(betweenDatetimes(at("2026-01-03T00:00:00"), at("2026-01-02T00:00:00")), times)).toEqual([]);
  });
  test("a day of the year", () => {
    expect(accepted(onDate(2, 29), ["2026-02-28T12:00:00", "2028-02-29T00:00:00", "2028-02-29T23:59:59.999", "2028-03-01T00:00:00"])).toEqual(["2028-02-29T00:00:00", "2028-02-29T23:59:59.999"]);
  });
  test("days of the year between two, also around the new year", () => {
    const times = ["2026-10-14T12:00:00", "2026-10-15T00:00:00", "2026-12-31T00:00:00", "2027-03-31T23:59:00", "2027-04-01T00:00:00"];
    expect(accepted(betweenDates(10, 15, 3, 31), times)).toEqual(times.slice(1, 4));
    expect(accepted(betweenDates(3, 31, 10, 15), times)).toEqual(["2026-10-14T12:00:00", "2026-10-15T00:00:00", "2027-03-31T23:59:00", "2027-04-01T00:00:00"]);
    expect(accepted(betweenDates(10, 20, 10, 10), times)).toEqual(["2026-12-31T00:00:00", "2027-03-31T23:59:00", "2027-04-01T00:00:00"]);
  });
  test("a time of day", () => {
    const times = ["2026-01-01T09:30:00", "2026-01-01T09:30:00.250", "2026-01-01T09:30:01", "2026-01-01T21:30:00"];
    expect(accepted(atTime("09:30"), times)).toEqual(times.slice(0, 1));
    expect(accepted(atTime("9:30:01"), times)).toEqual(times.slice(2, 3));
    expect(accepted(atTime("09:30:00.25"), times)).toEqual(times.slice(1, 2));
  });
  test("times of day between two, both included, also around midnight", () => {
    const times = ["2026-01-01T00:00:00", "2026-01-01T06:00:00", "2026-01-01T06:00:01", "2026-01-01T21:59:59", "2026-01-01T22:00:00"];
    expect(accepted(betweenTimes("06:00", "22:00"), times)).toEqual(times.slice(1));
    expect(accepted(betweenTimes("22:00", "06:00"), times)).toEqual(["2026-01-01T00:00:00", "2026-01-01T06:00:00", "2026-01-01T22:00:00"]);
    expect(accepted(betweenTimes("06:00", "06:00"), times)).toEqual(["2026-01-01T06:00:00"]);
  });
  test("weekdays, weekends and days of the week, 0 being Monday", () => {
    const week = [5, 6, 7, 8, 9, 10, 11].map((day) => `2026-01-${String(day).padStart(2, "0")}T12:00:00`);
    expect([accepted(isWeekday, week), accepted(isWeekend, week)]).toEqual([week.slice(0, 5), week.slice(5)]);
    expect([0, 1, 2, 3, 4, 5, 6].map((day) => accepted(isDayOfWeek(day), week))).toEqual(week.map((day) => [day]));
  });
  test("first and last days of months", () => {
    const days = ["2026-02-28T00:00:00", "2028-02-28T00:00:00", "2028-02-29T23:59:59", "2100-02-28T12:00:00", "2026-03-01T00:00:00", "2026-12-31T00:00:00", "2027-01-01T00:00:00"];
    expect(accepted(isMonthEnd, days)).toEqual(["2026-02-28T00:00:00", "2028-02-29T23:59:59", "2100-02-28T12:00:00", "2026-12-31T00:00:00"]);
    expect(accepted(isMonthStart, days)).toEqual(["2026-03-01T00:00:00", "2027-01-01T00:00:00"]);
  });
});

describe("local time", () => {
  test("is that of the clock's time zone", () => {
    const sundayEvening = ["2026-01-04T23:30:00"];
    expect([accepted(isWeekday, sundayEvening), accepted(isWeekday, sundayEvening, "Europe/Berlin"), accepted(isWeekend, sundayEvening, "America/New_York")]).toEqual([[], sundayEvening, sundayEvening]);
    expect(accepted(atTime("00:30"), sundayEvening, "Europe/Berlin")).toEqual(sundayEvening);
  });
  test("is that of the option timeZone, where there is one", () => {
    const time = ["2026-01-31T23:30:00"];
    const timeZone = "Asia/Tokyo";
    const filters = [onDate(2, 1, { timeZone }), betweenDates(2, 1, 2, 2, { timeZone }), atTime("08:30", { timeZone }), betweenTimes("08:00", "09:00", { timeZone }), isWeekend({ timeZone }), isDayOfWeek(6, { timeZone }), isMonthStart({ timeZone })];
    expect(filters.map((filter) => accepted(filter, time, "America/New_York"))).toEqual(filters.map(() => time));
    expect([isWeekday({ timeZone }), isMonthEnd({ timeZone })].map((filter) => accepted(filter, time, "America/New_York"))).toEqual([[], []]);
  });
  test("follows the changes of clocks", () => {
    expect(accepted(atTime("09:00"), ["2026-03-28T08:00:00", "2026-03-29T08:00:00", "2026-03-29T07:00:00"], "Europe/Berlin")).toEqual(["2026-03-28T08:00:00", "2026-03-29T07:00:00"]);
  });
});

test("a filter that says how long its answer holds is right, in every time zone", () => {
  const random = numbers(3);
  const filters = [
    isWeekday, isWeekend, isMonthEnd, isMonthStart, isDayOfWeek(2), onDate(11, 1), betweenDates(10, 25, 3, 29), atTime("02:30"), atTime("00:00"), betweenTimes("02:15", "02:45"), betweenTimes("23:00", "01:00"), betweenTimes("00:00", "23:59:59.999"),
    onDatetime(at("2008-11-02T06:00:00")), betweenDatetimes(at("2008-03-01T00:00:00"), at("2009-03-01T00:00:00")),
  ] as ScheduleFilter[];
  let held = 0;
  for (const timeZone of ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"]) {
    for (let i = 0; i < 150; i++) {
      // Near a change of clocks, and anywhere.
      const anywhere = Math.floor(Date.UTC(2006, 0) + random() * 7 * 365 * 86_400_000);
      const change = i % 2 === 0 ? Temporal.Instant.fromEpochMilliseconds(anywhere).toZonedDateTimeISO(timeZone).getTimeZoneTransition("next") : null;
      const time = change === null ? anywhere : change.epochMilliseconds - Math.floor(random() * 8 * 3_600_000);
      for (const filter of filters) {
        const until = unchangedUntil(filter, new Date(time), timeZone);
        if (until === null) continue;
        held++;
        expect(until).toBeGreaterThan(time);
        const answer = filter(new Date(time), timeZone);
        const end = Math.min(until, time + 30 * 86_400_000);
        for (const probe of [1, end - time - 1, ...Array.from({ length: 6 }, () => Math.floor(random() * (end - time)))]) {
          if (time + probe < end) expect([timeZone, new Date(time + probe).toISOString(), filter(new Date(time + probe), timeZone)]).toEqual([timeZone, new Date(time + probe).toISOString(), answer]);
        }
      }
    }
  }
  expect(held).toBeGreaterThan(5000);
});

describe("a filter is refused", () => {
  test.each([
    [() => onDate(13, 1), "the month of onDate must be a whole number from 1 to 12, got number 13"], [() => onDate(2, 30), "the day of onDate in month 2 must be a whole number from 1 to 29, got number 30"], [() => onDate(0, 1), "got number 0"],
    [() => betweenDates(1, 1, 4, 31), "the day of betweenDates in month 4 must be a whole number from 1 to 30, got number 31"], [() => isDayOfWeek(7), "the day of isDayOfWeek must be a whole number from 0 to 6, got number 7"], [() => isDayOfWeek("mon" as never), 'got "mon"'],
    [() => atTime("24:00"), 'a time of atTime must be a text like "09:30" or "23:59:59", got "24:00"'], [() => atTime("9"), 'got "9"'], [() => atTime(9 as never), "got number 9"], [() => betweenTimes("09:00", "09:60"), 'a time of betweenTimes must be'],
    [() => onDatetime("2026-01-01" as never), "the date of onDatetime must be a valid Date"], [() => betweenDatetimes(new Date(), new Date(NaN)), "the end of betweenDatetimes must be a valid Date, got an invalid Date"],
    [() => isWeekday({ timeZone: "Mars/Base" }), 'got "Mars/Base"'], [() => atTime("09:00", { timeZone: "" }), 'timeZone must be the name of a time zone, e.g. "Europe/Berlin", got ""'], [() => onDate(1, 1, "UTC" as never), 'the options of onDate must be an object like { timeZone: "Europe/Berlin" }, got "UTC"'],
  ])("for what makes no sense (%#)", (make, why) => {
    expect(make).toThrow("The schedule can not be made: ");
    expect(make).toThrow(why);
  });
});
