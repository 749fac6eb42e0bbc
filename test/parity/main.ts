/** `npm run parity -- FOLDER`: replays the folder's scenarios. Exit code 0 only without a failure. */
import { existsSync } from "node:fs";
import { play, type Outcome } from "./play.ts";
import { count, describeFailure, summary } from "./report.ts";
import { readScenarios } from "./scenario.ts";

const folder = process.argv[2] ?? "../shared/parity";
if (!existsSync(folder)) {
  console.error(`There is no folder ${folder}. Expected one with scenario files: npm run parity -- FOLDER`);
  process.exit(2);
}

// What the engine logs would bury the report.
process.env.FLOWLET__LOGGING__LEVEL ??= "CRITICAL";
const outcomes: Outcome[] = [];
for (const scenario of readScenarios(folder)) {
  const outcome = await play(scenario);
  outcomes.push(outcome);
  if (outcome.differences.length === 0) continue;
  console.log(outcome.rule === undefined ? describeFailure(outcome) : `DIFFERS ${scenario.name}: ${outcome.rule.name}. ${outcome.rule.reason}`);
}
const counts = count(outcomes);
console.log(summary(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
