/**
 * Writes kept results behind the tasks: what has settled waits here until the event loop has a turn, small results in batches, a
 * large one compressed and written in Node's own threads. What is here when the process is killed was never on disk.
 */
import { performance } from "node:perf_hooks";
import { primitiveContent, type ContentReader } from "../content.ts";
import type { KeptResult, KeyParts } from "../kept-result.ts";
import { deserializeValue, packLargeValue, packValue, serializeValue, type RawValue } from "./packed-value.ts";
import { roundTrip } from "./round-trip.ts";
import type { StoreDatabase } from "./store-database.ts";
import { ENTRY_FORMAT, entryChecksum, writeHead } from "./stored-entry.ts";
import { CodeIds } from "./task-records.ts";
import type { ValueFiles } from "./value-files.ts";

/** A result that is to be written. */
export interface PendingEntry {
  readonly kept: KeptResult;
  readonly parts: KeyParts | null;
}

/** What the writer asks of its store. */
export interface WriterHost {
  /** Writes all or nothing of what `body` does. @returns false: it must be tried again */
  write(body: (database: StoreDatabase) => void): boolean;
  written(bytes: number): void;
  /** A file can not be written. */
  failed(error: unknown): void;
  /** It would not come back as it is. */
  notKept(entry: PendingEntry, why: string): void;
  /** Nothing is left to be written. */
  idle(): void;
}

/** A row that only has to be inserted. */
interface Row {
  readonly entry: PendingEntry;
  readonly head: Uint8Array;
  readonly value: Uint8Array | null;
  readonly file: string | null;
  readonly bytes: number;
}

/** How long it may hold the thread at once (milliseconds), and rows in one transaction (count). */
const SLICE = 8;
const BATCH = 1_000;
/** Serialised values above this size are compressed in another thread, packed ones above it are files (bytes). */
const LARGE = 65_536;
/** Values with longer content are not read once more before they are written (characters): it would take longer than writing them. */
const LOOK_AGAIN = 262_144;
/** Wait before what could not be written is tried again (milliseconds), and how often that is done (count). */
const RETRY_AFTER = 250;
const RETRIES = 40;

/** Mutable; one for each store. */
export class EntryWriter {
  /** Results written, and results that would not come back (count). */
  written = 0;
  memoryOnly = 0;
  codes = new CodeIds();
  readonly #session: string;
  readonly #files: ValueFiles;
  readonly #reader: ContentReader;
  readonly #host: WriterHost;
  /** By key, in the order in which they came; large ones that are on their way stay in it. */
  readonly #pending = new Map<string, PendingEntry>();
  /** Large ones that are packed and need only be inserted. */
  readonly #packed: Row[] = [];
  /** The large one that is being packed. */
  #large: PendingEntry | null = null;
  #scheduled = false;
  #tries = 0;
  #waiting: (() => void)[] = [];

  constructor(session: string, files: ValueFiles, reader: ContentReader, host: WriterHost) {
    this.#session = session;
    this.#files = files;
    this.#reader = reader;
    this.#host = host;
  }

  get pending(): number { return this.#pending.size; }

  put(entry: PendingEntry): void {
    this.#pending.set(entry.kept.key, entry);
    if (!this.#scheduled) this.schedule();
  }

  delete(key: string): void { this.#pending.delete(key); }
  forgetCodes(): void { this.codes = new CodeIds(); }

  clear(): void {
    this.#pending.clear();
    this.#packed.length = 0;
    this.#done();
  }

  /** Writes at the next turn of the event loop. */
  schedule(): void {
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  async flush(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.schedule();
    });
  }

  /** Writes what is left without waiting for anything. @param limit milliseconds */
  flushNow(limit: number): void {
    const until = performance.now() + limit;
    this.#large = null;
    for (;;) {
      const rows = this.#prepare(until, true);
      if (rows.length === 0 || !this.#insert(rows) || performance.now() > until) break;
    }
    this.#host.idle();
  }

  #turn(): void {
    // First of all: an interrupt of the user's may cut this off at any place, and the next turn must come nevertheless.
    this.#scheduled = false;
    const rows = this.#prepare(performance.now() + SLICE, false);
    if (rows.length > 0 && !this.#insert(rows)) return this.#tryLater();
    this.#tries = 0;
    if (this.#large !== null) return this.#hasOthers() ? this.schedule() : undefined;
    if (this.#pending.size > 0) return this.schedule();
    this.#host.idle();
    this.#done();
  }

  /** Is anything left that need not wait for the large one? */
  #hasOthers(): boolean {
    for (const entry of this.#pending.values()) if (entry !== this.#large && entry.kept.size <= LARGE) return true;
    return false;
  }

  #done(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Another process holds the database, or it was removed: what there is is kept for the next try. */
  #tryLater(): void {
    if (++this.#tries > RETRIES) {
      this.clear();
      this.#tries = 0;
      return;
    }
    this.#scheduled = true;
    setTimeout(() => this.#turn(), RETRY_AFTER);
  }

  /** Makes rows of what is pending, until the time is over. @param now large ones too, without waiting for anything */
  #prepare(until: number, now: boolean): Row[] {
    const rows = this.#packed.splice(0);
    const packed = new Set(rows.map((row) => row.entry));
    for (const entry of this.#pending.values()) {
      if (packed.has(entry) || entry === this.#large) continue;
      // One after the other: each is in memory twice meanwhile.
      if (!now && this.#large !== null && entry.kept.size > LARGE) continue;
      const row = this.#row(entry, now);
      if (row !== null) rows.push(row);
      if (rows.length === BATCH || performance.now() > until) break;
    }
    return rows;
  }

  /** @returns null where it is not to be written, or not yet */
  #row(entry: PendingEntry, now: boolean): Row | null {
    let head: Uint8Array, raw: RawValue | string;
    try {
      head = writeHead(entry.kept, this.#session, entry.parts);
      raw = this.#serialize(entry.kept);
    } catch (error) {
      raw = `it can not be written (${(error as Error).message.split("\n")[0]})`;
    }
    if (typeof raw === "string") {
      this.#pending.delete(entry.kept.key);
      this.memoryOnly++;
      this.#host.notKept(entry, raw);
      return null;
    }
    if (raw.bytes.length <= LARGE) return inline(entry, head!, packValue(raw));
    if (!now) {
      if (this.#large === null) void this.#writeLarge(entry, head!, raw);
      return null;
    }
    const packed = packValue(raw);
    if (packed.length <= LARGE) return inline(entry, head!, packed);
    try {
      return { entry, head: head!, value: null, file: this.#files.writeNow(packed), bytes: head!.length + packed.length };
    } catch (error) {
      this.#host.failed(error);
      return null;
    }
  }

  /** @returns the value's bytes, or in words why it would not come back */
  #serialize({ value, content, size }: KeptResult): RawValue | string {
    const kind = primitiveContent(value) === null ? roundTrip(value) : "plain";
    if (typeof kind === "object") return kind.why;
    const raw = serializeValue(value, kind === "special");
    if (kind === "plain" && size > LOOK_AGAIN) return raw;
    const back = deserializeValue(raw);
    return (primitiveContent(back) ?? this.#reader.read(back).id) === content ? raw : "it would not come back as it is, or was changed after it was made";
  }

  async #writeLarge(entry: PendingEntry, head: Uint8Array, raw: RawValue): Promise<void> {
    this.#large = entry;
    try {
      const packed = await packLargeValue(raw);
      const row = packed.length <= LARGE ? inline(entry, head, packed) : { entry, head, value: null, file: await this.#files.write(packed), bytes: head.length + packed.length };
      // It may have been written at once, forgotten or replaced meanwhile.
      if (this.#pending.get(entry.kept.key) === entry) this.#packed.push(row);
    } catch (error) {
      this.#host.failed(error);
    } finally {
      if (this.#large === entry) this.#large = null;
      if (!this.#scheduled) this.schedule();
    }
  }

  #insert(rows: readonly Row[]): boolean {
    const done = this.#host.write((database) => {
      for (const { entry: { kept, parts }, head, value, file, bytes } of rows) {
        database.run(
          "insert or replace into entries (key, flow, slug, map_index, kept_at, used_at, duration, bytes, format, head, value, file, checksum, code, manifest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          kept.key, kept.flow, kept.slug, kept.mapIndex, Math.round(kept.at), Date.now(), kept.duration, bytes, ENTRY_FORMAT, head, value, file, entryChecksum(kept.key, { head, value, file }),
          parts === null ? null : this.codes.write(database, parts.code), kept.manifest === undefined ? 0 : 1,
        );
      }
    });
    if (!done) {
      // What has been packed is not packed again.
      this.#packed.push(...rows.filter((row) => row.bytes > LARGE));
      return false;
    }
    for (const { entry, bytes } of rows) {
      if (this.#pending.get(entry.kept.key) === entry) this.#pending.delete(entry.kept.key);
      this.written++;
      this.#host.written(bytes);
    }
    return true;
  }
}

function inline(entry: PendingEntry, head: Uint8Array, value: Uint8Array): Row {
  return { entry, head, value, file: null, bytes: head.length + value.length };
}
