/**
 * What a run's process has to tell, on disk until the server has acknowledged it: one JSON object a line, in files of some megabytes each that are
 * named after the sequence they begin with. A line is written before it is sent, so that a process that is killed leaves what nobody has heard.
 *
 * Lines are not flushed one by one: they are for a process that dies or a server that is away, and the machine's memory outlives both. While the server
 * is away they are flushed now and then ({@link Spool.flush}), since a power failure would then lose more than the last moment.
 */
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ReportEntry } from "../../client/api-types.ts";

/** Above it a new file is begun (bytes). */
const FILE_SIZE = 4_000_000;
const ENDING = ".jsonl";

interface SpoolFile {
  readonly path: string;
  readonly fd: number;
  size: number;
  /** Sequence of its last line. */
  last: number;
}

/** Written by one process. */
export class Spool {
  readonly folder: string;
  readonly #full: Omit<SpoolFile, "fd">[] = [];
  #current: SpoolFile | null = null;
  #unflushed = false;

  /** @param folder made where it is not there */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Puts an entry at the end. @throws what the file system says, e.g. that the disk is full; then the entry is not in it */
  append(sequence: number, line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    const file = this.#fileFor(sequence);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at);
    } catch (error) {
      truncate(file);
      throw error;
    }
    file.size += bytes.length;
    file.last = sequence;
    this.#unflushed = true;
  }

  /** What the server has up to this sequence is not needed any more. */
  acknowledged(sequence: number): void {
    while (this.#full.length > 0 && this.#full[0].last <= sequence) rmSync((this.#full.shift() as Omit<SpoolFile, "fd">).path, { force: true });
    const file = this.#current;
    if (file === null || file.size === 0 || file.last > sequence) return;
    ftruncateSync(file.fd, 0);
    file.size = 0;
  }

  /** Brings what was written onto the disk itself. */
  flush(): void {
    if (!this.#unflushed || this.#current === null) return;
    this.#unflushed = false;
    fdatasyncSync(this.#current.fd);
  }

  close(): void {
    if (this.#current !== null) closeSync(this.#current.fd);
    this.#current = null;
  }

  #fileFor(sequence: number): SpoolFile {
    if (this.#current !== null && this.#current.size >= FILE_SIZE) {
      const { path, size, last, fd } = this.#current;
      this.flush();
      closeSync(fd);
      this.#full.push({ path, size, last });
      this.#current = null;
    }
    if (this.#current === null) {
      const path = join(this.folder, `${String(sequence).padStart(16, "0")}${ENDING}`);
      this.#current = { path, fd: openSync(path, "a", 0o600), size: 0, last: 0 };
    }
    return this.#current;
  }
}

/** Half a line would spoil the next one; where even that fails a reader passes both over. */
function truncate({ fd, size }: SpoolFile): void {
  try {
    ftruncateSync(fd, size);
  } catch {
    // What could not be written is told by the caller.
  }
}

/**
 * Entries of a spool, in order. A line that is torn (the process was killed while it wrote) or damaged is passed over.
 * @param after only those with a higher sequence
 */
export function* readSpool(folder: string, after = 0): Generator<ReportEntry, void, undefined> {
  const files = spoolFiles(folder);
  for (const [index, name] of files.entries()) {
    if (index + 1 < files.length && firstOf(files[index + 1]) <= after + 1) continue;
    for (const line of readIfThere(join(folder, name)).split("\n")) {
      const entry = line === "" ? null : entryOf(line);
      if (entry !== null && entry.sequence > after) yield entry;
    }
  }
}

function spoolFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ENDING)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const firstOf = (name: string): number => Number.parseInt(name, 10);

/** Its own process, or another agent, may have removed it meanwhile. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function entryOf(line: string): ReportEntry | null {
  try {
    const value = JSON.parse(line) as Partial<ReportEntry> | null;
    return Number.isSafeInteger(value?.sequence) && typeof value?.kind === "string" ? (value as ReportEntry) : null;
  } catch {
    return null;
  }
}
