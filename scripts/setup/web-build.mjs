/** Bundles the pages of the server into lib/web, when what they are made of has changed since. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./checkout.mjs";
import { fingerprint, listFiles, readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { runCommand } from "./run-command.mjs";

const STAMP_FILE = join(CHECKOUT, "lib", ".web-build");
const SOURCE_FOLDERS = ["server/web", "client", "graph", "layout", "protocol", "style"];

/**
 * Bundles the sources themselves: what does not compile is told by the compiler, and the pages of the last good bundle stay.
 *
 * @param {string} node - Node 24, absolute path
 * @param {(text: string) => void} note - told when there is something to do
 * @throws {import("./setup-error.mjs").SetupError} when the bundler fails
 */
export async function buildWeb(node, note) {
  const current = fingerprint([...SOURCE_FOLDERS.flatMap((folder) => listFiles(folder)), "package-lock.json"]);
  if (readFingerprint(STAMP_FILE) === current && existsSync(join(CHECKOUT, "lib", "web", "index.html"))) return;

  note("bundling");
  await runCommand("bundling the server's pages", node, [
    join(CHECKOUT, "node_modules", "vite", "bin", "vite.js"), "build", "--config", join(CHECKOUT, "server", "web", "vite.config.mjs"), "--logLevel", "warn",
  ]);
  writeFingerprint(STAMP_FILE, current);
}
