/**
 * The virtual environment `.venv` with pinned JupyterLab and Notebook.
 *
 * pip itself comes as a wheel kept in python/ and runs from there: `python -m venv` needs Python's ensurepip to put one in,
 * which Debian leaves out, and where a package index is cannot be known without pip. So there is one way for every Python,
 * and one marked as externally managed is not touched by it.
 */

import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT, PYTHON_ENVIRONMENT, environmentProgram } from "./checkout.mjs";
import { requireDiskSpace } from "./disk-space.mjs";
import { findPython, withoutPythonVariables } from "./find-python.mjs";
import { runCommand } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

const STAMP_FILE = join(PYTHON_ENVIRONMENT, "flowlet-environment.json");
const STAMP_FORMAT = 1;
const REQUIREMENTS = join(CHECKOUT, "python", "requirements.txt");
const TEST_REQUIREMENTS = join(CHECKOUT, "python", "requirements-test.txt");

/**
 * Makes the environment, or makes it again when it is not what it should be.
 *
 * @param {object} options
 * @param {boolean} options.tests - with what the tests need on top
 * @param {(text: string) => void} options.note - told what is being done; not called when there is nothing to do
 * @throws {SetupError} when there is no Python that does, or pip fails
 */
export async function preparePythonEnvironment({ tests, note }) {
  const problem = environmentProblem();
  if (problem !== undefined) {
    const python = findPython();
    note(existsSync(PYTHON_ENVIRONMENT) ? `making it again: ${problem}` : `installing JupyterLab with Python ${python.version}, about a minute`);
    await makeEnvironment(python, note);
  }
  const stamp = readStamp();
  if (tests && stamp.testRequirements !== hashOf(TEST_REQUIREMENTS)) {
    note("installing what the tests need");
    await pipInstall("installing the tests' Python packages", TEST_REQUIREMENTS, () => {});
    writeStamp({ ...stamp, testRequirements: hashOf(TEST_REQUIREMENTS) });
  }
}

/**
 * Why `.venv` cannot be used as it is: the stamp is written last, so an environment whose making was interrupted has none.
 *
 * @returns {string | undefined} one clause; nothing when all is as it should be
 */
export function environmentProblem() {
  const stamp = readStamp();
  if (stamp === undefined) return existsSync(PYTHON_ENVIRONMENT) ? "it was never finished" : "not made yet";
  if (stamp.format !== STAMP_FORMAT) return "it was made by another version";
  if (stamp.folder !== PYTHON_ENVIRONMENT) return `the checkout was moved here from ${stamp.folder}`;
  if (stamp.requirements !== hashOf(REQUIREMENTS)) return "python/requirements.txt has changed";
  if (process.env.FLOWLET_PYTHON) {
    const chosen = realpathSync(findPython().executable);
    if (chosen !== stamp.basePython) return `FLOWLET_PYTHON is now ${chosen}`;
  }
  const python = environmentProgram("python");
  // A link whose target has gone does not exist either.
  if (!existsSync(python)) return "its Python has gone";
  let version;
  try {
    version = execFileSync(python, ["-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "its Python does not run";
  }
  if (version !== stamp.python) return `it was made for Python ${stamp.python}, which is now ${version}`;
  const present = new Set(distributions());
  const missing = stamp.distributions.find((name) => !present.has(name));
  if (missing !== undefined) return `${missing.replace(/\.dist-info$/, "")} is missing`;
  if (!existsSync(environmentProgram("jupyter-lab"))) return "jupyter-lab is missing";
  return undefined;
}

async function makeEnvironment(python, note) {
  rmSync(PYTHON_ENVIRONMENT, { recursive: true, force: true, maxRetries: 3 });
  requireDiskSpace("JupyterLab and Notebook", 300);
  await runCommand("making the Python environment", python.executable, ["-m", "venv", "--without-pip", PYTHON_ENVIRONMENT], { env: withoutPythonVariables() });
  // The checkout's package.json would make modules of the CommonJS scripts that Python packages bring along.
  writeFileSync(join(PYTHON_ENVIRONMENT, "package.json"), "{}\n");
  const total = readFileSync(REQUIREMENTS, "utf8").split("\n").filter((line) => /^[a-z]/i.test(line)).length;
  let collected = 0;
  await pipInstall("installing JupyterLab", REQUIREMENTS, (line) => {
    if (line.startsWith("Collecting ")) note(`collecting the Python packages, ${++collected} of about ${total}`);
    else if (line.startsWith("Installing collected")) note("unpacking the Python packages");
  });
  const version = python.version.split(".").slice(0, 2).join(".");
  writeStamp({
    format: STAMP_FORMAT, folder: PYTHON_ENVIRONMENT, python: version, basePython: realpathSync(python.executable),
    requirements: hashOf(REQUIREMENTS), distributions: distributions(),
  });
}

async function pipInstall(what, requirements, onLine) {
  await runCommand(what, environmentProgram("python"), [
    join(pipWheel(), "pip"), "install", "--requirement", requirements,
    // The lists are complete, so there is nothing to resolve; files are compiled when they are first used.
    "--no-deps", "--no-compile", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar=off", "--retries=2",
  ], { env: withoutPythonVariables(), onLine });
}

function pipWheel() {
  const folder = join(CHECKOUT, "python");
  const wheel = readdirSync(folder).find((name) => /^pip-.*\.whl$/.test(name));
  if (wheel === undefined) throw new SetupError("pip's wheel is missing from the folder python/.", "Restore it with: git checkout python");
  return join(folder, wheel);
}

/** The folders in which installed packages describe themselves: one a package, with its version. */
function distributions() {
  return readdirSync(sitePackages()).filter((name) => name.endsWith(".dist-info")).sort();
}

function sitePackages() {
  if (process.platform === "win32") return join(PYTHON_ENVIRONMENT, "Lib", "site-packages");
  const lib = join(PYTHON_ENVIRONMENT, "lib");
  const python = readdirSync(lib).find((name) => name.startsWith("python3"));
  return join(lib, python, "site-packages");
}

function readStamp() {
  try {
    const stamp = JSON.parse(readFileSync(STAMP_FILE, "utf8"));
    return stamp !== null && typeof stamp === "object" && Array.isArray(stamp.distributions) ? stamp : undefined;
  } catch {
    return undefined;
  }
}

function writeStamp(stamp) {
  writeFileSync(`${STAMP_FILE}.new`, `${JSON.stringify(stamp, undefined, 1)}\n`);
  renameSync(`${STAMP_FILE}.new`, STAMP_FILE);
}

function hashOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
