/** Content of code that is not in a notebook: closures and names of modules, read through V8's scopes. */
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ContentReader } from "../../../engine/cache/content.ts";

const reader = new ContentReader();
const code = (fn: unknown) => reader.readCode({}, [["the code", fn]]);

const folder = mkdtempSync(join(tmpdir(), "flowlet-code-"));
afterAll(() => { rmSync(folder, { recursive: true }); });
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};
/** By Node itself: the test runner's own imports are calls. */
const load = (path: string) => createRequire(import.meta.url)(join(folder, path)) as Record<string, any>;

describe("what can not be judged is unknown, with the name and why", () => {
  const proxied = new Proxy({}, {}), weak = new WeakMap(), pending = Promise.resolve(1), running = (function* () { yield 1; })(), socket = process.stdin, reads = Date.now, promised = promisify((done: () => void) => done());
  const inWeak = WeakMap.prototype.get.bind(weak);
  class Around { #secret = 1; arrow = () => this; peek = (other: Around) => other.#secret; method() { return super.toString(); } }
  const around = new Around();
  const outerArguments = (function (..._: unknown[]) { return () => arguments.length; })(1);
  test.each<[string, unknown, RegExp]>([
    ["a Proxy", () => proxied, /^`proxied`: a Proxy can not be looked into$/],
    ["a WeakMap", () => weak, /^`weak`: a WeakMap/],
    ["a promise", () => pending, /^`pending`: a Promise/],
    ["a running generator", () => running, /^`running`: a running generator/],
    ["a stream", () => socket, /^`socket`: a \w+ can not be looked into/],
    ["a built-in function that reads the clock", () => reads(), /^`reads`: the built-in function now/],
    ["what Node has made of a function", () => promised(), /^`promised`: a function made by node:internal\/util/],
    ["a function bound to a WeakMap", () => inWeak({}), /^`inWeak`: a WeakMap/],
    ["the `this` around an arrow", around.arrow, /^it uses the `this` around it$/],
    ["a private name of the class around", around.peek, /^it uses private members of the class around it$/],
    ["the `super` of a method", around.method, /^it uses the `super` around it$/],
    ["the `arguments` around an arrow", outerArguments, /`arguments` around/],
    ["eval", () => eval("1"), /^it calls `eval`$/],
    ["a function made of text", () => new Function("return 1")(), /^it makes functions of text$/],
    ["globalThis as a value", () => Object.keys(globalThis), /`globalThis`: it is used as a value/],
    ["a name that nothing has", () => (0, (nothingHasThisName as any)), /^`nothingHasThisName`: nothing of that name is found$/],
  ])("%s", (_, fn, reason) => { expect(code(fn).unknown).toMatch(reason); });

  test("a name of a closure that has no value yet, until it has one", () => {
    const owner = {};
    const make = () => {
      const early = () => late;
      const before = reader.readCode(owner, [["the code", early]]).unknown;
      const late = 1;
      return [before, reader.readCode(owner, [["the code", early]]).unknown];
    };
    expect(make()).toEqual(["`late`: it has no value yet", null]);
  });

  test("the same where a name further out has one", () => {
    const late = 0;
    const owner = {};
    const make = (value: number) => {
      const early = () => late;
      const read = () => reader.readCode(owner, [["the code", early]]);
      const before = read().unknown;
      const late = value;
      return [before, read()] as const;
    };
    const [[before, one], [, other]] = [make(1), make(2)];
    expect([before, one.unknown, code(() => late).unknown]).toEqual(["`late`: it has no value yet", null, null]);
    expect(one.id).not.toBe(other.id);
  });
});
declare const nothingHasThisName: unknown;

describe("read again", () => {
  test("nothing changed: the very same content", () => {
    const settings = { by: 2, list: [1] }, helper = (n: number) => n * settings.by + settings.list.length;
    const owner = {}, read = () => reader.readCode(owner, [["the code", (n: number) => helper(n)]]);
    const fn = (n: number) => helper(n);
    const readFn = () => reader.readCode(fn, [["the code", fn]]);
    expect(readFn()).toBe(readFn());
    expect(read().id).toBe(read().id);
  });

  test.each<[string, () => { fn: unknown; change(): void }]>([
    ["a variable of a closure", () => { let n = 1; return { fn: () => n, change() { n = 2; } }; }],
    ["a variable of a helper's closure", () => { let n = 1; const helper = () => n; return { fn: () => helper(), change() { n = 2; } }; }],
    ["a helper that is assigned anew", () => { let helper = () => 1; return { fn: () => helper(), change() { helper = () => 2; } }; }],
    ["a field of a field", () => { const data = { a: { b: 1 } }; return { fn: () => JSON.stringify(data), change() { data.a.b = 2; } }; }],
    ["a function in a list", () => { const list = [() => 1]; return { fn: () => list.map((one) => one()), change() { list[0] = () => 2; } }; }],
    ["a function in a list, with the same text", () => { const make = (k: number) => () => k; const list = [make(1)]; return { fn: () => list.map((one) => one()), change() { list[0] = make(2); } }; }],
    ["a static field", () => { class One { static n = 1; } return { fn: () => One.n, change() { One.n = 2; } }; }],
    ["a method that is replaced", () => { class One { m() { return 1; } } return { fn: () => new One().m(), change() { One.prototype.m = () => 2; } }; }],
    ["a method that is added", () => { class One {} return { fn: () => One, change() { (One.prototype as any).m = () => 2; } }; }],
    ["a method that is removed", () => { class One { m() { return 1; } } return { fn: () => One, change() { delete (One.prototype as any).m; } }; }],
    ["another base class", () => { class A { m() { return 1; } } class B { m() { return 2; } } class One extends A {} return { fn: () => One, change() { Object.setPrototypeOf(One, B); Object.setPrototypeOf(One.prototype, B.prototype); } }; }],
    ["a prototype of a function", () => { function Old(this: any) { this.a = 1; } Old.prototype.m = () => 1; return { fn: () => new (Old as any)().m(), change() { Old.prototype.m = () => 2; } }; }],
    ["an instance's prototype", () => { const one = Object.create({ m: 1 }); return { fn: () => one.m, change() { Object.setPrototypeOf(one, { m: 2 }); } }; }],
    ["a property of a function", () => { const f = Object.assign(() => f.n, { n: 1 }); return { fn: () => f(), change() { f.n = 2; } }; }],
    ["a member that was absent", () => { const bag: Record<string, number> = {}; return { fn: () => bag.a, change() { bag.a = 1; } }; }],
    ["a member that becomes a getter", () => { const bag = { a: 1 }; return { fn: () => bag.a, change() { Object.defineProperty(bag, "a", { get: () => 2, configurable: true }); } }; }],
    ["a member of a frozen object that is none", () => { const deep = Object.freeze({ inner: { a: 1 } }); return { fn: () => Object.values(deep), change() { deep.inner.a = 2; } }; }],
    ["an entry of a Map", () => { const map = new Map([["a", { n: 1 }]]); return { fn: () => map.get("a"), change() { map.get("a")!.n = 2; } }; }],
    ["what a bound function was given", () => { const given = { n: 1 }; const bound = ((one: { n: number }) => one.n).bind(null, given); return { fn: () => bound(), change() { given.n = 2; } }; }],
    ["the name under which a symbol's member is", () => { const key = Symbol("k"); const bag = { [key]: 1 }; return { fn: () => bag[key], change() { bag[key] = 2; } }; }],
  ])("%s changed: another content", (_, make) => {
    const { fn, change } = make();
    const owner = {}, read = () => reader.readCode(owner, [["the code", fn]]);
    const before = read();
    expect(before.unknown).toBeNull();
    expect(read()).toBe(before);
    change();
    expect(read().id).not.toBe(before.id);
  });
});

describe("packages", () => {
  const index = "export const times = (n) => n * 2; export const make = (k) => (n) => n * k; export class Client { constructor(url) { this.url = url; } } const state = {}; export const fromState = () => state.value;";
  for (const [place, version] of [["a", "1.0.0"], ["b", "1.0.0"], ["c", "2.0.0"], ["d", "1.0.0"]]) {
    write(`${place}/node_modules/pkg/package.json`, JSON.stringify({ name: "pkg", version, type: "module", exports: "./index.js" }));
    write(`${place}/node_modules/pkg/index.js`, index);
    write(`${place}/user.mjs`, `import { times, make, Client } from "pkg"; export const use = (n) => times(n); const made = make(${place === "b" ? 3 : 2}); export const useMade = (n) => made(n); const client = new Client("x"); export const useClient = () => client.url;`);
  }
  write("d/node_modules/.package-lock.json", JSON.stringify({ packages: { "node_modules/pkg": { version: "1.0.0", integrity: "sha512-AAAA" } } }));
  const content = async (place: string, name: string) => {
    const { id, unknown } = code(load(`${place}/user.mjs`)[name]);
    expect(unknown).toBeNull();
    return id;
  };

  test("count by name and version, and by what npm says of their content", async () => {
    expect(await content("a", "use")).toBe(await content("b", "use"));
    expect(new Set(await Promise.all(["a", "c", "d"].map((place) => content(place, "use")))).size).toBe(3);
  });

  test("what their functions were made with counts too", async () => {
    expect(await content("a", "useMade")).not.toBe(await content("b", "useMade"));
  });

  test("instances of their classes count by class and fields", async () => {
    expect(await content("a", "useClient")).toBe(await content("b", "useClient"));
    expect(await content("a", "useClient")).not.toBe(await content("c", "useClient"));
  });

  test("the version is that of when it was loaded", async () => {
    const before = await content("a", "use");
    write("a/node_modules/pkg/package.json", JSON.stringify({ name: "pkg", version: "9.0.0", type: "module", exports: "./index.js" }));
    expect(await content("a", "use")).toBe(before);
  });
});

test("where a part is written is told beside it, and is no part of the content", async () => {
  write("e/one.mjs", "export const helper = (n) => n;\n");
  write("e/two.mjs", "\n\nexport const helper = (n) => n; // elsewhere\n");
  write("e/user.mjs", `import { helper as one } from "./one.mjs"; import { helper as two } from "./two.mjs"; export const first = (n) => one(n); export const second = (n) => two(n);`);
  const { first, second } = load("e/user.mjs");
  const [a, b] = [code(first), code(second)];
  expect([...a.places]).toEqual([["helper `one`", expect.stringMatching(/one\.mjs$/)]]);
  expect(a.parts.get("helper `one`")).toBe(b.parts.get("helper `two`"));
});

test("import.meta counts by the file", async () => {
  write("f/one.mjs", "export const where = () => import.meta.dirname;\n");
  write("g/one.mjs", "export const where = () => import.meta.dirname;\n");
  const [one, other] = [load("f/one.mjs").where, load("g/one.mjs").where];
  expect(code(one).unknown).toBeNull();
  expect(code(one).id).not.toBe(code(other).id);
});

describe("modules that are imported while code runs", () => {
  test("of Node count by name and say what they bring in, of packages by version", async () => {
    write("h/node_modules/late/package.json", JSON.stringify({ name: "late", version: "1.2.3", main: "index.js" }));
    write("h/one.mjs", `export const disk = () => import("node:fs"); export const path = () => import("node:path"); export const late = () => import("late/part.js"); export const gone = () => import("not-there"); export const computed = (name) => import(name);`);
    const { disk, path, late, gone, computed } = load("h/one.mjs");
    expect([code(disk).outside, code(path).outside, code(late).unknown]).toEqual([["node:fs"], [], null]);
    expect(code(gone).unknown).toBe("it imports not-there, which is not found");
    expect(code(computed).unknown).toBe("it imports while it runs");
  });

  test("of the program are unknown until they are loaded, and count by their content then", async () => {
    write("i/lazy.mjs", "export const by = 2; export const scale = (n) => n * by;\n");
    write("i/one.mjs", `export const lazy = async (n) => (await import("./lazy.mjs")).scale(n);`);
    const { lazy } = load("i/one.mjs");
    const owner = {}, read = () => reader.readCode(owner, [["the code", lazy]]);
    expect(read().unknown).toBe("it imports ./lazy.mjs, which is not loaded yet");
    await lazy(1);
    expect(read().unknown).toBeNull();
  });
});
