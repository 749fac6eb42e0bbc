/** What a plan says of a task before a run. */

/**
 * `fresh`: it does not run, its kept result is used. `outside`: the same, but the result came in from outside (the network, the clock) and
 * is as old as it is. `stale`: it runs. `unknown`: it runs, because what it is made from can not be judged.
 */
export type Verdict = "fresh" | "outside" | "stale" | "unknown";

/** Number of tasks, or children, of each verdict. */
export type VerdictCounts = { readonly [Name in Verdict]: number };
