import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { restoredStates, type KnownTaskRun } from "../../agent/flow-run/restored-states.ts";
import { Flow, LocalResult, Mapped, task, type State, type TaskStates } from "../../engine/index.ts";

const dir = mkdtempSync(join(tmpdir(), "flowlet-restored-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ran: string[] = [];
const list = task(function list() { ran.push("list"); return [1, 2, 3]; });
const work = task(function work(x: number) { ran.push(`work ${x}`); return x * 10; });
const sum = task(function sum(all: number[]) { ran.push("sum"); return all.reduce((a, b) => a + b, 0); });

function makeFlow(): Flow {
  const flow = new Flow("restored", { result: new LocalResult({ dir }) });
  flow.build(() => { sum(work.map(list()) as never); });
  return flow;
}

/** What a server knows of a run. */
function known(flow: Flow, states: TaskStates): KnownTaskRun[] {
  return [...states].flatMap(([one, state]) => {
    const { slug } = flow.node(one);
    const children = state instanceof Mapped ? state.mapStates : [];
    return [{ slug, mapIndex: -1, state }, ...children.map((child, mapIndex) => ({ slug, mapIndex, state: child }))].map((run) => ({ ...run, state: run.state.toJson() as unknown as KnownTaskRun["state"] }));
  });
}

const PENDING = { version: 1, type: "Pending", message: null, at: 0 } as KnownTaskRun["state"];

async function goOn(change: (runs: KnownTaskRun[], states: TaskStates, flow: Flow) => void): Promise<{ state: State<TaskStates>; flow: Flow; notes: string[] }> {
  const first = makeFlow();
  const { result } = await first.run({}, { checkpointing: true });
  const runs = known(first, result);
  change(runs, result, first);
  ran.length = 0;
  const flow = makeFlow();
  const notes: string[] = [];
  const taskStates = await restoredStates(flow, runs, (note) => notes.push(note));
  return { state: await flow.run({}, { checkpointing: true, taskStates }), flow, notes };
}

const set = (runs: KnownTaskRun[], slug: string, state: KnownTaskRun["state"]) => { runs[runs.findIndex((run) => run.slug === slug && run.mapIndex === -1)] = { slug, mapIndex: -1, state }; };
const fileOf = (runs: KnownTaskRun[], slug: string, mapIndex: number) => (runs.find((run) => run.slug === slug && run.mapIndex === mapIndex)?.state.result as { location: string }).location;

test("what has succeeded is not run again, and its results are read from where they are", async () => {
  const { state } = await goOn((runs) => set(runs, "sum-1", PENDING));
  expect(state.isSuccessful()).toBe(true);
  expect(ran).toEqual(["sum"]);
});

test("of a mapped task only the children run again whose results are gone and needed", async () => {
  const { state, notes } = await goOn((runs) => {
    set(runs, "sum-1", PENDING);
    rmSync(fileOf(runs, "work-1", 1));
  });
  expect(state.isSuccessful()).toBe(true);
  expect(ran).toEqual(["work 2", "sum"]);
  expect(notes).toEqual([expect.stringMatching(/^Task 'work' has finished before, and runs again: its result is needed, and it is not in its place any more/)]);
});

test("a result that is gone and that nobody needs is no reason to run anything", async () => {
  const { state } = await goOn((runs) => {
    rmSync(fileOf(runs, "work-1", 0));
    rmSync(fileOf(runs, "list-1", -1));
  });
  expect([...state.result.values()].map((one) => one.type).sort()).toEqual(["Mapped", "Success", "Success"]);
  expect(ran).toEqual([]);
});

test("a task that ran when its process ended runs again, with the number of its attempt", async () => {
  const flow = new Flow("one");
  flow.build(() => { list(); });
  const states = await restoredStates(flow, [{ slug: "list-1", mapIndex: -1, state: { ...PENDING, type: "Running", runCount: 2 } }], () => {});
  const [state] = states.values();
  expect([state.type, state.context]).toEqual(["Pending", { taskRunCount: 2 }]);
});

test("a task that the flow does not have is named", async () => {
  await expect(restoredStates(makeFlow(), [{ slug: "other-1", mapIndex: -1, state: PENDING }], () => {})).rejects.toThrow("Task slug other-1 is not found in the current Flow.");
});

test("a damaged state is told", async () => {
  await expect(restoredStates(makeFlow(), [{ slug: "list-1", mapIndex: -1, state: { ...PENDING, type: "Nonsense" as never } }], () => {})).rejects.toThrow("This is no state that was written with toJson");
});
