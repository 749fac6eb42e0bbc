/**
 * The main thread's pipe to the kernel process. Everything is written synchronously, with one call a message: what was
 * said is said, whatever happens next, and an interrupt can fall between two messages but not into one.
 */
import fs from "node:fs";

import { encodeLine } from "../user-process/json-lines.ts";
import { fenceMark, MAIN_DESCRIPTOR, type FromMain } from "../user-process/link.ts";

/** Writes to the kernel process. */
export class MainLink {
  readonly #markKey: string;
  #fence = 0;

  constructor(markKey: string) {
    this.#markKey = markKey;
  }

  /** Several messages go in one write: the kernel process wakes up once. @throws TypeError when a message holds what JSON cannot */
  send(...messages: readonly FromMain[]): void {
    const bytes = Buffer.from(messages.map((message) => encodeLine(message)).join(""));
    try {
      writeAll(MAIN_DESCRIPTOR, bytes);
    } catch (error) {
      // The kernel process is gone, and with it the reason to live.
      if ((error as NodeJS.ErrnoException).code === "EPIPE") process.kill(process.pid, "SIGKILL");
      throw error;
    }
  }

  /** Puts what native code and child processes have written so far before what is said next, and what they write later after it. */
  fence(): void {
    this.send(this.#mark());
  }

  /**
   * Puts what native code and child processes have written so far before what is said next: to be sent with it. Where what
   * they write later may come before it as well; that costs no system call here, and the kernel process is not woken up by marks.
   */
  drain(): FromMain {
    // Whether a turn of its event loop reads all that a pipe of Windows holds is not known.
    return process.platform === "win32" ? this.#mark() : { type: "drain" };
  }

  #mark(): FromMain {
    const id = ++this.#fence;
    const mark = Buffer.from(fenceMark(this.#markKey, id));
    for (const descriptor of [1, 2]) {
      try {
        writeAll(descriptor, mark);
      } catch {
        // The user's code closed the descriptor; the kernel process sees that too.
      }
    }
    return { type: "fence", id };
  }
}

// The original: what the user's code sees is replaced later.
const { writeSync } = fs;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes all bytes, also where a child process has set the descriptor it shares with us to non-blocking. */
function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
