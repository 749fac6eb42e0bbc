/**
 * What tasks capture, kind by kind: a program of its own, because what Vitest loads are no modules of Node. Writes a line of
 * JSON for each case: what the task gave in a thread, and what it should give.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path, { join } from "node:path";
import { isDeepStrictEqual, inspect } from "node:util";
import { isMainThread, threadId } from "node:worker_threads";
import superjson, { stringify } from "superjson";
import { Temporal } from "temporal-polyfill";
import { Constant, Flow, FlowletError, SKIP, Task, ThreadExecutor, context, getLogger, task } from "../../../../engine/index.ts";
import describe, { LIMIT, NotEnough, Shape, makeReader, name as nameOf, readSecret, setSecret, settings } from "./local-module.ts";
import * as local from "./local-module.ts";
import { outcome } from "./runs-a-flow.ts";

/** The task is refused, and the error says this. */
class Refused {
  readonly place: string;
  readonly what: string;
  constructor(place: string, what: string) {
    this.place = place;
    this.what = what;
  }
}

interface Case { readonly kind: string; readonly task: () => unknown; readonly expected: unknown }
const cases: Case[] = [];
/** A task that returns what it captures. */
const captures = (kind: string, run: () => unknown, expected: unknown) => cases.push({ kind, task: () => task(run, { name: "work" })(), expected });
const refuses = (kind: string, run: () => unknown, place: string, what: string) => captures(kind, run, new Refused(place, what));

// ---------------------------------------------------------------- functions
function factorial(n: number): number { return n <= 1 ? 1 : n * factorial(n - 1); }
captures("a recursive function", () => factorial(5), 120);
const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
captures("mutual recursion", () => [isEven(10), isOdd(10)], [true, false]);
const scaled = (factor: number) => (n: number) => n * factor;
const [byTwo, byThree] = [scaled(2), scaled(3)];
captures("closures of one function with different values", () => [byTwo(1), byThree(1)], [2, 3]);
const later = async (n: number) => { await null; return n + 1; };
captures("an async function", () => later(1), 2);
function* upTo(n: number) { for (let i = 0; i < n; i++) yield i; }
captures("a generator function", () => [...upTo(3)], [0, 1, 2]);
async function* slowly(n: number) { for (let i = 0; i < n; i++) { await null; yield i; } }
captures("an async generator function", async () => { const all = []; for await (const i of slowly(2)) all.push(i); return all; }, [0, 1]);
const tag = (strings: TemplateStringsArray, ...values: unknown[]) => strings.raw.join("|") + values.join();
captures("a tagged template", () => tag`a${1}\n${2}`, "a|\\n|1,2");
const withDefault = (n = LIMIT, ...rest: number[]) => [n, ...rest];
captures("a default parameter and a rest", () => [withDefault(), withDefault(1, 2)], [[12], [1, 2]]);
const handlers = { double: (n: number) => n * 2, list: [(n: number) => n + 1], map: new Map([["half", (n: number) => n / 2]]) };
captures("functions in an object, an array and a Map", () => [handlers.double(2), handlers.list[0](2), handlers.map.get("half")?.(2)], [4, 3, 1]);
const counted = Object.assign((n: number) => n + counted.step, { step: 5 });
captures("a function with properties", () => counted(1), 6);
const bound = function (this: { base: number }, a: number, b: number) { return this.base + a * b; }.bind({ base: 100 }, 2);
captures("a bound function", () => bound(3), 106);
const boundTwice = bound.bind(null, 5) as () => number;
captures("a function that is bound twice", () => boundTwice(), 110);
const { max } = Math;
captures("a built-in function", () => [max(1, 5), parse("7")], [5, 7]);
const parse = Number.parseInt;
const methods = { base: 10, ["add" + "Ten"](n: number) { return this.base + n; }, get twice() { return this.base * 2; }, set half(n: number) { this.base = n * 2; } };
captures("methods, a computed name, a getter and a setter", () => { const first = [methods.addTen(1), methods.twice]; methods.half = 3; return [...first, methods.base]; }, [11, 20, 6]);
const { addTen: unbound } = methods;
captures("a method taken from its object", () => unbound.call({ base: 1 } as never, 1), 2);
function Legacy(this: { n: number }, n: number) { this.n = n; }
Legacy.prototype.double = function (this: { n: number }) { return this.n * 2; };
captures("a constructor function with a prototype", () => new (Legacy as never as new (n: number) => { double(): number })(4).double(), 8);
captures("dynamic import of a built-in and of a local file", async () => [(await import("node:path")).basename("/a/b"), (await import("./local-module.ts")).LIMIT], ["b", 12]);
captures("import.meta", () => [import.meta.filename === undefined, path.basename(import.meta.filename), import.meta.resolve("node:fs")], [false, "program.ts", "node:fs"]);

// ---------------------------------------------------------------- classes
class Account {
  static readonly #known = new Map<string, number>();
  static total = 0;
  static { Account.total = 1000; }
  #balance = 10;
  readonly owner: string;
  constructor(owner: string) { this.owner = owner; }
  static know(name: string): void { this.#known.set(name, this.#known.size); }
  static get known(): number { return this.#known.size; }
  deposit(n: number): this { this.#balance += n; return this; }
  get balance(): number { return this.#balance; }
  static #hidden(n: number): number { return n + 1; }
  static visible(n: number): number { return Account.#hidden(n); }
}
class Savings extends Account {
  rate = 2;
  override get balance(): number { return super.balance * this.rate; }
  toString(): string { return `${this.owner}: ${this.balance}`; }
}
Account.know("a"); Account.know("b");
Account.total++;
captures("a class with private members", () => new Account("me").deposit(5).balance, 15);
captures("a derived class", () => String(new Savings("me").deposit(5)), "me: 30");
captures("static fields as they are now, without running static blocks again", () => [Account.total, Account.visible(1)], [1001, 2]);
captures("static private fields as they are now", () => Account.known, 2);
const savings = new Savings("you");
savings.deposit(40);
savings.rate = 3;
captures("an instance with private fields", () => [String(savings), savings instanceof Account, savings.deposit(1).balance], ["you: 150", true, 153]);
class Point { x: number; y: number; constructor(x: number, y: number) { this.x = x; this.y = y; } norm() { return Math.hypot(this.x, this.y); } }
const point = new Point(3, 4);
captures("an instance of a class", () => [point.norm(), point instanceof Point], [5, true]);
captures("an instance as the result", () => new Point(point.x + 1, 5), new Point(4, 5));
class Bare extends (null as never as new () => object) { static make() { return Object.create(Bare.prototype) as object; } get here() { return 1; } }
captures("a class that extends null", () => (Bare.make() as Bare).here, 1);
const mixin = <T extends new (...inputs: any[]) => object>(base: T) => class extends base { mixed = true; };
class Mixed extends mixin(Point) {}
captures("a class that extends an expression", () => { const mixed = new Mixed(6, 8); return [mixed.mixed, mixed.norm(), mixed instanceof Point]; }, [true, 10, true]);
class Stack extends Array<number> { top() { return this.at(-1); } }
const stack = Stack.from([1, 2, 3]) as Stack;
captures("an instance of a class that extends Array", () => [stack.top(), stack.length, stack instanceof Stack], [3, 3, true]);
class Registry extends Map<string, number> { sum() { return [...this.values()].reduce((a, b) => a + b, 0); } }
const registry = new Registry([["a", 1], ["b", 2]]);
captures("an instance of a class that extends Map", () => registry.sum(), 3);
Object.defineProperty(Point.prototype, "scaled", { value(this: Point, by: number) { return this.norm() * by; }, configurable: true });
captures("a method that was added to a class", () => (point as Point & { scaled(by: number): number }).scaled(2), 10);
class Listeners extends EventEmitter { heard: string[] = []; }
const listeners = new Listeners();
listeners.on("x", function (this: Listeners, what: string) { this.heard.push(what); });
captures("an EventEmitter with a listener", () => { listeners.emit("x", "ping"); return listeners.heard; }, ["ping"]);

// ---------------------------------------------------------------- data
const data = {
  map: new Map<unknown, unknown>([["a", 1], [{ k: 1 }, new Set([1])]]), set: new Set(["a", "b"]), date: new Date(5), regexp: /a(b)/gi, big: 12n ** 20n,
  floats: new Float64Array([1.5, -0]), bytes: Buffer.from("bytes"), holes: [1, , 3], nan: NaN, minus: -0, nothing: undefined, url: new URL("http://a/b?c"), bare: Object.assign(Object.create(null), { k: 1 }),
};
captures("Map, Set, Date, RegExp, BigInt, typed array, Buffer, holes, NaN, URL", () => data, data);
captures("a Buffer is one", () => [Buffer.isBuffer(data.bytes), data.bytes.toString("utf8"), data.url.pathname, Object.getPrototypeOf(data.bare)], [true, "bytes", "/b", null]);
let deep: unknown = null;
for (let i = 0; i < 1000; i++) deep = { deep };
captures("data that is nested deeply", () => { let depth = 0; for (let at = deep as { deep: unknown } | null; at !== null; at = at.deep as typeof at) depth++; return depth; }, 1000);
let tooDeep: unknown = null;
for (let i = 0; i < 200_000; i++) tooDeep = [tooDeep];
refuses("data that is nested too deeply", () => tooDeep, "what it captures", "it is nested too deeply");
const ring: { self?: unknown; list: unknown[] } = { list: [] };
ring.self = ring;
ring.list.push(ring);
captures("an object that holds itself", () => ring.self === ring && ring.list[0] === ring, true);
const cyclic = { run: () => cyclic.value, value: 8 };
captures("an object whose function uses the object", () => cyclic.run(), 8);
const part = { n: 1 };
const two = { left: part, right: part, use: () => part };
captures("one object in two places stays one", () => two.left === two.right && two.use() === two.left, true);
const shared = new SharedArrayBuffer(4);
captures("shared memory is shared", () => { new Int32Array(shared)[0] = 77; return shared.byteLength; }, 4);
const key = Symbol("key");
const keyed = { [key]: 5 };
captures("a symbol, also as a key", () => [keyed[key], key.description, Symbol.for("x") === registered, typeof Symbol.iterator], [5, "key", true, "symbol"]);
const registered = Symbol.for("x");
const money = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });
const decoder = new TextDecoder("utf-16le");
captures("formatters and decoders", () => [money.format(1.5).replace(/\s/u, " "), decoder.decode(new Uint8Array([65, 0]))], ["1,50 €", "A"]);
const failure = new NotEnough(3);
captures("an error of a class of its own", () => [failure instanceof NotEnough, failure.message, failure.missing], [true, "3 are missing", 3]);
const frozen = Object.freeze([1, Object.freeze({ a: 2 })]);
captures("frozen data", () => frozen, [1, { a: 2 }]);

// ---------------------------------------------------------------- variables
let assignedLater: number;
captures("a let that is assigned later", () => assignedLater, 42);
assignedLater = 42;
let hits = 0;
const hit = () => { hits++; };
const readHits = () => hits;
captures("a variable that one function assigns and another reads", () => { hit(); hit(); return [readHits(), hits]; }, [2, 2]);
let cached: number | undefined;
const once = () => (cached ??= Math.floor(1.5));
captures("a variable that a function fills once", () => [once(), once()], [1, 1]);
let tally = 0;
captures("what a task assigns stays in its call", () => ++tally, 1);
captures("and the next call begins anew", () => ++tally, 1);
const seen: number[] = [];
captures("what a task adds to a list stays in its call", () => seen.push(1), 1);
captures("and so does what the next one adds", () => seen.push(1), 1);
captures("process.env", () => process.env.CAPTURED, "yes");
process.env.CAPTURED = "yes";
const { env } = process;
captures("process.env by another name", () => env.CAPTURED, "yes");
(globalThis as Record<string, unknown>).ofTheProgram = { n: 9 };
declare const ofTheProgram: { n: number };
captures("a global that the program has made", () => ofTheProgram.n, 9);
captures("typeof of what does not exist", () => typeof (globalThis as { missing?: unknown }).missing, "undefined");

// ---------------------------------------------------------------- imports
captures("a module of Node", () => [fs.existsSync("/"), join("a", "b"), path.extname("a.ts")], [true, "a/b", ".ts"]);
captures("an import that differs from thread to thread", () => [isMainThread, threadId > 0], [false, true]);
captures("a package, by default and by name", () => [superjson.stringify(1n), stringify(1)], ['{"json":"1","meta":{"values":["bigint"],"v":1}}', '{"json":1}']);
const commonJs = createRequire(import.meta.url)("./commonjs.cjs") as { server: { listening: boolean }; next(): number; twice(n: number): number };
commonJs.next();
captures("a CommonJS module, as a whole", () => [commonJs.server.listening, commonJs.next(), commonJs.twice(4)], [false, 2, 8]);
const { twice: twiceOf } = commonJs;
captures("a function of a CommonJS module", () => twiceOf(5), 10);
captures("objects of a package", () => Temporal.PlainDate.from("2026-01-31").add({ months: 1 }).toString(), "2026-02-28");
captures("a local file: by name, as a namespace, by default", () => [nameOf("/a/b"), local.LIMIT, LIMIT, describe(1)], ["b", 12, 12, "<1>"]);
captures("a class of a local file, whose instances come back", () => { throw new NotEnough(4); }, new NotEnough(4));
captures("a class with private fields of a local file", () => new Shape(4).sides, 4);
settings.rate = 5;
setSecret(99);
captures("a local file's variables are those after loading", () => [settings.rate, readSecret()], [2, 1]);
captures("a file that runs a flow when it is loaded does not run it again", () => outcome(), "Pending");
const reader = makeReader(2);
captures("a closure that a local file has made keeps the values from here", () => reader(), 198);
const listed = [nameOf];
captures("an import that is reached through data", () => listed[0]("/x/y"), "y");

// ---------------------------------------------------------------- the engine
const plus = task((x: number, y: number = 1) => x + y);
class AddTask extends Task<[x: number, y?: number], number> {
  private readonly fallback: number;
  constructor(fallback: number) { super({ name: "add" }); this.fallback = fallback; }
  override run(x: number, y?: number): number { return x + (y ?? this.fallback); }
}
class Secretive extends Task<[], string> { #word = "?"; constructor(word: string) { super(); this.#word = word; } override run(): string { return this.#word; } }
const adds = new AddTask(100);
captures("another task's run", () => [plus.run(1, 2), adds.run(1), adds.name], [3, 101, "add"]);
cases.push({ kind: "a task class with fields from its constructor", task: () => new AddTask(1000)(5), expected: 1005 });
class Configured extends Task<[], unknown> { override run(): unknown { return [this.maxRetries, this.retryDelay, [...this.tags], this.name]; } }
cases.push({ kind: "a task that reads its own options", task: () => new Configured({ maxRetries: 2, retryDelay: 5, tags: ["x"], name: "configured" })(), expected: [2, 5, ["x"], "configured"] });
cases.push({ kind: "a copy that reads its own options", task: () => new Configured({ tags: ["x"] }).with({ taskArgs: { tags: ["y"], name: "other" } })(), expected: [0, null, ["y"], "other"] });
cases.push({ kind: "a task class with private fields", task: () => new Secretive("word")(), expected: "word" });
cases.push({ kind: "a copy of a task with another field", task: () => adds.with({ taskArgs: { fallback: 7 } })(5), expected: 12 });
captures("the context", () => [context.taskName, context.taskRunCount, context.mapIndex, context.flowName, context.get("mine"), context.parameters], ["work", 1, null, "captures", { a: 1 }, {}]);
const log = getLogger("mine");
captures("a logger", () => log.name, "flowlet.mine");
captures("a signal", () => { throw new SKIP("not today"); }, "Skipped: not today");
captures("the engine's classes", () => new SKIP("x") instanceof Error && Object.getPrototypeOf(AddTask) === Task, true);

// ---------------------------------------------------------------- what can not go
const server = createServer();
refuses("a server", () => server.address(), "server", "a Server");
const weak = new WeakMap();
refuses("a WeakMap", () => weak.has({}), "weak", "a WeakMap");
const proxy = new Proxy({ a: 1 }, {});
refuses("a Proxy", () => proxy.a, "proxy", "a Proxy");
const promised = Promise.resolve(1);
refuses("a promise", () => promised, "promised", "a Promise");
const running = upTo(3);
refuses("a running generator", () => running.next(), "running", "a running generator");
const controller = new AbortController();
refuses("a signal of somebody else", () => controller.signal.aborted, "controller", "an AbortController");
class Outer { factor = 2; make() { return () => this.factor; } }
const arrow = new Outer().make();
refuses("an arrow that uses the this around it", () => arrow(), "arrow", "it uses the `this` around it");
const derived = { __proto__: { greet: () => "hi" }, greet(): string { return super.toString(); } };
const { greet } = derived;
refuses("a method that uses super", () => greet(), "greet", "it uses the `super` around it");
const balance = Object.getOwnPropertyDescriptor(Account.prototype, "balance")!.get!;
refuses("a method that uses private members", () => balance.call(savings), "balance", "it uses private members of the class around it");
const evaluates = (text: string) => eval(text) as unknown;
refuses("a function that calls eval", () => evaluates("1"), "evaluates", "it calls `eval`, which may use any name around it");
const config = { name: "x", handlers: [{ close: () => server.close() }] };
refuses("a socket deep inside", () => config.handlers.length, "server (used by close)", "a Server");
const store = { db: { connections: [server] } };
refuses("a socket in data", () => store.db, "store.db.connections[0]", "a Server");
const shape = new Shape(3);
refuses("an instance with private fields of an imported class", () => shape.sides, "shape", "a Shape, whose private field #sides can not be sent");
const storage = new AsyncLocalStorage();
refuses("an AsyncLocalStorage", () => storage.getStore(), "storage", "an AsyncLocalStorage");
const makeCounter = () => { let n = 0; return { inc: () => ++n, get: () => n }; };
const counter = makeCounter();
refuses("a variable of a closure that two functions share", () => { counter.inc(); return counter.get(); }, "n (used by inc)", "several functions share this variable and one of them assigns to it; make it a property of an object");
const counters = [makeCounter(), makeCounter()];
counters[0].inc();
refuses("one such variable among several", () => counters.map((one) => one.get()), "n (used by inc)", "several functions share this variable and one of them assigns to it; make it a property of an object");
const ownFlow = new Flow("own");
refuses("a flow", () => ownFlow.name, "ownFlow", "a Flow, which stays on the main thread");
refuses("a function as the result", () => () => 1, "its result", "a function made in the thread");
refuses("an instance of a class of the task's own as the result", () => { class Own {} return [new Own()]; }, "its result[0]'s class Own", "the class Own, which the main thread does not know; declare it outside of the task, or import it there");
refuses("a result that is nested too deeply", () => { let all: unknown = null; for (let i = 0; i < 200_000; i++) all = [all]; return all; }, "its result", "it is nested too deeply");
refuses("a symbol of the task's own as the result", () => Symbol("mine"), "its result", "a symbol made in the thread");
refuses("a server as the result", async () => ({ server: (await import("node:net")).createServer() }), "its result.server", "a Server");
cases.push({ kind: "an input that is nested too deeply", task: () => task((s: unknown) => s, { name: "work" })(new Constant(tooDeep)), expected: new Refused("its inputs", "it is nested too deeply") });
cases.push({ kind: "a server as an input", task: () => task((s: unknown) => s, { name: "work" })(server), expected: new Refused("input s", "a Server") });

// ---------------------------------------------------------------- inputs
cases.push({ kind: "inputs with instances, functions and classes of their own", task: () => task((p: Point, f: (n: number) => number, c: typeof Point) => [p.norm(), p instanceof Point, p instanceof c, f(1)])(point, byThree, Point), expected: [5, true, true, 3] });
cases.push({ kind: "an input that the task changes", task: () => task((list: number[]) => { list.push(4); return list; })(unchanged), expected: [1, 4] });
const unchanged = [1];
cases.push({ kind: "is not changed where it comes from", task: () => task((list: number[]) => list.length)(unchanged), expected: 1 });

const executor = new ThreadExecutor({ threads: 2 });
for (const { kind, task: make, expected } of cases) {
  const flow = new Flow("captures");
  const node = flow.build(make) as never;
  const state = (await flow.run({}, { executor, context: { mine: { a: 1 } } })).result.get(node);
  const refused = state.result instanceof FlowletError && /^In task \w+, (.*) can not be sent from one thread to another: (.*)\. Make it inside/.exec(state.result.message);
  const got = refused ? new Refused(refused[1], refused[2]) : state.isSkipped() ? `${state.type}: ${state.message}` : state.result;
  const same = got instanceof Error && expected instanceof Error ? got.constructor === expected.constructor && got.message === expected.message : isDeepStrictEqual(got, expected);
  process.stderr.write(`${JSON.stringify({ kind, same, got: inspect(got, { depth: 5 }), expected: inspect(expected, { depth: 5 }) })}\n`);
}
executor.close();
