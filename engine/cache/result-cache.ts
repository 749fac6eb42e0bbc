/** Results kept between runs, by key; in memory, bounded, least recently used first out. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import { ContentReader, primitiveContent, type KnownValue } from "./content.ts";

/** One kept result. */
export interface KeptResult {
  readonly value: unknown;
  /** Content of the value when it was kept; a value that no longer has it was changed by somebody and is not used. */
  readonly content: string;
  /** Length of the content (characters). */
  readonly size: number;
  /** What the task printed and logged. */
  readonly logs: readonly TaskLog[];
  /** Time that the task took (milliseconds). */
  readonly duration: number;
  /** When it was kept (milliseconds since 1970). */
  readonly at: number;
}

/** What a task's last key was made of, for reasons in words. */
export interface KeyParts {
  readonly key: string;
  readonly code: ReadonlyMap<string, string>;
  readonly inputs: ReadonlyMap<string, string>;
}

/** Limits of a cache. */
export interface ResultCacheOptions {
  /** Kept results (count). Default 200,000. */
  readonly maxEntries?: number;
  /** Content of all kept results together (characters). Default 1,000,000,000. */
  readonly maxSize?: number;
  /** Values that stand for something else. */
  readonly known?: KnownValue;
}

/** Lives as long as its host, e.g. a kernel. */
export class ResultCache {
  readonly reader: ContentReader;
  readonly #entries = new Map<string, KeptResult>();
  readonly #parts = new Map<string, KeyParts>();
  readonly #maxEntries: number;
  readonly #maxSize: number;
  #size = 0;

  constructor({ maxEntries = 200_000, maxSize = 1_000_000_000, known }: ResultCacheOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#maxSize = maxSize;
    this.reader = new ContentReader(known);
  }

  /** Number of kept results (count). */
  get size(): number { return this.#entries.size; }

  /** The kept result, if it is still what was kept. */
  get(key: string): KeptResult | "changed" | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (primitiveContent(entry.value) === null && this.reader.read(entry.value).id !== entry.content) {
      this.delete(key);
      return "changed";
    }
    // A Map iterates in order of insertion: used last, thrown out last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, entry: KeptResult): void {
    this.delete(key);
    this.#entries.set(key, entry);
    this.#size += entry.size;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#size <= this.#maxSize) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#size -= entry.size;
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#parts.clear();
    this.#size = 0;
  }

  /** What the last key of a task was made of. @param task flow and slug */
  lastParts(task: string): KeyParts | undefined { return this.#parts.get(task); }
  setLastParts(task: string, parts: KeyParts): void { this.#parts.set(task, parts); }
}
