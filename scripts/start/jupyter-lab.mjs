/** Runs JupyterLab until it ends or is told to. */

import { spawn } from "node:child_process";
import { CHECKOUT, environmentProgram } from "../setup/checkout.mjs";

/** How long JupyterLab may take to shut its kernels down. */
const SHUTDOWN_MS = 15_000;

/**
 * Starts JupyterLab and waits for its end. Ctrl-C shuts it down at once with its kernels, without the question it would ask;
 * a second one ends it by force.
 *
 * @param {string[]} args - its arguments
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code: 0 too when it was told to stop
 */
export async function runJupyterLab(args, env) {
  const windows = process.platform === "win32";
  const child = spawn(environmentProgram("python"), ["-m", "jupyterlab", ...args], {
    cwd: CHECKOUT, env, stdio: ["ignore", "inherit", "inherit"],
    // A process group of its own: the terminal's Ctrl-C reaches this process only, which passes on one clean request to stop.
    detached: !windows,
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return kill(child, "SIGKILL");
    stopping = true;
    console.error("\nStopping JupyterLab …");
    child.kill("SIGTERM");
    setTimeout(() => kill(child, "SIGKILL"), SHUTDOWN_MS).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  const code = await new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 1));
  });
  if (stopping) return 0;
  if (code !== 0) console.error(`JupyterLab ended with code ${code}; what it said is above.`);
  return code;
}

/** The whole group, so that no kernel stays behind. */
function kill(child, signal) {
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}
