/** Asks for room on the disk before something large is installed: npm on a full disk tries for minutes and says nothing of it. */

import { statfsSync } from "node:fs";
import { CHECKOUT } from "./checkout.mjs";
import { SetupError } from "./setup-error.mjs";

const MEGABYTE = 1_000_000;

/**
 * @param {string} what - what is about to be installed, such as "the npm packages"
 * @param {number} megabytes - how much it takes
 * @throws {SetupError} when the checkout's disk has less
 */
export function requireDiskSpace(what, megabytes) {
  let free;
  try {
    const { bavail, bsize } = statfsSync(CHECKOUT);
    free = Math.floor((bavail * bsize) / MEGABYTE);
  } catch {
    // A file system that does not tell: the installation will.
    return;
  }
  if (free < megabytes) {
    throw new SetupError(`The disk is too full: ${what} take ${megabytes} MB, and ${free} MB are free.`, `Free some space on the disk of ${CHECKOUT}, then run the same command again.`);
  }
}
