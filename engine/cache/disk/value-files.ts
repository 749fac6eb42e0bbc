/** Files of large values, named by the hash of what is in them: equal values are one file, and a damaged file is known by its name. */
import { hash, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files that nothing refers to stay for this time: somebody may be about to (milliseconds). */
const ORPHANED_AFTER = 3_600_000;

/** What a file is named by. */
export function fileNameOf(bytes: Uint8Array): string { return hash("sha256", bytes, "hex"); }

/** A folder of such files. */
export class ValueFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  #path(name: string): string { return join(this.folder, name.slice(0, 2), name); }

  /** @throws where it is not there, or not what its name says */
  read(name: string): Uint8Array {
    const bytes = readFileSync(this.#path(name));
    if (fileNameOf(bytes) !== name) throw new Error("its file is damaged");
    return bytes;
  }

  /** Writes a file as a whole or not at all; one that is there is touched. @returns its name */
  async write(bytes: Uint8Array): Promise<string> {
    const name = fileNameOf(bytes), path = this.#path(name);
    if (this.#isThere(path, bytes.length)) {
      const now = new Date();
      await utimes(path, now, now);
      return name;
    }
    const temporary = `${path}.${randomUUID()}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(temporary, bytes, { flush: true, flag: "wx" });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    return name;
  }

  /** The same at once, where there is no time to wait. */
  writeNow(bytes: Uint8Array): string {
    const name = fileNameOf(bytes), path = this.#path(name);
    if (this.#isThere(path, bytes.length)) {
      utimesSync(path, new Date(), new Date());
      return name;
    }
    const temporary = `${path}.${randomUUID()}.tmp`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(temporary, bytes, { flag: "wx" });
      const descriptor = openSync(temporary, "r+");
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    return name;
  }

  /** A file that was cut off is written anew. */
  #isThere(path: string, size: number): boolean {
    try {
      return statSync(path).size === size;
    } catch {
      return false;
    }
  }

  /** Never throws. */
  remove(name: string): void {
    try {
      rmSync(this.#path(name), { force: true });
    } catch {
      // It is looked at again when orphans are removed.
    }
  }

  /** Removes what nothing refers to, and what was being written when its process ended. @returns how many files (count) */
  removeOrphans(isUsed: (name: string) => boolean, now = Date.now()): number {
    let removed = 0;
    for (const path of this.#all()) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      try {
        if ((/^[0-9a-f]{64}$/.test(name) && isUsed(name)) || now - statSync(join(this.folder, path)).mtimeMs < ORPHANED_AFTER) continue;
        rmSync(join(this.folder, path), { force: true });
        removed++;
      } catch {
        // Another process has removed it.
      }
    }
    return removed;
  }

  *#all(): Iterable<string> {
    const list = (folder: string) => {
      try {
        return readdirSync(join(this.folder, folder));
      } catch {
        return [];
      }
    };
    for (const folder of list("")) for (const name of list(folder)) yield `${folder}/${name}`;
  }
}
