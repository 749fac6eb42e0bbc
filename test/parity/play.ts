/** Plays one scenario: builds it, asks about its graph, runs it. */
import { build } from "./building.ts";
import type { Difference } from "./comparison.ts";
import { ask } from "./queries.ts";
import { ruleFor, type Rule } from "./rules.ts";
import { inOwnCache, replay } from "./runs.ts";
import type { Scenario } from "./scenario.ts";
import { Session } from "./session.ts";

/** What became of a scenario. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly differences: readonly Difference[];
  /** The rule by which it differs on purpose. */
  readonly rule?: Rule;
}

/** Time for one scenario (milliseconds). */
const LIMIT = 30_000;

export async function play(scenario: Scenario): Promise<Outcome> {
  const differences: Difference[] = [];
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      differences.push({ where: "time", expected: `at most ${LIMIT} ms`, got: "not finished" });
      resolve();
    }, LIMIT);
  });
  try {
    await Promise.race([inOwnCache(() => perform(scenario, differences)), limit]);
  } catch (error) {
    differences.push({ where: "scenario", expected: "no error", got: error instanceof Error ? error.stack : error });
  } finally {
    clearTimeout(timer);
  }
  const rule = differences.length === 0 ? undefined : ruleFor(scenario, differences);
  return { scenario, differences, ...(rule === undefined ? {} : { rule }) };
}

async function perform(scenario: Scenario, differences: Difference[]): Promise<void> {
  const session = new Session();
  const runs = build(session, scenario, differences);
  for (const [index, query] of (scenario.graph ?? []).entries()) ask(session, query, `graph[${index}] ${query.query}${query.of === undefined ? "" : ` of ${query.of}`}`, differences);
  if (!runs) return;
  for (const [index, run] of (scenario.runs ?? []).entries()) await replay(session, run, `run ${index + 1}`, differences);
}
