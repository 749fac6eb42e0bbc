/** How npm is called. */

import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SETUP_FOLDER } from "./checkout.mjs";

/**
 * npm as a program with its first arguments: the npm that started this script where there is one (npm tells in
 * `npm_execpath`), else the one on the path.
 *
 * @returns {{ file: string, args: string[], env: NodeJS.ProcessEnv }}
 */
export function npmCommand() {
  const env = { ...process.env };
  // npm refuses to work without a folder it may write its downloads to.
  if (env.npm_config_cache === undefined && !isWritable(homedir())) {
    env.npm_config_cache = join(SETUP_FOLDER, "npm-cache");
    mkdirSync(env.npm_config_cache, { recursive: true });
  }
  const started = process.env.npm_execpath;
  if (started !== undefined && /npm-cli\.[cm]?js$/.test(started)) return { file: process.execPath, args: [started], env };
  // npm.cmd is a batch file, which Windows starts only through its command interpreter.
  if (process.platform === "win32") return { file: process.env.ComSpec ?? "cmd.exe", args: ["/d", "/s", "/c", "npm"], env };
  return { file: "npm", args: [], env };
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
