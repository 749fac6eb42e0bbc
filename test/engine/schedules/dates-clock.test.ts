import { expect, test } from "vitest";
import { DatesClock } from "../../../engine/index.ts";
import { at, first, utc } from "./event-times.ts";

const dates = [at("2026-03-03T03:00:00"), at("2026-01-01T01:00:00"), at("2026-02-02T02:00:00"), at("2026-02-02T02:00:00")];

test("dates come in order, each once, strictly after the given time", () => {
  const clock = new DatesClock(dates, { parameterDefaults: { y: 99 }, labels: ["a"] });
  expect(utc(first(clock, 9, at("2025-01-01T00:00:00")))).toEqual(["2026-01-01T01:00:00", "2026-02-02T02:00:00", "2026-03-03T03:00:00"]);
  expect(utc(first(clock, 9, at("2026-01-01T01:00:00")))).toEqual(["2026-02-02T02:00:00", "2026-03-03T03:00:00"]);
  expect(utc(first(clock, 9, at("2026-02-02T01:59:59.999")))).toEqual(["2026-02-02T02:00:00", "2026-03-03T03:00:00"]);
  expect(first(clock, 9, at("2026-03-03T03:00:00"))).toEqual([]);
  expect(first(clock, 1, new Date(0))[0]).toMatchObject({ parameterDefaults: { y: 99 }, labels: ["a"] });
});

test("the first and the last date are the start and the end", () => {
  const clock = new DatesClock(dates);
  expect([clock.startDate, clock.endDate]).toEqual([dates[1], dates[0]]);
});

test.each([[[]], ["2026-01-01"], [["2026-01-01"]], [[new Date(NaN)]], [undefined]])("dates %j are refused", (wrong) => {
  expect(() => new DatesClock(wrong as never)).toThrow(/The schedule can not be made: dates(\[0\])? must be a (list with at least one|valid) Date/);
});
