import { describe, expect, test } from "vitest";
import { durationText, plural, relativeTime } from "../../../server/web/components/format-time.ts";

const NOW = Date.UTC(2026, 0, 31, 12);

describe("a time is told by how far it is away", () => {
  test.each([
    [0, "just now"], [12_000, "12 s ago"], [59_999, "59 s ago"], [60_000, "1 min ago"], [3_599_000, "59 min ago"], [3_600_000, "1 h ago"], [86_399_000, "23 h ago"], [86_400_000, "1 day ago"], [3 * 86_400_000, "3 days ago"],
    [-2000, "now"], [-30_000, "in 30 s"], [-90_000, "in 1 min"], [-2 * 86_400_000, "in 2 days"],
  ])("%i ms ago: %s", (ago, text) => expect(relativeTime(NOW - ago, NOW)).toBe(text));

  test("and by its date when that is long ago", () => {
    expect(relativeTime(NOW - 200 * 86_400_000, NOW)).toContain("2025");
    expect(relativeTime(NOW - 200 * 86_400_000, NOW)).not.toContain("ago");
  });
});

test.each([
  [-5, "0 ms"], [0, "0 ms"], [340, "340 ms"], [999.6, "999 ms"], [1000, "1.0 s"], [9999, "9.9 s"], [10_000, "10 s"], [59_999, "59 s"], [60_000, "1 min"], [200_000, "3 min 20 s"], [3_600_000, "1 h"], [7_500_000, "2 h 5 min"], [90_000_000, "1 d 1 h"],
])("%i milliseconds are read as %s", (length, text) => expect(durationText(length)).toBe(text));

test("one is one, and thousands are grouped", () => {
  expect([plural(1, "run"), plural(0, "run"), plural(12_000, "run"), plural(2, "entry", "entries")]).toEqual(["1 run", "0 runs", "12,000 runs", "2 entries"]);
});
