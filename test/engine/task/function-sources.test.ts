/** Functions that are parsed together are what they are when each is parsed alone. */
import { expect, test } from "vitest";
import { parseFunctionSource, parseFunctionSources } from "../../../engine/task/function-parameters.ts";

/** A tree without the positions in its text. */
const shape = (node: unknown) => JSON.stringify(node, (key, value: unknown) => (key === "start" || key === "end" ? undefined : typeof value === "bigint" ? `${value}n` : value));

const PLAIN = ["(a) => a + 1", "async x => { await x }", "function named(a, b = 2) { return a * b }", "async function* () { yield 1n }", "class { #a = 1; m() { return this.#a } }", "class Some extends Base {}", "() => ({ a: /x]),(/g })"];
const MANY: Record<string, readonly string[]> = {
  "functions, arrows and classes": PLAIN,
  "one that ends in a comment": ["(a) => a // end", ...PLAIN, "function () { /* , ( */ }"],
  "sloppy code": ["function () { with (a) { b } }", "() => 017", ...PLAIN],
  "strict code beside sloppy code": ["function () { 'use strict'; return this }", "() => 017"],
  "methods": ["m() { return super.m() }", ...PLAIN, "async *[a + b]() {}", "get x() { return 1 }", "async(a) { return a }", "static(a) { return a }", "function(a) { return a }"],
  "one of a module": ["() => import.meta.url", ...PLAIN],
  "built-in ones": [Function.prototype.toString.call(Math.max), ...PLAIN, Function.prototype.toString.call((() => {}).bind(null))],
  "what does not parse": ["(a", ...PLAIN],
  "what is more than one function": [...PLAIN, "(a) => a), ((b) => b", ...PLAIN],
  "what is no function": [...PLAIN, "(1)"],
  "the same twice": ["(a) => a", "(a) => a"],
  "only one": ["(a) => a"],
  "none": [],
};

test.each(Object.keys(MANY))("%s", (name) => {
  const sources = MANY[name];
  expect(parseFunctionSources(sources).map(shape)).toEqual(sources.map((source) => shape(parseFunctionSource(source)?.node ?? null)));
});
