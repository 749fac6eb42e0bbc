/** Runs the TypeScript tests. */

import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT, SETUP_FOLDER } from "../setup/checkout.mjs";
import { NOTHING } from "./counts.mjs";

const REPORT = join(SETUP_FOLDER, "vitest.json");

/**
 * @param {string} node - Node 24, absolute path
 * @param {string[]} filters - parts of the paths of the test files to run, and vitest's own options; all files when empty
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function runVitest(node, filters, env) {
  rmSync(REPORT, { force: true });
  const code = await new Promise((done, fail) => {
    const child = spawn(node, [
      join(CHECKOUT, "node_modules", "vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`, ...filters,
    ], { cwd: CHECKOUT, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 1));
  });
  let report;
  try {
    report = JSON.parse(readFileSync(REPORT, "utf8"));
  } catch {
    console.error("vitest ended without a report.");
    return { ...NOTHING, failed: 1 };
  }
  return countTests(report, code);
}

/**
 * Counts a report of vitest's json reporter.
 *
 * @param {object} report - as vitest wrote it
 * @param {number} code - vitest's exit code
 * @returns {import("./counts.mjs").Counts} a file that failed before its first test counts as one failed test, and so does
 *   an error outside of all tests
 */
export function countTests(report, code) {
  const brokenFiles = report.testResults.filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")).length;
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
