/** `node scripts/setup.mjs [--test]`: installs and builds everything, and starts nothing. */

import "./setup/require-node.mjs";

const { prepare, runMain } = await import("./setup/prepare.mjs");

await runMain(async () => {
  const { buildError } = await prepare({ tests: process.argv.includes("--test"), keepGoing: true });
  if (buildError !== undefined) throw buildError;
});
