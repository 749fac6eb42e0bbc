/** Content of values: what can be told apart has another content, what can not has the same. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContentReader } from "../../../engine/cache/content.ts";

const reader = new ContentReader();
const id = (value: unknown) => reader.read(value).id;

class Named { name = "a"; }
class Hidden { #n: number; constructor(n: number) { this.#n = n; } get() { return this.#n; } }
class MoreHidden extends Hidden { own = 1; }
class List extends Array<number> {}
class Failure extends Error { code: number; constructor(message: string, code: number) { super(message); this.code = code; } }

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i / 2);
const shared = (() => { const one = { a: 1 }; return [one, one]; })();
const withProperty = <T extends object>(value: T, key: PropertyKey, field: PropertyDescriptor): T => Object.defineProperty(value, key, field);

describe("equal values have equal content", () => {
  test.each<[string, () => unknown]>([
    ["numbers, many", () => [...numbers(1000), -0, NaN]], ["a hole among many", () => { const list = numbers(100); delete list[50]; return list; }], ["shared objects", () => structuredClone(shared)],
    ["private fields", () => new Hidden(1)], ["private fields of a base class", () => new MoreHidden(1)], ["lists of a class", () => List.from([1, 2])], ["errors with fields", () => new Failure("a", 1)],
    ["errors of errors", () => new AggregateError([new Error("a")], "b")], ["boxed values", () => [Object(1), Object("a"), Object(true), Object(1n)]], ["formatters", () => new Intl.NumberFormat("de", { minimumFractionDigits: 2 })],
    ["search parameters", () => new URLSearchParams("a=1&b=2")], ["getters", () => ({ get a() { return 1; } })], ["arrays with properties", () => "abc".match(/b/)], ["buffers in buffers", () => new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
    ["views", () => new DataView(new Uint8Array([1, 2]).buffer)], ["texts that are no Unicode", () => ({ "\ud800": "\udfff" })], ["frozen ones", () => Object.freeze({ a: 1 })], ["symbols of the language", () => ({ [Symbol.iterator]: 1 })],
  ])("%s", (_, make) => {
    expect(reader.read(make()).unknown).toBeNull();
    expect(id(make())).toBe(id(make()));
  });

  test.runIf("Temporal" in globalThis)("Temporal's", () => {
    const { Temporal } = globalThis as any;
    const values = () => [Temporal.Instant.from("2020-01-01T00:00Z"), Temporal.PlainDate.from("2020-01-01"), Temporal.ZonedDateTime.from("2020-01-01T00:00[Europe/Berlin]"), Temporal.Duration.from({ seconds: 1 }), Temporal.Duration.from({ milliseconds: 1000 })];
    expect(values().map(id)).toEqual(values().map(id));
    expect(new Set(values().map(id)).size).toBe(5);
  });
});

describe("different values have different content", () => {
  test.each<[string, unknown[]]>([
    ["numbers, many", [numbers(100), numbers(101), [...numbers(99), "49.5"], [...numbers(99), -0], [...numbers(99), 0], [...numbers(99), NaN], [...numbers(99), undefined], Float64Array.from(numbers(100))]],
    ["many numbers with a property", [numbers(100), Object.assign(numbers(100), { extra: 1 }), Object.assign(numbers(100), { extra: 2 })]],
    ["lists with a hole and a property", [Object.assign([1, , 2], { by: 1 }), Object.assign([1, , 2], { by: 2 }), [1, , 2]]],
    ["typed arrays with a property", [new Uint8Array(100), Object.assign(new Uint8Array(100), { extra: 1 })]],
    ["one object twice, and two equal ones: === tells them apart", [shared, [{ a: 1 }, { a: 1 }]]],
    ["private fields", [new Hidden(1), new Hidden(2)]], ["private fields of a base class", [new MoreHidden(1), new MoreHidden(2)]],
    ["boxed values", [Object(1), 1, Object("1"), "1", Object(true), true]],
    ["lists of a class", [List.from([1, 2]), [1, 2]]],
    ["maps by order, sets by order", [new Map([["a", 1], ["b", 2]]), new Map([["b", 2], ["a", 1]]), new Set(["a", "b"]), new Set(["b", "a"])]],
    ["errors", [new Failure("a", 1), new Failure("a", 2), new Failure("b", 1), Object.assign(new Error("a"), { code: 1 }), new Error("a", { cause: undefined }), new Error("a"), new AggregateError([], "a"), new AggregateError([1], "a")]],
    ["objects with undefined, without, and not enumerable", [{ a: undefined }, {}, withProperty({}, "a", { value: undefined, enumerable: false })]],
    ["a value and a getter of it", [{ a: 1 }, { get a() { return 1; } }, { get a() { return 2; } }]],
    ["sparse lists", [[, 1], [undefined, 1], [1, ,], [1]]],
    ["shared symbols", [{ [Symbol.for("a")]: 1 }, { [Symbol.for("b")]: 1 }, { [Symbol.for("a")]: 2 }, { a: 1 }]],
    ["a symbol of the language, and one that is called like it", [{ [Symbol.iterator]: 1 }, { [Symbol.for("Symbol.iterator")]: 1 }]],
    ["instances, and objects that look like them", [new Named(), { name: "a" }, Object.create(Named.prototype), Object.assign(Object.create({ inherited: 1 }), { name: "a" }), Object.assign(Object.create({ inherited: 2 }), { name: "a" })]],
    ["formatters", [new Intl.NumberFormat("de"), new Intl.NumberFormat("en"), new Intl.NumberFormat("en", { style: "percent" }), new Intl.Collator("en")]],
    ["numbers and texts side by side", [[1.5, "n"], ["1.5", "n"], [1.5, "n", 1.5], { a: [1.5], b: [2.5] }, { a: [2.5], b: [1.5] }]],
    ["rows with other keys", [[{ a: 1, b: 2 }, { a: 1, b: 2 }], [{ a: 1, b: 2 }, { b: 1, a: 2 }], [{ a: 1, b: 2 }, { a: 1 }], [{ a: 1, b: 2 }, { a: 1, b: 2, c: 3 }]]],
    ["dates", [new Date(NaN), new Date(0), Object.assign(new Date(0), { note: 1 })]],
    ["regular expressions that stand somewhere else", [/a/g, (() => { const one = /a/g; one.lastIndex = 3; return one; })()]],
    ["buffers that share memory", [new SharedArrayBuffer(2), new ArrayBuffer(2)]],
    ["text that is no Unicode", ["\ud800", "\ud801", "\ufffd", { a: "\ud800" }, { a: "\ufffd" }]],
  ])("%s", (_, values) => {
    for (const value of values) expect(reader.read(value).unknown).toBeNull();
    expect(new Set(values.map(id)).size).toBe(values.length);
  });

  test("a number that is no element does not depend on where pieces are hashed", () => {
    const rows = (last: number) => Array.from({ length: 5000 }, (_, i) => ({ id: i, value: i * 1.5, name: `row ${i}`, more: [i === 4999 ? last : 0] }));
    expect(id(rows(0.5))).toBe(id(rows(0.5)));
    expect(id(rows(0.5))).not.toBe(id(rows(0.25)));
  });
});

describe("what can not be looked into is unknown, and says why", () => {
  test.each<[string, unknown, RegExp]>([
    ["a Proxy", new Proxy({}, {}), /^a Proxy can not be looked into$/], ["a Proxy deep inside", { a: [new Proxy([], {})] }, /Proxy/], ["a WeakMap", new WeakMap(), /WeakMap/], ["a WeakSet", new WeakSet(), /WeakSet/],
    ["a WeakRef", new WeakRef({}), /WeakRef/], ["a promise", Promise.resolve(1), /Promise/], ["a running generator", (function* () { yield 1; })(), /running generator/], ["an iterator", [1].values(), /can not be looked into/],
    ["a symbol of its own", Symbol("x"), /symbol, which is equal only to itself/], ["a symbol of its own as a key", { [Symbol("x")]: 1 }, /symbol/], ["an AbortSignal", new AbortController().signal, /AbortSignal/], ["a stream", process.stdout, /can not be looked into/],
  ])("%s", (_, value, reason) => { expect(reader.read(value).unknown).toMatch(reason); });
});

/** All that structuredClone copies as it is. */
const anything = fc.anything({ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true, withSparseArray: true, withTypedArray: true, withObjectString: true, maxDepth: 4, key: fc.string().filter((key) => key !== "__proto__") });

test("a copy of any value has its content", () => {
  fc.assert(fc.property(anything, (value) => { expect(id(structuredClone(value))).toBe(id(value)); }), { numRuns: 2000 });
});

/** Places in JSON-like data that can be changed. */
function places(value: unknown, found: ((change: unknown) => void)[] = []): ((change: unknown) => void)[] {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push((change) => { (value as Record<string, unknown>)[key] = change; });
    places((value as Record<string, unknown>)[key], found);
  }
  return found;
}

test("any change of any place changes the content, and taking it back brings it back", () => {
  const data = fc.jsonValue({ maxDepth: 5 }).filter((value) => typeof value === "object" && value !== null && Object.keys(value).length > 0);
  fc.assert(fc.property(data, fc.nat(), (value, at) => {
    const before = id(value);
    const copy = structuredClone(value);
    const all = places(value);
    all[at % all.length]({ changed: true });
    expect(id(value)).not.toBe(before);
    expect(id(copy)).toBe(before);
  }), { numRuns: 2000 });
});

test("two values have one content only where structured clone could not tell them apart", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, other) => {
    let equal = true;
    try { expect(one).toStrictEqual(other); } catch { equal = false; }
    if (id(one) === id(other)) expect(equal).toBe(true);
  }), { numRuns: 2000 });
});
