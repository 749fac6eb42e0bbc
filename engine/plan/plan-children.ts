/** The children of a mapped task, each planned by the content of its element. */
import type { Verdict } from "../../protocol/verdict.ts";
import { elementsOf } from "../runners/task-checks.ts";
import { Failed, Mapped, type State } from "../state.ts";
import type { PlannedOutcome } from "./planned-outcome.ts";
import type { PlannedTaskRun } from "./planned-task-run.ts";

/** A mapped task in a plan. */
export interface PlannedChildren extends PlannedOutcome {
  readonly children: { readonly [Name in Verdict]: number };
  /** When the oldest of the kept results was made (milliseconds since 1970); null: none is used. */
  readonly keptAt: number | null;
  /** Time that they took together (milliseconds). */
  readonly saves: number;
}

/** @param parent whose upstream states are known; @param planOne plans the child of an index */
export function planChildren(parent: PlannedTaskRun, planOne: (index: number) => PlannedOutcome): PlannedOutcome | PlannedChildren {
  const { node, upstream } = parent;
  let width = Infinity, lists = 0;
  for (let i = 0; i < upstream.length; i++) {
    if (!node.upstream[i].mapped) continue;
    const state = upstream[i];
    const elements = state instanceof Mapped ? state.mapStates : elementsOf(state);
    if (elements !== null) width = Math.min(width, elements.length);
    if (state.isSuccessful() && elements === null) return failed("what it maps over is no list");
    if (state.isSuccessful()) lists++;
  }
  if (lists === 0) return failed("there is nothing to map over");
  const counts = { fresh: 0, outside: 0, stale: 0, unknown: 0 };
  const states: State[] = [];
  let first: string | null = null, outside: string | null = null, keptAt: number | null = null, saves = 0;
  for (let index = 0; index < width; index++) {
    const { verdict, reason, state, kept } = planOne(index);
    counts[verdict]++;
    states.push(state);
    if (verdict === "stale" || verdict === "unknown") first ??= reason;
    else if (verdict === "outside") outside ??= reason;
    if (kept === null) continue;
    keptAt = keptAt === null ? kept.at : Math.min(keptAt, kept.at);
    saves += kept.duration;
  }
  const runs = counts.stale + counts.unknown;
  const known = states.every((state) => state.isFinished());
  const mapped = new Mapped(null, known ? states.map((state) => state.result) : [], { mapStates: states });
  const verdict = counts.stale > 0 ? "stale" : counts.unknown > 0 ? "unknown" : counts.outside > 0 ? "outside" : "fresh";
  const children = width === 1 ? "child" : "children";
  const reason = first !== null ? `${runs} of ${width} ${children} ${runs === 1 ? "runs" : "run"}: ${first}` : (outside ?? (width === 0 ? "there is nothing to map over" : "kept"));
  return { verdict, reason, state: mapped, kept: null, children: counts, keptAt, saves };
}

function failed(why: string): PlannedOutcome {
  return { verdict: "stale", reason: `it fails: ${why}`, state: new Failed(why), kept: null };
}
