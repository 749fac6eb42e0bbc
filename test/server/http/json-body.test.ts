import { expect, test } from "vitest";
import { parseBody } from "../../../server/http/json-body.ts";

test.each([
  ["", undefined],
  ["{}", {}],
  ['{"a":[1,"\\u005f\\u005fproto",null]}', { a: [1, "__proto", null] }],
  [`${"[".repeat(500)}${"]".repeat(500)}`, JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`)],
  [JSON.stringify({ text: "[".repeat(2000), other: '\\"[[' }), { text: "[".repeat(2000), other: '\\"[[' }],
])("%s is read", (text, value) => {
  expect(parseBody(text)).toEqual(value);
});

test.each([
  ['{"name":', "The body is no valid JSON: Unexpected end of JSON input."],
  ["{'name': 1}", "The body is no valid JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)."],
  ["nonsense", "The body is no valid JSON: Unexpected token 'o'."],
  ["﻿{}", "The body is no valid JSON: Unexpected token '﻿'."],
  ['{"a":{"__proto__":{"isAdmin":true}}}', 'The body has a field named "__proto__", which no name may be.'],
  ['{"\\u005f_proto_\\u005F":1}', 'The body has a field named "__proto__", which no name may be.'],
  [`${"[".repeat(501)}${"]".repeat(501)}`, "The body is nested deeper than 500 levels."],
  [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "The body is nested deeper than 500 levels."],
  ["[".repeat(10_000_000), "The body is nested deeper than 500 levels."],
])("what can not be taken is refused with what is wrong (%#)", (text, message) => {
  expect(() => parseBody(text)).toThrow(expect.objectContaining({ code: "BAD_REQUEST", message }));
});
