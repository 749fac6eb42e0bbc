import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Flow, FlowletError, LOOP, Parameter, context, getLogger, task, type RunOptions } from "../../engine/index.ts";

/** Runs a flow of one task and gives what the task returns. */
async function inTask<T>(read: () => T, options: RunOptions = {}): Promise<T> {
  const flow = new Flow("shown");
  const shown = flow.build(() => task(read, { name: "read" })());
  return (await flow.run({}, options)).result.get(shown).result as T;
}

const DATES = () => [context.today, context.yesterday, context.tomorrow, context.todayNodash, context.yesterdayNodash, context.tomorrowNodash];

describe("the context of a task", () => {
  test("has an entry for everything that Prefect's has", async () => {
    const all = await inTask(() => context.toObject());
    expect(Object.keys(all).sort()).toEqual([
      "caches", "checkpointing", "config", "date", "flowId", "flowName", "flowRunId", "flowRunName", "logger", "mapIndex", "parameters", "scheduledStartTime", "signal", "taskFullName", "taskId",
      "taskLoopCount", "taskName", "taskRunCount", "taskRunId", "taskSlug", "taskTags", "today", "todayNodash", "tomorrow", "tomorrowNodash", "yesterday", "yesterdayNodash",
    ]);
    expect(all).toMatchObject({ flowName: "shown", flowId: "shown", taskName: "read", taskFullName: "read", taskSlug: "read-1", taskId: "read-1", mapIndex: null, taskRunCount: 1, taskLoopCount: 1, checkpointing: false, parameters: {} });
    expect(all.config).toMatchObject({ tasks: { defaults: { maxRetries: 0 } } });
  });

  test("says which child and iteration it is for", async () => {
    const flow = new Flow("children");
    const seen: unknown[] = [];
    flow.build(() => {
      task(function child(x: number) { seen.push([context.taskFullName, context.mapIndex, x]); }).map([5, 6]);
      task(function loops() { seen.push([context.taskLoopCount, context.taskLoopResult]); if (context.taskLoopCount === 1) throw new LOOP("again", { result: 7 }); })();
    });
    await flow.run();
    expect(seen).toEqual(expect.arrayContaining([["child[0]", 0, 5], ["child[1]", 1, 6], [1, undefined], [2, 7]]));
  });

  test("takes the ids and names that the run was given", async () => {
    const ids = () => [context.flowRunId, context.flowRunName, context.flowId, context.get("mine")];
    expect(await inTask(ids, { context: { flowRunId: "run-7", flowRunName: "nightly", flowId: "flow-3", mine: 1 } })).toEqual(["run-7", "nightly", "flow-3", 1]);
    expect(await inTask(ids, { context: { flowRunId: "run-7" } })).toEqual(["run-7", "run-7", "shown", undefined]);
    expect(await context.with({ flowRunId: "around", mine: 2 }, () => inTask(ids))).toEqual(["around", "around", "shown", 2]);
    expect(new Set([await inTask(() => context.flowRunId), await inTask(() => context.flowRunId)]).size).toBe(2);
  });

  test.each([[7], [""], [null]])("refuses a run id that is %j", async (flowRunId) => {
    await expect(inTask(() => 1, { context: { flowRunId } })).rejects.toThrow(expect.objectContaining({ code: "BAD_OPTION", message: expect.stringContaining("context.flowRunId must be a text") }));
  });

  test("takes entries for single tasks, over those of the engine too", async () => {
    const flow = new Flow("each");
    const read = task(() => [context.get("mine"), context.taskRunId, context.taskName]);
    const [first, second] = flow.build(() => [read(), read()]);
    const { result } = await flow.run({}, { context: { mine: 0 }, taskContexts: [[second, { mine: 1, taskRunId: "given", taskName: "other" }]] });
    expect(result.get(first).result).toEqual([0, expect.stringMatching(/-/), "task"]);
    expect(result.get(second).result).toEqual([1, "given", "other"]);
  });

  test("gives parameters from the defaults, then from the context, then from the call", async () => {
    const flow = new Flow("parameters");
    const read = flow.build(() => task((a: number, b: number, c: number) => [a, b, c, context.parameters])(new Parameter("a", { default: 1 }), new Parameter("b", { default: 1 }), new Parameter("c", { default: 1 })));
    const state = await flow.run({ c: 3 }, { context: { parameters: { b: 2, c: 2 } } });
    expect(state.result.get(read).result).toEqual([1, 2, 3, { a: 1, b: 2, c: 3 }]);
  });

  test("of a flow that runs inside another one is its own", async () => {
    const read = task(() => ({ mine: context.get("mine"), date: context.today, flow: context.flowName, run: context.flowRunId, parameters: context.parameters }));
    const inner = new Flow("inner");
    const shown = inner.build(() => read());
    const handled: unknown[] = [];
    const outer = new Flow("outer");
    const whole = outer.build(() => task(async (p: number) => {
      const watched = new Flow("watched", { stateHandlers: [() => { handled.push([context.flowName, context.taskName, context.mapIndex]); }] }, () => { read(); });
      await watched.run();
      return [(await inner.run()).result.get(shown).result, context.flowRunId, p];
    })(new Parameter<number>("p", { default: 1 })));
    const [seen, outerRun] = (await outer.run({}, { context: { mine: "kept", date: "2020-02-29", flowRunId: "outer-run" } })).result.get(whole).result as unknown as [{ run: string; date: string }, string];
    expect(seen).toMatchObject({ mine: "kept", flow: "inner", parameters: {} });
    expect([outerRun, seen.run === "outer-run", seen.date === "2020-02-29", handled[0]]).toEqual(["outer-run", false, false, ["watched", undefined, undefined]]);
  });

  test("can be looked at by the flow's state handlers", async () => {
    const seen: unknown[] = [];
    const flow = new Flow("handled", { stateHandlers: [() => { seen.push([context.flowName, context.flowRunId]); }] }, () => { task(() => 1)(); });
    await flow.run({}, { context: { flowRunId: "r" } });
    expect(seen).toEqual([["handled", "r"], ["handled", "r"]]);
  });
});

describe("dates", () => {
  test.each([
    ["a text", "2024-03-01", ["2024-03-01", "2024-02-29", "2024-03-02", "20240301", "20240229", "20240302"]],
    ["the day that a text says, whatever its zone", "2023-12-31T23:30:00+14:00", ["2023-12-31", "2023-12-30", "2024-01-01", "20231231", "20231230", "20240101"]],
    ["a Date, in local time", new Date(2024, 0, 1, 0, 30), ["2024-01-01", "2023-12-31", "2024-01-02", "20240101", "20231231", "20240102"]],
  ])("are counted from %s", async (_, date, expected) => {
    expect(await inTask(DATES, { context: { date } })).toEqual(expected);
    expect(await inTask(() => context.date, { context: { date } })).toEqual(date instanceof Date ? date : expect.any(Date));
  });

  test("that are given keep their value", async () => {
    expect(await inTask(DATES, { context: { date: "2024-03-01", today: "mine" } })).toEqual(["mine", "2024-02-29", "2024-03-02", "20240301", "20240229", "20240302"]);
  });

  test("of a run without one are those of its start", async () => {
    const { scheduledStartTime, date, today } = await inTask(() => ({ ...context.toObject() })) as { scheduledStartTime: Date; date: Date; today: string };
    const two = (n: number) => String(n).padStart(2, "0");
    expect([date, today]).toEqual([scheduledStartTime, `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`]);
    expect(await inTask(DATES, { context: { scheduledStartTime: new Date(2024, 2, 1) } })).toContain("2024-02-29");
  });

  test.each([["tomorrow"], ["2024-02-30"], ["2024-13-01"], [20240301], [new Date(NaN)], [{}]])("from %j are those of now, with a warning", async (date) => {
    const { withHost } = await import("../../engine/embedding.ts");
    const warnings: string[] = [];
    const [today, now] = await withHost({ onLog: ({ level, message }) => { if (level === "WARNING") warnings.push(message); } }, async () => [await inTask(() => context.today, { context: { date } }), await inTask(() => context.today)]);
    expect([today, warnings]).toEqual([now, [expect.stringMatching(/^The date given in the context, .*, is neither a Date nor a text like 2026-01-31: `today` and its neighbours are those of the current time\.$/)]]);
  });
});

describe("context itself", () => {
  test("has entries for a block, nested and restored, through awaits", async () => {
    await context.with({ a: 1, b: 1 }, async () => {
      await context.with({ b: 2 }, async () => {
        await Promise.resolve();
        expect([context.a, context.b, context.has("a"), "b" in context, context.get("c", 3)]).toEqual([1, 2, true, true, 3]);
      });
      expect([context.b, context.toObject()]).toMatchObject([1, { a: 1, b: 1 }]);
    });
    expect([context.a, context.has("a"), "b" in context]).toEqual([undefined, false, false]);
  });

  test("takes any entry in a block inside a task, those of the engine too", async () => {
    expect(await inTask(() => context.with({ mapIndex: 4, logger: getLogger("mine"), taskName: "mine" }, () => [context.mapIndex, context.logger.name, context.taskName, context.taskSlug]))).toEqual([4, "flowlet.mine", "mine", "read-1"]);
  });

  test("merges the configuration of a block with what holds outside", async () => {
    const values = () => [context.config.tasks.defaults.maxRetries, context.config.server.port, task(() => 1).maxRetries];
    expect(context.with({ config: { tasks: { defaults: { maxRetries: 2, retryDelay: 1 } } } }, () => context.with({ config: { server: { port: 1 } } }, values))).toEqual([2, 1, 2]);
    expect(await inTask(() => [context.config.server.port, context.checkpointing], { context: { config: { server: { port: 7 }, flows: { checkpointing: true } } } })).toEqual([7, true]);
    expect(context.with({ config: { server: { port: 9 } } }, () => context.with({ config: undefined }, values))).toEqual([0, 9, 0]);
    expect(values()).toEqual([0, 8080, 0]);
  });

  test.each([
    [{ tasks: { defaults: { maxRetries: -1 } } }, "tasks.defaults.maxRetries must be a whole number, 0 or more, got number -1"], [{ task: {} , serv: { x: 1 } }, "serv is not a key"],
    [{ tasks: { defaults: { maxRetry: 1 } } }, "Did you mean tasks.defaults.maxRetries?"], [{ tasks: 3 }, "tasks is a section, not a value"], [7, "it must be an object of sections"], [null, "it must be an object of sections"],
    [{ tasks: { defaults: { maxRetries: 1 } } }, "above 0 needs tasks.defaults.retryDelay"], [{ logging: { format: "%(no)s" } }, "%(no)s is neither"],
  ])("refuses the configuration %j", (config, text) => {
    expect(() => context.with({ config: config as never }, () => 1)).toThrow(expect.objectContaining({ code: "BAD_CONFIG", message: expect.stringContaining(text) }));
  });

  test("can not be changed, and not be serialised", async () => {
    expect(() => { (context as { a: number }).a = 1; }).toThrow(/read-only: use context\.with\(\{ a: … \}/);
    for (const serialise of [() => JSON.stringify(context), () => JSON.stringify({ deep: [context] })]) {
      await expect(inTask(() => { try { return serialise(); } catch (error) { return (error as FlowletError).code; } })).resolves.toBe("CONTEXT_NOT_SERIALIZABLE");
    }
    expect(() => structuredClone(context)).toThrow(/could not be cloned/);
    expect(inspect(context)).toBe("<Context>");
  });
});
