/** Quick tasks are handed to a thread ahead of their turn: what becomes of them when one of them is not quick after all. */
import { afterEach, expect, test, vi } from "vitest";
import { Flow, FlowletError, Mapped, ThreadExecutor, context, task, type State, type Task, type ThreadExecutorOptions } from "../../../engine/index.ts";

const executors: ThreadExecutor[] = [];
afterEach(() => { for (const executor of executors.splice(0)) executor.close(); });

/** What the tasks are to do, and what they have done; shared with the threads. The first places are named, then one a task. */
const MODE = 0, SUCCEEDED = 1, NOW = 2, MOST = 3, CALLS = 8;
const PLAIN = 0, ONE_IS_LONG = 1, ONE_EXITS = 2, ALL_WAIT = 3;
const TASKS = 60, ODD = 25;

function scene(options: ThreadExecutorOptions) {
  const executor = new ThreadExecutor(options);
  executors.push(executor);
  const flags = new Int32Array(new SharedArrayBuffer(4 * (CALLS + TASKS)));
  let running = 0, most = 0;
  const states = new Map<unknown, string>();
  const work = task((flags: Int32Array, n: number, _more?: unknown) => {
    Atomics.add(flags, 8 + n, 1);
    if (flags[0] === 1 && n === 25) while (Atomics.load(flags, 1) < 59);
    if (flags[0] === 2 && n % 10 === 5) process.exit(7);
    if (flags[0] !== 3) return n;
    const now = Atomics.add(flags, 2, 1) + 1;
    if (now > flags[3]) flags[3] = now;
    return new Promise((resolve) => setTimeout(() => { Atomics.sub(flags, 2, 1); resolve(n); }, 2));
  }, {
    name: "work",
    stateHandlers: [(_, __, state: State) => {
      const key = context.taskFullName;
      if (state.isRunning()) most = Math.max(most, ++running);
      else if (states.get(key) === "Running") running--;
      states.set(key, state.type);
      if (state.type === "Success" && context.mapIndex !== null) Atomics.add(flags, SUCCEEDED, 1);
    }],
  });
  const run = async (mode: number, more: readonly unknown[] = [], signal?: AbortSignal): Promise<readonly State[]> => {
    flags.fill(0);
    flags[MODE] = mode;
    running = most = 0;
    const flow = new Flow("ahead");
    const numbers = Array.from({ length: TASKS }, (_, n) => n);
    const node = flow.build(() => work.map(Array(TASKS).fill(flags), numbers, numbers.map((n) => more[n])));
    const state = (await flow.run({}, { executor, signal })).result.get(node as unknown as Task) as Mapped;
    return state.mapStates;
  };
  /** Runs quick tasks until the threads get several at once. */
  const warmUp = () => vi.waitFor(async () => {
    await run(PLAIN);
    expect(most).toBeGreaterThan(2);
  }, { timeout: 30_000, interval: 1 });
  return { run, warmUp, flags, most: () => most };
}
const numbers = Array.from({ length: TASKS }, (_, n) => n);
const counts = (flags: Int32Array) => [...flags.subarray(CALLS)];

test("where one task holds its thread until all others are done, those behind it run elsewhere, and the results before it arrive", async () => {
  const { run, warmUp, flags } = scene({ threads: 2 });
  await warmUp();
  const states = await run(ONE_IS_LONG);
  expect(states.map(({ result }) => result)).toEqual(numbers);
  expect(counts(flags)).toEqual(numbers.map(() => 1));
});

test("where tasks end their thread, they alone fail, and all others run exactly once", async () => {
  const { run, warmUp, flags } = scene({ threads: 2 });
  await warmUp();
  const states = await run(ONE_EXITS);
  expect(states.map(({ type, result }) => (type === "Failed" ? (result as FlowletError).code : result))).toEqual(numbers.map((n) => (n % 10 === 5 ? "THREAD_ENDED" : n)));
  expect(counts(flags)).toEqual(numbers.map(() => 1));
});

test("where tasks begin to wait, no more of them do so at once than the executor says", async () => {
  const { run, warmUp, flags } = scene({ threads: 2 });
  for (let round = 0; round < 5; round++) {
    await warmUp();
    expect((await run(ALL_WAIT)).map(({ result }) => result)).toEqual(numbers);
    expect(counts(flags)).toEqual(numbers.map(() => 1));
    expect(flags[MOST]).toBeLessThanOrEqual(2);
  }
});

test("an input that can not be copied fails its task only", async () => {
  const { run, warmUp } = scene({ threads: 2 });
  await warmUp();
  const gone = new ArrayBuffer(8);
  structuredClone(gone, { transfer: [gone] });
  const more: unknown[] = [];
  more[ODD] = gone;
  const states = await run(PLAIN, more);
  expect(states.map(({ type, result }) => (type === "Failed" ? (result as FlowletError).message : result))).toEqual(numbers.map((n) => (n === ODD ? expect.stringMatching(/^In task work, its inputs can not be sent from one thread to another: .*detached/) : n)));
});

test.each([2, 3])("a concurrency of %d that the user gave holds for quick tasks too", async (concurrency) => {
  const { run, most } = scene({ threads: 2, concurrency });
  for (let round = 0; round < 5; round++) {
    expect((await run(PLAIN)).map(({ result }) => result)).toEqual(numbers);
    expect(most()).toBe(concurrency);
  }
});

test("a cancelled run takes back what was handed ahead", async () => {
  const { run, warmUp, flags } = scene({ threads: 1 });
  await warmUp();
  const cancel = new AbortController();
  const running = run(ONE_IS_LONG, [], cancel.signal);
  while (flags[CALLS + ODD] === 0) await new Promise((resolve) => setImmediate(resolve));
  cancel.abort();
  // Its thread would go on with those behind it.
  flags[SUCCEEDED] = TASKS;
  await running;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(counts(flags)).toEqual(numbers.map((n) => (n <= ODD ? 1 : 0)));
});
