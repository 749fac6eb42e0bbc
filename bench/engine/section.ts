/** One section of the page: what is measured for it, and the table that this makes. */
import { median } from "../report.ts";
import type { Engine } from "./engines.ts";
import type { Measurement } from "./scripts/measurement.ts";

/** One process: an engine with a case of its script. */
export interface Wanted {
  readonly engine: Engine;
  readonly case: string;
  readonly tasks: number;
  readonly repetitions: number;
}

export interface Measured extends Wanted {
  readonly measurement: Measurement;
}

export interface Section {
  /** Its word on the command line; its markers on the page are `bench:engine-NAME`. */
  readonly name: string;
  /** @param quick fewer tasks and repetitions, to see that it works */
  wanted(quick: boolean): readonly Wanted[];
  /** Table and note, in Markdown. @param measured those of the wanted that could be measured, in their order */
  report(measured: readonly Measured[]): string;
}

/** A wanted process in a few words: one row of a section's list. */
export function want(engine: Engine, name: string, tasks: number, repetitions: number): Wanted {
  return { engine, case: name, tasks, repetitions };
}

/** Median of a phase, microseconds a task; undefined where it was not measured. */
export function perTask(one: Measured | undefined, phase: string, clock: "wall" | "cpu" = "wall"): number | undefined {
  const times = one?.measurement.phases[phase]?.[clock];
  return one === undefined || times === undefined ? undefined : (median(times) * 1_000) / one.tasks;
}

/** A count with thousands separated. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
