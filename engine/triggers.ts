/**
 * Triggers: decide from the states of the upstream tasks whether a task may run (prefect.triggers). A trigger returns true,
 * or false (TriggerFailed), or throws a signal. A mapped upstream counts as its children, a constant input as a success;
 * without upstream tasks every trigger passes, except `notAllSkipped` and `manualOnly`.
 */
import { context } from "./context.ts";
import type { Edge } from "./graph/edge.ts";
import { PAUSE, SKIP, TRIGGERFAIL } from "./signals.ts";
import { Mapped, type State } from "./state.ts";

/** State of each upstream task, by the edge that leads from it. */
export type UpstreamStates = ReadonlyMap<Edge, State>;

/** @returns true to run, false for TriggerFailed("Trigger failed"); @throws a signal for any other state */
export type Trigger = (upstreamStates: UpstreamStates) => boolean;

/** Triggers that do not look at the run context: the runners need not make one for them. */
const contextFree = new WeakSet<Trigger>();

function free(name: string, trigger: Trigger): Trigger {
  contextFree.add(trigger);
  return named(name, trigger);
}

/** A serialized flow tells triggers by name. */
function named(name: string, trigger: Trigger): Trigger {
  return Object.defineProperty(trigger, "name", { value: name });
}

/** Does the trigger decide from the upstream states alone? For the runners. */
export function isContextFree(trigger: Trigger): boolean { return contextFree.has(trigger); }

/** Upstream states, mapped ones replaced by their children. */
function flattened(upstreamStates: UpstreamStates): State[] {
  const states: State[] = [];
  for (const [edge, state] of upstreamStates) {
    if (state instanceof Mapped && !edge.mapped) for (const child of state.mapStates) states.push(child);
    else states.push(state);
  }
  return states;
}

const successful = (state: State) => state.isSuccessful();
const failed = (state: State) => state.isFailed();

function require(passes: boolean, message: string): true {
  if (passes) return true;
  throw new TRIGGERFAIL(message);
}

/** Runs if all upstream tasks succeeded (skipped ones count). The default. */
export const allSuccessful: Trigger = free("allSuccessful", (upstreamStates) =>
  require(flattened(upstreamStates).every(successful), 'Trigger was "all_successful" but some of the upstream tasks failed.'));

/** Runs if all upstream tasks failed. */
export const allFailed: Trigger = free("allFailed", (upstreamStates) =>
  require(flattened(upstreamStates).every(failed), 'Trigger was "all_failed" but some of the upstream tasks succeeded.'));

/** Runs if at least one upstream task succeeded. */
export const anySuccessful: Trigger = free("anySuccessful", (upstreamStates) =>
  require(upstreamStates.size === 0 || flattened(upstreamStates).some(successful), 'Trigger was "any_successful" but none of the upstream tasks succeeded.'));

/** Runs if at least one upstream task failed. */
export const anyFailed: Trigger = free("anyFailed", (upstreamStates) =>
  require(upstreamStates.size === 0 || flattened(upstreamStates).some(failed), 'Trigger was "any_failed" but none of the upstream tasks failed.'));

/** Runs when all upstream tasks are finished, however. */
export const allFinished: Trigger = free("allFinished", (upstreamStates) =>
  require(flattened(upstreamStates).every((state) => state.isFinished()), 'Trigger was "all_finished" but some of the upstream tasks were not finished.'));

/** The same as {@link allFinished}. */
export const alwaysRun: Trigger = allFinished;

/** Pauses until approved. */
export const manualOnly: Trigger = () => {
  if (context.get("resume")) return true;
  throw new PAUSE('Trigger function is "manual_only"');
};

/** Runs if no upstream task failed and at least one was not skipped; skips if all were. */
export const notAllSkipped: Trigger = free("notAllSkipped", (upstreamStates) => {
  const states = flattened(upstreamStates);
  if (states.every((state) => state.isSkipped())) throw new SKIP("All upstreams were skipped", { result: null });
  return require(states.every(successful), 'Trigger was "not_all_skipped" but some of the upstream tasks failed.');
});

/** Bounds of {@link someFailed} and {@link someSuccessful}: a count, or below 1 a fraction; both inclusive. */
export interface Thresholds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

function within(name: "some_failed" | "some_successful", counts: (state: State) => boolean, { atLeast, atMost }: Thresholds): Trigger {
  const bounds = [["atLeast", atLeast], ["atMost", atMost]].filter(([, bound]) => bound !== undefined).map(([which, bound]) => `${which}: ${bound}`);
  return free(`${name === "some_failed" ? "someFailed" : "someSuccessful"}(${bounds.join(", ")})`, (upstreamStates) => {
    if (upstreamStates.size === 0) return true;
    // An upstream task counts once, however many inputs it feeds.
    const states = [...new Set(flattened(upstreamStates))];
    const count = states.filter(counts).length;
    const bound = (threshold: number) => (threshold < 1 ? threshold * states.length : threshold);
    const passes = (atLeast === undefined || count >= bound(atLeast)) && (atMost === undefined || count <= bound(atMost));
    return require(passes, `Trigger was "${name}" but thresholds were not met.`);
  });
}

/** Runs if the number (or fraction) of failed upstream tasks lies within the bounds. */
export const someFailed = (thresholds: Thresholds = {}): Trigger => within("some_failed", failed, thresholds);

/** Runs if the number (or fraction) of successful upstream tasks lies within the bounds. */
export const someSuccessful = (thresholds: Thresholds = {}): Trigger => within("some_successful", successful, thresholds);
