/** Bundles the extension for JupyterLab and Notebook into lib/labextension, when what it is made of has changed since. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./checkout.mjs";
import { fingerprint, listFiles, readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { runCommand } from "./run-command.mjs";

/** Where the bundle is: the folder that JupyterLab reads. */
export const LABEXTENSION = join(CHECKOUT, "lib", "labextension");

const STAMP_FILE = join(CHECKOUT, "lib", ".labextension-build");
const COMPILED_FOLDERS = ["protocol", "layout", "graph", "extension"];

/** What `jupyter labextension list` and JupyterLab's extension manager tell about where it came from. */
const INSTALL_JSON = { packageManager: "python", packageName: "flowlet", uninstallInstructions: "Remove it with: pip uninstall flowlet" };

/**
 * Bundles what `tsc -b` has compiled.
 *
 * @param {string} node - Node 24, absolute path
 * @param {(text: string) => void} note - told when there is something to do
 * @throws {import("./setup-error.mjs").SetupError} when the builder fails
 */
export async function buildLabextension(node, note) {
  const parts = [
    ...COMPILED_FOLDERS.flatMap((folder) => listFiles(`lib/${folder}`, (name) => name.endsWith(".js"))),
    ...listFiles("style"), ...listFiles("schema"), "package.json", "package-lock.json",
  ];
  const current = fingerprint(parts);
  if (readFingerprint(STAMP_FILE) === current && existsSync(join(LABEXTENSION, "package.json")) && existsSync(join(LABEXTENSION, "install.json"))) return;

  note("bundling");
  const packages = join(CHECKOUT, "node_modules");
  await runCommand("bundling the extension", node, [
    join(packages, "@jupyter", "builder", "lib", "build-labextension.js"),
    "--core-package-file", join(packages, "@jupyterlab", "core-meta", "core.package.json"), CHECKOUT,
  ]);
  writeFileSync(join(LABEXTENSION, "install.json"), `${JSON.stringify(INSTALL_JSON, undefined, 2)}\n`);
  writeFingerprint(STAMP_FILE, current);
}
