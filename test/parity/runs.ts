/** Runs of a scenario's flows, and what is compared of them. */
import { LocalExecutor, Mapped, State, TaskStates, context, type Flow, type RunOptions, type Task } from "../../engine/index.ts";
import { compare, compareThrown, recordedValue, type Difference } from "./comparison.ts";
import { makeState } from "./handlers.ts";
import type { ExpectedState, OrderCheck, Run } from "./scenario.ts";
import { childKey, type Session } from "./session.ts";

/** The context of a run names its own entries as its user does. */
function initialStates(session: Session, flow: Flow, run: Run): Map<Task, State> {
  const states = new Map<Task, State>();
  const carried = run.carryStates === "all" ? [...session.previous.keys()] : (run.carryStates ?? []).map((id) => session.task(id));
  for (const task of carried) {
    const state = session.previous.get(task);
    if (state !== undefined && flow.has(task)) states.set(task, state);
  }
  for (const [id, literal] of Object.entries(run.taskStates ?? {})) states.set(session.task(id), makeState(literal));
  return states;
}

/** Gives the typed answers in turn. */
function approver(answers: readonly string[]): RunOptions["approve"] {
  let next = 0;
  return () => {
    if (next >= answers.length) throw new Error(`The run asked ${next + 1} times, and has ${answers.length} answers.`);
    return answers[next++].trim().toLowerCase() === "y";
  };
}

/** Runs a flow and compares everything that is recorded of the run. */
export async function replay(session: Session, run: Run, where: string, differences: Difference[]): Promise<void> {
  if (run.waitMs !== undefined) await new Promise((resolve) => setTimeout(resolve, run.waitMs));
  const flow = session.flowOf(run.flow);
  session.beginRun();
  const options: RunOptions = {
    executor: new LocalExecutor({ concurrency: 1 }), taskStates: initialStates(session, flow, run), wait: run.mode !== "pass",
    ...(run.context === undefined ? {} : { context: run.context }), ...(run.approvals === undefined ? {} : { approve: approver(run.approvals) }),
  };
  let state: State;
  try {
    state = await flow.run(run.parameters ?? {}, options);
  } catch (error) {
    return compareThrown(where, run.expect.throws, { error }, differences);
  }
  if (run.expect.throws !== undefined) return compareThrown(where, run.expect.throws, null, differences);
  session.previous = new Map(state.result instanceof TaskStates ? state.result : []);
  const { flow: expectedFlow, tasks = {}, orderChecks = [] } = run.expect;
  if (expectedFlow !== undefined) compareState(session, `${where} flow`, "flow", null, expectedFlow, state, differences);
  for (const [id, expected] of Object.entries(tasks)) {
    const found = session.previous.get(session.task(id));
    if (found === undefined) differences.push({ where: `${where} task ${id}`, expected: expected.type, got: "no state" });
    else compareState(session, `${where} task ${id}`, id, null, expected, found, differences);
  }
  for (const check of orderChecks) compare(`${where} order ${check.first} then ${check.then}`, check.holds ?? true, holds(session, check), differences);
}

/** @param id the task's, or "flow" */
function compareState(session: Session, where: string, id: string, mapIndex: number | null, expected: ExpectedState, got: State, differences: Difference[]): void {
  compare(`${where} type`, expected.type, got.type, differences);
  if (expected.messageContains !== undefined) {
    const missing = expected.messageContains.filter((piece) => !(got.message ?? "").includes(piece));
    if (missing.length > 0) differences.push({ where: `${where} message contains`, expected: expected.messageContains, got: got.message });
  } else if ("message" in expected) compare(`${where} message`, expected.message, got.message, differences);
  if ("result" in expected) compare(`${where} result`, expected.result, recordedValue(got.result), differences);
  const key = childKey(id, mapIndex);
  if (expected.transitions !== undefined) compare(`${where} transitions`, expected.transitions, session.transitions.get(key) ?? [], differences);
  if (expected.onFailure !== undefined) compare(`${where} onFailure`, expected.onFailure, session.failures.get(id) ?? [], differences);
  if (expected.calls !== undefined) {
    const calls = session.calls.filter((call) => call.id === id && call.mapIndex === mapIndex);
    compare(`${where} calls`, expected.calls, calls.length, differences);
    const once = calls.length === 0 ? [] : [1];
    compare(`${where} runCounts`, expected.runCounts ?? once, calls.map((call) => call.runCount), differences);
    const loops = calls.map((call) => call.loopCount);
    compare(`${where} loopCounts`, expected.loopCounts ?? loops.map(() => 1), loops, differences);
  }
  if (expected.children === undefined) return;
  const children = got instanceof Mapped ? got.mapStates : [];
  compare(`${where} number of children`, expected.children.length, children.length, differences);
  for (const [index, child] of expected.children.entries()) {
    if (index < children.length) compareState(session, `${where}[${index}]`, id, index, child, children[index], differences);
  }
}

/** Was `id#n`, the nth call of a task in the run, before another one? */
function holds(session: Session, { first, then }: OrderCheck): boolean {
  const position = (which: string) => {
    const at = which.lastIndexOf("#");
    const [id, n] = [which.slice(0, at), Number(which.slice(at + 1))];
    const positions = session.calls.flatMap((call, index) => (childKey(call.id, call.mapIndex) === id || call.id === id ? [index] : []));
    return positions[n - 1] ?? -1;
  };
  const [one, other] = [position(first), position(then)];
  return one !== -1 && other !== -1 && one < other;
}

/** A session of its own: results that tasks cache are seen by this scenario's runs only. */
export function inOwnCache<T>(body: () => T): T {
  return context.with({ caches: new Map() }, body);
}
