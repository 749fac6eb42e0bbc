/** The set-up, step by step: each looks first whether there is anything to do, so that a second run takes seconds. */

import { LOG_FILE } from "./checkout.mjs";
import { installKernelspec, installLabSettings, installLabextension } from "./jupyter-share.mjs";
import { buildLabextension } from "./labextension-build.mjs";
import { withSetupLock } from "./lock.mjs";
import { findNode24 } from "./node-24.mjs";
import { installNpmPackages, npmPackagesProblem } from "./npm-packages.mjs";
import { Progress } from "./progress.mjs";
import { preparePythonEnvironment } from "./python-environment.mjs";
import { startLog, stopCommands } from "./run-command.mjs";
import { SetupError, knownCause } from "./setup-error.mjs";
import { buildTypeScript } from "./typescript-build.mjs";
import { buildWeb } from "./web-build.mjs";

/**
 * @typedef {object} Prepared
 * @property {string} node - Node 24, absolute path
 * @property {SetupError} [buildError] - why the first step that failed to build did; only with `keepGoing`
 */

/**
 * Installs and builds what is missing.
 *
 * @param {object} [options]
 * @param {boolean} [options.tests] - with the tests' Python packages. Default: false
 * @param {boolean} [options.python] - with the virtual environment. Default: true
 * @param {boolean} [options.keepGoing] - a build that fails does not end the set-up: the reason is returned. Default: false
 * @param {Progress} [options.progress]
 * @returns {Promise<Prepared>}
 * @throws {SetupError}
 */
export async function prepare({ tests = false, python = true, keepGoing = false, progress = new Progress() } = {}) {
  return withSetupLock(async () => {
    startLog();
    await progress.step("npm packages", async (note) => {
      const problem = npmPackagesProblem();
      if (problem === undefined) return;
      note(`${problem}, installing`);
      await installNpmPackages();
    });
    const node = await progress.step("Node 24", findNode24);
    if (python) await progress.step("Python environment", (note) => preparePythonEnvironment({ tests, note }));
    let buildError;
    const build = async (title, work) => {
      try {
        await progress.step(title, work);
      } catch (error) {
        if (!keepGoing || !(error instanceof SetupError)) throw error;
        buildError ??= error;
      }
    };
    await build("TypeScript", (note) => buildTypeScript(node, note));
    await build("extension", (note) => buildLabextension(node, note));
    await build("server pages", (note) => buildWeb(node, note));
    // What is installed are paths: neither waits for sources that do not compile.
    if (python) {
      installKernelspec(node);
      installLabextension();
      installLabSettings();
    }
    return { node, buildError };
  }, () => progress.line("… another set-up of this checkout is running: waiting for it to end"));
}

/**
 * Runs a script's main function: what fails is told in one sentence with what to do, and the exit code is 1.
 *
 * @param {() => Promise<number | undefined>} main - its result is the exit code. Default: 0
 */
export async function runMain(main) {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
    process.once(signal, () => {
      stopCommands();
      process.exit(code);
    });
  }
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    tell(error instanceof SetupError ? error : knownCause("the set-up", `${error.code ?? ""} ${error.message}`) ?? error);
  }
}

function tell(error) {
  if (!(error instanceof SetupError)) {
    console.error(`\nThis should not have happened: ${error.stack}\nThe log is ${LOG_FILE}`);
    return;
  }
  const details = error.details.map((line) => `    ${line}\n`).join("");
  console.error(`\n${details}${details === "" ? "" : "\n"}${error.message}\n${error.advice}`);
  if (details !== "" && !error.advice.includes(LOG_FILE)) console.error(`The whole output is in ${LOG_FILE}`);
}
