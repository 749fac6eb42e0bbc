/**
 * Content of values and code as a text that is equal exactly when they are: the ground of all keys. Data count by structure,
 * functions by their canonical text and everything their free names refer to now, class instances by class and fields.
 * What can not be judged is never guessed: it makes the content unknown, with the reason.
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedCapturedValues } from "./captured-values.ts";
import { CodeReader, type CodeReading } from "./content/code-reader.ts";
import { FunctionFactsFinder } from "./content/function-facts.ts";
import type { Content, Places, ReaderOptions } from "./content/content-model.ts";
import { DigestReader, isSameDigest, type DataDigest } from "./content/data-digest.ts";
import { ScriptImports } from "./content/imported-modules.ts";
import { primitiveContent } from "./content/short-text.ts";

export type { Content, ImportFinder, ImportedModule, KnownValue, Places, ReaderOptions } from "./content/content-model.ts";
export { primitiveContent, shorten } from "./content/short-text.ts";

/** In a script: its path. */
const SCRIPT_PLACES: Places = {
  ofScript(url) {
    if (!url.startsWith("file:")) return null;
    const path = relative(process.cwd(), fileURLToPath(url.replace(/[?#].*$/, "")));
    return path.startsWith("..") ? path : `./${path}`;
  },
  ofName: () => null,
  nameOf: (name) => name,
};

const EMPTY: ReadonlyMap<string, string> = new Map();
const NO_CLASSES: ReadonlySet<Function> = new Set();

/** Reads contents. */
export class ContentReader {
  readonly #facts: FunctionFactsFinder;
  readonly #readings = new WeakMap<object, KnownReading>();
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions = {}) {
    const captured = sharedCapturedValues();
    this.#facts = new FunctionFactsFinder(captured);
    this.#options = { places: SCRIPT_PLACES, modules: new ScriptImports(captured), ...options };
  }

  /** Content of a value. Linear in its size. */
  read(value: unknown): Content {
    const primitive = primitiveContent(value);
    if (primitive !== null) return { id: primitive, size: primitive.length, unknown: null, outside: [], parts: EMPTY, places: EMPTY, classes: NO_CLASSES };
    return new CodeReader(this.#facts, this.#options, false).run([["the value", value]]).content;
  }

  /**
   * Content of code that is asked for again and again. As long as nothing has changed it is the very same object.
   * @param owner what the code belongs to: the reading is kept as long as it lives
   */
  readCode(owner: object, values: KnownReading["values"]): Content {
    const last = this.#readings.get(owner);
    if (last !== undefined && last.settled && holds(last, values) && (last.roots.length === 0 || this.#isSameData(last))) return last.content;
    const reading = { ...new CodeReader(this.#facts, this.#options, true).run(values), values, digest: null };
    const same = last !== undefined && last.content.id === reading.content.id && last.content.unknown === reading.content.unknown;
    const kept: KnownReading = same ? { ...reading, content: last.content } : reading;
    if (kept.settled && kept.roots.length > 0) kept.digest = this.#digest(kept.roots);
    this.#readings.set(owner, kept);
    return kept.content;
  }

  /** Do these classes still mean what code calls by their names now? One that was defined again makes other instances. */
  areCurrent(classes: ReadonlySet<Function>): boolean {
    for (const one of classes) if (!this.#facts.isLatest(one)) return false;
    return true;
  }

  #isSameData({ roots, digest }: KnownReading): boolean {
    return digest !== null && isSameDigest(this.#digest(roots), digest);
  }

  #digest(roots: readonly object[]): DataDigest {
    return new DigestReader(this.#facts, this.#options, true).read(roots);
  }
}

/** A reading, and the values that it began with. */
interface KnownReading extends CodeReading {
  readonly values: readonly (readonly [label: string, value: unknown])[];
  digest: DataDigest | null;
}

function holds({ checks, values }: KnownReading, now: KnownReading["values"]): boolean {
  if (values !== now && values.length !== now.length) return false;
  for (let i = 0; values !== now && i < values.length; i++) if (values[i][0] !== now[i][0] || !Object.is(values[i][1], now[i][1])) return false;
  for (const check of checks) if (!check()) return false;
  return true;
}
