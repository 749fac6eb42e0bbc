import { describe, expect, test } from "vitest";
import { addDuration, nextWeekday } from "../../../engine/index.ts";
import { at, wall } from "./event-times.ts";

describe("addDuration", () => {
  test("moves a time by milliseconds, also back", () => {
    expect(addDuration(90_000)(at("2026-01-01T00:00:00"), "UTC")).toEqual(at("2026-01-01T00:01:30"));
    expect(addDuration(-90_000)(at("2026-01-01T00:00:00"), "UTC")).toEqual(at("2025-12-31T23:58:30"));
  });
  test("moves a time by days of the calendar", () => {
    expect(wall(addDuration({ days: 1 })(at("2026-03-28T08:00:00"), "Europe/Berlin"), "Europe/Berlin")).toBe("2026-03-29T09:00+02:00");
    expect(wall(addDuration({ days: -1, hours: 1 })(at("2026-03-29T07:00:00"), "Europe/Berlin"), "Europe/Berlin")).toBe("2026-03-28T10:00+01:00");
    expect(wall(addDuration(86_400_000)(at("2026-03-28T08:00:00"), "Europe/Berlin"), "Europe/Berlin")).toBe("2026-03-29T10:00+02:00");
  });
  test("is refused for what is no duration, and where no Date reaches", () => {
    expect(() => addDuration("1h" as never)).toThrow('the duration of addDuration must be milliseconds or an object of weeks, days, hours, minutes, seconds, milliseconds, got "1h"');
    expect(() => addDuration({ days: 1 })(new Date(8.64e15), "UTC")).toThrow("an adjustment leads to a time that no Date can hold");
  });
});

describe("nextWeekday", () => {
  test("moves Saturday and Sunday to Monday, at the same time of day", () => {
    expect(["09", "10", "11", "12"].map((day) => nextWeekday(at(`2026-01-${day}T17:00:00`)).toISOString().slice(8, 16))).toEqual(["09T17:00", "12T17:00", "12T17:00", "12T17:00"]);
    expect(wall(nextWeekday(at("2026-03-28T08:00:00"), "Europe/Berlin"), "Europe/Berlin")).toBe("2026-03-30T09:00+02:00");
  });
  test("looks at its own time zone where it has one", () => {
    const fridayEvening = at("2026-01-09T20:00:00");
    expect(nextWeekday(fridayEvening, "UTC")).toEqual(fridayEvening);
    expect(nextWeekday({ timeZone: "Asia/Tokyo" })(fridayEvening, "UTC")).toEqual(at("2026-01-11T20:00:00"));
    expect(() => nextWeekday({ timeZone: "Mars/Base" })).toThrow('got "Mars/Base"');
  });
});
