/** Fingerprints of sources: by content, because a checkout or a switch of branches gives every file a new time. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./checkout.mjs";

/**
 * The files below a folder.
 *
 * @param {string} folder - relative to the checkout, with forward slashes
 * @param {(name: string) => boolean} [accept] - by the file's name; default: all
 * @returns {string[]} relative to the checkout, with forward slashes, sorted; empty when there is no such folder
 */
export function listFiles(folder, accept = () => true) {
  const found = [];
  const open = [folder];
  while (open.length > 0) {
    const current = open.pop();
    if (!existsSync(join(CHECKOUT, current))) continue;
    for (const entry of readdirSync(join(CHECKOUT, current), { withFileTypes: true })) {
      const path = `${current}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (accept(entry.name)) found.push(path);
    }
  }
  return found.sort();
}

/**
 * @param {string[]} files - relative to the checkout; one that is missing counts as such
 * @returns {string} a hash of their names and contents
 */
export function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(CHECKOUT, file);
    const content = existsSync(path) ? readFileSync(path) : undefined;
    hash.update(`${file}\0${content?.length ?? "missing"}\0`);
    if (content !== undefined) hash.update(content);
  }
  return hash.digest("hex");
}

/** @returns {string | undefined} what was written to `file`; nothing when it is not there */
export function readFingerprint(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Keeps a fingerprint: to be called when what it stands for is finished. */
export function writeFingerprint(file, value) {
  writeFileSync(file, value);
}
