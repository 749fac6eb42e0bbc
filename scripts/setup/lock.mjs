/** One set-up at a time in a checkout: `npm start` and `npm test` in two terminals must not both rebuild one environment. */

import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SETUP_FOLDER } from "./checkout.mjs";

const LOCK_FILE = join(SETUP_FOLDER, "lock");
const BEAT_MS = 1_000;
/** A holder that was killed leaves its lock behind: without a beat for this long it counts as gone. */
const DEAD_AFTER_MS = 10_000;
const RETRY_MS = 300;

/**
 * Runs `work` while no other process of this checkout does.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {() => void} onWait - called once when another process has to be waited for
 * @returns {Promise<T>}
 */
export async function withSetupLock(work, onWait) {
  mkdirSync(SETUP_FOLDER, { recursive: true });
  let waited = false;
  while (!take()) {
    if (!waited) onWait();
    waited = true;
    await sleep(RETRY_MS);
  }
  const beat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(LOCK_FILE, now, now);
    } catch {
      // Taken away by hand: the work goes on, there is nothing better to do.
    }
  }, BEAT_MS);
  beat.unref();
  const release = () => rmSync(LOCK_FILE, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener("exit", release);
    release();
  }
}

function take() {
  try {
    closeSync(openSync(LOCK_FILE, "wx"));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    if (Date.now() - statSync(LOCK_FILE).mtimeMs > DEAD_AFTER_MS) {
      // Renamed before it is removed: of two that find it dead, one renames and the other tries again.
      const dead = `${LOCK_FILE}.${process.pid}`;
      renameSync(LOCK_FILE, dead);
      rmSync(dead, { force: true });
    }
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return false;
}
