/** What an engine did after an edit, judged by what its tasks returned and which of them ran. */
import type { Edit } from "./edits.ts";

/** One run of a notebook. */
export interface Run {
  /** What `g` returned. */
  readonly value: number;
  /** Which tasks ran, sorted. */
  readonly ran: readonly string[];
}

/** What an engine did with the notebooks of an edit: the first run, the same once more, then one run after each edit. */
export interface Observation {
  /** The edit's. */
  readonly name: string;
  readonly runs: readonly Run[];
  /** Why it ended early. */
  readonly error?: string;
}

export type Kind =
  /** Nothing ran, and the value is right. */
  | "hit"
  /** What had to run ran, and nothing else. */
  | "again"
  /** The value is right, but more ran than had to. */
  | "needless"
  /** The value is not what the cells say. */
  | "stale"
  /** It ran again without any edit: it says nothing about edits. */
  | "unkept"
  | "failed";

export interface Verdict {
  readonly kind: Kind;
  /** As in the table. */
  readonly text: string;
}

/** Judges what was observed of an edit. */
export function judge(edit: Edit, { runs, error }: Observation): Verdict {
  const last = runs.at(-1);
  if (error !== undefined) return { kind: "failed", text: `fails (${error})` };
  if (last === undefined || runs.length !== edit.python.edits.length + 2) return { kind: "failed", text: "fails (it ended early)" };
  if (runs[0]!.ran.length !== 2) return { kind: "failed", text: "fails (its first run did not run each task once)" };
  if (runs[1]!.ran.length > 0) return { kind: "unkept", text: "keeps nothing" };
  if (last.value !== edit.right) return { kind: "stale", text: `**STALE** (${last.value}, right is ${edit.right})` };
  if (last.ran.length === 0) return { kind: "hit", text: "✓ hit" };
  if (last.ran.every((task) => edit.needs.some((needed) => needed === task))) return { kind: "again", text: edit.needs.length === 1 ? `✓ runs \`${edit.needs[0]}\` only` : "✓ runs again" };
  return { kind: "needless", text: "needless run" };
}
