/** Runs the programs that the set-up needs (npm, Python, tsc), with all they print in the log file. */

import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { CHECKOUT, LOG_FILE, SETUP_FOLDER } from "./checkout.mjs";
import { SetupError, knownCause } from "./setup-error.mjs";

const TAIL_LINES = 200;
const SHOWN_LINES = 15;
const running = new Set();

/** Starts the log anew. */
export function startLog() {
  mkdirSync(SETUP_FOLDER, { recursive: true });
  writeFileSync(LOG_FILE, `${new Date().toISOString()} node ${process.version} ${process.platform}-${process.arch}\n`);
}

/**
 * Runs a program to its end.
 *
 * @param {string} what - what is being done, for the error: "installing the npm packages"
 * @param {string} file - the program
 * @param {string[]} args - its arguments
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] - default: this process's
 * @param {(line: string) => void} [options.onLine] - called with each line it prints
 * @returns {Promise<string>} the last 200 lines it printed
 * @throws {SetupError} when it cannot be started or ends with anything but 0
 */
export async function runCommand(what, file, args, { env = process.env, onLine } = {}) {
  log(`\n$ ${[file, ...args].join(" ")}\n`);
  const lines = [];
  const code = await new Promise((resolve) => {
    const child = spawn(file, args, { cwd: CHECKOUT, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let rest = "";
    const take = (text) => {
      log(text);
      const parts = (rest + text).split(/\r?\n|\r/);
      rest = parts.pop();
      for (const line of parts) {
        if (line === "") continue;
        if (lines.push(line) > TAIL_LINES) lines.shift();
        onLine?.(line);
      }
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => { take(`${error.message}\n`); settle(-1); });
    child.on("close", (status, signal) => settle(status ?? `signal ${signal}`));
    function settle(status) {
      if (rest !== "") take("\n");
      running.delete(child);
      resolve(status);
    }
  });
  if (code === 0) return lines.join("\n");
  const shown = lines.slice(-SHOWN_LINES);
  throw knownCause(what, lines.join("\n"), shown)
    ?? new SetupError(`${capitalize(what)} failed (${file} ended with ${code}).`, `The whole output is in ${LOG_FILE}.`, shown);
}

/** Ends the programs that are still running: called when this process is told to stop. */
export function stopCommands() {
  for (const child of running) child.kill("SIGTERM");
}

function log(text) {
  try {
    appendFileSync(LOG_FILE, text);
  } catch (error) {
    // A full disk must be told as what it is, by the command that needs the space, not by the log.
    if (error.code !== "ENOSPC" && error.code !== "ENOENT") throw error;
  }
}

function capitalize(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
