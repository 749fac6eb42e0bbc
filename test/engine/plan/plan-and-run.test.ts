/** Whatever the flow and whatever was edited: what a plan calls fresh is exactly what the next run does not run. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Flow, Parameter, allFinished, caseOf, task, type State, type Task } from "../../../engine/index.ts";

type AnyTask = Task<any, any>;

/** Random flows (count). */
const RUNS = Number(process.env.FLOWLET_RUNS ?? 60);

/** What a task of a random flow does with the sum of its inputs: its sign and remainder stay the same after many an edit, so that waves stop. */
const KINDS = ["sum", "sign", "parity", "list", "acts", "never", "fails", "throughCase", "mapped", "late"] as const;

interface TaskShape {
  readonly kind: (typeof KINDS)[number];
  /** Places of what it gets, and of what it merely follows, among the tasks before it. */
  readonly inputs: readonly number[];
  readonly follows: readonly number[];
}

const shapes: fc.Arbitrary<TaskShape[]> = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), inputs: fc.array(fc.nat(), { maxLength: 2 }), follows: fc.array(fc.nat(), { maxLength: 1 }) }), { minLength: 1, maxLength: 8 });

/** Which task's setting is changed to what; -1: the parameter. */
const edits = fc.array(fc.record({ at: fc.integer({ min: -1, max: 7 }), value: fc.integer({ min: -2, max: 2 }) }), { maxLength: 4 });

const total = (values: readonly unknown[]): number => values.flat(3).reduce((sum: number, value) => sum + (typeof value === "number" ? value : 0), 0);

/** One function for each task, told apart by its number: equal tasks would find each other's results. */
function body(kind: TaskShape["kind"], number: number, settings: { values: number[] }): (...inputs: any[]) => unknown {
  switch (kind) {
    case "sign": return (a: any, b: any) => [number, Math.sign(total([a, b]) + settings.values[number])];
    case "parity": return (a: any, b: any) => `${number} ${Math.abs(total([a, b]) + settings.values[number]) % 2}`;
    case "list": return (a: any, b: any) => Array.from({ length: 1 + (Math.abs(total([a, b])) % 3) }, (_, index) => index + number * 100 + settings.values[number]);
    case "acts": return (a: any, b: any) => { void [a, b, number]; };
    case "fails": return (a: any, b: any) => { if ((total([a, b]) + settings.values[number]) % 2 !== 0) throw new Error(`odd ${number}`); return number; };
    default: return (a: any, b: any) => number * 1000 + total([a, b]) + settings.values[number];
  }
}

function build(list: readonly TaskShape[], settings: { values: number[] }[]): { flow: Flow; tasks: AnyTask[] } {
  const flow = new Flow("random");
  const tasks: AnyTask[] = [];
  flow.build(() => {
    const n = flow.addTask(new Parameter<number>("n") as AnyTask);
    for (const [number, { kind, inputs, follows }] of list.entries()) {
      const pick = (place: number) => (tasks.length === 0 ? n : tasks[place % tasks.length]);
      const given = inputs.map((place) => (place % 5 === 0 ? n : pick(place)));
      // Each task sees its own setting only: an edit of one changes no other one's code.
      const made = task(body(kind, number, settings[number]), { name: `t${number}`, ...(kind === "never" && { cache: false }), ...(kind === "late" && { trigger: allFinished, skipOnUpstreamSkip: false }) }) as AnyTask;
      const upstreamTasks = follows.map(pick);
      const call = () => made.with({ upstreamTasks })(...(given as never[])) as AnyTask;
      if (kind === "throughCase" && tasks.length > 0) tasks.push(caseOf(pick(inputs[0] ?? 0), 0, call));
      else if (kind === "mapped") tasks.push(made.map(given.length > 0 ? ([given[0], 1, 2] as never) : ([1, 2] as never)) as AnyTask);
      else tasks.push(call());
    }
  });
  return { flow, tasks };
}

const isKept = (state: State): boolean => state.isMapped() ? (state as unknown as { mapStates: State[] }).mapStates.every(isKept) : state.isCached() || state.isSkipped() || state.type === "TriggerFailed";

test("a plan's fresh tasks are those that do not run; stale ones that were cut off follow others", async () => {
  const seed = Number(process.env.FLOWLET_SEED ?? Math.floor(Math.random() * 2 ** 31));
  await fc.assert(fc.asyncProperty(shapes, fc.array(edits, { minLength: 1, maxLength: 4 }), async (list, rounds) => {
    const settings = list.map((_, number) => ({ values: Array.from({ length: number + 1 }, () => 0) }));
    const { flow } = build(list, settings);
    let n = 1;
    await flow.run({ n }, { cache: true });
    for (const round of rounds) {
      for (const { at, value } of round) {
        if (at === -1) n = value;
        else if (at < settings.length) settings[at].values[at] = value;
      }
      const plan = flow.plan({ n });
      const again = flow.plan({ n });
      expect(String(again).replaceAll(/\d+ m?s/g, "")).toBe(String(plan).replaceAll(/\d+ m?s/g, ""));
      const { result } = await flow.run({ n }, { cache: true });
      for (const { task: one, name, verdict, reason } of plan) {
        const state = result.get(one as AnyTask);
        const what = `${name}: ${verdict}, ${reason}; then ${String(state)} (${state.reason})`;
        // Comparisons are made by the plan itself; they run each time that they skip.
        if (verdict === "fresh" || verdict === "outside") expect(isKept(state) || name.startsWith("case("), what).toBe(true);
        // Of two equal lists one finds what the other has just made.
        else if (isKept(state) && name !== "List") expect(reason, what).toMatch(/follows `/);
      }
    }
  }), { seed, numRuns: RUNS });
}, 60_000 + RUNS * 1_000);

test("a run that selects by a plan gives what a whole run gives", async () => {
  await fc.assert(fc.asyncProperty(shapes, edits, fc.nat(), async (list, round, last) => {
    const settings = list.map((_, number) => ({ values: Array.from({ length: number + 1 }, () => 0) }));
    const { flow, tasks } = build(list, settings);
    await flow.run({ n: 1 }, { cache: true });
    for (const { at, value } of round) if (at >= 0 && at < settings.length) settings[at].values[at] = value;
    const wanted = tasks[last % tasks.length];
    const upTo = (await flow.run({ n: 1 }, { cache: true, upTo: [wanted] })).result.get(wanted);
    const nothingKept = (await build(list, settings).flow.run({ n: 1 })).result;
    const same = [...nothingKept].find(([one]) => one.name === wanted.name)?.[1] as State;
    const plain = (state: State) => (state.isFailed() ? state.type : state.result);
    expect(plain(upTo)).toEqual(plain(same));
  }), { numRuns: 25 });
}, 120_000);
