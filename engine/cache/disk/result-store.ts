/**
 * Kept results on disk: the level behind a ResultCache. Reading is at once; writing waits until the tasks have settled. Whatever
 * is wrong with the folder, a run goes on: results are then kept in memory only, and one note says so.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ContentReader, primitiveContent } from "../content.ts";
import type { KeptResult, KeyParts } from "../kept-result.ts";
import { recordOf, type TaskRecords } from "../task-record.ts";
import { EntryWriter } from "./entry-writer.ts";
import { unpackValue } from "./packed-value.ts";
import { collectOldest } from "./store-collection.ts";
import { DATABASE, StoreDatabase } from "./store-database.ts";
import { storeProblem, type StoreProblem } from "./store-problem.ts";
import { ENTRY_FORMAT, entryChecksum, readHead, type EntryRow } from "./stored-entry.ts";
import { readTaskRecords, writeTaskRecords, type WrittenRecords } from "./task-records.ts";
import { ValueFiles } from "./value-files.ts";

/** Limits of a store. */
export interface ResultStoreOptions {
  /** Size of all results on disk together (bytes). Above it, those go that were used longest ago, down to nine tenths. Default 2 GB. */
  readonly maxSize?: number;
}

/** What a store has done since it was made; counts but for the folder. */
export interface StoreStats {
  readonly folder: string;
  /** Results that were read, and looked for in vain. */
  readonly hits: number;
  readonly misses: number;
  readonly written: number;
  /** Results that were there and could not be used: damaged, cut off, of another format. */
  readonly damaged: number;
  /** Results that are in memory only, because they would not come back from disk as they are. */
  readonly memoryOnly: number;
  /** Results that are to be written. */
  readonly pending: number;
  /** Why nothing is written any more; null: all is well. */
  readonly problem: string | null;
}

export const DEFAULT_MAX_SIZE = 2_000_000_000;

/** Size is looked at when so much was written since (share of the limit). */
const LOOK_AFTER = 0.02;
/** The time of the last use is written when it is older than this (milliseconds). */
const USE_GRAIN = 60_000;
/** After another process has held the database, reading waits for so long before it tries again (milliseconds). */
const BUSY_PAUSE = 2_000;
/** How long the end of the process may be held up by what is still to be written (milliseconds). */
const EXIT_LIMIT = 1_500;

/** One for each folder in a process. */
export class ResultStore {
  readonly folder: string;
  /** What this process keeps is of this session: what came from outside counts only there. */
  readonly session = randomUUID();
  readonly #maxSize: number;
  readonly #files: ValueFiles;
  readonly #writer: EntryWriter;
  readonly #reader = new ContentReader();
  #database: StoreDatabase | null = null;
  /** Nothing is read or written any more. */
  #problem: StoreProblem | null = null;
  #setAside = false;
  readonly #notes: string[] = [];
  readonly #flows = new Map<string, { readonly records: TaskRecords; readonly written: WrittenRecords }>();
  readonly #changedFlows = new Set<string>();
  readonly #used = new Map<string, number>();
  #busyUntil = 0;
  #hits = 0;
  #misses = 0;
  #damaged = 0;
  #damagedSince = 0;
  #unlooked = Infinity;
  readonly #atExit = () => this.close();

  /** @param folder absolute path; it is made when there is something to be kept */
  constructor(folder: string, { maxSize = DEFAULT_MAX_SIZE }: ResultStoreOptions = {}) {
    this.folder = folder;
    this.#maxSize = maxSize;
    this.#files = new ValueFiles(join(folder, "values"));
    this.#writer = new EntryWriter(this.session, this.#files, this.#reader, {
      write: (body) => this.#write(body),
      written: (bytes) => { this.#unlooked += bytes; },
      failed: (error) => this.giveUp(storeProblem(error)),
      notKept: ({ kept, parts }, why) => {
        recordOf(this.tasks(kept.flow), kept.slug).note = `in memory only: ${why}`;
        // Children have their parts in common.
        if (parts !== null && kept.mapIndex === null) parts.unkept = `its result was kept in memory only: ${why}`;
      },
      idle: () => this.#afterWriting(),
    });
  }

  /** The result that is kept under a key; undefined where there is none that can be used. */
  get(key: string): KeptResult | undefined {
    const database = this.#open(false);
    if (database === null || Date.now() < this.#busyUntil) return void this.#misses++;
    let row: unknown[] | undefined;
    try {
      row = database.row("select head, value, file, checksum, format, flow, slug, map_index, used_at from entries where key = ?", key);
    } catch (error) {
      this.#misses++;
      return this.#failed(storeProblem(error));
    }
    if (row === undefined) return void this.#misses++;
    const [head, value, file, checksum, format, flow, slug, mapIndex, usedAt] = row as [Uint8Array, Uint8Array | null, string | null, Uint8Array, number, string, string, number | null, number];
    try {
      if (format !== ENTRY_FORMAT) throw new Error("it is of another format");
      const kept = this.#read(key, { head, value, file, checksum }, flow, slug, mapIndex);
      this.#hits++;
      const now = Date.now();
      if (now - usedAt > USE_GRAIN) this.#used.set(key, now);
      return kept;
    } catch (error) {
      this.#misses++;
      this.#damaged++;
      if (this.#damagedSince++ === 0) this.#notes.push(`A result of task ${slug} in flow ${flow}, kept on disk, can not be used (${(error as Error).message}): the task runs.`);
      // One of another format may be a newer Flowlet's; it is written over when the task has run.
      if (format === ENTRY_FORMAT) this.#remove(key, file);
      return undefined;
    }
  }

  #read(key: string, row: EntryRow, flow: string, slug: string, mapIndex: number | null): KeptResult {
    if (!Buffer.from(entryChecksum(key, row)).equals(row.checksum)) throw new Error("it is damaged");
    const { inputs: _, session, validated, manifest, ...rest } = readHead(row.head);
    const value = unpackValue(row.value ?? this.#files.read(row.file as string));
    if ((primitiveContent(value) ?? this.#reader.read(value).id) !== rest.content) throw new Error("it is not what was kept");
    return { key, value, ...rest, flow, slug, mapIndex, validated: validated ?? undefined, usedAt: 0, ...(manifest !== null && { manifest }), ...(session !== this.session && { earlier: true }) };
  }

  /** Writes a result when there is time for it. @param parts what its key is made of */
  put(kept: KeptResult, parts: KeyParts | null): void {
    if (this.#problem !== null) return;
    const record = this.tasks(kept.flow).get(kept.slug);
    if (record !== undefined) record.note = undefined;
    this.#writer.put({ kept, parts });
  }

  /** Forgets a result. */
  delete(key: string): void {
    this.#writer.delete(key);
    this.#remove(key, null);
  }

  #remove(key: string, file: string | null): void {
    try {
      this.#open(false)?.run("delete from entries where key = ?", key);
      if (file !== null) this.#files.remove(file);
    } catch (error) {
      this.#failed(storeProblem(error));
    }
  }

  /** What is remembered of a flow's tasks; changes of the maps are written at the end of its runs. */
  tasks(flow: string): TaskRecords { return this.#flow(flow).records; }

  #flow(name: string): { readonly records: TaskRecords; readonly written: WrittenRecords } {
    let known = this.#flows.get(name);
    if (known === undefined) {
      try {
        const database = this.#open(false);
        if (database !== null) known = readTaskRecords(database, name);
      } catch (error) {
        this.#failed(storeProblem(error));
      }
      this.#flows.set(name, (known ??= { records: new Map(), written: new Map() }));
    }
    return known;
  }

  /** A run has ended: what is remembered of its tasks is written when there is time for it. @returns what the user should be told, once */
  runEnded(flow: string): string[] {
    if (this.#problem === null) {
      this.#changedFlows.add(flow);
      this.#writer.schedule();
    }
    const more = this.#damagedSince - 1;
    this.#damagedSince = 0;
    return this.#notes.splice(0).concat(more > 0 ? [`${more} more results on disk could not be used either.`] : []);
  }

  get stats(): StoreStats {
    return {
      folder: this.folder, hits: this.#hits, misses: this.#misses, written: this.#writer.written, damaged: this.#damaged, memoryOnly: this.#writer.memoryOnly,
      pending: this.#writer.pending, problem: this.#problem?.message ?? null,
    };
  }

  /** Results on disk and their size (bytes). */
  usage(): { readonly entries: number; readonly size: number } {
    try {
      const [entries, size] = (this.#open(false)?.row("select count(*), coalesce(sum(bytes), 0) from entries") ?? [0, 0]) as [number, number];
      return { entries, size };
    } catch (error) {
      this.#failed(storeProblem(error));
      return { entries: 0, size: 0 };
    }
  }

  /** Resolves when all that was put is on disk, as far as it can be. */
  async flush(): Promise<void> { await this.#writer.flush(); }

  /** Writes what is left, for a limited time, and closes. The next use opens it again. */
  close(): void {
    if (this.#problem === null) this.#writer.flushNow(EXIT_LIMIT);
    this.#database?.close();
    this.#database = null;
    process.off("exit", this.#atExit);
  }

  #open(create: boolean): StoreDatabase | null {
    if (this.#problem !== null) return null;
    if (this.#database !== null) return this.#database;
    try {
      this.#database = StoreDatabase.open(this.folder, create);
    } catch (error) {
      this.#failed(storeProblem(error));
    }
    if (this.#database !== null) process.once("exit", this.#atExit);
    return this.#database;
  }

  /** @returns is it done? False: it must be tried again. @throws StoreProblem where it can not be done */
  #write(body: (database: StoreDatabase) => void): boolean {
    const database = this.#open(true);
    if (database === null) return this.#problem !== null;
    try {
      database.transaction(() => body(database));
      return true;
    } catch (error) {
      const problem = storeProblem(error);
      this.#failed(problem);
      return this.#problem !== null;
    }
  }

  /** Beside the results: when those that were used were used, what is remembered of tasks, and whether there is too much. */
  #afterWriting(): void {
    if (this.#used.size > 0) {
      const used = [...this.#used];
      this.#used.clear();
      this.#write((database) => { for (const [key, at] of used) database.run("update entries set used_at = ? where key = ?", at, key); });
    }
    for (const name of this.#changedFlows) {
      const { records, written } = this.#flow(name);
      let committed = () => {};
      if (!this.#write((database) => { committed = writeTaskRecords(database, name, records, written, this.#writer.codes); })) continue;
      committed();
      this.#changedFlows.delete(name);
    }
    if (this.#unlooked < this.#maxSize * LOOK_AFTER) return;
    this.#unlooked = 0;
    const { size } = this.usage();
    if (size > this.#maxSize) this.#collect(size);
  }

  /** In pieces, so that it never holds the thread for long. */
  #collect(size: number): void {
    setImmediate(() => {
      if (this.#database === null) return;
      let left = size;
      const done = this.#write((database) => { left = collectOldest(database, this.#files, size, this.#maxSize * 0.9); });
      if (done && left < size && left > this.#maxSize * 0.9) this.#collect(left);
    });
  }

  /** What can be done about a problem; where nothing can, results are kept in memory only from now on. */
  #failed(problem: StoreProblem): undefined {
    this.#writer.forgetCodes();
    if (problem.kind === "busy") {
      this.#busyUntil = Date.now() + BUSY_PAUSE;
      return;
    }
    this.#database?.close();
    this.#database = null;
    if (problem.kind === "moved") return;
    if (problem.kind === "damaged" && !this.#setAside) {
      this.#setAside = true;
      try {
        StoreDatabase.setAside(this.folder);
        this.#notes.push(`The kept results in ${this.folder} can not be used (${problem.message}): ${DATABASE} was renamed to ${DATABASE}.damaged, and results are kept anew.`);
        return;
      } catch {
        // It can not be written either.
      }
    }
    this.giveUp(problem);
  }

  /** Results are kept in memory only from now on. */
  giveUp(problem: StoreProblem): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.#writer.clear();
    this.#notes.push(`Results are kept in memory only: ${this.folder} can not be used (${problem.message}).`);
  }
}
