/** Finds a Python that a virtual environment can be made with. */

import { execFileSync } from "node:child_process";
import { SetupError } from "./setup-error.mjs";

const OLDEST_MINOR = 10;
const CANDIDATES = [["python3"], ["python"], ["py", "-3"], ["python3.14"], ["python3.13"], ["python3.12"], ["python3.11"], ["python3.10"]];
const PROBE = `
import json, sys
missing = []
for name in ("venv", "ssl", "ctypes", "zlib"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({"version": list(sys.version_info[:3]), "executable": sys.executable, "missing": missing}))
`;

/**
 * @typedef {object} Python
 * @property {string} executable - absolute path
 * @property {string} version - such as "3.11.7"
 */

/**
 * The first Python ≥ 3.10 of `python3`, `python`, `py -3` and `python3.14` … `python3.10`; only the named one where the
 * environment variable FLOWLET_PYTHON names a command or a path.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Python}
 * @throws {SetupError} when there is none; the message lists what was found and why it does not do
 */
export function findPython(env = process.env) {
  const chosen = env.FLOWLET_PYTHON;
  const rejected = [];
  for (const command of chosen ? [[chosen]] : CANDIDATES) {
    const found = probe(command, env);
    if (typeof found === "object") {
      const [major, minor] = found.version;
      const version = found.version.join(".");
      if (major !== 3 || minor < OLDEST_MINOR) rejected.push(`${found.executable} is Python ${version}`);
      else if (found.missing.length > 0) rejected.push(`${found.executable} (Python ${version}) has no module ${found.missing.join(", ")}`);
      else return { executable: found.executable, version };
    } else if (found === "broken") {
      rejected.push(`${command.join(" ")} does not run`);
    }
  }
  const needed = `Python 3.${OLDEST_MINOR} or newer is needed`;
  if (chosen) {
    throw new SetupError(`${needed}, and FLOWLET_PYTHON names one that does not do: ${rejected[0] ?? `there is no ${chosen}`}.`,
      "Set FLOWLET_PYTHON to the path of another Python, or unset it.");
  }
  throw new SetupError(
    rejected.length === 0 ? `${needed}, and none was found.` : `${needed}; found were only: ${[...new Set(rejected)].join("; ")}.`,
    "Install a newer Python from your system's packages, or set FLOWLET_PYTHON to the path of one.");
}

function probe([file, ...args], env) {
  try {
    const output = execFileSync(file, [...args, "-c", PROBE], {
      encoding: "utf8", timeout: 20_000, stdio: ["ignore", "pipe", "ignore"], env: withoutPythonVariables(env),
    });
    const answer = JSON.parse(output.trim().split("\n").at(-1));
    return Array.isArray(answer.version) && typeof answer.executable === "string" ? answer : "broken";
  } catch (error) {
    return error.code === "ENOENT" ? "absent" : "broken";
  }
}

/**
 * The environment without the variables that make Python look for modules elsewhere or compile them anew at each start, or pip
 * install elsewhere. pip's index, proxy and certificate settings stay.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutPythonVariables(env = process.env) {
  const {
    PYTHONPATH: _path, PYTHONHOME: _home, PYTHONSTARTUP: _startup, PYTHONUSERBASE: _userBase, VIRTUAL_ENV: _environment,
    PYTHONDONTWRITEBYTECODE: _noBytecode, __PYVENV_LAUNCHER__: _launcher,
    PIP_TARGET: _target, PIP_PREFIX: _prefix, PIP_ROOT: _root, PIP_USER: _user, PIP_PYTHON: _python, PIP_NO_DEPS: _noDeps, PIP_REQUIREMENT: _requirement,
    PIP_DRY_RUN: _dryRun, PIP_CONSTRAINT: _constraint, PIP_REQUIRE_HASHES: _hashes, PIP_NO_BINARY: _noBinary, ...rest
  } = env;
  return { ...rest, PYTHONNOUSERSITE: "1" };
}
