/** Tasks that reach many functions: V8 and the parser are asked about all that have been met, and each counts as if it were alone. */
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { ContentReader } from "../../../engine/cache/content.ts";

const readBy = (reader: ContentReader, fn: unknown) => reader.readCode({}, [["the code", fn]]);
const realm = (values: Record<string, unknown>) => { for (const [name, value] of Object.entries(values)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true }); };

/** A task that calls so many helpers, each with a variable of its own. */
function manyHelpers(count: number): { readonly fn: () => unknown; readonly values: number[] } {
  const values = Array.from({ length: count }, (_, index) => index);
  const helpers = values.map((_, index) => { let own = values[index]; return Object.assign(() => own, { set: (n: number) => { own = n; } }); });
  return { fn: () => helpers.map((helper) => helper()), values: new Proxy(values, { set(_, key, value: number) { helpers[Number(key)].set(value); return true; } }) };
}

test("each of hundreds of helpers counts by what it captures itself", () => {
  const reader = new ContentReader();
  const { fn, values } = manyHelpers(250);
  const read = () => reader.readCode(fn, [["the code", fn]]);
  const before = read();
  expect([before.unknown, read()]).toEqual([null, before]);
  for (const index of [0, 99, 100, 101, 249]) {
    values[index] = -1;
    expect(read().id).not.toBe(before.id);
    values[index] = index;
    expect(read().id).toBe(before.id);
  }
});

test("functions that call each other, over several cells' names", () => {
  const reader = new ContentReader();
  const define = (step: number) => realm({
    isEven: (0, eval)(`(n) => n === 0 || isOdd(n - ${step})`), isOdd: (0, eval)("(n) => n !== 0 && isEven(n - 1) && isThird(n)"), isThird: (0, eval)("(n) => isEven(n) || isOdd(n) || isThird(n - 3)"),
  });
  define(1);
  const fn = (0, eval)("(n) => isEven(n)") as () => unknown, read = () => reader.readCode(fn, [["the code", fn]]);
  const before = read();
  expect([before.unknown, [...before.parts.keys()], read()]).toEqual([null, ["the code", "helper `isEven`", "helper `isOdd`", "helper `isThird`"], before]);
  define(1);
  expect(read().id).toBe(before.id);
  define(2);
  const [changed] = [...read().parts].filter(([label, id]) => before.parts.get(label) !== id);
  expect(changed[0]).toBe("helper `isEven`");
});

test("the content is the same, whether the functions have been met before or not", () => {
  let factor = 2;
  const scale = (n: number) => n * factor, twice = (n: number) => scale(scale(n));
  class Shape { static unit = 1; area(n: number) { return twice(n) * Shape.unit; } }
  const fn = () => [scale(1), twice(2), new Shape().area(3)];
  const known = new ContentReader();
  for (const one of [scale, twice, Shape, Shape.prototype.area]) readBy(known, one);
  expect(readBy(known, fn).id).toBe(readBy(new ContentReader(), fn).id);
  factor = 3;
  expect(readBy(known, fn).id).toBe(readBy(new ContentReader(), fn).id);
});

describe("beside a function that can not be looked into", () => {
  const revoked = Proxy.revocable(() => {}, {});
  revoked.revoke();
  const trapped = new Proxy(() => 1, new Proxy({}, { get() { throw new Error("a trap ran"); } }));
  test.each<[string, Function, RegExp]>([
    ["a Proxy", trapped, /`other`: a Proxy can not be looked into/],
    ["a revoked Proxy", revoked.proxy, /`other`: a Proxy can not be looked into/],
    ["one of another realm", vm.runInNewContext("((near) => () => near)(1)", {}) as Function, /the built-in function/],
    ["one that reads the clock", Date.now, /`other`: the built-in function now/],
    ["one bound to a WeakMap", WeakMap.prototype.get.bind(new WeakMap()), /`other`: a WeakMap/],
  ])("%s the others count", (_, other, reason) => {
    let n = 1;
    const before = () => n, after = () => n + 1;
    const fn = () => [before(), other(), after()];
    const owner = {}, reader = new ContentReader(), read = () => reader.readCode(owner, [["the code", fn]]);
    const first = read();
    expect(first.unknown).toMatch(reason);
    n = 2;
    const second = read();
    expect([...second.parts].filter(([label, id]) => first.parts.get(label) !== id).map(([label]) => label)).toEqual(["`n`"]);
  });
});

test("a name of the realm that gets its first value later", () => {
  const reader = new ContentReader();
  realm({ givenName: 1 });
  const fn = (0, eval)("() => [givenName, laterName]") as () => unknown, read = () => reader.readCode(fn, [["the code", fn]]);
  expect(read().unknown).toBe("`laterName`: nothing of that name is found");
  realm({ laterName: 2 });
  const found = read();
  expect(found.unknown).toBeNull();
  realm({ laterName: 3 });
  expect(read().id).not.toBe(found.id);
});
