/** Names of the realm, read through an indirect eval, which sees what the realm's scope declares: a cell's declarations, properties of globalThis. */

/** A name's value, or why it has none now. */
export type Lookup = { readonly value: unknown } | { readonly missing: "unbound" | "uninitialised" };

/** Values of several names at one moment. */
export interface ReadNames {
  readonly values: ReadonlyMap<string, Lookup>;
  /** Are they still the same values? */
  isSame(): boolean;
}

/** Lists of names whose readers are kept (count). */
const MAX_LISTS = 1_000;

/** Compiles what reads a name once, and keeps it: reading again costs nanoseconds. */
export class RealmNames {
  readonly #readers = new Map<string, () => unknown>();
  /** Readers of several names at once: one takes as long to compile as that of a single name. Null: not all of them have a value. */
  readonly #lists = new Map<string, (() => readonly unknown[]) | null>();

  /** Value of one name. */
  lookUp(name: string): Lookup {
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      try {
        reader = (0, eval)(`() => ${name}`) as () => unknown;
      } catch {
        return { missing: "unbound" };
      }
      this.#readers.set(name, reader);
    }
    try {
      return { value: reader() };
    } catch (error) {
      return { missing: /is not defined/.test(String(error)) ? "unbound" : "uninitialised" };
    }
  }

  /** Values of several names. */
  read(names: readonly string[]): ReadNames {
    const list = names.length < 2 ? null : this.#listReader(names);
    const found = list === null ? null : valuesOf(list);
    if (list !== null && found !== null) {
      const values = new Map(names.map((name, index) => [name, { value: found[index] }]));
      return { values, isSame: () => isSameList(valuesOf(list), found) };
    }
    const values = new Map(names.map((name) => [name, this.lookUp(name)]));
    return { values, isSame: () => values.entries().every(([name, lookup]) => isSameLookup(this.lookUp(name), lookup)) };
  }

  #listReader(names: readonly string[]): (() => readonly unknown[]) | null {
    const text = names.join();
    let reader = this.#lists.get(text);
    if (reader === undefined) {
      if (this.#lists.size >= MAX_LISTS) this.#lists.clear();
      this.#lists.set(text, (reader = compileList(text)));
    }
    return reader;
  }
}

export function isSameLookup(now: Lookup, found: Lookup): boolean {
  return "value" in now ? "value" in found && Object.is(now.value, found.value) : "missing" in found && now.missing === found.missing;
}

/** In parentheses, so that V8 compiles it with the script and not when it is called first. @returns null where one is no name here */
function compileList(names: string): (() => readonly unknown[]) | null {
  try {
    return (0, eval)(`(() => [${names}])`) as () => readonly unknown[];
  } catch {
    return null;
  }
}

function valuesOf(reader: () => readonly unknown[]): readonly unknown[] | null {
  try {
    return reader();
  } catch {
    // One that has no value is told apart from the others by reading them one by one.
    return null;
  }
}

function isSameList(now: readonly unknown[] | null, found: readonly unknown[]): boolean {
  if (now === null) return false;
  for (let index = 0; index < found.length; index++) if (!Object.is(now[index], found[index])) return false;
  return true;
}
