/** The environment that tests run in: a Jupyter that knows nothing of the user's configuration and writes to a folder of its own. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jupyterVariables } from "../setup/jupyter-variables.mjs";

/**
 * @param {string} node - Node 24, absolute path
 * @returns {{ env: NodeJS.ProcessEnv, remove: () => void }} the variables, and what removes the folder behind them
 */
export function testVariables(node) {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-test-"));
  const env = jupyterVariables(node, { folder, userConfiguration: false });
  return { env, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}
