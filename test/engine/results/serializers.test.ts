import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import superjson from "superjson";
import { CompressedSerializer, DateTimeSerializer, FlowletError, JSONSerializer, SKIP, SuperJSONSerializer, V8Serializer, task, type Serializer } from "../../../engine/index.ts";

class Customer { name = "Marvin"; }
class Registered { name = "Marvin"; }
superjson.registerClass(Registered, "Registered of this test");
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const shared = { x: 1 };
// eslint-disable-next-line no-sparse-arrays
const sparse = [1, , 3];
const errorWithCause = Object.assign(new Error("outer", { cause: new Error("inner") }), { code: "E_OUTER" });

const SERIALIZERS: Readonly<Record<string, Serializer>> = {
  v8: new V8Serializer(), json: new JSONSerializer(), superjson: new SuperJSONSerializer(), datetime: new DateTimeSerializer(),
  "gzip(json)": new CompressedSerializer(new JSONSerializer(), "gzip"), "brotli(v8)": new CompressedSerializer(new V8Serializer(), "brotli"), "zstd(v8)": new CompressedSerializer(new V8Serializer()),
};
const BINARY = ["v8", "brotli(v8)", "zstd(v8)"];
const TEXT = ["json", "gzip(json)"];
const ALL = [...BINARY, ...TEXT, "superjson"];

/** Each kind of value, and the serializers that give it back; all others refuse it. */
const VALUES: readonly (readonly [name: string, value: unknown, kept: readonly string[]])[] = [
  ["null", null, ALL],
  ["undefined", undefined, [...BINARY, "superjson"]],
  ["a text", "täxt 😀", ALL],
  ["a text with half a character", "\ud800", ALL],
  ["a number", 1.5, ALL],
  ["NaN", NaN, [...BINARY, "superjson"]],
  ["Infinity", -Infinity, [...BINARY, "superjson"]],
  ["-0", -0, [...BINARY, "superjson"]],
  ["a bigint", 2n ** 70n, [...BINARY, "superjson"]],
  ["a boolean", false, ALL],
  ["a symbol", Symbol("s"), []],
  ["a function", () => 1, []],
  ["a class", Customer, []],
  ["plain data", { a: [1, { b: null }], "c d": "x", __proto__x: 1 }, ALL],
  ["undefined in a list", [1, undefined], [...BINARY, "superjson"]],
  ["a sparse array", sparse, BINARY],
  ["a cyclic object", cyclic, [...BINARY, "superjson"]],
  ["an object that is there twice", [shared, shared], ALL],
  ["a date", new Date(1e12), [...BINARY, "superjson", "datetime"]],
  ["an invalid date", new Date(NaN), BINARY],
  ["a regular expression", /a+/gu, [...BINARY, "superjson"]],
  ["a Map", new Map<unknown, unknown>([["a", 1], [{ k: 1 }, new Map()]]), [...BINARY, "superjson"]],
  ["a Set", new Set([1, "a"]), [...BINARY, "superjson"]],
  ["a Map with a function in it", new Map([["f", () => 1]]), []],
  ["bytes", new Uint8Array([1, 2, 255]), [...BINARY, "superjson"]],
  ["floats", new Float64Array([1.5, 2]), [...BINARY, "superjson"]],
  ["odd floats", new Float64Array([NaN, -0]), BINARY],
  ["big integers", new BigInt64Array([1n, -1n]), [...BINARY]],
  ["a part of a buffer", new Uint16Array(new ArrayBuffer(64), 8, 2), [...BINARY, "superjson"]],
  ["an ArrayBuffer", new ArrayBuffer(3), BINARY],
  ["a shared buffer", new SharedArrayBuffer(3), []],
  ["a view", new DataView(new ArrayBuffer(8)), BINARY],
  ["a Buffer", Buffer.from("abc"), BINARY],
  ["an error with a cause and a code", errorWithCause, BINARY],
  ["an error of a built-in class", new RangeError("r"), BINARY],
  ["many errors in one", new AggregateError([new Error("1"), new TypeError("2")], "both"), BINARY],
  ["a URL", new URL("https://example.org/x"), ["superjson"]],
  ["an instance of a class", new Customer(), []],
  ["an instance of a registered class", new Registered(), ["superjson"]],
  ["an instance deep inside", { rows: [{ owner: new Customer() }] }, []],
  ["a subclass of Map", new (class Cache extends Map {})(), []],
  ["a subclass of Array", new (class List extends Array {})(), []],
  ["a promise", Promise.resolve(1), []],
  ["a WeakMap", new WeakMap(), []],
  ["a proxy", new Proxy({ a: 1 }, {}), [...TEXT, "superjson"]],
  ["a property with a symbol as its key", { [Symbol.for("k")]: 1 }, []],
  ["an object with toJSON", { toJSON: () => 1 }, []],
  ["Math", Math, []],
  ["a task", task(() => 1), []],
];

describe.each(Object.entries(SERIALIZERS))("the serializer %s", (kind, serializer) => {
  test.each(VALUES)("%s", (name, value, kept) => {
    if (!kept.includes(kind)) {
      expect(() => serializer.serialize(value)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }) as Error);
      return;
    }
    const back = serializer.deserialize(serializer.serialize(value));
    expect(isDeepStrictEqual(back, value), name).toBe(true);
  });

  test("says its kind", () => { expect(serializer.kind).toBe(kind); });

  test.each([
    ["nothing", new Uint8Array()],
    ["text of somebody else", new TextEncoder().encode("name,age\nMarvin,42\n")],
    ["random bytes", new Uint8Array([0xff, 0x0f, 1, 2, 3, 4])],
  ])("%s is refused with an error that names the serializer", (_, bytes) => {
    let error: unknown;
    try { serializer.deserialize(bytes); } catch (thrown) { error = thrown; }
    expect(error).toBeInstanceOf(FlowletError);
    expect((error as FlowletError).code).toBe("BAD_SERIALIZED_DATA");
    expect((error as FlowletError).message).toContain(serializer.constructor.name);
  });
});

describe("what is data all the same", () => {
  const bare = Object.assign(Object.create(null) as object, { a: 1 });
  const hidden = Object.defineProperty({ a: 1 }, "hidden", { value: 1 });
  const [v8, json, superJson] = [new V8Serializer(), new JSONSerializer(), new SuperJSONSerializer()];
  const roundTrip = (serializer: Serializer, value: unknown) => serializer.deserialize(serializer.serialize(value));

  test("an object without a prototype stays one, but in JSON, where it becomes a plain one", () => {
    expect(Object.getPrototypeOf(roundTrip(v8, { inner: bare }) as { inner: object })).toBe(Object.prototype);
    expect(Object.getPrototypeOf((roundTrip(v8, { inner: bare }) as { inner: object }).inner)).toBe(null);
    expect(isDeepStrictEqual(roundTrip(json, bare), { a: 1 })).toBe(true);
    expect(() => superJson.serialize(bare)).toThrow("would not come back as it is");
  });

  test("a property that is undefined is left out in JSON, and kept by the others", () => {
    expect(isDeepStrictEqual(roundTrip(json, { a: undefined, b: 1 }), { b: 1 })).toBe(true);
    for (const serializer of [v8, superJson]) expect(isDeepStrictEqual(roundTrip(serializer, { a: undefined, b: 1 }), { a: undefined, b: 1 })).toBe(true);
  });

  test("a hidden property is not lost without a word", () => {
    for (const serializer of [v8, json]) expect(() => serializer.serialize({ x: hidden })).toThrow("value.x: it is an object with hidden properties");
  });
});

describe("what is refused is named by its place", () => {
  test.each([
    [new V8Serializer(), { rows: [{ "the owner": new Customer() }] }, 'V8Serializer can not keep value.rows[0]["the owner"]: it is an object of class Customer'],
    [new V8Serializer(), new Map([["f", { call() {} }]]), 'value.get("f").call: it is the function call'],
    [new V8Serializer(), new Error("x", { cause: { by: Symbol("s") } }), "value.cause.by: it is symbol Symbol(s)"],
    [new V8Serializer(), () => 1, "the value: it is a function"],
    [new V8Serializer(), [new Proxy({}, { getPrototypeOf() { throw new Error("trap"); } })], "value[0]: it is a proxy"],
    [new JSONSerializer(), { a: [0, NaN] }, "JSONSerializer can not keep value.a[1]: it is number NaN"],
    [new JSONSerializer(), { a: -0 }, "value.a: it is -0"],
    [new JSONSerializer(), sparse, "value[1]: it is undefined"],
    [new JSONSerializer(), cyclic, "the value: it is a value that contains itself"],
    [new SuperJSONSerializer(), { a: [{ b: new Customer() }] }, "SuperJSONSerializer can not keep value.a[0].b: it is an object of class Customer"],
    [new DateTimeSerializer(), "2026-01-01", 'DateTimeSerializer can not keep the value: it is "2026-01-01"'],
  ])("%s %s", (serializer, value, message) => {
    expect(() => serializer.serialize(value)).toThrow(message);
  });

  test("a value that is nested too deeply", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 300_000; i++) deep = [deep];
    for (const serializer of [new V8Serializer(), new JSONSerializer()]) expect(() => serializer.serialize(deep)).toThrow("nested too deeply, or too big");
  });
});

describe("errors", () => {
  const roundTrip = <T>(value: T): T => new V8Serializer().deserialize(new V8Serializer().serialize(value)) as T;

  test("keep name, message, stack, code, cause and their class", () => {
    const back = roundTrip(errorWithCause);
    expect([back.name, back.message, back.stack, back.code]).toEqual(["Error", "outer", errorWithCause.stack, "E_OUTER"]);
    expect((back.cause as Error).stack).toBe((errorWithCause.cause as Error).stack);
    expect(roundTrip(new RangeError("r"))).toBeInstanceOf(RangeError);
  });

  test("of the user's own class come back as the built-in class, with their name", () => {
    class HttpError extends TypeError { status = 404; override name = "HttpError"; }
    const back = roundTrip(new HttpError("gone"));
    expect([back.name, back.message, back.status, back instanceof TypeError, back instanceof HttpError]).toEqual(["HttpError", "gone", 404, true, false]);
  });

  test("that are there twice are one again, and may be in a circle", () => {
    const error: Error & { cause?: unknown } = new Error("self");
    error.cause = error;
    const back = roundTrip({ a: error, b: [error] });
    expect([back.a === back.b[0], back.a.cause === back.a]).toEqual([true, true]);
  });

  test("of other kinds keep what describes them", () => {
    expect(roundTrip(new DOMException("late", "TimeoutError"))).toMatchObject({ name: "TimeoutError", message: "late" });
    expect(roundTrip(new SKIP("not today"))).toMatchObject({ name: "SKIP", message: "not today" });
    class Coded extends Error { get code(): string { return "E_CODED"; } }
    expect(roundTrip(new Coded("x"))).toMatchObject({ code: "E_CODED" });
    const odd = Object.defineProperty(new Error("x"), "name", { value: 3 });
    expect(roundTrip(odd).message).toBe("x");
  });
});

test("a typed array comes back with a buffer of its own", () => {
  const back = new V8Serializer().deserialize(new V8Serializer().serialize({ a: new Float64Array([1, 2]), b: new DataView(new ArrayBuffer(3)) })) as { a: Float64Array; b: DataView };
  expect([back.a.buffer.byteLength, back.b.buffer.byteLength]).toEqual([16, 3]);
});

test("many objects are looked through without recursion", () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, tags: ["a"], at: new Date(id) }));
  const serializer = new V8Serializer();
  expect(isDeepStrictEqual(serializer.deserialize(serializer.serialize(rows)), rows)).toBe(true);
});

describe("the envelope tells apart", () => {
  const serializer = new V8Serializer();
  const bytes = serializer.serialize({ a: "some text that is long enough" });
  const changed = (change: (copy: Uint8Array) => void) => { const copy = Uint8Array.from(bytes); change(copy); return copy; };

  test.each([
    ["a file that is cut off, wherever that is", bytes.subarray(0, bytes.length - 1), "they are cut off"],
    ["one that is cut off in its head", bytes.subarray(0, 20), "they are cut off"],
    ["one that is cut off in its first bytes", bytes.subarray(0, 5), "they are cut off"],
    ["a damaged one", changed((copy) => { copy[copy.length - 3] ^= 1; }), "they are damaged (the checksum differs)"],
    ["one with a damaged head", changed((copy) => { copy[10] ^= 1; }), "they are damaged (the checksum differs)"],
    ["one with more behind it", Buffer.concat([bytes, Buffer.from("x")]), "they are damaged (the checksum differs)"],
    ["a newer one", changed((copy) => { copy[8] = 9; }), "a newer Flowlet wrote them (format 9, this one knows 1)"],
    ["one of another serializer", new CompressedSerializer(new V8Serializer(), "gzip").serialize(1), "they were written with gzip"],
  ])("%s", (_, data, why) => {
    expect(() => serializer.deserialize(data)).toThrow(`V8Serializer can not read these data: ${why}.`);
  });

  test("every length and every bit of a file is judged without anything but a clear error", () => {
    for (let length = 0; length < bytes.length; length++) expect(() => serializer.deserialize(bytes.subarray(0, length))).toThrow(FlowletError);
    for (let at = 0; at < bytes.length; at++) expect(() => serializer.deserialize(changed((copy) => { copy[at] ^= 0x55; }))).toThrow(FlowletError);
  });
});

describe("other serializers read with one clear error", () => {
  test.each([
    [new JSONSerializer(), '{"a": ', "they are no JSON"],
    [new SuperJSONSerializer(), '{"a": 1}', "they are JSON, but not as superjson writes it"],
    [new DateTimeSerializer(), "tomorrow", '"tomorrow" is no date in ISO notation'],
    [new DateTimeSerializer(), "2026-13-01T00:00:00Z", "is no date in ISO notation"],
  ])("%s", (serializer, text, why) => {
    expect(() => serializer.deserialize(new TextEncoder().encode(text))).toThrow(why);
  });

  test("dates as other programs write them are read", () => {
    expect(new DateTimeSerializer().deserialize(new TextEncoder().encode("2026-11-23T10:00:00.123456+02:00\n"))).toEqual(new Date("2026-11-23T08:00:00.123Z"));
  });

  test.each([
    [() => new CompressedSerializer({} as never), "CompressedSerializer: the option serializer must be a serializer, got an object of class Object."],
    [() => new CompressedSerializer(new JSONSerializer(), "bz2" as never), 'CompressedSerializer: the option format must be "gzip", "brotli" or "zstd", got "bz2".'],
  ])("bad options are refused %#", (make, message) => { expect(make).toThrow(message); });
});
