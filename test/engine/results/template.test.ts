import { describe, expect, test } from "vitest";
import { formatTemplate } from "../../../engine/results/template.ts";
import { formatDate } from "../../../engine/results/format-date.ts";

const at = new Date(2026, 0, 5, 9, 3, 7, 45);
const values = {
  x: 7, text: "täxt", flag: true, nothing: null, big: 2n, negative: -7, ratio: 2 / 3, at, list: [1, "a"], data: { a: { b: 5 }, "c d": 6 }, map: new Map([["k", "v"]]),
  url: new URL("https://example.org/x"), set: new Set([1]), f: () => 1, braces: "{x}", $dollar: 1, ünicode: 2,
};

test.each([
  ["plain", "plain"],
  ["{x}-{text}-{flag}-{nothing}-{big}", "7-täxt-true-null-2"],
  ["{x}{x}", "77"],
  ["{$dollar}{ünicode}", "12"],
  ["{{x}} {{{x}}}", "{x} {7}"],
  ["{braces}", "{x}"],
  ["{at}", at.toISOString()],
  ["{at:%d%m%Y}", "05012026"],
  ["{at:%Y-%m-%dT%H:%M:%S.%f}", "2026-01-05T09:03:07.045000"],
  ["{at:%a %A %b %B %j %I%p %y %u %w %F %T 100%%}", "Mon Monday Jan January 005 09AM 26 1 1 2026-01-05 09:03:07 100%"],
  ["{at:%s}", String(Math.floor(at.getTime() / 1000))],
  ["{data[a][b]}/{data.a.b}/{data[c d]}/{list[0]}/{list.length}/{text.length}", "5/5/6/1/2/4"],
  ["{map[k]}{map.k}", "vv"],
  ["{list}{data.a}", '[1,"a"]{"b":5}'],
  ["{url}", "https://example.org/x"],
  ["{x:03}|{x:3}|{negative:03}|{ratio:.2f}|{x:d}|{x:.1f}|{big:04}", "007|  7|-07|0.67|7|7.0|0002"],
])("%s", (template, text) => {
  expect(formatTemplate(template, values)).toBe(text);
});

test.each([
  ["{y}", 'The template {y} names "y", which is not known.'],
  ["a{", "the { has no other half; a brace that is meant is written twice"],
  ["a}b", "the } has no other half"],
  ["{x", "the { has no other half"],
  ["{}", "{} is no name"],
  ["{x y}", "{x y} is no name"],
  ["{x.}", "{x.} is no name"],
  ["{0}", "{0} is no name"],
  ["{x!r}", "{x!r} is no name"],
  ["{data[z]}", 'data has no part "z"'],
  ["{data[a][z][q]}", 'data[a] has no part "z"'],
  ["{nothing.a}", 'nothing has no part "a"'],
  ["{data.constructor}", 'data has no part "constructor"'],
  ["{data.__proto__}", 'data has no part "__proto__"'],
  ["{set}", "set is an object that has no text"],
  ["{f}", "f is a function that has no text"],
  ["{at:%Q}", "{at:%Q}: at can not be written so"],
  ["{at:%}", "at can not be written so"],
  ["{text:03}", "text can not be written so"],
  ["{x:%Y}", "x can not be written so"],
  ["{ratio:d}", "ratio can not be written so"],
  ["{x:.999f}", "x can not be written so"],
])("%s is refused: %s", (template, message) => {
  expect(() => formatTemplate(template, values)).toThrow(message);
});

test("a name that is not known may stay as it is", () => {
  expect(formatTemplate("{x}-{y:03}", values, (place) => place)).toBe("7-{y:03}");
});

describe("formatDate", () => {
  test("midnight, noon, the last day of a leap year, Sunday", () => {
    expect(formatDate(new Date(2024, 11, 31, 0), "%I%p %j")).toBe("12AM 366");
    expect(formatDate(new Date(2026, 0, 4, 12), "%I%p %u %w")).toBe("12PM 7 0");
  });

  test("the zone is that of the machine, as for the context's today", () => {
    expect(formatDate(at, "%z")).toMatch(/^[+-]\d{4}$/);
  });

  test("no date has no text", () => { expect(formatDate(new Date(NaN), "%Y")).toBeUndefined(); });
});
