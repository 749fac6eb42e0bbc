/** What is kept in a results folder, for who looks at it and clears up: the command line, and whoever shows it. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { FlowletError } from "../../errors.ts";
import type { KeptResult } from "../kept-result.ts";
import { unpackValue } from "./packed-value.ts";
import { collectOldest, removeEntries, tidy } from "./store-collection.ts";
import { DATABASE, StoreDatabase } from "./store-database.ts";
import { storeProblem } from "./store-problem.ts";
import { ENTRY_FORMAT, entryChecksum, readHead } from "./stored-entry.ts";
import { readCode } from "./task-records.ts";
import { ValueFiles } from "./value-files.ts";

/** A result on disk, in a list. Times are milliseconds since 1970. */
export interface StoredResult {
  readonly key: string;
  readonly flow: string;
  /** Slug of the task, and index of a mapped child. */
  readonly task: string;
  readonly mapIndex: number | null;
  readonly keptAt: number;
  readonly usedAt: number;
  /** Time that using it saves (milliseconds). */
  readonly duration: number;
  /** Size on disk (bytes). */
  readonly bytes: number;
}

/** All about one. */
export interface StoredResultDetails extends StoredResult {
  /** Content of its task's code by part (`the code`, `helper clean`, `factor`), and of its inputs by name. */
  readonly code: ReadonlyMap<string, string>;
  readonly inputs: ReadonlyMap<string, string>;
  readonly content: string;
  readonly outside: KeptResult["outside"];
  readonly dependencies: KeptResult["dependencies"];
  readonly logs: KeptResult["logs"];
  /** File of a large value, from the folder. */
  readonly file: string | null;
  /** The value, or why it can not be read. */
  readonly value: { readonly value: unknown } | { readonly problem: string };
}

/** A task whose last result is not on disk. */
export interface MemoryOnlyTask {
  readonly flow: string;
  readonly task: string;
  /** E.g. `in memory only: it holds an instance of Model`. */
  readonly why: string;
}

/** Which results. */
export interface StoredResultFilter {
  readonly flow?: string;
  /** Slug, or its name without the number. */
  readonly task?: string;
}

const COLUMNS = "id, key, flow, slug, map_index, kept_at, used_at, duration, bytes";

/** Opened for one look; close it. */
export class StoreCatalog {
  readonly folder: string;
  readonly #database: StoreDatabase;
  readonly #files: ValueFiles;

  private constructor(folder: string, database: StoreDatabase) {
    this.folder = folder;
    this.#database = database;
    this.#files = new ValueFiles(join(folder, "values"));
  }

  /** @returns null where nothing is kept. @throws FlowletError RESULTS_NOT_READ */
  static open(folder: string): StoreCatalog | null {
    const path = resolve(folder);
    return named(path, () => {
      const database = existsSync(join(path, DATABASE)) ? StoreDatabase.open(path, false) : null;
      return database === null ? null : new StoreCatalog(path, database);
    });
  }

  /** Newest first. @throws FlowletError RESULTS_NOT_READ */
  list(filter: StoredResultFilter = {}): StoredResult[] {
    const { where, values } = condition(filter, RESULTS);
    return named(this.folder, () => this.#database.rows(`select ${COLUMNS} from entries ${where} order by kept_at desc, id desc`, ...values).map(stored));
  }

  /** Tasks whose last result is in memory only. @throws FlowletError RESULTS_NOT_READ */
  memoryOnly(filter: StoredResultFilter = {}): MemoryOnlyTask[] {
    const { where, values } = condition(filter, "note is not null");
    return named(this.folder, () => this.#database.rows(`select flow, slug, note from tasks ${where} order by flow, slug`, ...values))
      .map(([flow, task, why]) => ({ flow, task, why }) as MemoryOnlyTask);
  }

  /** All about the results of a task, newest first. @throws FlowletError RESULTS_NOT_READ */
  details(filter: StoredResultFilter, limit: number): StoredResultDetails[] {
    const { where, values } = condition(filter, RESULTS);
    return named(this.folder, () => this.#database.rows(`select ${COLUMNS}, format, head, value, file, checksum, code from entries ${where} order by kept_at desc, id desc limit ?`, ...values, limit).map((row) => {
      const [format, head, value, file, checksum, code] = row.slice(9) as [number, Uint8Array, Uint8Array | null, string | null, Uint8Array, string | null];
      const listed = stored(row);
      const nothing = { content: "", outside: [], dependencies: [], logs: [], inputs: new Map<string, string>() };
      const more = { ...listed, code: readCode(this.#database, code), file: file === null ? null : join("values", file.slice(0, 2), file) };
      try {
        if (format !== ENTRY_FORMAT) throw new Error(`it is of format ${format}, this Flowlet knows ${ENTRY_FORMAT}`);
        if (!Buffer.from(entryChecksum(listed.key, { head, value, file })).equals(checksum)) throw new Error("it is damaged");
        const { content, outside, dependencies, logs, inputs } = readHead(head);
        const known = { ...more, content, outside, dependencies, logs, inputs };
        try {
          return { ...known, value: { value: unpackValue(value ?? this.#files.read(file as string)) } };
        } catch (error) {
          return { ...known, value: { problem: (error as Error).message } };
        }
      } catch (error) {
        return { ...more, ...nothing, value: { problem: (error as Error).message } };
      }
    }));
  }

  /** Removes results. @returns how many (count), and their size (bytes). @throws FlowletError RESULTS_NOT_READ */
  remove(filter: StoredResultFilter & { readonly notUsedSince?: number } = {}): { readonly entries: number; readonly bytes: number } {
    const { where, values } = condition(filter);
    const since = filter.notUsedSince;
    const all = since === undefined ? where : `${where === "" ? "where" : `${where} and`} used_at < ?`;
    return named(this.folder, () => this.#database.transaction(() => {
      const rows = this.#database.rows(`select id, bytes, manifest from entries ${all}`, ...values, ...(since === undefined ? [] : [since])) as [number, number, number][];
      removeEntries(this.#database, this.#files, rows.map(([id]) => id));
      if (since === undefined) this.#database.run(`delete from tasks ${where}`, ...values);
      tidy(this.#database, this.#files);
      return { entries: rows.filter(([, , manifest]) => manifest === 0).length, bytes: sum(rows.map(([, bytes]) => bytes)) };
    }));
  }

  /** Throws out what was used longest ago, until all together are not larger than that (bytes). @returns what is gone. @throws FlowletError RESULTS_NOT_READ */
  collect(maxSize: number): { readonly entries: number; readonly bytes: number } {
    return named(this.folder, () => {
      const before = this.#totals();
      for (let size = before.bytes, last = Infinity; size > maxSize && size < last; ) {
        last = size;
        size = this.#database.transaction(() => collectOldest(this.#database, this.#files, last, maxSize));
      }
      this.#database.transaction(() => tidy(this.#database, this.#files));
      const now = this.#totals();
      return { entries: before.entries - now.entries, bytes: before.bytes - now.bytes };
    });
  }

  #totals(): { readonly entries: number; readonly bytes: number } {
    const [entries, bytes] = this.#database.row("select count(*) filter (where manifest = 0), coalesce(sum(bytes), 0) from entries") as [number, number];
    return { entries, bytes };
  }

  close(): void { this.#database.close(); }
}

/** Manifests lead to results and are none. */
const RESULTS = "manifest = 0";

function condition({ flow, task }: StoredResultFilter, more?: string): { readonly where: string; readonly values: string[] } {
  const parts = more === undefined ? [] : [more], values: string[] = [];
  if (flow !== undefined) { parts.push("flow = ?"); values.push(flow); }
  // `load` stands for load-1, load-2 … too.
  if (task !== undefined) { parts.push("(slug = ? or slug glob ? || '-[0-9]*')"); values.push(task, task.replaceAll(/[[*?]/g, "[$&]")); }
  return { where: parts.length === 0 ? "" : `where ${parts.join(" and ")}`, values };
}

function stored(row: unknown[]): StoredResult {
  const [, key, flow, task, mapIndex, keptAt, usedAt, duration, bytes] = row as [number, string, string, string, number | null, number, number, number, number];
  return { key, flow, task, mapIndex, keptAt, usedAt, duration, bytes };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function named<T>(folder: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof FlowletError) throw error;
    throw new FlowletError("RESULTS_NOT_READ", { folder, why: storeProblem(error).message }, { cause: error });
  }
}
