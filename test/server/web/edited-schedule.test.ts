import { describe, expect, test } from "vitest";
import { Schedule } from "../../../engine/index.ts";
import { describeSchedule, editedSchedule, type EditedClock } from "../../../server/web/pages/flow/edited-schedule.ts";

const NOW = Date.parse("2026-03-28T15:30:00Z");
const EDITED: EditedClock = { kind: "interval", every: "1", unit: "hours", cron: "0 6 * * *", rule: "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=0;BYSECOND=0", timeZone: "UTC" };

/** The next times, as the server finds them. */
function times(changes: Partial<EditedClock>, count = 3): string[] {
  const schedule = editedSchedule({ ...EDITED, ...changes }, NOW);
  if (typeof schedule === "string") throw new Error(schedule);
  return Schedule.fromJson(JSON.parse(JSON.stringify(schedule))).next(count, new Date(NOW)).map(({ startTime }) => startTime.toISOString());
}

describe("a schedule from the form has the times that it says", () => {
  test("every so many minutes and hours, counted from midnight", () => {
    expect(times({ every: "45", unit: "minutes" })).toEqual(["2026-03-28T15:45:00.000Z", "2026-03-28T16:30:00.000Z", "2026-03-28T17:15:00.000Z"]);
    expect(times({ every: "5" })).toEqual(["2026-03-28T20:00:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-29T06:00:00.000Z"]);
  });

  test("every day at midnight there, also where the clocks change", () => {
    // Summer time begins on the 29th.
    expect(times({ unit: "days", timeZone: "Europe/Berlin" })).toEqual(["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z"]);
    expect(times({ unit: "days", timeZone: "Asia/Tokyo" })[0]).toBe("2026-03-29T15:00:00.000Z");
    expect(times({ every: "2", unit: "weeks", timeZone: "America/New_York" }, 1)).toEqual(["2026-04-11T04:00:00.000Z"]);
  });

  test("of a cron expression, there", () => {
    expect(times({ kind: "cron", cron: " 0 6 * * 1-5 ", timeZone: "Europe/Berlin" }, 2)).toEqual(["2026-03-30T04:00:00.000Z", "2026-03-31T04:00:00.000Z"]);
  });

  test("of a rule", () => {
    expect(times({ kind: "rrule" }, 2)).toEqual(["2026-03-30T06:00:00.000Z", "2026-04-06T06:00:00.000Z"]);
  });

  test("without a zone in UTC", () => expect(times({ kind: "cron", timeZone: " " }, 1)).toEqual(["2026-03-29T06:00:00.000Z"]));
});

test.each(["", "0", "-1", "1.5", "x"])("every %j is none", (every) => expect(editedSchedule({ ...EDITED, every }, NOW)).toBe("A whole number above 0."));

test("a zone that is none is the server's to refuse, with the reason", () => {
  expect(() => times({ unit: "days", timeZone: "Mars/Base" })).toThrow(/Mars\/Base/);
});

test("a schedule is told in words", () => {
  const words = (changes: Partial<EditedClock>) => describeSchedule(editedSchedule({ ...EDITED, ...changes }, NOW) as never);
  expect(words({})).toEqual(["every hour, UTC"]);
  expect(words({ every: "90", unit: "minutes", timeZone: "Europe/Berlin" })).toEqual(["every 90 minutes, Europe/Berlin"]);
  expect(words({ every: "2", unit: "days" })).toEqual(["every 2 days, UTC"]);
  expect(words({ unit: "days" })).toEqual(["every day, UTC"]);
  expect(words({ kind: "cron" })).toEqual(["cron 0 6 * * *, UTC"]);
  expect(describeSchedule({ type: "Schedule", clocks: [{ type: "IntervalClock", interval: 30_000 }, { type: "DatesClock", dates: ["a", "b"] }], filters: [{ name: "isWeekday" }], notFilters: [{ name: "between" }] } as never)).toEqual(["every 30 seconds, UTC", "2 dates, UTC", "only isWeekday", "not between"]);
});
