import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { recordTaskOutput, withHost, type LogRecord } from "../../../engine/embedding.ts";
import { Flow, FlowletError, Parameter, State, ThreadExecutor, context, resourceManager, task, type FlowHost, type RunOptions, type Task } from "../../../engine/index.ts";

const executor = new ThreadExecutor({ threads: 2 });
afterAll(() => executor.close());

async function runAll(build: () => readonly Task<any[], any>[], options: RunOptions = {}): Promise<State[]> {
  const flow = new Flow("threads");
  const nodes = flow.build(build);
  const { result } = await flow.run({}, { executor, ...options });
  return nodes.map((node) => result.get(node as Task) as State);
}
const runOne = async (one: Task<any[], any>, options?: RunOptions) => (await runAll(() => [one()], options))[0];
const where = () => process.getBuiltinModule("node:worker_threads").threadId;

describe("a thread that ends", () => {
  const endings: [string, () => unknown, RegExp][] = [
    ["by process.exit", () => process.exit(3), /^The thread that ran task work ended before the task did: its code called process\.exit\(3\)\./],
    ["by an error in a timer", () => new Promise(() => { setTimeout(() => { throw new TypeError("late"); }, 1); }), /: an error was thrown that nothing caught: TypeError: late\./],
    ["by a rejection that nobody handles", () => new Promise(() => { void Promise.reject(new RangeError("unheard")); }), /: an error was thrown that nothing caught: RangeError: unheard\./],
  ];
  test.each(endings)("%s fails its task, which is retried; the next one has another thread", async (_, body, message) => {
    const [failed, next] = await runAll(() => [task(body, { name: "work" })(), task(() => 1)()]);
    expect(failed.type).toBe("Failed");
    expect((failed.result as FlowletError).code).toBe("THREAD_ENDED");
    expect((failed.result as FlowletError).message).toMatch(message);
    expect(next.result).toBe(1);
    const recovers = task(() => (context.taskRunCount === 1 ? process.exit(1) : context.taskRunCount), { maxRetries: 1, retryDelay: 1 });
    expect((await runOne(recovers)).result).toBe(2);
  });

  test("out of memory fails its task only", async () => {
    const small = new ThreadExecutor({ threads: 1, resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } });
    const greedy = task(() => { const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(Math.random())); }, { name: "greedy" });
    const state = await runOne(greedy, { executor: small });
    expect((state.result as Error).message).toContain("The thread that ran task greedy ended before the task did: it ran out of memory.");
    expect((await runOne(task(() => 2), { executor: small })).result).toBe(2);
    small.close();
  });

  test("while it has nothing to do is logged", async () => {
    const records: LogRecord[] = [];
    const host: FlowHost = { onLog: (record) => { records.push(record); } };
    await withHost(host, async () => {
      await runOne(task(() => { setTimeout(() => { throw new Error("nobody waits for this"); }, 5); }));
      await vi.waitFor(() => expect(records.map(({ message }) => message).join("\n")).toContain("A thread without a task ended: Error: nobody waits for this"));
    });
  });
});

describe("a timeout", () => {
  test("ends a task that holds its thread; its retry has another thread", async () => {
    const holds = task(() => {
      if (context.taskRunCount === 1) for (;;);
      return context.taskRunCount;
    }, { timeout: 100, maxRetries: 1, retryDelay: 1 });
    expect((await runOne(holds)).result).toBe(2);
  });

  test("counts from the moment when the task begins, not while it waits for its turn", async () => {
    const one = new ThreadExecutor({ threads: 1, concurrency: 4 });
    const states = await runAll(() => [1, 2, 3].map(() => task(() => { const end = Date.now() + 300; while (Date.now() < end); return "done"; }, { timeout: 500 })()), { executor: one });
    expect(states.map(({ result }) => result)).toEqual(["done", "done", "done"]);
    one.close();
  });

  test("of one task leaves others that wait in the same thread alone", async () => {
    const one = new ThreadExecutor({ threads: 1, concurrency: 2 });
    const [never, slow, next] = await runAll(() => [
      task(() => new Promise(() => {}), { timeout: 100, name: "never" })(),
      task(() => new Promise((resolve) => setTimeout(() => resolve("slow"), 1500)), { name: "slow" })(),
      task(() => "next", { name: "next" })(),
    ], { executor: one });
    expect([never.type, slow.result, next.result]).toEqual(["TimedOut", "slow", "next"]);
    one.close();
  });
});

describe("cancelling", () => {
  test("ends a task that does not stop, after a moment; the flow run does not wait for it", async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const cancel = new AbortController();
    const running = runOne(task(() => { flags[0] = 1; for (;;) flags[1]++; }), { signal: cancel.signal });
    await vi.waitFor(() => expect(flags[0]).toBe(1), 20_000);
    cancel.abort();
    expect((await running).type).toBe("Cancelled");
    await vi.waitFor(async () => {
      const before = flags[1];
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(flags[1]).toBe(before);
    }, { timeout: 20_000 });
  });

  test("takes back what waits for its turn", async () => {
    const one = new ThreadExecutor({ threads: 1, concurrency: 10 });
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const cancel = new AbortController();
    const running = runAll(() => Array.from({ length: 5 }, () => task(() => { const count = Atomics.add(begun, 0, 1); for (const end = Date.now() + 300; Date.now() < end;); return count; })()), { executor: one, signal: cancel.signal });
    await vi.waitFor(() => expect(begun[0]).toBe(1), 20_000);
    cancel.abort();
    expect((await running).map(({ type }) => type)).toEqual(Array(5).fill("Cancelled"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(begun[0]).toBe(1);
    one.close();
  });
});

describe("where tasks run", () => {
  test("tasks that compute run in several threads, none of them the main one", async () => {
    const work = task((n: number, until: number) => { while (Date.now() < until); return [n, process.getBuiltinModule("node:worker_threads").threadId]; });
    // Both begin before either can end, however slow the machine is.
    const states = await runAll(() => [1, 2].map((n) => work(n, Date.now() + 2000)));
    const threads = states.map(({ result }) => (result as [number, number])[1]);
    expect(new Set(threads).size).toBe(2);
    expect(threads).not.toContain(0);
  });

  test("the main thread goes on while a task computes", async () => {
    const flags = new Int32Array(new SharedArrayBuffer(4));
    const running = runOne(task(() => { while (Atomics.load(flags, 0) === 0); return "told"; }));
    setTimeout(() => Atomics.store(flags, 0, 1), 50);
    expect((await running).result).toBe("told");
  });

  test("what waits lets others begin in its thread, up to the concurrency", async () => {
    const one = new ThreadExecutor({ threads: 1, concurrency: 3 });
    const arrived = new Int32Array(new SharedArrayBuffer(4));
    const meet = task(async () => { Atomics.add(arrived, 0, 1); while (arrived[0] < 3) await new Promise((resolve) => setTimeout(resolve, 1)); return arrived[0]; });
    expect((await runAll(() => [meet(), meet(), meet()], { executor: one })).map(({ result }) => result)).toEqual([3, 3, 3]);
    one.close();
  });

  test("parameters, lists, operators, resources and tasks with the tag main-thread stay on the main thread", async () => {
    const made: number[] = [];
    class Connection {
      socket = new WeakMap();
      setup() { made.push(where()); return this; }
      cleanup() { made.push(where()); }
    }
    const connection = resourceManager(Connection, { name: "connection" });
    const flow = new Flow("where");
    const nodes = flow.build(() => {
      const sum = task((list: number[]) => list.length, { name: "count" })([new Parameter<number>("n"), 2]) as unknown as Task;
      const here = task((one: Connection) => [where(), one.socket instanceof WeakMap], { tags: ["main-thread"], name: "here" });
      return connection.use([], (one) => [sum.add(1), here(one) as unknown as Task] as const);
    });
    const { result } = await flow.run({ n: 1 }, { executor });
    expect(nodes.map((node) => result.get(node as Task).result)).toEqual([3, [0, true]]);
    expect(made).toEqual([0, 0]);
  });
});

describe("what goes there and comes back", () => {
  test("output is shown while the task still runs", async () => {
    const flags = new Int32Array(new SharedArrayBuffer(4));
    const written = vi.spyOn(process.stdout, "write").mockImplementation((text) => { recordTaskOutput("stdout", String(text)); if (String(text).includes("half way")) Atomics.store(flags, 0, 1); return true; });
    try {
      const works = task(() => { console.log("half way"); while (Atomics.load(flags, 0) === 0) Math.random(); console.error("done"); return 1; });
      expect((await runOne(works)).result).toBe(1);
    } finally {
      written.mockRestore();
    }
  });

  test("what can not be sent fails its task at once, without retries", async () => {
    const weak = new WeakMap();
    const attempts: unknown[] = [];
    const refused = task(() => weak.has({}), { name: "work", maxRetries: 3, retryDelay: 1, stateHandlers: [(_, __, state) => { attempts.push(state.type); }] });
    const state = await runOne(refused);
    expect((state.result as FlowletError).code).toBe("NOT_PORTABLE");
    expect((state.result as FlowletError).message).toBe('In task work, weak can not be sent from one thread to another: a WeakMap. Make it inside the task\'s function; let inputs and results be plain data, or instances of classes declared outside of the task; or give the task the tag "main-thread", which runs it on the main thread.');
    expect(attempts).toEqual(["Running", "Failed"]);
  });

  test("a context entry that can not be sent is refused when it is read, and only then", async () => {
    const options = { context: { db: new (class Db { query() {} })(), plain: 1 } };
    expect((await runOne(task(() => context.plain), options)).result).toBe(1);
    const state = await runOne(task(() => context.db, { name: "asks" }), options);
    expect((state.result as FlowletError).message).toMatch(/^In task asks, context\.db can not be sent from one thread to another: an object of class Db\./);
  });

  test("what a task throws arrives, whatever hangs on it", async () => {
    const state = await runOne(task(() => { throw Object.assign(new Error("with a socket"), { code: "E", socket: new (class Socket {})(), method: () => 1, cause: Object.assign(new Error("inner"), { own: () => 1 }) }); }));
    const error = state.result as Error & { code: string; socket?: unknown };
    expect([error.message, error.code, "socket" in error, "method" in error, (error.cause as Error).message]).toEqual(["with a socket", "E", false, false, "inner"]);
    const own = (await runOne(task(() => { class Own extends RangeError { extra = 1; } throw new Own("mine"); }))).result as Error & { extra: number };
    expect([own instanceof RangeError, own.name, own.message, own.extra]).toEqual([true, "RangeError", "mine", 1]);
    expect((await runOne(task(() => { throw () => 1; }))).result).toMatchObject({ code: "NOT_PORTABLE", message: expect.stringContaining("what it threw can not be sent") });
  });

  test("what a task captures is read anew when it has changed, and only what it captures", async () => {
    const settings = { rate: 1 };
    let offset = 10;
    const work = task((n: number) => n * settings.rate + offset);
    const results: unknown[] = [(await runAll(() => [work(2)]))[0].result];
    settings.rate = 5;
    results.push((await runAll(() => [work(2)]))[0].result);
    offset = 100;
    results.push((await runAll(() => [work(2)]))[0].result);
    expect(results).toEqual([12, 20, 110]);
  });

  test("many flow runs share an executor, each with its own context", async () => {
    const tell = task(() => [context.flowName, context.get("run")]);
    const runs = await Promise.all(Array.from({ length: 30 }, async (_, run) => {
      const flow = new Flow(`flow ${run}`);
      const node = flow.build(() => tell());
      return (await flow.run({}, { executor, context: { run } })).result.get(node as Task).result;
    }));
    expect(runs).toEqual(Array.from({ length: 30 }, (_, run) => [`flow ${run}`, run]));
  });
});

test.each([[{ threads: 0 }, "threads"], [{ threads: 1.5 }, "threads"], [{ concurrency: -1 }, "concurrency"], [{ threads: "2" as never }, "threads"]])("bad options are refused: %j", (options, name) => {
  expect(() => new ThreadExecutor(options)).toThrow(`ThreadExecutor: the option ${name} must be a whole number, 1 or more`);
});

test("a script ends by itself, with warm threads, and while a timed-out task still runs", () => {
  const script = `
    import { Flow, ThreadExecutor, task } from ${JSON.stringify(join(import.meta.dirname, "../../../engine/index.ts"))};
    const executor = new ThreadExecutor({ threads: 2 });
    const flow = new Flow("ends", { executor }, () => {
      task(() => 1)();
      task(() => { setInterval(() => {}, 1000); return 2; })();
      task(() => { for (;;); }, { timeout: 50 })();
    });
    const { result } = await flow.run();
    console.log([...result.values()].map((state) => state.type).join());`;
  const { stdout, stderr, status, signal } = spawnSync("node", ["--input-type=module-typescript", "-e", script], { encoding: "utf8", timeout: 40_000, env: { ...process.env, NODE_OPTIONS: "", FLOWLET__LOGGING__LEVEL: "CRITICAL" } });
  expect({ stdout, stderr, status, signal }).toEqual({ stdout: "Success,Success,TimedOut\n", stderr: "", status: 0, signal: null });
});

test.each([["of a file", "program.ts"], ["given on the command line", null]])("tasks run under options of Node that hold for the whole process: a program %s", (_, file) => {
  const script = `
    import { Flow, ThreadExecutor, task } from ${JSON.stringify(join(import.meta.dirname, "../../../engine/index.ts"))};
    const flow = new Flow("options", { executor: new ThreadExecutor({ threads: 1 }) }, () => { task(() => 1)(); });
    console.log([...(await flow.run()).result.values()].map((state) => state.result).join());`;
  const folder = mkdtempSync(join(tmpdir(), "flowlet-"));
  try {
    if (file !== null) writeFileSync(join(folder, file), script);
    const program = file === null ? ["--input-type=module-typescript", "-e", script] : [join(folder, file)];
    const { stdout, stderr, status } = spawnSync("node", ["--max-old-space-size=300", "--stack-trace-limit=20", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", ...program], { encoding: "utf8", timeout: 40_000, env: { ...process.env, NODE_OPTIONS: "", FLOWLET__LOGGING__LEVEL: "CRITICAL" } });
    expect({ stdout, stderr, status }).toEqual({ stdout: "1\n", stderr: "", status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
