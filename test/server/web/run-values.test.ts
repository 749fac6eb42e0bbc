import { describe, expect, test } from "vitest";
import { inputKind, inputText, labelsOf, readInput, readJsonObject } from "../../../server/web/pages/flow/run-values.ts";

const kindOf = (type: string | null, value: unknown = null, required = value === null) => inputKind({ type, required, default: value as never });

describe("a parameter is asked for", () => {
  test.each([["string", "text"], ["number", "number"], ["number | null", "number"], ["bigint", "number"], ["boolean", "boolean"], ["Date", "date"], ['"a" | "b"', "text"], ["string[]", "json"], ["{ a: number }", "json"], ["string | number", "json"]] as const)("of type %s as %s", (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  test.each([["x", "text"], [1, "number"], [false, "boolean"], [[1], "json"], [{}, "json"]] as const)("without a type by its default %j as %s", (value, kind) => {
    for (const type of [null, "unknown", "any"]) expect(kindOf(type, value)).toBe(kind);
  });

  test("without type and default as JSON", () => expect([kindOf(null), kindOf("any", null, false)]).toEqual(["json", "json"]));
});

describe("what is typed", () => {
  test("is a value of its kind", () => {
    expect(readInput("text", " a ", true)).toEqual({ value: " a " });
    expect(readInput("number", "-1.5e3", true)).toEqual({ value: -1500 });
    expect(readInput("boolean", "false", true)).toEqual({ value: false });
    expect(readInput("date", " 2026-01-31 ", true)).toEqual({ value: "2026-01-31" });
    expect(readInput("json", '{"a":[1]}', true)).toEqual({ value: { a: [1] } });
    expect(readInput("json", "null", true)).toEqual({ value: null });
  });

  test("nowhere is the default, or missing", () => {
    for (const kind of ["text", "number", "boolean", "date", "json"] as const) {
      expect(readInput(kind, "", false)).toEqual({ value: undefined });
      expect(readInput(kind, "", true)).toEqual({ problem: "It is required." });
    }
  });

  test.each([["number", "12 apples", "A number, not 12 apples."], ["number", "Infinity", "A number, not Infinity."], ["date", "tomorrow", "A date such as 2026-01-31 or 2026-01-31T06:00:00Z."], ["json", "abc", /^No JSON: .*A text stands between quotes/]] as const)("and is no %s is told: %s", (kind, text, problem) => {
    expect(readInput(kind, text, false)).toEqual({ problem: typeof problem === "string" ? problem : expect.stringMatching(problem) });
  });

  test("is read as what is shown of a value", () => {
    for (const [kind, value] of [["text", "a"], ["number", 0], ["boolean", false], ["json", { a: null }], ["json", null]] as const) expect(readInput(kind, inputText(kind, value), true)).toEqual({ value });
    expect([inputText("text", null), inputText("number", undefined)]).toEqual(["", ""]);
  });
});

test("entries of a context are an object", () => {
  expect(readJsonObject(" ")).toEqual({});
  expect(readJsonObject('{"a":1}')).toEqual({ a: 1 });
  for (const text of ["[1]", "null", "3"]) expect(readJsonObject(text)).toBe("A JSON object: names with values.");
  expect(readJsonObject("{")).toMatch(/^No JSON/);
});

test("labels are told apart by commas, each once", () => expect(labelsOf(" gpu, big data,,gpu ,")).toEqual(["gpu", "big data"]));
