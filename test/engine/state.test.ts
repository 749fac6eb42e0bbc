import { describe, expect, test } from "vitest";
import { Cached, Cancelled, FAIL, Failed, Looped, Mapped, MetaState, Paused, Pending, Queued, Retrying, Running, STATE_CLASSES, Scheduled, Skipped, State, Submitted, Success, TimedOut, TriggerFailed, signalFromState } from "../../engine/index.ts";
import { STATES, isStateKind, isStateName, type StateName } from "../../protocol/states.ts";

test("classes and table are the same hierarchy", () => {
  for (const [name, stateClass] of Object.entries(STATE_CLASSES)) {
    expect(new stateClass().type).toBe(name);
    expect(STATES[name as StateName].parent).toBe(name === "State" ? null : Object.getPrototypeOf(stateClass).name);
    expect(new stateClass().color).toBe(STATES[name as StateName].color);
  }
});

describe("predicates", () => {
  test.each([
    [new Cached(), ["isSuccessful", "isCached", "isFinished"]],
    [new Skipped(), ["isSuccessful", "isSkipped", "isFinished"]],
    [new Mapped(), ["isSuccessful", "isMapped", "isFinished"]],
    [new Retrying(), ["isPending", "isScheduled", "isRetrying"]],
    [new Paused(), ["isPending", "isScheduled", "isPaused"]],
    [new Queued(), ["isScheduled", "isQueued", "isMetaState"]],
    [new Submitted(), ["isSubmitted", "isMetaState"]],
    [new Running(), ["isRunning"]],
    [new TimedOut(), ["isFailed", "isFinished"]],
    [new TriggerFailed(), ["isFailed", "isFinished"]],
    [new Looped(), ["isFinished", "isLooped"]],
    [new Cancelled(), ["isFinished", "isCancelled"]],
  ])("%s", (state, holds) => {
    const predicates = ["isPending", "isScheduled", "isRetrying", "isPaused", "isQueued", "isSubmitted", "isRunning", "isFinished", "isLooped", "isSuccessful", "isCached", "isMapped", "isSkipped", "isFailed", "isCancelled", "isMetaState"] as const;
    expect(predicates.filter((name) => state[name]()).sort()).toEqual([...holds].sort());
  });
});

test("a state shows its class and message", () => {
  expect(`${new Success("done")} ${new Pending()}`).toBe('<Success: "done"> <Pending>');
});

test("scheduled states start now, paused ones never by themselves", () => {
  expect(new Scheduled().startTime).toBeInstanceOf(Date);
  expect(new Paused().startTime).toBeNull();
});

test("meta states do not nest", () => {
  const inner = new Running();
  expect(new Queued(null, undefined, { state: new Submitted(null, undefined, { state: inner }) }).state).toBe(inner);
  expect(new MetaState().state).toBeNull();
});

test("children and parents", () => {
  expect(Failed.children()).toEqual(["TimedOut", "TriggerFailed", "ValidationFailed"]);
  expect(Cached.parents()).toEqual(["Success", "Finished", "State"]);
  expect(State.children(true)).toHaveLength(Object.keys(STATES).length);
});

test("names from outside are checked", () => {
  expect([isStateName("Success"), isStateName("constructor"), isStateName(5), isStateKind("Nonsense", "State"), isStateKind("Cached", "Finished")]).toEqual([true, false, false, false, true]);
});

test("a signal for a state, where there is one", () => {
  const signal = signalFromState(new Failed("no", 5));
  expect([signal instanceof FAIL, signal.message, signal.state.result]).toEqual([true, "no", 5]);
  expect(() => signalFromState(new Running())).toThrow("No signal leads to the state Running.");
});
