import { describe, expect, test } from "vitest";
import {
  Cached, Cancelled, Edge, Failed, Flow, Parameter, Pending, Queued, Retrying, Running, Scheduled, State, Success, TaskStates, context, task, type FlowOptions, type RunOptions, type Task,
} from "../../engine/index.ts";
import { capturedLogs } from "./captured-logs.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("options of a flow", () => {
  test("tasks, edges and reference tasks make a flow at once", async () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => add.copy({ name }));
    const flow = new Flow("f", { tasks: [a], edges: [new Edge(a, b, { key: "x" }), new Edge(b, c)], referenceTasks: [b] });
    a.bind({ x: 1 }, { flow });
    c.bind({ x: 2 }, { flow });
    expect([...flow.slugs.values()]).toEqual(["a-1", "b-1", "c-1"]);
    expect(flow.referenceTasks()).toEqual(new Set([b]));
    expect((await flow.run()).result.get(b).result).toBe(3);
    expect(flow.copy().equals(flow)).toBe(true);
  });

  test("reference tasks may be those that the function adds", () => {
    const one = add.copy();
    const flow = new Flow("f", { referenceTasks: [one] }, () => { one.bind({ x: 1 }); add(2); });
    expect(flow.referenceTasks()).toEqual(new Set([one]));
    expect(() => new Flow("f", { referenceTasks: [add] })).toThrow("Reference tasks must be part of the flow: add is not in flow f.");
  });

  test.each([
    [{ state_handlers: [] }, "Flow f has no option state_handlers. Do you mean stateHandlers."],
    [{ executor: "local" }, 'Flow f: the option executor must be an executor, got "local".'],
    [{ schedule: 60_000 }, "Flow f: the option schedule must be a Schedule, got number 60000."],
    [{ stateHandlers: () => {} }, "Flow f: the option stateHandlers must be a list of functions, got the function stateHandlers."],
    [{ terminalStateHandler: [] }, "Flow f: the option terminalStateHandler must be a function, got an array of 0."],
    [{ onFailure: 1 }, "Flow f: the option onFailure must be a function, got number 1."],
    [{ tasks: add }, "Flow f: the option tasks must be a list of tasks, got the function add."],
    [{ tasks: [1] }, "Expected a task, got number 1 (addTask of flow f)."],
    [{ validate: "yes" }, 'Flow f: the option validate must be true or false, got "yes".'],
    ["options", 'Flow f: the option options must be an object, got "options".'],
  ])("that are wrong are refused: %o", (options, message) => {
    expect(() => new Flow("f", options as FlowOptions)).toThrow(message);
  });

  test("what is built is a function", () => {
    expect(() => new Flow("f").build(5 as never)).toThrow("Flow f: the option build must be a function that calls tasks, got number 5.");
  });
});

describe("options of a run", () => {
  test.each([
    [{ return_tasks: [] }, "flow.run of f has no option return_tasks. It has approve, cache, checkpointing, context,"],
    [{ taskstates: [] }, "Do you mean taskStates."],
    [{ executor: {} }, "flow.run of f: the option executor must be an executor, got an object of class Object."],
    [{ context: [] }, "the option context must be an object with a value for each name, got an array of 0."],
    [{ taskStates: { a: 1 } }, "the option taskStates must be pairs of a task and its state"],
    [{ taskRunnerStateHandlers: [1] }, "the option taskRunnerStateHandlers must be a list of functions"],
    [{ state: "Success" }, 'the option state must be a State, got "Success".'],
    [{ signal: {} }, "the option signal must be an AbortSignal"],
    [{ only: 5 }, "the option only must be a task, its slug or name, or a list of these"],
  ])("that are wrong are refused: %o", async (options, message) => {
    await expect(new Flow("f").run({}, options as RunOptions)).rejects.toThrow(message);
  });

  test("taskContexts give single tasks more entries, over what they have else", async () => {
    const show = task(() => [context.get("mine"), context.get("all"), context.taskName], { name: "show" });
    const flow = new Flow("f");
    const [one, other] = flow.build(() => [show(), show()]);
    const { result } = await flow.run({}, { context: { all: "all" }, taskContexts: new Map([[one as Task, { mine: 1, taskName: "renamed" }]]) });
    expect([result.get(one).result, result.get(other).result]).toEqual([[1, "all", "renamed"], [undefined, "all", "show"]]);
  });

  test("taskRunnerStateHandlers see all tasks, after the tasks' own handlers", async () => {
    const seen: string[] = [];
    const flow = new Flow("f");
    const one = flow.build(() => {
      add(1);
      return task(() => 1, { name: "own", stateHandlers: [(_, __, to) => { if (to.type === "Success") return new Success("own", 5); }] })();
    });
    const state = await flow.run({}, { taskRunnerStateHandlers: [(task, from, to) => { seen.push(`${task.name} ${from.type}->${to.type} ${to.message}`); if (to.message === "own") return new Failed("runner"); }] });
    expect(seen.sort()).toEqual([
      "add Pending->Running Starting task run.", "add Running->Success Task run succeeded.", "own Pending->Running Starting task run.", "own Running->Success own",
    ]);
    expect(state.result.get(one).message).toBe("runner");
  });

  describe("state", () => {
    const make = () => {
      const flow = new Flow("f");
      return { flow, ...flow.build(() => { const first = add(1), second = add(first); return { first, second }; }) };
    };

    test("that is finished is returned as it is", async () => {
      const { flow } = make();
      const finished = new Success("done before");
      expect(await flow.run({}, { state: finished })).toBe(finished);
      expect(await flow.run({}, { state: new Queued(null, undefined, { state: finished }) })).toBe(finished);
      expect(await capturedLogs(() => flow.run({}, { state: finished }), "INFO")).toEqual(["Flow run has already finished."]);
    });

    test("brings the states that tasks start from in its result", async () => {
      const { flow, first, second } = make();
      const state = new Running("went on", new TaskStates(new Map<Task, State>([[first, new Success("kept", 41)]])));
      const { result } = await flow.run({}, { state });
      expect([result.get(first).message, result.get(second).result]).toEqual(["kept", 42]);
      const own = await flow.run({}, { state, taskStates: [[first, new Success("given", 1)]] });
      expect(own.result.get(second).result).toBe(2);
    });

    test("is what handlers see as the old state", async () => {
      const seen: string[] = [];
      const flow = new Flow("f", { stateHandlers: [(_, from, to) => { seen.push(`${from.type}->${to.type}`); }] }, () => { add(1); });
      await flow.run({}, { state: new Running() });
      await flow.run({}, { state: new Retrying() });
      expect(seen).toEqual(["Running->Running", "Running->Success", "Retrying->Running", "Running->Success"]);
    });

    test("that is scheduled is waited for; in one pass it stays as it is", async () => {
      const { flow } = make();
      const begun = Date.now();
      const soon = new Scheduled(null, undefined, { startTime: new Date(begun + 30) });
      expect(await flow.run({}, { state: soon, wait: false })).toBe(soon);
      expect((await flow.run({}, { state: soon })).type).toBe("Success");
      expect(Date.now()).toBeGreaterThanOrEqual(begun + 30);
      const never = new Scheduled(null, undefined, { startTime: null });
      expect(await flow.run({}, { state: never })).toBe(never);
    });

    test("that is scheduled is no longer waited for when the run is cancelled", async () => {
      const { flow } = make();
      const late = new Scheduled(null, undefined, { startTime: new Date(Date.now() + 60_000) });
      expect(await flow.run({}, { state: late, signal: AbortSignal.timeout(5) })).toBeInstanceOf(Cancelled);
    });
  });
});

describe("flow.run", () => {
  test("twice at once gives each run its own states", async () => {
    const flow = new Flow("f");
    const n = new Parameter<number>("n");
    const [one, list] = flow.build(() => [task(async (n: number) => { await wait(5 - n); return n; })(n), add.map([1, 2, 3], [n, n, n] as never)] as const);
    const states = await Promise.all([1, 2, 3].map((n) => flow.run({ n })));
    expect(states.map((state) => state.result.get(one).result)).toEqual([1, 2, 3]);
    expect(states.map((state) => state.result.get(list as never).result)).toEqual([[2, 3, 4], [3, 4, 5], [4, 5, 6]]);
  });

  test("in a task runs another flow, with its own context and parameters", async () => {
    const inner = new Flow("inner");
    const shown = inner.build(() => task((n: number) => `${context.flowName} ${context.taskName} ${n}`, { name: "shown" })(new Parameter<number>("n")));
    const outer = new Flow("outer");
    const both = outer.build(() => task(async (n: number) => `${(await inner.run({ n: n + 1 })).result.get(shown).result}, ${context.flowName} ${context.taskName}`, { name: "runs" })(new Parameter<number>("n")));
    expect((await outer.run({ n: 1 })).result.get(both).result).toBe("inner shown 2, outer runs");
  });

  test("in a task is cancelled with the task", async () => {
    let ended: State | undefined;
    const inner = new Flow("inner", () => { task(() => new Promise(() => {}))(); });
    const outer = new Flow("outer");
    const slow = outer.build(() => task(async () => { ended = await inner.run(); }, { timeout: 20 })());
    expect((await outer.run()).result.get(slow).type).toBe("TimedOut");
    await wait(1);
    expect(ended?.type).toBe("Cancelled");
  });

  test("of another flow while one is built adds nothing to it", async () => {
    const inner = new Flow("inner");
    const calls = inner.build(() => task(() => { (add as unknown as (x: number) => void)(1); })());
    const outer = new Flow("outer");
    const state = await outer.build(() => inner.run());
    expect(state.result.get(calls).message).toContain("Could not infer an active flow while adding task add");
    expect(outer.size).toBe(0);
  });

  test("of a flow whose async build has not ended is refused, in a task too", async () => {
    const flow = new Flow("f");
    const other = new Flow("other");
    const inTask = other.build(() => task(() => flow.run())());
    const told = await flow.build(async () => { await null; add(1); return (await other.run()).result.get(inTask).message; });
    expect(told).toContain("flow.run() of flow f was called while the flow is being built. Call it after build() has returned.");
    expect((await flow.run()).type).toBe("Success");
  });

  test("goes on with the tasks that it began with when the flow grows meanwhile", async () => {
    const flow = new Flow("f");
    const first = flow.build(() => task(() => wait(10))());
    const running = flow.run();
    await wait(1);
    const late = flow.build(() => add(1));
    const state = await running;
    expect([state.type, state.result.has(first), state.result.has(late)]).toEqual(["Success", true, false]);
    expect((await flow.run()).result.get(late).result).toBe(2);
  });

  test("leaves the given states as they are", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => add.map([1, 2]));
    const { result } = await flow.run();
    const before = result.get(one as never) as State;
    const again = await flow.run({}, { taskStates: result });
    expect(again.result.get(one as never)).not.toBe(before);
    expect(again.result.get(one as never).result).toEqual([2, 3]);
    expect(new Pending() instanceof Cached).toBe(false);
  });
});
