import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { RRuleClock } from "../../../engine/index.ts";
import { at, first, utc, walls } from "./event-times.ts";

describe("a recurrence rule", () => {
  test("begins at its DTSTART; its times are strictly after the given one", () => {
    const clock = new RRuleClock("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;INTERVAL=2");
    expect(utc(first(clock, 3, at("2026-01-01T09:00:00")))).toEqual(["2026-01-03T09:00:00", "2026-01-05T09:00:00", "2026-01-07T09:00:00"]);
    expect(utc(first(clock, 1, at("2025-01-01T00:00:00")))).toEqual(["2026-01-01T09:00:00"]);
    expect(utc(first(clock, 1, at("2026-01-01T08:59:59.999")))).toEqual(["2026-01-01T09:00:00"]);
  });
  test("may be only its parts; it then begins at the start date, or at midnight of 2019-01-01", () => {
    expect(walls(new RRuleClock("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17", { timeZone: "Europe/Berlin" }), 2, at("2026-03-01T00:00:00"))).toEqual(["2026-03-27T17:00+01:00", "2026-04-24T17:00+02:00"]);
    expect(utc(first(new RRuleClock("RRULE:FREQ=WEEKLY", { startDate: at("2026-01-07T08:00:00") }), 2, at("2020-01-01T00:00:00")))).toEqual(["2026-01-07T08:00:00", "2026-01-14T08:00:00"]);
  });
  test("takes a DTSTART without a zone in the option's, and a zone from DTSTART", () => {
    const floating = new RRuleClock("DTSTART:20260101T090000\nRRULE:FREQ=DAILY", { timeZone: "America/New_York" });
    expect(utc(first(floating, 1, at("2026-06-01T00:00:00")))).toEqual(["2026-06-01T13:00:00"]);
    const own = new RRuleClock("DTSTART;TZID=Asia/Tokyo:20260101T090000\nRRULE:FREQ=DAILY");
    expect([own.timeZone, ...utc(first(own, 1, at("2026-06-01T00:00:00")))]).toEqual(["Asia/Tokyo", "2026-06-02T00:00:00"]);
  });
  test("keeps RDATE, EXDATE, COUNT and UNTIL, in folded lines and small letters", () => {
    const clock = new RRuleClock("dtstart:20260101T000000Z\r\nrrule:freq=da\r\n ily;count=4\r\nEXDATE:20260102T000000Z\r\nRDATE:20260301T120000Z");
    expect(utc(first(clock, 9, at("2025-01-01T00:00:00")))).toEqual(["2026-01-01T00:00:00", "2026-01-03T00:00:00", "2026-01-04T00:00:00", "2026-03-01T12:00:00"]);
    expect(utc(first(new RRuleClock("DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY;UNTIL=20260103T000000Z"), 9, at("2025-01-01T00:00:00"))).length).toBe(3);
  });
  test("ends with the end date and begins with the start date, whatever its own", () => {
    const clock = new RRuleClock("DTSTART:20180101T000000Z\nRRULE:FREQ=HOURLY", { startDate: at("2020-01-01T00:00:00"), endDate: at("2020-01-01T02:00:00") });
    expect(utc(first(clock, 9, at("2000-01-01T00:00:00")))).toEqual(["2020-01-01T00:00:00", "2020-01-01T01:00:00", "2020-01-01T02:00:00"]);
  });
  test("may be an object of rrule-temporal", () => {
    const rule = new RRuleTemporal({ freq: "DAILY", byHour: [6], dtstart: Temporal.ZonedDateTime.from("2026-01-01T06:00[Europe/Paris]") });
    expect(walls(new RRuleClock(rule), 1, at("2026-07-01T12:00:00"))).toEqual(["2026-07-02T06:00+02:00"]);
  });
  test("leaves out days that a month has not, leap days and hours that are leapt over; a repeated hour counts once", () => {
    expect(utc(first(new RRuleClock("DTSTART:20260131T000000Z\nRRULE:FREQ=MONTHLY"), 3, at("2026-01-31T00:00:00")))).toEqual(["2026-03-31T00:00:00", "2026-05-31T00:00:00", "2026-07-31T00:00:00"]);
    expect(utc(first(new RRuleClock("DTSTART:20280229T000000Z\nRRULE:FREQ=YEARLY"), 2, at("2028-03-01T00:00:00")))).toEqual(["2032-02-29T00:00:00", "2036-02-29T00:00:00"]);
    const early = new RRuleClock("DTSTART;TZID=Europe/Berlin:20260101T023000\nRRULE:FREQ=DAILY");
    expect(walls(early, 2, at("2026-03-27T12:00:00"))).toEqual(["2026-03-28T02:30+01:00", "2026-03-30T02:30+02:00"]);
    expect(walls(early, 2, at("2026-10-24T12:00:00"))).toEqual(["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]);
  });
  test.each([
    ["DTSTART:20190101T000000Z\nRRULE:FREQ=HOURLY;BYMINUTE=0,30;BYDAY=MO"], ["DTSTART;TZID=Europe/Berlin:20260101T003000\nRRULE:FREQ=HOURLY"],
    ["DTSTART;TZID=America/New_York:20251001T090000\nRRULE:FREQ=DAILY;COUNT=1000"], ["DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=7;BYHOUR=3"], ["DTSTART:20190101T000000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"],
  ])("gives the times that asking one by one would give: %j", (rule) => {
    const { RRuleTemporal: Rule } = { RRuleTemporal };
    const plain = new Rule({ rruleString: rule });
    const expected: number[] = [];
    for (let after = at("2026-01-24T22:00:00"); expected.length < 300;) {
      const next = plain.next(after);
      if (next === null) break;
      expected.push(next.epochMilliseconds);
      after = new Date(next.epochMilliseconds);
    }
    expect(first(new RRuleClock(rule), 300, at("2026-01-24T22:00:00")).map((event) => event.startTime.getTime())).toEqual(expected);
  });
});

describe("a recurrence rule is refused", () => {
  test.each([
    ["hello", 'the line "hello" is none of DTSTART, RRULE, RDATE and EXDATE'], ["", "is none of"], ["RRULE:FREQ=FORTNIGHTLY", "FORTNIGHTLY"], ["RRULE:", 'is no part of a rule'], ["RRULE:INTERVAL=2", "FREQ"],
    ["FREQ=DAILY;BYHOUR=24", 'BYHOUR must be 0 to 23, got "24"'], ["FREQ=DAILY;BYHOUR=9,x", 'BYHOUR must be 0 to 23, got "9,X"'], ["FREQ=YEARLY;BYMONTH=13", "BYMONTH must be 1 to 12"], ["FREQ=YEARLY;BYMONTH=-1", "BYMONTH must be 1 to 12"],
    ["FREQ=MONTHLY;BYMONTHDAY=0", 'BYMONTHDAY must be ±1 to 31, got "0"'], ["FREQ=DAILY;COUNT=x", 'COUNT must be a whole number above 0, got "X"'], ["FREQ=DAILY;COUNT=0", "COUNT must be"], ["FREQ=DAILY;INTERVAL=1.5", "INTERVAL must be a whole number above 0"],
    ["FREQ=DAILY;FOO=1", '"FOO=1" is no part of a rule'], ["FREQ=DAILY;FREQ=HOURLY", "FREQ is there twice"], ["FREQ=WEEKLY;BYDAY=XX", "XX"], ["DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=HOURLY", "it must have one RRULE"],
    ["DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=HOURLY", '"EXRULE:FREQ=HOURLY" is none of'], ["DTSTART:20260101T000000Z", "it must have one RRULE"], ["DTSTART:xx\nRRULE:FREQ=DAILY", "can not be read"],
    ["DTSTART;TZID=Mars/Base:20260101T000000\nRRULE:FREQ=DAILY", 'got "Mars/Base"'],
  ])("for %j, saying why", (rule, why) => {
    expect(() => new RRuleClock(rule)).toThrow("The schedule can not be made: ");
    expect(() => new RRuleClock(rule)).toThrow(why);
  });
  test.each([[42, "number 42"], [undefined, "undefined"], [{}, "[object Object]"]])("for %j, which is no rule", (rule, text) => {
    expect(() => new RRuleClock(rule as never)).toThrow(`the recurrence rule "${text}" can not be read`);
  });
  test("for two time zones", () => {
    expect(() => new RRuleClock("DTSTART;TZID=Asia/Tokyo:20260101T000000\nRRULE:FREQ=DAILY", { timeZone: "Europe/Berlin" })).toThrow('its DTSTART is in Asia/Tokyo, the option timeZone says "Europe/Berlin"');
  });
  test("when times are asked for, if there never is one", () => {
    const clock = new RRuleClock("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
    expect(() => first(clock, 1, at("2026-01-01T00:00:00"))).toThrow('no time of the recurrence rule "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" was found after 2026-01-01');
  });
});
