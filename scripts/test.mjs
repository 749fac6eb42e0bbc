/**
 * `npm test`: sets up what is missing, then runs every suite. The last line tells the sum: `N passed, M failed`, with
 * `, K skipped` where tests were left out. The exit code is 0 only when none failed and at least one passed.
 *
 * `npm test -- engine` runs the test files whose path contains "engine".
 */

import "./setup/require-node.mjs";

const { prepare, runMain } = await import("./setup/prepare.mjs");
const { runConformance } = await import("./test/conformance.mjs");
const { runVitest } = await import("./test/vitest.mjs");
const { add, NOTHING, summary } = await import("./test/counts.mjs");
const { testVariables } = await import("./test/test-variables.mjs");

await runMain(async () => {
  const filters = process.argv.slice(2);
  const { node, buildError } = await prepare({ tests: true, keepGoing: true });
  // The type check is a suite too: what does not compile fails, and the tests still tell what else does.
  let counts = add(NOTHING, buildError === undefined ? { passed: 1 } : { failed: 1 });
  if (buildError !== undefined) console.error(`\n${buildError.details.join("\n")}\n${buildError.message}\n`);

  const { env, remove } = testVariables(node);
  try {
    counts = add(counts, await runVitest(node, filters, env));
    if (filters.length === 0 || filters.some((filter) => "test/kernel/conformance".includes(filter))) counts = add(counts, await runConformance(env));
  } finally {
    remove();
  }
  console.log(`\n${summary(counts)}`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
});
