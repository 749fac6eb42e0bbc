/** Where things are in this checkout. Everything that is set up lies inside it: removing the folder removes all of it. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's folder, absolute. */
export const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The set-up's own folder: log, lock, what Jupyter remembers, Node where npm has no package of it for this platform. */
export const SETUP_FOLDER = join(CHECKOUT, ".setup");

/** All that the commands run by the set-up have printed, from its latest run. */
export const LOG_FILE = join(SETUP_FOLDER, "setup.log");

/** The Python virtual environment with JupyterLab, Notebook, the kernelspec and the extension. */
export const PYTHON_ENVIRONMENT = join(CHECKOUT, ".venv");

/**
 * A program of the virtual environment.
 *
 * @param name - its name without ending, such as `jupyter` or `python`
 * @returns its absolute path, whether it is there or not
 */
export function environmentProgram(name) {
  return process.platform === "win32"
    ? join(PYTHON_ENVIRONMENT, "Scripts", `${name}.exe`)
    : join(PYTHON_ENVIRONMENT, "bin", name);
}
