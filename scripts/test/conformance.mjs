/** Runs Jupyter's own suite for kernels, jupyter_kernel_test, against ours. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT, environmentProgram } from "../setup/checkout.mjs";
import { NOTHING } from "./counts.mjs";

const FOLDER = join(CHECKOUT, "test", "kernel", "conformance");

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./counts.mjs").Counts>}
 */
export async function runConformance(env) {
  if (!existsSync(FOLDER)) return NOTHING;
  let output = "";
  const code = await new Promise((done, fail) => {
    const child = spawn(environmentProgram("python"), ["-m", "unittest", "discover", "--verbose", "--start-directory", FOLDER, "--pattern", "*.py"], {
      cwd: CHECKOUT, env, stdio: ["ignore", "inherit", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stderr.write(text);
    });
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 1));
  });
  return countUnittest(output, code);
}

/**
 * Counts what Python's unittest printed.
 *
 * @param {string} output - its standard error
 * @param {number} code - its exit code
 * @returns {import("./counts.mjs").Counts} an end without a count, or without any test, counts as one failed test
 */
export function countUnittest(output, code) {
  const ran = /^Ran (\d+) tests? in /m.exec(output);
  if (ran === null || ran[1] === "0") return { ...NOTHING, failed: 1 };
  const verdict = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(output.slice(ran.index))?.[1] ?? "";
  const number = (name) => Number(new RegExp(`(?:^|, )${name}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const failed = number("failures") + number("errors") + number("unexpected successes");
  const skipped = number("skipped");
  const counts = { passed: Math.max(0, Number(ran[1]) - failed - skipped), failed, skipped };
  if (code !== 0 && failed === 0) counts.failed = 1;
  return counts;
}
