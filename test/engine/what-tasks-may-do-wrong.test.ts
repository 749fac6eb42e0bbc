/** What docs/errors.md says under "What tasks may do wrong", each of it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  Failed, Flow, SKIP, State, Success, allFinished, context, task, type FlowOptions, type StateHandler, type TaskOptions, type Trigger,
} from "../../engine/index.ts";
import { capturedLogs } from "./captured-logs.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<never>(() => {});

/** Runs a flow of one task, and of one that gets its result. @returns the states of both, and the flow's */
async function runOne(run: () => unknown, options: TaskOptions = {}, runOptions: object = {}) {
  const flow = new Flow("f");
  const { one, next } = flow.build(() => {
    const one = task(run, { name: "one", ...options })();
    return { one, next: task((x: unknown) => x, { name: "next", trigger: allFinished, skipOnUpstreamSkip: false })(one) };
  });
  const state = await flow.run({}, runOptions);
  return { state, one: state.result.get(one) as State, next: state.result.get(next) as State, flow };
}

describe("a task that throws", () => {
  const unreadable = Object.defineProperty(new Error(), "message", { get() { throw new TypeError("no message for you"); } });
  const nameless = Object.defineProperty(new Error("x"), "name", { get() { throw new TypeError("no name"); } });
  const revoked = (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })();
  test.each([
    ["null", null, "null"],
    ["undefined", undefined, "undefined"],
    ["a text", "oops", "oops"],
    ["a frozen object", Object.freeze({ code: 1 }), "[object Object]"],
    ["an object without a prototype", Object.create(null) as object, "a thrown value that has no text"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an error whose message can not be read", unreadable, "Error: its message can not be read"],
    ["an error whose name can not be read", nameless, "a thrown value that has no text"],
    ["an error without a stack", Object.assign(new Error("bare"), { stack: undefined }), "Error: bare"],
  ])("%s is Failed with that as its result", async (_, thrown, text) => {
    for (const run of [() => { throw thrown; }, async () => { await null; throw thrown; }]) {
      const { one, next, state } = await runOne(run);
      expect([one.type, one.message]).toEqual(["Failed", `Error during execution of task: ${text}`]);
      expect(one.result).toBe(thrown);
      expect(next.result).toBe(thrown);
      expect(state.type).toBe("Success");
    }
  });

  test("what even instanceof can not look at is Failed, and the run goes on", async () => {
    const { one, next } = await runOne(() => { throw revoked; });
    expect([one.type, next.type]).toEqual(["Failed", "Success"]);
    expect(one.message).toContain("proxy that has been revoked");
  });
});

describe("a task whose result can not be written down", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  test.each([
    ["a function", () => 1], ["a symbol", Symbol("s")], ["a bigint", 1n], ["a WeakMap", new WeakMap()], ["a circle", circular], ["a Proxy", new Proxy({}, {})],
    ["an object with a getter that throws", { get x(): never { throw new Error("getter"); } }],
  ])("%s is handed on as it is, also where results are kept", async (_, value) => {
    for (const options of [{}, { cache: true }]) {
      const { one, next, state } = await runOne(() => value, {}, options);
      expect([one.type, next.type, state.type]).toEqual(["Success", "Success", "Success"]);
      expect(next.result).toBe(value);
    }
  });

  test("is looked into by validators only as far as that goes", async () => {
    const value = { get x(): never { throw new Error("getter"); } };
    const { one, next } = await runOne(() => value, { cacheFor: 1000 });
    expect([one.type, next.type]).toEqual(["Cached", "Success"]);
  });
});

describe("a task that returns a thenable", () => {
  test.each([
    ["whose then throws", { then() { throw new RangeError("then"); } }, "Error during execution of task: RangeError: then"],
    ["whose then can not be read", { get then() { throw new RangeError("get"); } }, "Error during execution of task: RangeError: get"],
    ["that rejects with nothing", { then: (_: unknown, reject: (reason?: unknown) => void) => reject() }, "Error during execution of task: undefined"],
  ])("%s is Failed", async (_, value, message) => {
    const { one } = await runOne(() => value);
    expect([one.type, one.message]).toEqual(["Failed", message]);
  });

  test("is waited for, a function too; what settles twice counts once", async () => {
    expect((await runOne(() => ({ then: (resolve: (value: number) => void) => { resolve(1); resolve(2); throw new Error("late"); } }))).one.result).toBe(1);
    expect((await runOne(() => Object.assign(() => 1, { then: (resolve: (value: string) => void) => setTimeout(resolve, 1, "later") }))).one.result).toBe("later");
  });
});

describe("a task that never settles", () => {
  test("ends with its timeout, its signal aborted", async () => {
    let aborted = false;
    const { one, next } = await runOne(() => { context.signal!.addEventListener("abort", () => { aborted = true; }); return never(); }, { timeout: 10 });
    expect([one.type, next.type, aborted]).toEqual(["TimedOut", "Success", true]);
  });

  test("ends when the run is cancelled", async () => {
    const { one, next, state } = await runOne(never, {}, { signal: AbortSignal.timeout(10) });
    expect([one.type, next.type, state.type]).toEqual(["Cancelled", "Pending", "Cancelled"]);
  });

  test("in a script that has nothing left to do is cancelled, told, and gives the exit code 13", async () => {
    const script = `
      const { Flow, task } = await import(${JSON.stringify(join(import.meta.dirname, "../../engine/index.ts"))});
      const flow = new Flow("f", () => { task(() => new Promise(() => {}), { name: "stuck" })(); });
      console.log("ended", String(await flow.run()));`;
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(process.execPath, ["--input-type=module", "-e", script], (error, stdout) => resolve({ code: error?.code ?? 0, output: stdout }));
    });
    expect(output).toContain("ERROR - flowlet.FlowRunner | Flow run cancelled: Nothing is left that could settle the promise of task stuck.");
    expect(output).toContain('ended <Cancelled: "Nothing is left that could settle the promise of task stuck.">');
    expect(code).toBe(13);
  });

  test("keeps its timeout where that is longer than a timer can be", async () => {
    expect((await runOne(() => wait(5).then(() => "done"), { timeout: 30 * 24 * 3600 * 1000 })).one.result).toBe("done");
  });
});

describe("a task that blocks the thread", () => {
  test("is TimedOut when it lets go", async () => {
    const { one } = await runOne(() => { const end = Date.now() + 30; while (Date.now() < end); return 1; }, { timeout: 5 });
    expect(one.type).toBe("TimedOut");
  });
});

describe("a task that changes its input", () => {
  test("changes it for all that got it: values are handed on, not copied", async () => {
    const flow = new Flow("f");
    const seen = flow.build(() => {
      const rows = task(() => [1, 2], { name: "rows" })();
      const push = task((list: number[]) => { list.push(3); }, { name: "push" })(rows);
      return task((list: number[]) => [...list], { name: "seen" }).with({ upstreamTasks: [push] })(rows);
    });
    expect((await flow.run()).result.get(seen).result).toEqual([1, 2, 3]);
  });

  test("makes no kept result of it wrong: what was changed is made anew", async () => {
    const flow = new Flow("f");
    const { rows, seen } = flow.build(() => {
      const rows = task(() => [1, 2], { name: "rows" })();
      return { rows, seen: task((list: number[]) => { list.push(3); return list.length; }, { name: "seen" })(rows) };
    });
    await flow.run({}, { cache: true });
    const { result } = await flow.run({}, { cache: true });
    expect([result.get(rows).type, result.get(seen).result]).toEqual(["Success", 3]);
  });

  test("changes one that is a plain value for later runs too", async () => {
    const flow = new Flow("f");
    const seen = flow.build(() => task((list: number[]) => { list.push(3); return list.length; })([1, 2]));
    expect([(await flow.run()).result.get(seen).result, (await flow.run()).result.get(seen).result]).toEqual([3, 4]);
  });
});

describe("a task that calls flow.run() of a flow that is being built", () => {
  test("is Failed, and says after what to call it", async () => {
    const built = new Flow("built");
    let inner: State | undefined;
    await built.build(async () => {
      await null;
      inner = (await runOne(() => built.run())).one;
    });
    expect([inner?.type, inner?.message]).toEqual(["Failed", expect.stringContaining("flow.run() of flow built was called while the flow is being built. Call it after build() has returned.")]);
  });

  test("and flow.run() in build itself throws", async () => {
    const flow = new Flow("f");
    await expect(flow.build(() => flow.run())).rejects.toMatchObject({ code: "FLOW_RUN_IN_BUILD" });
  });
});

describe("a state handler", () => {
  const handler = (on: string, handle: (state: State) => unknown): TaskOptions => ({ stateHandlers: [function mine(_, __, to) { return to.type === on ? handle(to) : undefined; } as StateHandler<unknown>] });
  const broke = (text: string) => ["Failed", `Unexpected error while calling state handlers: ${text}`];

  test.each([
    ["throws", () => { throw new Error("no"); }, "Error: no"],
    ["throws null", () => { throw null; }, "null"],
    ["rejects", async () => { throw new Error("late"); }, "Error: late"],
    ["returns a text", () => "Success", 'TypeError: The handler mine must return a State or nothing, and returned "Success".'],
    ["returns true", () => true, "TypeError: The handler mine must return a State or nothing, and returned boolean true."],
    ["returns a class", () => Success, "TypeError: The handler mine must return a State or nothing, and returned the function Success."],
    ["resolves to a number", async () => 5, "TypeError: The handler mine must return a State or nothing, and returned number 5."],
  ])("that %s makes the task Failed", async (_, handle, text) => {
    for (const on of ["Running", "Success"]) {
      const { one, next } = await runOne(() => 1, handler(on, handle));
      expect([one.type, one.message]).toEqual(broke(text));
      expect(next.type).toBe("Success");
    }
  });

  test("of a flow that returns no state makes the flow Failed", async () => {
    const flow = new Flow("f", { stateHandlers: [(() => 5) as never] }, () => { task(() => 1)(); });
    expect((await flow.run()).message).toBe("Unexpected error while calling state handlers: TypeError: A handler must return a State or nothing, and returned number 5.");
  });

  test("that never settles holds its task until the run is cancelled", async () => {
    const { one, state } = await runOne(() => 1, handler("Success", never), { signal: AbortSignal.timeout(10) });
    expect([one.type, state.type]).toEqual(["Cancelled", "Cancelled"]);
  });

  test("may be an onFailure that throws, or never settles", async () => {
    const fails = () => { throw new Error("task"); };
    expect((await runOne(fails, { onFailure: () => { throw new Error("callback"); } })).one.message).toBe("Unexpected error while calling state handlers: Error: callback");
    expect((await runOne(fails, { onFailure: never }, { signal: AbortSignal.timeout(10) })).one.type).toBe("Cancelled");
    const flow = new Flow("f", { onFailure: () => { throw new Error("callback"); } }, () => { task(fails)(); });
    expect((await flow.run()).message).toBe("Unexpected error while calling state handlers: Error: callback");
  });
});

describe("a trigger", () => {
  const run = (trigger: unknown) => runOne(() => 1, { trigger: trigger as Trigger });

  test.each([
    ["throws", () => { throw new Error("no"); }, "Error: no"],
    ["is async", async function later() { return false; }, "TypeError: The trigger later must return true or false, and returned an object of class Promise."],
    ["returns an object", function odd() { return {}; }, "TypeError: The trigger odd must return true or false, and returned an object of class Object."],
  ])("that %s makes the task TriggerFailed", async (_, trigger, text) => {
    const { one } = await run(trigger);
    expect([one.type, one.message]).toEqual(["TriggerFailed", `Unexpected error while checking task trigger: ${text}`]);
  });

  test("that returns nothing has not passed", async () => {
    expect((await run(() => undefined)).one.type).toBe("TriggerFailed");
  });
});

describe("a terminalStateHandler", () => {
  const run = async (terminalStateHandler: unknown, signal?: AbortSignal) => {
    const flow = new Flow("f", { terminalStateHandler: terminalStateHandler as NonNullable<FlowOptions["terminalStateHandler"]> }, () => { task(() => 1)(); });
    const state = await flow.run({}, { signal });
    return [state.type, state.message];
  };

  test("that throws, or returns what is no state, makes the flow Failed", async () => {
    expect(await run(() => { throw new Error("no"); })).toEqual(["Failed", "Unexpected error while running flow: Error: no"]);
    expect(await run(async () => { throw new Error("late"); })).toEqual(["Failed", "Unexpected error while running flow: Error: late"]);
    expect(await run(() => "garbage")).toEqual(["Failed", expect.stringContaining('must return a State or nothing, and returned "garbage".')]);
  });

  test("may be async, and may return nothing", async () => {
    expect(await run(async () => new Failed("decided"))).toEqual(["Failed", "decided"]);
    expect(await run(() => {})).toEqual(["Success", "All reference tasks succeeded."]);
  });

  test("that never settles holds the run until it is cancelled", async () => {
    expect(await run(never, AbortSignal.timeout(10))).toEqual(["Cancelled", "The flow run was cancelled."]);
  });
});

describe("a task that fails for want of an input", () => {
  test("is told which were not given, in the log", async () => {
    const flow = new Flow("f", () => { (task((x: { y: number }, z: number, w = 1) => x.y + z + w, { name: "needs" }) as unknown as () => void)(); });
    const [line] = await capturedLogs(() => flow.run(), "ERROR");
    expect(line).toMatch(/^Task 'needs': Exception encountered during task execution!\nTypeError: /);
    expect(line).toMatch(/\nInputs that were not given: x and z\.$/);
    const given = new Flow("g", () => { task((x: number) => { throw new Error(String(x)); })(1); });
    expect((await capturedLogs(() => given.run(), "ERROR"))[0]).not.toContain("Inputs that were not given");
  });
});

describe("an executor", () => {
  test("that does not start, or does not stop, makes the flow Failed", async () => {
    const failing = (part: "start" | "stop") => ({ concurrency: 1, execute: () => 1, [part]: () => { throw new Error(`no ${part}`); } });
    for (const part of ["start", "stop"] as const) {
      const flow = new Flow("f", { executor: failing(part) }, () => { task(() => 1)(); });
      expect((await flow.run()).message).toBe(`Unexpected error while running flow: Error: no ${part}`);
    }
  });
});

test("a skip that is thrown in a handler is a state, and no error", async () => {
  const { one } = await runOne(() => 1, { stateHandlers: [(_: unknown, __: State, to: State) => { if (to.type === "Success") throw new SKIP("enough"); }] });
  expect(one.type).toBe("Skipped");
});
