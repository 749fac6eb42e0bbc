import { describe, expect, test } from "vitest";
import { CronClock } from "../../../engine/index.ts";
import { at, first, utc, walls } from "./event-times.ts";

describe("a cron expression", () => {
  test("gives its times in UTC, strictly after the given time", () => {
    expect(utc(first(new CronClock("0 9 * * *"), 2, at("2026-03-28T09:00:00")))).toEqual(["2026-03-29T09:00:00", "2026-03-30T09:00:00"]);
    expect(utc(first(new CronClock("0 9 * * *"), 1, at("2026-03-28T08:59:59.999")))).toEqual(["2026-03-28T09:00:00"]);
    expect(utc(first(new CronClock("0 9 * * *"), 1, at("2026-03-28T09:00:00.001")))).toEqual(["2026-03-29T09:00:00"]);
  });
  test("gives its times in its time zone, across a change to summer time", () => {
    const clock = new CronClock("0 9 * * *", { timeZone: "Europe/Berlin" });
    expect(utc(first(clock, 2, at("2026-03-28T00:00:00")))).toEqual(["2026-03-28T08:00:00", "2026-03-29T07:00:00"]);
  });
  test("may have seconds in front, or be a nickname", () => {
    expect(utc(first(new CronClock("*/20 * * * * *"), 3, at("2026-01-01T00:00:00")))).toEqual(["2026-01-01T00:00:20", "2026-01-01T00:00:40", "2026-01-01T00:01:00"]);
    expect(utc(first(new CronClock("@monthly"), 2, at("2026-01-15T00:00:00")))).toEqual(["2026-02-01T00:00:00", "2026-03-01T00:00:00"]);
  });
  test("knows month ends and leap days", () => {
    expect(utc(first(new CronClock("0 0 L * *"), 3, at("2028-01-31T12:00:00")))).toEqual(["2028-02-29T00:00:00", "2028-03-31T00:00:00", "2028-04-30T00:00:00"]);
    expect(utc(first(new CronClock("0 0 29 2 *"), 2, at("2097-01-01T00:00:00")))).toEqual(["2104-02-29T00:00:00", "2108-02-29T00:00:00"]);
  });
  test("takes day of month or day of week; with dayOr false both", () => {
    expect(utc(first(new CronClock("0 0 1 * 1"), 3, at("2026-01-28T00:00:00")))).toEqual(["2026-02-01T00:00:00", "2026-02-02T00:00:00", "2026-02-09T00:00:00"]);
    expect(utc(first(new CronClock("0 0 1-7 * 2", { dayOr: false }), 3, at("2026-01-28T00:00:00")))).toEqual(["2026-02-03T00:00:00", "2026-03-03T00:00:00", "2026-04-07T00:00:00"]);
  });
  test("begins at its start date and ends with its end date, both included", () => {
    const clock = new CronClock("0 0 * * *", { startDate: at("2050-01-01T00:00:00"), endDate: at("2050-01-02T00:00:00") });
    expect(utc(first(clock, 9, at("2026-01-01T00:00:00")))).toEqual(["2050-01-01T00:00:00", "2050-01-02T00:00:00"]);
    expect(utc(first(new CronClock("0 0 * * *", { startDate: at("2050-01-01T06:00:00") }), 1, at("2026-01-01T00:00:00")))).toEqual(["2050-01-02T00:00:00"]);
  });
  test("that never comes has no events", () => {
    expect(first(new CronClock("0 0 31 2 *"), 1, at("2026-01-01T00:00:00"))).toEqual([]);
  });
});

describe("when clocks change, a cron expression", () => {
  test("with a time that is leapt over runs at the first moment after", () => {
    expect(walls(new CronClock("30 2 * * *", { timeZone: "Europe/Berlin" }), 3, at("2026-03-28T00:00:00"))).toEqual(["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]);
    expect(walls(new CronClock("15 2 * * *", { timeZone: "Australia/Lord_Howe" }), 2, at("2026-10-03T00:00:00"))).toEqual(["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]);
  });
  test("with a list of times loses none of them", () => {
    expect(walls(new CronClock("30 2,14 * * *", { timeZone: "Europe/Berlin" }), 3, at("2026-03-28T20:00:00"))).toEqual(["2026-03-29T03:00+02:00", "2026-03-29T14:30+02:00", "2026-03-30T02:30+02:00"]);
  });
  test("with a time that comes twice runs once", () => {
    expect(walls(new CronClock("30 2 * * *", { timeZone: "Europe/Berlin" }), 2, at("2026-10-24T12:00:00"))).toEqual(["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]);
  });
  test("each hour goes on each hour, through the repeated one too", () => {
    const hourly = new CronClock("0 * * * *", { timeZone: "America/New_York" });
    expect(walls(hourly, 4, at("2018-11-04T03:00:00"))).toEqual(["2018-11-04T00:00-04:00", "2018-11-04T01:00-04:00", "2018-11-04T01:00-05:00", "2018-11-04T02:00-05:00"]);
    expect(walls(hourly, 3, at("2018-03-11T05:00:00"))).toEqual(["2018-03-11T01:00-05:00", "2018-03-11T03:00-04:00", "2018-03-11T04:00-04:00"]);
  });
  test("gives no run to the day that Samoa left out", () => {
    expect(walls(new CronClock("0 9 * * *", { timeZone: "Pacific/Apia" }), 3, at("2011-12-28T19:30:00"))).toEqual(["2011-12-29T09:00-10:00", "2011-12-31T09:00+14:00", "2012-01-01T09:00+14:00"]);
  });
  test("gets over a change at midnight", () => {
    expect(walls(new CronClock("0 0 * * 0", { timeZone: "America/Santiago" }), 4, at("2022-08-21T14:00:00"))).toEqual(["2022-08-28T00:00-04:00", "2022-09-04T00:00-04:00", "2022-09-11T01:00-03:00", "2022-09-18T00:00-03:00"]);
  });
  test("stays as it is in zones without, and in zones given as an offset", () => {
    expect(walls(new CronClock("30 2 * * *", { timeZone: "+02:00" }), 2, at("2026-03-28T20:00:00"))).toEqual(["2026-03-29T02:30+02:00", "2026-03-30T02:30+02:00"]);
    expect(walls(new CronClock("30 2 * * *", { timeZone: "Asia/Kolkata" }), 2, at("2026-03-28T20:00:00"))).toEqual(["2026-03-29T02:30+05:30", "2026-03-30T02:30+05:30"]);
  });
});

describe("a cron clock is refused", () => {
  test.each([["every day"], ["*"], ["* * 32 1 1"], ["61 * * * *"], ["* * * * * * * *"], [""], ["*/0 * * * *"], ["2030-01-01T00:00:00Z"], [1], [null]])("for %j, with its text", (cron) => {
    const text = typeof cron === "string" ? JSON.stringify(cron) : cron === null ? "null" : `number ${cron}`;
    expect(() => new CronClock(cron as string)).toThrow(`The schedule can not be made: the cron expression ${text} can not be read`);
  });
  test("for options that make no sense", () => {
    expect(() => new CronClock("* * * * *", { dayOr: 1 as never })).toThrow("dayOr must be true or false, got number 1");
    expect(() => new CronClock("* * * * *", { timeZone: "Berlin" })).toThrow('timeZone must be the name of a time zone, e.g. "Europe/Berlin", got "Berlin"');
  });
});
