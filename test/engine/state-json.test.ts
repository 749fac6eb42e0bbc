import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  Cached, CompressedSerializer, Failed, Flow, JSONSerializer, JsonResult, LocalResult, Looped, Mapped, Paused, Pending, Queued, Result, Retrying, SKIP, STATE_CLASSES, STATE_JSON_VERSION, Scheduled,
  SecretResult, Signal, Skipped, State, Submitted, Success, TRIGGERFAIL, TaskStates, TimedOut, TriggerFailed, task, type StateJson,
} from "../../engine/index.ts";

const dir = mkdtempSync(join(tmpdir(), "flowlet-states-"));
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

/** Through text, as on a wire. */
const roundTrip = <S extends State>(state: S, options = {}): S => State.fromJson(JSON.parse(JSON.stringify(state.toJson(options)))) as S;

describe("a state of every class comes back", () => {
  test.each(Object.entries(STATE_CLASSES))("%s", (name, stateClass) => {
    const state = new stateClass("a message", null, { context: { tags: new Set(["a", "b"]), taskRunCount: 2, odd: () => 1 } });
    const back = roundTrip(state);
    expect(Object.getPrototypeOf(back)).toBe(stateClass.prototype);
    expect([back.type, back.message, back.at, back.result]).toEqual([name, "a message", state.at, name === "Mapped" ? undefined : null]);
    expect(back.context).toEqual({ tags: ["a", "b"], taskRunCount: 2 });
    expect(state.toJson().version).toBe(STATE_JSON_VERSION);
  });

  test("with its fields", () => {
    const at = new Date(1e12);
    expect(roundTrip(new Scheduled(null, undefined, { startTime: at })).startTime).toEqual(at);
    expect(roundTrip(new Paused()).startTime).toBe(null);
    expect(roundTrip(new Retrying(null, undefined, { startTime: at, runCount: 3 }))).toMatchObject({ startTime: at, runCount: 3 });
    expect(roundTrip(new Looped(null, undefined, { loopCount: 4 })).loopCount).toBe(4);
    expect(roundTrip(new Queued(null, undefined, { startTime: at, state: new Retrying(null, undefined, { runCount: 2 }) }))).toMatchObject({ startTime: at, state: { runCount: 2 } });
    expect(roundTrip(new Submitted()).state).toBe(null);
    expect(roundTrip(new Cached(null, undefined, { cachedResultExpiration: at, cachedParameters: { a: 1, odd: () => 1 } }))).toMatchObject({ cachedResultExpiration: at, cachedParameters: { a: 1 } });
  });

  test("from text too", () => { expect(State.fromJson(JSON.stringify(new Success("yes").toJson())).message).toBe("yes"); });

  test("children of a mapping are counted, and are with it when asked for", () => {
    const mapped = new Mapped("m", [1, 2], { mapStates: [new Success("one"), new Failed("two", new Error("x"))] });
    expect(mapped.toJson()).toMatchObject({ nMapStates: 2 });
    expect(mapped.toJson()).not.toHaveProperty("mapStates");
    expect(roundTrip(mapped).mapStates.map((child) => child.type)).toEqual(["Pending", "Pending"]);
    expect(roundTrip(mapped, { children: true }).mapStates.map(String)).toEqual(['<Success: "one">', '<Failed: "two">']);
  });
});

describe("results", () => {
  test("that were written are known by their place, and are read when asked for", async () => {
    const serializer = new CompressedSerializer(new JSONSerializer(), "brotli");
    const state = new Success("yes", { rows: [1] });
    state.stored = await new LocalResult({ dir, location: "rows", serializer }).write(state.result);
    expect(state.toJson().result).toEqual({ type: "LocalResult", location: join(dir, "rows"), serializer: "brotli(json)" });
    const back = roundTrip(state);
    expect(back.result).toBe(undefined);
    expect(await back.loadResult()).toBe(back);
    expect(back.result).toEqual({ rows: [1] });
    expect(back.toJson()).toEqual(state.toJson());
  });

  test("that were written nowhere stay behind, and that is said when they are needed", async () => {
    const state = roundTrip(new Success("yes", { secret: "value" }));
    expect(JSON.stringify(state.toJson())).not.toContain("value");
    await expect(state.loadResult()).rejects.toThrow("The result was not kept with the state: only runs with checkpointing write results.");
  });

  test("go along where they are asked for, small and plain", () => {
    expect(roundTrip(new Success(null, { a: [1, null] }), { values: true }).result).toEqual({ a: [1, null] });
    expect(roundTrip(new Success(null, "x".repeat(20_000)), { values: true }).result).toBe(undefined);
    expect(roundTrip(new Success(null, new Map()), { values: true }).stored).toMatchObject({ location: null });
  });

  test("null and undefined are what they are", async () => {
    const [nothing, skipped] = [roundTrip(new Success("acted")), roundTrip(new Skipped("skipped", null))];
    await Promise.all([nothing.loadResult(), skipped.loadResult()]);
    expect([nothing.result, skipped.result, nothing.stored]).toEqual([undefined, null, undefined]);
  });

  test("of a JsonResult are their own place", async () => {
    const state = new Success(null, 42);
    state.stored = await new JsonResult().write(42);
    const back = roundTrip(state);
    expect([back.result, back.stored?.location]).toEqual([42, "42"]);
  });

  test("that are secret are in no JSON, whatever is asked for", () => {
    const state = new Success(null, "hunter2");
    state.stored = new SecretResult(() => "hunter2").fromValue(undefined as never);
    expect(JSON.stringify(state.toJson({ values: true }))).not.toContain("hunter2");
  });

  test("that are secret are asked for again, and do not stay with the result", async () => {
    const state = new Success<string>();
    state.stored = new SecretResult(() => "hunter2");
    await state.loadResult();
    expect([state.result, state.stored.value]).toEqual(["hunter2", undefined]);
  });

  test("of a class or serializer of the user's are read by what is handed in", async () => {
    class BucketResult extends Result { override async read(location: string) { return this.changed({ location, value: `from ${location}` }); } }
    const state = new Success(null, "from key");
    state.stored = new BucketResult({ location: "key" });
    await expect(roundTrip(state).loadResult()).rejects.toThrow('<BucketResult: "key"> can not read values here; hand the result to loadResult');
    expect((await roundTrip(state).loadResult(new BucketResult())).result).toBe("from key");

    const serializer = { serialize: (value: unknown) => new TextEncoder().encode(String(value)), deserialize: (bytes: Uint8Array) => new TextDecoder().decode(bytes) };
    const other = new Success(null, "text");
    other.stored = await new LocalResult({ dir, location: "own", serializer }).write("text");
    await expect(roundTrip(other).loadResult()).rejects.toThrow("can not read what a serializer of yours wrote");
    expect((await roundTrip(other).loadResult(new LocalResult({ serializer }))).result).toBe("text");
  });

  test("that many ask for at the same time are read once", async () => {
    let reads = 0;
    class Slow extends Result { override async read(location: string) { reads++; return this.changed({ location, value: 1 }); } }
    const state = new Success();
    state.stored = new Slow({ location: "x" });
    await Promise.all(Array.from({ length: 5 }, () => state.loadResult()));
    expect([reads, state.result]).toEqual([1, 1]);
  });

  test("of a mapping are those of its children", async () => {
    const children = await Promise.all([1, 2, 3].map(async (value) => {
      const state = new Success(null, value);
      state.stored = await new LocalResult({ dir }).write(value);
      return state;
    }));
    const back = roundTrip(new Mapped("m", [1, 2, 3], { mapStates: children }), { children: true });
    expect((await back.loadResult()).result).toEqual([1, 2, 3]);
  });

  test("cached inputs are known by their places, or not at all", async () => {
    const stored = await new LocalResult({ dir }).write([1]);
    const cached = new Cached(null, 1, { cachedInputs: { x: [1] }, storedInputs: { x: stored } });
    const back = roundTrip(cached);
    expect(back.cachedInputs).toBe(undefined);
    expect((await back.loadCachedResults()).cachedInputs).toEqual({ x: [1] });
    const half = roundTrip(new Cached(null, 1, { cachedInputs: { x: [1], y: 2 }, storedInputs: { x: stored } }));
    expect((await half.loadCachedResults()).cachedInputs).toBe(undefined);
    expect((await roundTrip(half, { values: true }).loadCachedResults()).cachedInputs).toBe(undefined);
    const values = roundTrip(new Cached(null, 1, { cachedInputs: { x: [1], y: 2 } }), { values: true });
    expect((await values.loadCachedResults()).cachedInputs).toEqual({ x: [1], y: 2 });
  });
});

describe("errors and signals", () => {
  test("come back with name, message, stack, code and causes", () => {
    const error = Object.assign(new RangeError("outer", { cause: new Error("middle", { cause: new TypeError("inner") }) }), { code: "E_X" });
    const back = roundTrip(new Failed("no", error)).result as typeof error & { cause: Error };
    expect([back instanceof RangeError, back.name, back.message, back.stack, back.code]).toEqual([true, "RangeError", "outer", error.stack, "E_X"]);
    expect([back.cause.message, (back.cause.cause as Error) instanceof TypeError, Object.keys(back)]).toEqual(["middle", true, ["code"]]);
    expect(roundTrip(new TimedOut("late", new DOMException("late", "TimeoutError"))).result).toBeInstanceOf(DOMException);
  });

  test("whose causes go in a circle end", () => {
    const error: Error & { cause?: unknown } = new Error("self");
    error.cause = error;
    expect((roundTrip(new Failed("no", error)).result as Error).message).toBe("self");
  });

  test.each([new SKIP("not today"), new TRIGGERFAIL("Trigger failed")])("%s is a signal again", (signal) => {
    const back = roundTrip(signal.state).result;
    expect(back).toBeInstanceOf(signal.constructor);
    expect((back as Signal).message).toBe(signal.message);
  });

  test("a signal that is another task's value is one too", () => {
    expect(roundTrip(new Success(null, new SKIP("from upstream"))).result).toBeInstanceOf(SKIP);
    expect(roundTrip(new TriggerFailed("no", new SKIP())).result).toBeInstanceOf(SKIP);
  });
});

describe("what is no state is refused with one clear error", () => {
  const good = new Retrying("m", undefined, { runCount: 1 }).toJson() as unknown as Record<string, unknown>;
  const cached = new Cached("m").toJson() as unknown as Record<string, unknown>;
  const mapped = { ...new Mapped("m").toJson(), nMapStates: 1 } as Record<string, unknown>;

  test.each([
    [null, "expected an object, got null"],
    [[], "expected an object, got an array of 0"],
    ["{", "it is no JSON ("],
    ["3", "expected an object, got number 3"],
    [{}, "version must be a whole number, got undefined"],
    [{ ...good, version: "1" }, 'version must be a whole number, got "1"'],
    [{ ...good, version: 2 }, "a newer Flowlet wrote it (version 2, this one knows 1)"],
    [{ ...good, type: "Sucess" }, 'type must be the name of a state, got "Sucess"'],
    [{ ...good, type: "toString" }, 'type must be the name of a state, got "toString"'],
    [{ ...good, message: 3 }, "message must be a text or null, got number 3"],
    [{ ...good, at: "now" }, 'at must be a whole number, got "now"'],
    [{ ...good, context: [] }, "context must be an object, got an array of 0"],
    [{ ...good, startTime: "tomorrow" }, 'startTime must be a date in ISO notation or null, got "tomorrow"'],
    [{ ...good, runCount: -1 }, "runCount must be a whole number, got number -1"],
    [{ ...good, result: 3 }, "result must be an object with a type, got number 3"],
    [{ ...good, result: { type: "LocalResult", location: 3 } }, "location must be a text or null, got number 3"],
    [{ ...good, result: { type: "LocalResult", location: "x", serializer: 3 } }, "serializer must be a text, got number 3"],
    [{ ...good, result: { type: "JsonResult", location: "{" } }, "the value of its result is damaged"],
    [{ ...good, result: { type: "Error", name: "E" } }, "class of an error must be a text, got undefined"],
    [{ ...good, result: { type: "Error", class: "E", name: "E", message: "m", stack: 3 } }, "stack of an error must be a text, got number 3"],
    [{ ...good, result: { type: "Signal", leadsTo: "Running", message: "" } }, 'no signal leads to "Running" with the message ""'],
    [{ ...good, result: { type: "Signal", leadsTo: "Skipped" } }, 'no signal leads to "Skipped" with the message undefined'],
    [{ ...cached, cachedInputs: { x: 3 } }, "a place must be an object with a type, got number 3"],
    [{ ...mapped, nMapStates: 1e15 }, "nMapStates must be at most 10000000"],
    [{ ...mapped, mapStates: {} }, "mapStates must be a list, got an object of class Object"],
    [{ ...mapped, mapStates: [mapped] }, "a child state can not be Mapped"],
    [{ ...new Queued().toJson(), state: new Queued().toJson() }, "a wrapped state can not wrap another one"],
  ])("%j", (json, why) => {
    expect(() => State.fromJson(json)).toThrow(`This is no state that was written with toJson: ${why}`);
  });

  test("names like constructor and __proto__ in it do no harm", () => {
    const error = (State.fromJson({ ...good, result: { type: "Error", class: "constructor", name: "E", message: "m", properties: JSON.parse('{"__proto__": {"polluted": 1}, "stack": "no"}') } }) as State<Error>).result;
    expect([error instanceof Error, "polluted" in {}, error.name]).toEqual([true, false, "E"]);
  });
});

describe("the states of a flow run", () => {
  const add = task((x: number, y: number) => x + y, { name: "add" });
  const build = () => new Flow("sums", () => { add(add(1, 2), 3); });

  test("go by slug into a flow that is built anew", async () => {
    const flow = build();
    const json: Record<string, StateJson> = (await flow.run()).result.toJson(flow);
    expect(Object.keys(json).sort()).toEqual(["add-1", "add-2"]);
    const again = build();
    const states = TaskStates.fromJson(JSON.stringify(json), again);
    expect([...states.keys()]).toEqual([...again.tasks]);
    expect([...states.values()].map((state) => state.type)).toEqual(["Success", "Success"]);
  });

  test("of another flow are refused", () => {
    const json = { "other-1": new Pending().toJson() };
    expect(() => TaskStates.fromJson(json, build())).toThrow('flow sums has no task with the slug "other-1"');
    expect(() => TaskStates.fromJson("[]", build())).toThrow("expected an object, got an array of 0");
  });
});
