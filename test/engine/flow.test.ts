import { describe, expect, test } from "vitest";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  Cancelled, Edge, FAIL, Flow, LocalExecutor, Parameter, RETRY, SKIP, SUCCESS, LOOP, State, Success, Failed, allFailed, alwaysRun, anyFailed, anySuccessful, context, notAllSkipped, someFailed,
  task, type Trigger,
} from "../../engine/index.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });
const fail = task((_after?: unknown): number => { throw new Error("boom"); }, { name: "fail" });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("the page's flows", () => {
  test("calling add twice gives two copies, 3 and 103", async () => {
    const flow = new Flow("My first flow!");
    const { first, second } = flow.build(() => {
      const first = add(1, 2);
      const second = add(first, 100);
      return { first, second };
    });
    const state = await flow.run();
    expect(state.isSuccessful()).toBe(true);
    expect(state.result.get(first).result).toBe(3);
    expect(state.result.get(second).result).toBe(103);
  });

  test("nothing runs while building", () => {
    let runs = 0;
    const count = task(() => { runs++; });
    new Flow("f", () => { count(); });
    expect(runs).toBe(0);
  });

  test("the imperative API and the functional one mix", async () => {
    const order: string[] = [];
    const sayHello = task((person: string) => { order.push(`Hello, ${person}!`); }, { name: "sayHello" });
    const flow = new Flow("My imperative flow!");
    const name = new Parameter<string>("name"), first = add.copy(), second = add.copy();
    flow.addTask(first); flow.addTask(second); flow.addTask(sayHello);
    sayHello.setUpstream(second, { flow });
    first.bind({ x: 1, y: 2 }, { flow });
    second.bind({ x: first, y: 100 }, { flow });
    sayHello.bind({ person: name }, { flow });
    const third = flow.build(() => add.with({ upstreamTasks: [second] })(5));
    const state = await flow.run({ name: "Marvin" });
    expect(order).toEqual(["Hello, Marvin!"]);
    expect([first, second, third].map((one) => state.result.get(one).result)).toEqual([3, 103, 6]);
    expect(flow.upstreamTasks(third)).toEqual(new Set([second]));
  });
});

describe("flow.run() checks its parameters", () => {
  const flow = new Flow("hi", () => { add(new Parameter<number>("n"), new Parameter<number>("m", { default: 5 })); });

  test.each([
    [{}, "Flow.run did not receive the following required parameters: n."],
    [{ n: 1, zzz: 2 }, "Flow.run received the following unexpected parameters: zzz. Flow hi has n and m."],
    [[1], "Flow hi: the option parameters must be an object with a value for each name, got an array of 1."],
  ])("%j", async (parameters, message) => {
    await expect(flow.run(parameters as never)).rejects.toThrow(message);
  });

  test("a default is used, a given value wins", async () => {
    const sum = [...flow.terminalTasks()][0];
    expect((await flow.run({ n: 1 })).result.get(sum).result).toBe(6);
    expect((await flow.run({ n: 1, m: 1 })).result.get(sum).result).toBe(2);
  });

  test("a flow without a name is refused", () => {
    expect(() => new Flow("")).toThrow("A flow needs a name");
  });

  test("running inside build is refused", async () => {
    const inner = new Flow("inner");
    await expect(inner.build(() => inner.run())).rejects.toThrow("while the flow is being built");
  });
});

describe("what a task throws", () => {
  test("makes it Failed with the error as the result, and the flow Failed", async () => {
    const flow = new Flow("f");
    const failed = flow.build(() => fail());
    const state = await flow.run();
    expect([state.type, state.message]).toEqual(["Failed", "Some reference tasks failed."]);
    expect(state.result.get(failed).message).toBe("Error during execution of task: Error: boom");
    expect(state.result.get(failed).result).toBeInstanceOf(Error);
  });

  test.each([[null], [undefined], ["text"], [{ code: 1 }]])("may be %j, which is no error", async (thrown) => {
    const flow = new Flow("f");
    const odd = flow.build(() => task(() => { throw thrown; })());
    const state = (await flow.run()).result.get(odd);
    expect(state.isFailed()).toBe(true);
    expect(state.result).toEqual(thrown);
  });

  test("fails what depends on it with TriggerFailed", async () => {
    const flow = new Flow("f");
    const after = flow.build(() => add(fail()));
    const state = (await flow.run()).result.get(after);
    expect([state.type, state.message]).toEqual(["TriggerFailed", 'Trigger was "all_successful" but some of the upstream tasks failed.']);
  });
});

describe("signals", () => {
  const signals: [string, () => never, string, string | null][] = [
    ["FAIL", () => { throw new FAIL("no"); }, "Failed", "no"],
    ["SKIP", () => { throw new SKIP("not today"); }, "Skipped", "not today"],
    ["SUCCESS", () => { throw new SUCCESS("done", { result: 7 }); }, "Success", "done"],
  ];
  test.each(signals)("%s leads to its state", async (_, run, type, message) => {
    const flow = new Flow("f");
    const one = flow.build(() => task(run)());
    const state = (await flow.run()).result.get(one) as State;
    expect([state.type, state.message]).toEqual([type, message]);
  });

  test("RETRY runs the task again without maxRetries", async () => {
    let runs = 0;
    const flow = new Flow("f");
    const one = flow.build(() => task(() => { if (++runs < 3) throw new RETRY("again"); return runs; })());
    expect((await flow.run()).result.get(one).result).toBe(3);
  });

  test("LOOP runs the task again with its result, without an attempt more", async () => {
    const seen: unknown[] = [];
    const flow = new Flow("f");
    const one = flow.build(() => task(() => {
      seen.push([context.taskLoopCount, context.taskLoopResult, context.taskRunCount]);
      const n = (context.taskLoopResult as number | undefined) ?? 0;
      if (n < 2) throw new LOOP("more", { result: n + 1 });
      return n;
    })());
    expect((await flow.run()).result.get(one).result).toBe(2);
    expect(seen).toEqual([[1, undefined, 1], [2, 1, 1], [3, 2, 1]]);
  });

  test("a skipped task skips what depends on it, unless it is told otherwise", async () => {
    const skip = task((): number => { throw new SKIP("no"); });
    const flow = new Flow("f");
    const [skipped, runs] = flow.build(() => {
      const source = skip();
      return [add(source), task((_x: unknown) => "ran", { skipOnUpstreamSkip: false })(source)] as const;
    });
    const state = await flow.run();
    expect([state.result.get(skipped).type, state.result.get(runs).result]).toEqual(["Skipped", "ran"]);
  });
});

describe("retries", () => {
  const flaky = (failures: number, options: object) => {
    let runs = 0;
    return task(() => { if (++runs <= failures) throw new TypeError(`attempt ${runs}`); return runs; }, { name: "flaky", ...options });
  };

  test("maxRetries is the number of runs after the first", async () => {
    const flow = new Flow("f");
    const [good, bad] = flow.build(() => [flaky(2, { maxRetries: 2, retryDelay: 1 })(), flaky(3, { maxRetries: 2, retryDelay: 1 })()]);
    const state = await flow.run();
    expect(state.result.get(good).result).toBe(3);
    expect(state.result.get(bad).isFailed()).toBe(true);
  });

  test("handlers see Running, Failed and Retrying, then the run again", async () => {
    const seen: string[] = [];
    const flow = new Flow("f");
    flow.build(() => flaky(1, { maxRetries: 1, retryDelay: 1, stateHandlers: [(_: unknown, from: State, to: State) => { seen.push(`${from.type}->${to.type}`); }] })());
    await flow.run();
    expect(seen).toEqual(["Pending->Running", "Running->Failed", "Failed->Retrying", "Retrying->Running", "Running->Success"]);
  });

  test("retryOn other errors does not retry", async () => {
    const flow = new Flow("f");
    const [other, same] = flow.build(() => [flaky(1, { maxRetries: 1, retryDelay: 1, retryOn: RangeError })(), flaky(1, { maxRetries: 1, retryDelay: 1, retryOn: [RangeError, TypeError] })()]);
    const state = await flow.run();
    expect([state.result.get(other).type, state.result.get(same).type]).toEqual(["Failed", "Success"]);
  });

  test("a retry waits for its own delay only: other tasks go on meanwhile", async () => {
    const order: string[] = [];
    let runs = 0;
    const slow = task(() => { order.push("slow"); if (++runs === 1) throw new Error("once"); }, { maxRetries: 1, retryDelay: 60 });
    const step = task((_: unknown) => { order.push("step"); return 1; });
    const flow = new Flow("f");
    flow.build(() => { slow(); step(step(step(0))); });
    await flow.run();
    expect(order).toEqual(["slow", "step", "step", "step", "slow"]);
  });
});

describe("timeouts", () => {
  test("end a task that waits as TimedOut and abort its signal", async () => {
    let reason: unknown;
    const flow = new Flow("f");
    const slow = flow.build(() => task(async () => {
      const signal = context.signal as AbortSignal;
      signal.addEventListener("abort", () => { reason = signal.reason; });
      await wait(5000);
    }, { timeout: 20 })());
    const state = (await flow.run()).result.get(slow);
    expect([state.type, state.message, (reason as Error).name]).toEqual(["TimedOut", "Task timed out during execution.", "TimeoutError"]);
  });

  test("are noticed after a task that held the thread", async () => {
    const flow = new Flow("f");
    const slow = flow.build(() => task(() => { const end = Date.now() + 40; while (Date.now() < end); return 1; }, { timeout: 10 })());
    expect((await flow.run()).result.get(slow).type).toBe("TimedOut");
  });
});

describe("triggers", () => {
  const ok = task(() => 1, { name: "ok" });
  const cases: [string, Trigger, ("ok" | "fail")[], string][] = [
    ["allFailed", allFailed, ["fail", "fail"], "Success"],
    ["allFailed", allFailed, ["fail", "ok"], "TriggerFailed"],
    ["anySuccessful", anySuccessful, ["fail", "ok"], "Success"],
    ["anySuccessful", anySuccessful, ["fail", "fail"], "TriggerFailed"],
    ["anyFailed", anyFailed, ["ok", "fail"], "Success"],
    ["anyFailed", anyFailed, ["ok", "ok"], "TriggerFailed"],
    ["alwaysRun", alwaysRun, ["fail", "fail"], "Success"],
    ["someFailed(1 to 1)", someFailed({ atLeast: 1, atMost: 1 }), ["ok", "fail"], "Success"],
    ["someFailed(at most 0.5)", someFailed({ atMost: 0.5 }), ["fail", "fail", "ok"], "TriggerFailed"],
    ["notAllSkipped", notAllSkipped, ["ok"], "Success"],
    ["false", () => false, ["ok"], "TriggerFailed"],
    ["one that throws", () => { throw new Error("trigger exploded"); }, ["ok"], "TriggerFailed"],
    ["one that raises SKIP", () => { throw new SKIP("trigger says skip"); }, ["ok"], "Skipped"],
  ];
  test.each(cases)("%s", async (_, trigger, upstream, type) => {
    const flow = new Flow("f");
    const last = flow.build(() => {
      const tasks = upstream.map((kind) => (kind === "ok" ? ok() : fail()));
      return task(() => "ran", { trigger }).with({ upstreamTasks: tasks })();
    });
    expect((await flow.run()).result.get(last).type).toBe(type);
  });

  test("a task may run only when another has failed, and gets its error", async () => {
    const flow = new Flow("f");
    const report = flow.build(() => task((error: unknown) => `it said ${(error as Error).message}`, { trigger: anyFailed })(fail()));
    const state = await flow.run();
    expect([state.type, state.result.get(report).result]).toEqual(["Success", "it said boom"]);
  });
});

describe("state handlers", () => {
  test("replace the state, in order", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => task(() => 1, { stateHandlers: [
      (_, __, to) => (to.type === "Success" ? new Failed("no") : undefined),
      (_, __, to) => (to.type === "Failed" ? new Success("yes", 5) : undefined),
    ] })());
    const state = (await flow.run()).result.get(one);
    expect([state.type, state.message, state.result]).toEqual(["Success", "yes", 5]);
  });

  test("that break make the task Failed", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => task(() => 1, { stateHandlers: [() => { throw new Error("handler broke"); }] })());
    expect((await flow.run()).result.get(one).message).toBe("Unexpected error while calling state handlers: Error: handler broke");
  });

  test("onFailure is called for good failures only, and for the flow too", async () => {
    const calls: string[] = [];
    let runs = 0;
    const flow = new Flow("f", { onFailure: (_, state) => { calls.push(`flow ${state.type}`); } });
    flow.build(() => {
      task(() => { runs++; throw new Error("no"); }, { maxRetries: 1, retryDelay: 1, onFailure: (_, state) => { calls.push(`task ${state.type}`); } })();
    });
    await flow.run();
    expect([runs, calls]).toEqual([2, ["task Failed", "task Failed", "flow Failed"]]);
  });

  test("terminalStateHandler decides last", async () => {
    const flow = new Flow("f", { terminalStateHandler: (_, state, reference) => new Success(`${reference.length} of ${state.type}`, state.result) });
    flow.build(() => { fail(); });
    expect((await flow.run()).message).toBe("1 of Failed");
  });
});

describe("concurrency", () => {
  test("independent tasks overlap, as many as the executor takes", async () => {
    for (const concurrency of [1, 3]) {
      let running = 0, most = 0;
      const busy = task(async () => { most = Math.max(most, ++running); await wait(5); running--; return 1; });
      const flow = new Flow("f", { executor: new LocalExecutor({ concurrency }) }, () => { for (let i = 0; i < 6; i++) busy(); });
      await flow.run();
      expect(most).toBe(concurrency);
    }
  });

  test("each task sees its own context while others run", async () => {
    const names: string[] = [];
    const show = task(async (_: number) => { await wait(3); names.push(`${context.taskSlug} ${context.get("mine")}`); });
    const flow = new Flow("f", () => { show(1); show(2); show(3); });
    await flow.run({}, { context: { mine: "yes" } });
    expect(names.sort()).toEqual(["task-1 yes", "task-2 yes", "task-3 yes"]);
  });

  test("the context is read-only and ends with the run", async () => {
    expect(() => { (context as Record<string, unknown>).x = 1; }).toThrow("The context is read-only");
    expect(context.taskName).toBeUndefined();
    expect(context.with({ a: 1 }, () => context.with({ b: 2 }, () => [context.get("a"), context.get("b")]))).toEqual([1, 2]);
  });

  test("a user's AsyncLocalStorage reaches the tasks", async () => {
    const store = new AsyncLocalStorage<string>();
    const flow = new Flow("f");
    const one = flow.build(() => task(() => store.getStore())());
    expect((await store.run("here", () => flow.run())).result.get(one).result).toBe("here");
  });
});

describe("cancelling", () => {
  test("settles what is open as Cancelled and ends the run at once", async () => {
    const controller = new AbortController();
    let aborted = false;
    const flow = new Flow("f");
    const [slow, later] = flow.build(() => {
      const slow = task(async () => { context.signal?.addEventListener("abort", () => { aborted = true; }); await wait(10_000); return 1; })();
      return [slow, add(slow)] as const;
    });
    const running = flow.run({}, { signal: controller.signal });
    await wait(10);
    controller.abort();
    const state = await running;
    expect([state.type, state.result.get(slow).type, state.result.get(later).type, aborted]).toEqual(["Cancelled", "Cancelled", "Pending", true]);
    expect(state).toBeInstanceOf(Cancelled);
    expect((await new Flow("g", () => { add(1); }).run()).isSuccessful()).toBe(true);
  });

  test("a run with an aborted signal is Cancelled before anything runs", async () => {
    let runs = 0;
    const flow = new Flow("f", () => { task(() => { runs++; })(); });
    expect((await flow.run({}, { signal: AbortSignal.abort() })).type).toBe("Cancelled");
    expect(runs).toBe(0);
  });
});

describe("selection", () => {
  const counts: Record<string, number> = {};
  const counted = (name: string) => task((x: number) => { counts[name] = (counts[name] ?? 0) + 1; return x + 1; }, { name });
  const flow = new Flow("selected");
  const { a, b, c } = flow.build(() => { const a = counted("a")(0), b = counted("b")(a), c = counted("c")(b); return { a, b, c }; });

  test("only runs these tasks with the kept results of what they need", async () => {
    await expect(flow.run({}, { only: [b] })).rejects.toThrow("Can not run only b-1 of flow selected: there is no result of a-1 yet.");
    await flow.run();
    const state = await flow.run({}, { only: [b] });
    expect(counts).toEqual({ a: 1, b: 2, c: 1 });
    expect([a, b, c].map((one) => state.result.get(one).type)).toEqual(["Success", "Success", "Success"]);
  });

  test("from runs these tasks and what follows", async () => {
    await flow.run({}, { from: [b] });
    expect(counts).toEqual({ a: 1, b: 3, c: 2 });
  });

  test("a task of another flow is refused", async () => {
    await expect(flow.run({}, { only: [add] })).rejects.toThrow("Task add was not found in Flow selected.");
  });
});

test("a chain of 100,000 tasks runs without recursion", async () => {
  const step = task(function step(x: number) { return x + 1; });
  const flow = new Flow("long");
  const last = flow.build(() => { let x = step(0); for (let i = 1; i < 100_000; i++) x = step(x); return x; });
  expect((await flow.run()).result.get(last).result).toBe(100_000);
});

test("an edge in words", () => {
  expect(String(new Edge(add, fail, { key: "x" }))).toBe("<Edge key=x: add to fail>");
});
