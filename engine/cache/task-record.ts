/** What is remembered of a flow's tasks beside their results: for the reasons of the next run, and for how long it will take. */
import type { KeyParts } from "./kept-result.ts";

/** Of the tasks of a flow, by slug. The runs fill and change them. */
export type TaskRecords = Map<string, TaskRecord>;

/** Of one task. Mutable. */
export interface TaskRecord {
  /** Those that it is one of: a flow may keep its results in one place today, and in another one tomorrow. */
  readonly among: TaskRecords;
  /** What its last key was made of. */
  parts: KeyParts | undefined;
  /** How long it took when it ran last, of a mapped task a child (milliseconds). */
  duration: number | undefined;
  /** Why its last result is in memory only. */
  note: string | undefined;
}

/** The record of a task; made where there is none. */
export function recordOf(records: TaskRecords, slug: string): TaskRecord {
  let record = records.get(slug);
  if (record === undefined) records.set(slug, (record = { among: records, parts: undefined, duration: undefined, note: undefined }));
  return record;
}
