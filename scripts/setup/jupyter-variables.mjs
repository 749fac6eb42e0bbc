/**
 * The environment variables under which Jupyter runs: all that it writes (settings, workspaces, trust, connection files) goes
 * into the checkout, while the user's own configuration and kernels are still found.
 */

import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { SETUP_FOLDER, environmentProgram } from "./checkout.mjs";
import { withoutPythonVariables } from "./find-python.mjs";

/**
 * @param {string} node - Node 24, absolute path; its folder comes first on the path, after the virtual environment's
 * @param {object} [options]
 * @param {string} [options.folder] - where Jupyter writes. Default: `.setup/jupyter` in the checkout
 * @param {boolean} [options.userConfiguration] - whether the user's own configuration counts. Default: true
 * @returns {NodeJS.ProcessEnv}
 */
export function jupyterVariables(node, { folder = join(SETUP_FOLDER, "jupyter"), userConfiguration = true } = {}) {
  const { env } = process;
  const own = { config: join(folder, "config"), data: join(folder, "data"), runtime: join(folder, "runtime"), ipython: join(folder, "ipython") };
  for (const path of Object.values(own)) mkdirSync(path, { recursive: true });
  const theirs = {
    config: env.JUPYTER_CONFIG_DIR ?? join(homedir(), ".jupyter"),
    data: env.JUPYTER_DATA_DIR ?? userDataFolder(env),
  };
  const list = (...paths) => paths.filter((path) => path !== undefined && path !== "").join(delimiter);
  return {
    ...withoutPythonVariables(env),
    PATH: list(dirname(environmentProgram("jupyter")), dirname(node), env.PATH),
    JUPYTER_CONFIG_DIR: own.config,
    JUPYTER_DATA_DIR: own.data,
    JUPYTER_RUNTIME_DIR: own.runtime,
    IPYTHONDIR: own.ipython,
    // The environment's kernels and extensions win over others of the same name.
    JUPYTER_PREFER_ENV_PATH: "1",
    ...(userConfiguration ? { JUPYTER_CONFIG_PATH: list(env.JUPYTER_CONFIG_PATH, theirs.config), JUPYTER_PATH: list(env.JUPYTER_PATH, theirs.data) } : {}),
  };
}

/** jupyter_core's rule for the folder of a user's kernels and extensions. */
function userDataFolder(env) {
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(env.APPDATA ?? homedir(), "jupyter");
  return join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}
