/** What a run would make of a task, as far as that is known before it runs. */
import type { Verdict } from "../../protocol/verdict.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import { Pending, type State } from "../state.ts";

/** Of a task, or of one child of a mapped task. */
export interface PlannedOutcome {
  readonly verdict: Verdict;
  readonly reason: string;
  /** The state that it ends with; one of the unfinished ones below where that is not known. */
  readonly state: State;
  /** The kept result that is used. */
  readonly kept: KeptResult | null;
}

/** It runs: nothing is known of its result. */
export const RUNS: State = new Pending("which runs");
/** A parameter that must be given a value and is not. */
export const NO_VALUE: State = new Pending("which has no value");
/** Its result is somewhere, and is read only when the flow runs. */
export const READ_LATER: State = new Pending("which is read from its target");

/** It runs, for a reason. */
export function itRuns(reason: string, verdict: Verdict = "stale"): PlannedOutcome {
  return { verdict, reason, state: RUNS, kept: null };
}

/** It does not run, and its state is known. */
export function itIs(state: State, reason: string): PlannedOutcome {
  return { verdict: "fresh", reason, state, kept: null };
}
