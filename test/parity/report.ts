/** Tells what became of the scenarios, for people. */
import { inspect } from "node:util";
import type { Outcome } from "./play.ts";

const show = (value: unknown) => (typeof value === "string" && value.includes("\n") ? value : inspect(value, { depth: 8, breakLength: Infinity, maxStringLength: 2000 }));

/** A failing scenario with everything that is not as recorded. */
export function describeFailure({ scenario, differences }: Outcome): string {
  const lines = differences.map(({ where, expected, got }) => `    ${where}\n      expected ${show(expected)}\n      got      ${show(got)}`);
  return [`FAILED ${scenario.name}${scenario.about === undefined ? "" : `: ${scenario.about}`}`, ...lines].join("\n");
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly differ: number;
}

export function count(outcomes: readonly Outcome[]): Counts {
  const differing = outcomes.filter((outcome) => outcome.differences.length > 0);
  const differ = differing.filter((outcome) => outcome.rule !== undefined).length;
  return { passed: outcomes.length - differing.length, failed: differing.length - differ, differ };
}

/** `N passed, M failed, K differ on purpose` */
export function summary({ passed, failed, differ }: Counts): string {
  return `${passed} passed, ${failed} failed, ${differ} differ on purpose`;
}
