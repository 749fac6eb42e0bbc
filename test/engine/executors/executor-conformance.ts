/** What every executor does: one suite for all of them. */
import { expect, test, vi } from "vitest";
import { recordTaskLog, recordTaskOutput, withHost, type LogRecord, type ObservedTaskRun } from "../../../engine/embedding.ts";
import {
  FAIL, Flow, FlowletSecret, LOOP, PAUSE, Parameter, RETRY, SKIP, SUCCESS, Secret, State, context, raiseOnException, task, type Executor, type FlowHost, type RunOptions, type Task,
} from "../../../engine/index.ts";

class Unlucky extends Error {
  readonly code = "E_UNLUCKY";
  readonly lines: readonly number[];
  constructor(message: string, lines: readonly number[], options?: ErrorOptions) {
    super(message, options);
    this.lines = lines;
  }
}
class Fatal extends Error {}

/** Runs one task. @returns its state */
async function runOne(executor: Executor, one: Task<any[], any>, inputs: readonly unknown[] = [], options: RunOptions = {}): Promise<State> {
  const flow = new Flow("conformance");
  const node = flow.build(() => one(...(inputs as [])));
  return (await flow.run({}, { executor, ...options })).result.get(node as Task) as State;
}

/** What a run tells its host. */
function listen(): { readonly host: FlowHost; readonly records: LogRecord[]; readonly heard: string[] } {
  const records: LogRecord[] = [];
  const heard: string[] = [];
  const host: FlowHost = {
    onLog: (record) => {
      records.push(record);
      recordTaskLog(record.at, record.level, record.message);
    },
    observer: { taskLogged: (_, run, log) => { heard.push(`${(run as ObservedTaskRun & { node: { slug: string } }).node.slug} ${log.source}: ${log.text.trim()}`); } },
  };
  return { host, records, heard };
}

/** Adds the suite's tests. */
export function describeExecutor(executor: Executor): void {
  const run = (one: Task<any[], any>, inputs?: readonly unknown[], options?: RunOptions) => runOne(executor, one, inputs, options);

  const results: [string, () => unknown, unknown][] = [
    ["a number", () => 5, 5], ["a text", () => "x", "x"], ["nothing", () => {}, undefined], ["null", () => null, null], ["a promise", async () => 6, 6],
    ["what looks like a promise", () => ({ then: (resolve: (value: number) => void) => resolve(7) }), 7],
    ["data", () => ({ list: [1, { a: new Date(5) }], map: new Map([[1, new Set(["x"])]]) }), { list: [1, { a: new Date(5) }], map: new Map([[1, new Set(["x"])]]) }],
    ["bytes", () => new Float64Array(100_000).fill(1.5), new Float64Array(100_000).fill(1.5)], ["an error that is returned", () => new RangeError("no"), new RangeError("no")],
  ];
  test.each(results)("a task's result may be %s", async (_, body, expected) => {
    const state = await run(task(body));
    expect([state.type, state.message]).toEqual(["Success", "Task run succeeded."]);
    expect(state.result).toEqual(expected);
  });

  test("results go from task to task", async () => {
    const flow = new Flow("chain");
    const add = task((x: number, y: number = 1) => x + y);
    const last = flow.build(() => [1, 2, 3, 4].reduce((sum: number, n) => add(sum, n) as unknown as number, 0));
    expect((await flow.run({}, { executor })).result.get(last as never).result).toBe(10);
  });

  test("an error keeps class, message, code, fields, cause and stack", async () => {
    const cause = task(function unlucky() { throw new Unlucky("boom", [1, 2], { cause: new TypeError("inner") }); });
    const { type, message, result } = await run(cause);
    expect([type, message]).toEqual(["Failed", "Error during execution of task: Error: boom"]);
    const error = result as Unlucky;
    expect(error).toBeInstanceOf(Unlucky);
    expect([error.message, error.code, error.lines, error.name]).toEqual(["boom", "E_UNLUCKY", [1, 2], "Error"]);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).message).toBe("inner");
    expect(error.stack).toMatch(/^Error: boom\n\s+at .*unlucky.*executor-conformance\.ts:\d+:\d+/s);
  });

  test("an AggregateError keeps its errors, a DOMException its name", async () => {
    const many = (await run(task(() => { throw new AggregateError([new Unlucky("a", []), "b"], "many"); }))).result as AggregateError;
    expect(many).toBeInstanceOf(AggregateError);
    expect([many.message, many.errors.length, many.errors[0] instanceof Unlucky, many.errors[1]]).toEqual(["many", 2, true, "b"]);
    const aborted = (await run(task(() => { throw new DOMException("stop", "AbortError"); }))).result as DOMException;
    expect([aborted instanceof DOMException, aborted.name, aborted.message]).toEqual([true, "AbortError", "stop"]);
  });

  test.each([[null], [undefined], ["text"], [{ code: 1 }], [0]])("what is thrown may be %j", async (thrown) => {
    const states = [await run(task(() => { throw thrown; })), await run(task(async () => { throw thrown; }))];
    for (const state of states) {
      expect(state.type).toBe("Failed");
      expect(state.result).toEqual(thrown);
    }
  });

  const signals: [string, () => never, string, string | null, unknown][] = [
    ["FAIL", () => { throw new FAIL("no"); }, "Failed", "no", FAIL],
    ["SKIP", () => { throw new SKIP("not today"); }, "Skipped", "not today", SKIP],
    ["SUCCESS with a result", () => { throw new SUCCESS("done", { result: new Map([[1, 2]]) }); }, "Success", "done", new Map([[1, 2]])],
    ["PAUSE", () => { throw new PAUSE("wait"); }, "Paused", "wait", PAUSE],
  ];
  test.each(signals)("%s leads to its state", async (_, body, type, message, result) => {
    const state = await run(task(body), [], { wait: false });
    expect([state.constructor.name, state.type, state.message]).toEqual([type, type, message]);
    if (typeof result === "function") {
      expect(state.result).toBeInstanceOf(result);
      expect((state.result as FAIL).state).toBe(state);
    } else expect(state.result).toEqual(result);
  });

  test("RETRY begins again, LOOP goes on with its result", async () => {
    expect((await run(task(() => { if ((context.taskRunCount as number) < 3) throw new RETRY("again"); return context.taskRunCount; }))).result).toBe(3);
    const looping = task(() => {
      const seen = (context.taskLoopResult ?? []) as unknown[];
      if (seen.length < 3) throw new LOOP("more", { result: [...seen, context.taskLoopCount] });
      return seen;
    });
    expect((await run(looping)).result).toEqual([1, 2, 3]);
  });

  test("a failure is retried, after errors of the given classes only", async () => {
    const flaky = (errorClass: typeof Unlucky | typeof Fatal) => task(() => {
      if ((context.taskRunCount as number) < 3) throw errorClass === Fatal ? new Fatal("stop") : new Unlucky("again", []);
      return context.taskRunCount;
    }, { maxRetries: 5, retryDelay: 1, retryOn: Unlucky });
    expect((await run(flaky(Unlucky))).result).toBe(3);
    expect((await run(flaky(Fatal))).type).toBe("Failed");
  });

  test("a task that never settles is ended by its timeout, and others go on", async () => {
    const flow = new Flow("timeout");
    const [never, other] = flow.build(() => [task(() => new Promise(() => {}), { timeout: 200, name: "never" })(), task(async () => "done", { name: "other" })()]);
    const { result } = await flow.run({}, { executor });
    expect([result.get(never).type, result.get(never).message, result.get(other).result]).toEqual(["TimedOut", "Task timed out during execution.", "done"]);
  });

  test("a retry after a timeout may succeed", async () => {
    const slowAtFirst = task(() => (context.taskRunCount === 1 ? new Promise(() => {}) : context.taskRunCount), { timeout: 200, maxRetries: 1, retryDelay: 1 });
    expect((await run(slowAtFirst)).result).toBe(2);
  });

  test("the context says which run it is", async () => {
    const flow = new Flow("contexts");
    const tell = task((n: number) => [n, context.taskName, context.taskFullName, context.mapIndex, context.taskRunCount, context.flowName, context.parameters?.region, context.get("mine"), [...(context.taskTags ?? [])], context.taskRunName], {
      name: "tell", tags: ["a", "b"], taskRunName: "tell-{n}",
    });
    const [plain, mapped] = flow.build(() => {
      flow.addTask(new Parameter("region"));
      return [tell(1), tell.map([10, 20])] as const;
    });
    const { result } = await flow.run({ region: "north" }, { executor, context: { mine: { deep: [1] } } });
    const expected = (n: number, index: number | null) => [n, "tell", index === null ? "tell" : `tell[${index}]`, index, 1, "contexts", "north", { deep: [1] }, ["a", "b"], `tell-${n}`];
    expect(result.get(plain).result).toEqual(expected(1, null));
    expect(result.get(mapped as never).result).toEqual([expected(10, 0), expected(20, 1)]);
  });

  test("the configuration, secrets and entries of its own reach a task", async () => {
    const flow = new Flow("configured");
    const read = task(() => [
      context.config.server.port, context.config.user.region, context.checkpointing, new Secret("PAIR").get().user, new Secret("GIVEN").get(), context.taskId, context.get("own"), context.get("team"), context.today,
      context.with({ config: { server: { port: 7 } } }, () => [context.config.server.port, context.config.user.region, new Secret("PAIR").get().user]),
    ], { name: "read" });
    const [first, second] = flow.build(() => [read(), read()]);
    const config = { server: { port: 4300 }, user: { region: "eu" }, flows: { checkpointing: false }, context: { team: "blue", secrets: { PAIR: '{"user":"me"}' } } };
    const { result } = await flow.run({}, { executor, context: { config, secrets: { GIVEN: "g" }, date: "2024-02-29" }, taskContexts: [[second, { own: { deep: 1 } }]] });
    const expected = (slug: string, own: unknown) => [4300, "eu", false, "me", "g", slug, own, "blue", "2024-02-29", [7, "eu", "me"]];
    expect(result.get(first).result).toEqual(expected("read-1", undefined));
    expect(result.get(second).result).toEqual(expected("read-2", { deep: 1 }));
  });

  test("tasks under a configuration with defaults run", async () => {
    const run = (defaults: object) => context.with({ config: { tasks: { defaults } } }, () => runOne(executor, task(() => "done")));
    for (const defaults of [{ retryDelay: 5 }, { maxRetries: 1, retryDelay: 5 }, { timeout: 60_000 }]) expect((await run(defaults)).result).toBe("done");
  });

  test("log lines of a task are those that the configuration wants", async () => {
    const { host, records } = listen();
    const logs = task(() => { context.logger.debug("fine"); context.logger.info("coarse"); }, { name: "logs" });
    const levels = async (level: "DEBUG" | "WARNING") => {
      records.length = 0;
      await withHost(host, () => runOne(executor, logs, [], { context: { config: { logging: { level, logAttributes: ["team"] } }, team: "blue", flowRunId: "run-1" } }));
      return records.filter(({ logger }) => logger === "flowlet.logs").map(({ message, attributes, flowRunId, taskSlug }) => [message, attributes, flowRunId, taskSlug]);
    };
    expect(await levels("DEBUG")).toEqual([["fine", { team: "blue" }, "run-1", "logs-1"], ["coarse", { team: "blue" }, "run-1", "logs-1"]]);
    expect(await levels("WARNING")).toEqual([]);
  });

  test("a secret is one, and what a task throws is thrown inside raiseOnException", async () => {
    const flow = new Flow("secret");
    const used = flow.build(() => task((secret: string) => secret.length)(new FlowletSecret<string>("KEY")));
    expect((await context.with({ secrets: { KEY: "sesame" } }, () => flow.run({}, { executor }))).result.get(used).result).toBe(6);
    await expect(raiseOnException(() => runOne(executor, task(() => { throw new RangeError("no"); })))).rejects.toThrow(expect.objectContaining({ name: "RangeError", message: "no" }));
    await expect(raiseOnException(() => runOne(executor, task(() => new Promise(() => {}), { timeout: 20 })))).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
  });

  test("context.with adds entries, also after an await", async () => {
    const nested = task(() => context.with({ extra: 5 }, async () => { await null; return [context.get("extra"), context.taskName]; }), { name: "nested" });
    expect((await run(nested)).result).toEqual([5, "nested"]);
  });

  test("what tasks print and log comes in order, with the task it came from", async () => {
    const { host, records, heard } = listen();
    const written = vi.spyOn(process.stdout, "write").mockImplementation((text) => { recordTaskOutput("stdout", String(text)); return true; });
    try {
      await withHost(host, async () => {
        const flow = new Flow("logs");
        flow.build(() => {
          const first = task(async () => { context.logger.info("a%d", 1); process.stdout.write("b\n"); await null; context.logger.warning("c"); process.stdout.write("d\n"); }, { name: "first" })();
          task(() => { process.stdout.write("e\n"); context.logger.error("f"); }, { name: "second" }).with({ upstreamTasks: [first] })();
        });
        await flow.run({}, { executor });
      });
    } finally {
      written.mockRestore();
    }
    expect(heard.filter((line) => !/Task '/.test(line))).toEqual(["first-1 log: a1", "first-1 stdout: b", "first-1 log: c", "first-1 stdout: d", "second-1 stdout: e", "second-1 log: f"]);
    const record = records.find(({ message }) => message === "c");
    expect([record?.level, record?.logger, record?.flowName, record?.taskName, record?.taskSlug]).toEqual(["WARNING", "flowlet.first", "logs", "first", "first-1"]);
  });

  test("cancelling the run aborts the signal of what runs, and begins nothing more", async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const cancel = new AbortController();
    const flow = new Flow("cancel");
    const [waits, after] = flow.build(() => {
      const waits = task(() => new Promise((resolve) => {
        const { signal } = context as { signal: AbortSignal };
        signal.addEventListener("abort", () => { flags[1] = signal.reason.name === "AbortError" ? 1 : 2; resolve(null); });
        flags[0] = 1;
      }), { name: "waits" })();
      return [waits, task(() => { flags[1] = 3; }, { name: "after" }).with({ upstreamTasks: [waits] })()];
    });
    const running = flow.run({}, { executor, signal: cancel.signal });
    await vi.waitFor(() => expect(flags[0]).toBe(1), 20_000);
    cancel.abort();
    const state = await running;
    expect([state.type, state.result.get(waits).type, state.result.get(after).type]).toEqual(["Cancelled", "Cancelled", "Pending"]);
    await vi.waitFor(() => expect(flags[1]).toBe(1));
  });

  test("no more tasks run at once than it says", async () => {
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const flow = new Flow("many");
    const nodes = flow.build(() => task(async (n: number) => {
      const now = Atomics.add(counts, 0, 1) + 1;
      for (let most = Atomics.load(counts, 1); now > most; most = Atomics.load(counts, 1)) Atomics.compareExchange(counts, 1, most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      Atomics.sub(counts, 0, 1);
      return n;
    }).map(Array.from({ length: 40 }, (_, i) => i)));
    const { result } = await flow.run({}, { executor });
    expect(result.get(nodes as never).result).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts[1]).toBeLessThanOrEqual(executor.concurrency);
  });

  test("mapped children that fail or skip are told apart", async () => {
    const flow = new Flow("mapped");
    const children = flow.build(() => task((n: number) => {
      if (n === 2) throw new Unlucky("two", [n]);
      if (n === 3) throw new SKIP("three");
      return n * 10;
    }).map([1, 2, 3, 4]));
    const state = (await flow.run({}, { executor })).result.get(children as never) as unknown as { mapStates: State[] };
    expect(state.mapStates.map((child) => [child.type, child.result instanceof Error ? child.result.message : child.result])).toEqual([["Success", 10], ["Failed", "two"], ["Skipped", "three"], ["Success", 40]]);
  });

  test("it is started before the first task and stopped after the last one, also after a failure", async () => {
    const called: string[] = [];
    const observed: Executor = {
      concurrency: executor.concurrency, queues: executor.queues,
      start: async () => { called.push("start"); await executor.start?.(); },
      execute: (call) => { called.push(call.task.name); return executor.execute(call); },
      stop: async () => { called.push("stop"); await executor.stop?.(); },
    };
    await runOne(observed, task(() => 1, { name: "good" }));
    await runOne(observed, task(() => { throw new Error("bad"); }, { name: "bad" }));
    expect(called).toEqual(["start", "good", "stop", "start", "bad", "stop"]);
  });

  test("results are kept and shown again with what was logged", async () => {
    const { host, heard } = listen();
    await withHost(host, async () => {
      const factor = { by: 3 };
      const flow = new Flow("kept");
      const node = flow.build(() => task((n: number) => { context.logger.info("computing"); return { value: n * factor.by }; }, { name: "compute" })(2));
      const first = (await flow.run({}, { executor, cache: true })).result.get(node as never) as State;
      const second = (await flow.run({}, { executor, cache: true })).result.get(node as never) as State;
      factor.by = 5;
      const third = (await flow.run({}, { executor, cache: true })).result.get(node as never) as State;
      expect([first, second, third].map((state) => [state.type, state.result])).toEqual([["Success", { value: 6 }], ["Cached", { value: 6 }], ["Success", { value: 10 }]]);
    });
    expect(heard.filter((line) => line.endsWith("computing"))).toHaveLength(3);
  });

  test("inputs arrive whole", async () => {
    const inputs = [1, "x", null, { a: [new Date(1), /x/g] }, new Map([["k", 1n]]), new Uint8Array([1, 2])];
    expect((await run(task((a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown) => [a, b, c, d, e, f]), inputs)).result).toEqual(inputs);
  });
}
