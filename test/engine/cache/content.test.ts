import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ContentReader } from "../../../engine/cache/content.ts";
import { functionText } from "../../../engine/cache/function-text.ts";

const reader = new ContentReader();
const id = (value: unknown) => reader.read(value).id;

class Point { x: number; constructor(x: number) { this.x = x; } }
const otherPoint = (() => { class Point { x: number; constructor(x: number) { this.x = x; } double() { return this.x * 2; } } return Point; })();

function cycle(n: number) { const a: Record<string, unknown> = { n }; a.self = a; return a; }

describe("equal data have equal content", () => {
  const pairs: [string, () => unknown][] = [
    ["numbers", () => 42], ["texts", () => "a".repeat(200)], ["dates", () => new Date(5)], ["maps", () => new Map([[{ a: 1 }, [1]]])], ["sets", () => new Set([1, "1"])],
    ["typed arrays", () => new Float64Array([1, 2])], ["buffers", () => Buffer.from("x")], ["bigints", () => 10n], ["errors", () => new TypeError("x", { cause: 1 })],
    ["instances", () => new Point(1)], ["cycles", () => cycle(1)], ["regular expressions", () => /a/g], ["nested", () => ({ a: [{ b: undefined }, null] })], ["urls", () => new URL("http://a/b")],
    ["shared symbols", () => Symbol.for("x")], ["holes", () => [, 1]],
  ];
  test.each(pairs)("%s", (_, make) => { expect(id(make())).toBe(id(make())); });
});

describe("different data have different content", () => {
  const groups: [string, unknown[]][] = [
    ["zeros", [0, -0, "0", 0n, false, null, undefined, NaN]],
    ["texts that look alike", ["1", 1, ["1"], "[1]", ["1", ""], ["", "1"], "s1:1"]],
    ["structures", [[], {}, new Map(), new Set(), [undefined], [,], { a: undefined }, Object.create(null)]],
    ["typed arrays", [new Uint8Array([1]), new Int8Array([1]), new Uint8Array([2]), [1], Buffer.from([1])]],
    ["instances", [new Point(1), new Point(2), { x: 1 }, new otherPoint(1)]],
    ["errors", [new Error("a"), new TypeError("a"), new Error("b"), Object.assign(new Error("a"), { code: 1 }), new Error("a", { cause: 1 })]],
    ["regular expressions", [/a/, /a/g, /b/]],
    ["dates", [new Date(1), new Date(2), 1]],
    ["long texts", ["a".repeat(500), "a".repeat(501), "a".repeat(499) + "b"]],
    ["ill-formed texts", ["\ud800".repeat(60), "\ud801".repeat(60)]],
    ["order of keys, which Object.keys shows", [{ a: 1, b: 2 }, { b: 2, a: 1 }]],
    ["cycles", [cycle(1), cycle(2), { n: 1, self: { n: 1, self: null } }]],
  ];
  test.each(groups)("%s", (_, values) => { expect(new Set(values.map(id)).size).toBe(values.length); });
});

describe("functions", () => {
  test("comments, layout and names of locals do not count", () => {
    const texts = [
      "function f(x, y) { const total = x + y; return { total: total, list: [x].map((e) => e * 2) } }",
      "function f(first, second) {\n  // adds\n  const sum = first + second\n  return { total: sum, list: [first].map((item) => (item * 2)) };\n}",
    ];
    expect(functionText(texts[0])?.text).toBe(functionText(texts[1])?.text);
  });

  test.each([
    ["an operator", "(x) => x + 1", "(x) => x - 1"],
    ["a literal", "(x) => x + 1", "(x) => x + 2"],
    ["a property", "(x) => x.a", "(x) => x.b"],
    ["which local is meant", "(a, b) => a", "(a, b) => b"],
    ["a default", "(x = 1) => x", "(x = 2) => x"],
    ["async", "(x) => x", "async (x) => x"],
    ["a regular expression's flags", "(x) => /a/.test(x)", "(x) => /a/i.test(x)"],
    ["a tagged template", "(x) => String.raw`a${x}`", "(x) => String.raw`b${x}`"],
    ["optional chaining", "(x) => x.a.b", "(x) => x?.a.b"],
    ["shadowing", "(x) => { { let x = 1; } return x }", "(x) => { { let y = 1; } return y }"],
    ["a method's kind", "({ get a() { return 1 } })", "({ a() { return 1 } })"],
    ["a private name", "class A { #x = 1; get() { return this.#x } }", "class A { #y = 1; x = 1; get() { return this.x } }"],
  ])("%s counts", (_, one, other) => {
    expect(functionText(one)?.text).not.toBe(functionText(other)?.text);
  });

  test("free names are found, with what is read from them", () => {
    const free = functionText("(x) => { const f = helper; return f(x) + Math.random() + config['rate'] + new Date() + typeof missing + ({ shorthand }).shorthand }")?.free;
    expect([...(free ?? [])].map(([name, use]) => [name, [...use.members], use.whole])).toEqual([
      ["helper", [], true], ["Math", ["random"], false], ["config", ["rate"], false], ["Date", ["new()"], false], ["missing", [], true], ["shorthand", [], true],
    ]);
  });

  test.each([
    ["vars are hoisted", "() => { x = 1; if (1) { var x } return x }"],
    ["parameters, also in patterns", "({ a, b: [c], ...d }, e = a) => [a, c, d, e]"],
    ["catch, loops, classes and labels", "() => { out: for (const i of []) { try { continue out } catch (error) { class A extends Array {} ; new A(error, i) } } }"],
    ["named function expressions", "(function f(n) { return n ? f(n - 1) : 0 })"],
    ["arguments of its own", "function g() { return arguments.length }"],
  ])("%s are no free names", (_, source) => {
    expect([...(functionText(source)?.free.keys() ?? ["none"])].filter((name) => name !== "Array")).toEqual([]);
  });

  test.each([
    ["this of an arrow", "() => this.x", /`this` around/],
    ["eval", "() => eval('1')", /eval/],
    ["arguments of an arrow", "() => arguments", /arguments/],
    ["import() of what is computed", "(x) => import(x)", /imports while it runs/], ["super of an object's method", "m() { return super.m() }", /`super` around/],
    ["a private name of the class around", "(o) => o.#x", /private members/], ["with", "function f(o) { with (o) { return x } }", /`with`/],
  ])("%s makes it unknown", (_, source, reason) => {
    expect(functionText(source)?.unknown).toMatch(reason);
  });

  test("closures of one factory differ by what they captured", () => {
    const make = (k: number) => (x: number) => x + k;
    expect(id(make(1))).toBe(id(make(1)));
    expect(id(make(1))).not.toBe(id(make(2)));
  });

  test("a helper's helper counts, also through objects, arrays and maps", () => {
    const build = (factor: number) => {
      const inner = (x: number) => x * factor;
      const table = { list: [inner], map: new Map([["f", inner]]) };
      return (x: number) => table.list[0](x) + (table.map.get("f") as typeof inner)(x);
    };
    expect(id(build(2))).toBe(id(build(2)));
    expect(id(build(2))).not.toBe(id(build(3)));
  });

  test("mutually recursive helpers are read once", () => {
    const make = (limit: number) => {
      const even = (n: number): boolean => n <= limit || odd(n - 1);
      const odd = (n: number): boolean => n > limit && even(n - 1);
      return even;
    };
    expect(id(make(0))).toBe(id(make(0)));
    expect(id(make(0))).not.toBe(id(make(1)));
  });

  test("a base class's method counts", () => {
    const make = (base: typeof Point) => { class Derived extends base {} return () => new Derived(1); };
    expect(id(make(Point))).toBe(id(make(Point)));
    expect(id(make(Point))).not.toBe(id(make(otherPoint)));
  });

  test("code of Node counts by name, and says what it brings in from outside", () => {
    expect(reader.read(() => readFileSync("x")).outside).toContain("node:fs");
    expect(reader.read(() => join("a", "b")).outside).toEqual([]);
    expect(reader.read(() => Date.now()).outside).toEqual(["Date.now"]);
    expect(reader.read(() => [Math.random(), Math.max(1)]).outside).toEqual(["Math.random"]);
    expect(reader.read(() => new Date(0)).outside).toEqual([]);
  });

  test.each([
    ["a Proxy", new Proxy({}, {})], ["a WeakMap", new WeakMap()], ["a promise", Promise.resolve(1)], ["a running generator", (function* () { yield 1; })()],
    ["a function bound to a WeakMap", WeakMap.prototype.get.bind(new WeakMap())], ["a built-in function that reads the clock", Date.now], ["a symbol of its own", Symbol("x")],
  ])("%s is unknown, never guessed", (_, captured) => {
    expect(reader.read(() => captured).unknown).not.toBeNull();
  });
});

test("a deeply nested value is unknown, not a crash", () => {
  let deep: unknown = null;
  for (let i = 0; i < 100_000; i++) deep = { deep };
  expect(reader.read(deep).unknown).toMatch(/nested deeper/);
});
