/** What is put into the virtual environment's share/jupyter: the kernelspec, the extension, settings of JupyterLab. */

import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CHECKOUT, PYTHON_ENVIRONMENT } from "./checkout.mjs";
import { listFiles } from "./fingerprint.mjs";
import { LABEXTENSION } from "./labextension-build.mjs";

const SHARE = join(PYTHON_ENVIRONMENT, "share", "jupyter");

/**
 * Installs the kernelspec `flowlet`.
 *
 * @param {string} node - Node 24, absolute path: a notebook server's path may have an older one
 */
export function installKernelspec(node) {
  const spec = JSON.parse(readFileSync(join(CHECKOUT, "python", "kernelspec", "kernel.json"), "utf8"));
  spec.argv = [node, join(CHECKOUT, "lib", "kernel", "main.js"), "{connection_file}"];
  const folder = join(SHARE, "kernels", "flowlet");
  mkdirSync(folder, { recursive: true });
  writeIfChanged(join(folder, "kernel.json"), `${JSON.stringify(spec, undefined, 2)}\n`);
  for (const logo of listFiles("python/kernelspec", (name) => name.startsWith("logo-"))) copyFileSync(join(CHECKOUT, logo), join(folder, basename(logo)));
}

/** Makes the built extension visible: a link, so that a new build only needs the page to be reloaded; a copy where links are not allowed. */
export function installLabextension() {
  const place = join(SHARE, "labextensions", "flowlet");
  if (linkTarget(place) === LABEXTENSION) return;
  mkdirSync(join(SHARE, "labextensions"), { recursive: true });
  rmSync(place, { recursive: true, force: true });
  try {
    symlinkSync(LABEXTENSION, place, "junction");
  } catch {
    cpSync(LABEXTENSION, place, { recursive: true });
  }
}

/** JupyterLab asks at its first start whether it may fetch news: it must not come between the user and the first example. */
export function installLabSettings() {
  const folder = join(SHARE, "lab", "settings");
  mkdirSync(folder, { recursive: true });
  const settings = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };
  writeIfChanged(join(folder, "overrides.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
}

function linkTarget(path) {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function writeIfChanged(file, text) {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
