/** What V8 tells of many functions at once is what it tells of each alone, and it holds none of them for it. */
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { scopeOf, valueIn } from "../../../engine/cache/captured-scopes.ts";
import { sharedCapturedValues } from "../../../engine/cache/captured-values.ts";

const captured = sharedCapturedValues();

/** Functions of all kinds; `capturing` is what `reader` returns. */
function functions(capturing: unknown): Record<string, Function> {
  const revoked = Proxy.revocable(() => {}, {});
  revoked.revoke();
  const reader = () => capturing;
  class Shape { static unit = 1; area() { return capturing; } }
  return {
    reader, Shape, area: Shape.prototype.area,
    bound: reader.bind(null), native: Math.max, proxy: new Proxy(reader, { get() { throw new Error("a trap ran"); } }), revoked: revoked.proxy as Function,
    foreign: vm.runInNewContext("const inner = 7; (() => { const near = 8; return () => near + inner; })()", {}, { filename: "/foreign.js" }) as Function,
    async *generator() { yield capturing; },
    loud: Object.defineProperty(() => capturing, "name", { get() { throw new Error("a getter ran"); } }),
  };
}

describe("many functions at once", () => {
  const made = functions(5), fns = Object.values(made);

  test.each(Object.keys(made))("%s is as it is alone, whatever it stands beside", (name) => {
    const together = captured.originsOf(fns)[Object.keys(made).indexOf(name)], [alone] = captured.originsOf([made[name]]);
    expect(together).toEqual(alone);
  });

  test("each has the values that it captures itself", () => {
    const closures = Array.from({ length: 350 }, (_, index) => { const own = index; return () => own; });
    const found = captured.originsOf([...fns, ...closures, ...fns]).slice(fns.length, -fns.length).map((origin) => valueIn(scopeOf("own", origin!.scopes)!, "own"));
    expect(found).toEqual(closures.map((_, index) => ({ value: index })));
  });

  test("one of another realm has its own names", () => {
    const [origin] = captured.originsOf([made.foreign]);
    expect([new URL(origin!.url, "file:").pathname, valueIn(scopeOf("near", origin!.scopes)!, "near")]).toEqual(["/foreign.js", { value: 8 }]);
  });

  test("a name without a value yet hides one further out", () => {
    const late = "outer";
    const at = (fn: Function) => { const { scopes } = captured.originOf(fn); return valueIn(scopeOf("late", scopes)!, "late"); };
    const inner = () => {
      const read = () => late;
      const before = at(read);
      const late = "inner";
      return [before, at(read)];
    };
    expect([at(() => late), ...inner()]).toEqual([{ value: "outer" }, { missing: "uninitialised" }, { value: "inner" }]);
  });

  test("primitives and objects of a closure come back as they are", () => {
    const held = { negativeZero: -0, nan: NaN, big: 2n ** 70n, nothing: undefined, none: null, symbol: Symbol("own"), object: {} };
    const self = {}, bound = function (this: unknown) {}.bind(self, -0, 3n, held.object);
    expect(captured.boundParts(bound)).toEqual({ target: expect.any(Function), self, inputs: [-0, 3n, held.object] });
    expect(captured.boundParts(bound)!.self).toBe(self);
    const fields = new (class { #a = held.negativeZero; #b = held.nan; #c = held.big; #d = held.nothing; #e = held.none; #f = held.symbol; #g = held.object; all() { return [this.#a, this.#b, this.#c, this.#d, this.#e, this.#f, this.#g]; } })();
    const values = captured.privateFields(fields).map(([, value]) => value);
    expect(values.length).toBe(7);
    for (const [index, value] of fields.all().entries()) expect(values[index]).toBe(value);
  });
});

describe("names of the realm", () => {
  const define = (name: string, value: unknown) => { Object.defineProperty(globalThis, name, { value, configurable: true, writable: true }); };

  test("are read together; one that nothing has does not hide the others, and is there once it has a value", () => {
    define("realmOne", 1);
    define("realmTwo", "two");
    const read = captured.readNames(["realmOne", "realmGone", "realmTwo"]);
    expect([...read.values]).toEqual([["realmOne", { value: 1 }], ["realmGone", { missing: "unbound" }], ["realmTwo", { value: "two" }]]);
    expect(read.isSame()).toBe(true);
    define("realmGone", undefined);
    expect(read.isSame()).toBe(false);
    expect([...captured.readNames(["realmOne", "realmGone", "realmTwo"]).values.values()]).toEqual([{ value: 1 }, { value: undefined }, { value: "two" }]);
  });

  test("are the same only as long as each of them is", () => {
    define("realmLeft", 0);
    define("realmRight", NaN);
    const read = captured.readNames(["realmLeft", "realmRight"]);
    expect(read.isSame()).toBe(true);
    define("realmLeft", -0);
    expect(read.isSame()).toBe(false);
    define("realmLeft", 0);
    expect(read.isSame()).toBe(true);
    delete (globalThis as Record<string, unknown>).realmRight;
    expect(read.isSame()).toBe(false);
  });

  test("declared by a script later, hide properties of globalThis", () => {
    define("realmHidden", "property");
    define("realmBeside", 1);
    const read = captured.readNames(["realmHidden", "realmBeside"]);
    vm.runInThisContext("let realmHidden = 'declared'");
    expect(read.isSame()).toBe(false);
    expect(captured.readNames(["realmHidden", "realmBeside"]).values.get("realmHidden")).toEqual({ value: "declared" });
  });
});

describe("what has been asked about", () => {
  setFlagsFromString("--expose-gc");
  const gc = vm.runInNewContext("gc") as () => void;
  /** Has all of it gone? */
  const gone = async (refs: readonly WeakRef<object>[]) => {
    for (let round = 0; round < 10 && refs.some((ref) => ref.deref() !== undefined); round++) {
      await setImmediate();
      gc();
    }
    return refs.every((ref) => ref.deref() === undefined);
  };
  const ask = (count: number) => Array.from({ length: count }, () => {
    const large = new Array(1_000).fill(0), fn = () => large;
    captured.originsOf([fn]);
    captured.scopesOf([fn, fn]);
    captured.privateFields(large);
    return [new WeakRef(large), new WeakRef(fn)];
  }).flat();

  test.each([1, 300])("is let go when the job ends, after %i questions", async (count) => {
    expect(await gone(ask(count))).toBe(true);
  });

  test("can be asked about again when it has been let go in between", async () => {
    const own = {}, fn = () => own;
    for (let round = 0; round < 3; round++) {
      const { scopes } = captured.originOf(fn);
      expect(valueIn(scopeOf("own", scopes)!, "own")).toEqual({ value: own });
      await setImmediate();
    }
  });

  test("is let go of although an interrupted job has not done so", async () => {
    const waiting = globalThis.queueMicrotask;
    globalThis.queueMicrotask = () => {};
    let refs: readonly WeakRef<object>[];
    try {
      refs = ask(1);
    } finally {
      globalThis.queueMicrotask = waiting;
    }
    for (let round = 0; round < 60; round++) ask(1);
    expect(await gone(refs)).toBe(true);
  });
});
