/** What a plan says of a task before a run. */

/**
 * `fresh`: it does not run, its kept result is used. `outside`: the same, but the result came in from outside (the network, the clock) and
 * is as old as it is. `stale`: it runs. `unknown`: it runs, because what it is made from can not be judged.
 */
export type Verdict = "fresh" | "outside" | "stale" | "unknown";

/** Number of tasks, or children, of each verdict. */
export type VerdictCounts = { readonly [Name in Verdict]: number };

/** What a plan says of one node of a flow. */
export interface NodePlan {
  readonly verdict: Verdict;
  /** In words: "helper `clean` changed (cell 3)", "kept". */
  readonly reason: string;
  /** How long it is expected to run, if it does (milliseconds); absent: not known. */
  readonly expected?: number;
  /** Time that the kept result saves (milliseconds). */
  readonly saves?: number;
  /** When the kept result was made (milliseconds since 1970). */
  readonly keptAt?: number;
  /** Of a mapped task whose elements are known: how many of its children are what. */
  readonly children?: VerdictCounts;
}

/** A plan as an output shows it and a notebook saves it. */
export interface SavedPlan {
  /** "3 of 40 tasks run (about 12 s), 37 fresh" */
  readonly summary: string;
  /** In the order in which a run comes to them: all of a small flow, of a large one those that run. */
  readonly tasks: readonly (NodePlan & { readonly id: string })[];
  /** Tasks that are not listed (count). Default 0. */
  readonly more?: number;
}

const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["fresh", "outside", "stale", "unknown"]);

/** Data that may be damaged, or of another version: is it what a plan says of a node? */
export function isNodePlan(data: unknown): data is NodePlan {
  const { verdict, reason } = (typeof data === "object" && data !== null ? data : {}) as Partial<NodePlan>;
  return VERDICTS.has(verdict) && typeof reason === "string";
}

/** The parts of a saved plan that can be read; null where there is none. */
export function readSavedPlan(data: unknown): SavedPlan | null {
  const { summary, tasks, more } = (typeof data === "object" && data !== null ? data : {}) as Partial<SavedPlan>;
  if (!Array.isArray(tasks)) return null;
  const readable = (tasks as unknown[]).filter((task): task is SavedPlan["tasks"][number] => isNodePlan(task) && typeof (task as { id?: unknown }).id === "string");
  return { summary: typeof summary === "string" ? summary : "", tasks: readable, ...(typeof more === "number" && { more }) };
}
