/** From entries to values: references to other keys are filled in, paths expanded, kinds checked. */
import { lineFormatProblem } from "../logging/line-format.ts";
import { configKeys, type ConfigKey } from "./config-keys.ts";
import { problemAt, wrongValue, type ConfigEntry, type ConfigProblem } from "./config-problem.ts";
import { findKey } from "./find-key.ts";

/** A value of the configuration. */
export interface ConfigValue {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Values by their path's text. */
export type ConfigValues = ReadonlyMap<string, ConfigValue>;

export const pathId = (path: readonly string[]): string => path.join(".");

/** A secret is a value as it is: nothing in it is filled in, and it is never shown. */
export const isSecret = (path: readonly string[]): boolean => path[0] === "context" && path[1] === "secrets" && path.length > 2;

/** What texts may name beside keys. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The home folder: what `~` stands for. */
  readonly home: string;
}

const REFERENCE = /\$\{([^${}]*)\}/;

/**
 * @param entries later ones win over earlier ones
 * @returns a value for every key of the table and for all entries of free sections; what is wrong is left out
 */
export function resolveValues(entries: readonly ConfigEntry[], surroundings: Surroundings): { readonly values: Map<string, ConfigValue>; readonly problems: ConfigProblem[] } {
  const resolution = new Resolution(entries, surroundings);
  const values = new Map<string, ConfigValue>();
  for (const [id, [{ path }]] of resolution.entries) {
    const value = resolution.value(id);
    if (value !== NONE) values.set(id, { path, value });
  }
  const problems = [...resolution.problems, ...checkTogether(values, (path) => resolution.entries.get(pathId(path))?.at(-1)?.where ?? "default")];
  return { values, problems };
}

const NONE = Symbol("no value");

/** References go in a circle; the entry that is to blame is known as broken now. */
class Circle extends Error {}

class Resolution {
  /** What was written for each key, the default first. */
  readonly entries = new Map<string, ConfigEntry[]>();
  readonly problems: ConfigProblem[] = [];
  readonly #surroundings: Surroundings;
  readonly #values = new Map<string, unknown>();
  /** Entries that can not be used, and have been told. */
  readonly #broken = new Set<ConfigEntry>();
  /** Keys whose references are being filled in, outermost first. */
  readonly #open: { readonly id: string; readonly entry: ConfigEntry }[] = [];

  constructor(entries: readonly ConfigEntry[], surroundings: Surroundings) {
    this.#surroundings = surroundings;
    for (const [path, { kind, fallback }] of configKeys()) if (!kind.isFree) this.entries.set(pathId(path), [{ path, value: fallback, where: "default" }]);
    for (const entry of entries) {
      const written = this.entries.get(pathId(entry.path));
      if (written === undefined) this.entries.set(pathId(entry.path), [entry]);
      else written.push(entry);
    }
  }

  /** The value of a key: of what was written last and can be used. NONE where there is nothing. */
  value(id: string): unknown {
    for (;;) {
      try {
        return this.#compute(id);
      } catch (error) {
        if (!(error instanceof Circle)) throw error;
      }
    }
  }

  #compute(id: string): unknown {
    if (this.#values.has(id)) return this.#values.get(id);
    let value: unknown = NONE;
    for (const entry of (this.entries.get(id) as ConfigEntry[]).toReversed()) {
      if (this.#broken.has(entry)) continue;
      this.#open.push({ id, entry });
      try {
        value = this.#resolve(entry);
      } finally {
        this.#open.pop();
      }
      if (value !== NONE) break;
    }
    this.#values.set(id, value);
    return value;
  }

  #resolve(entry: ConfigEntry): unknown {
    const found = findKey(entry.path);
    if (!("key" in found)) return NONE;
    if (isSecret(entry.path)) return entry.value;
    if (pathId(entry.path) === "context.secrets") return this.#refuse(entry, "it is a section of secrets by name");
    const filled = typeof entry.value === "string" && found.key.kind.isHidden === undefined ? this.#fill(entry, entry.value) : entry.value;
    if (filled === NONE || found.key.kind.isFree) return filled;
    const value = found.key.kind.read(filled);
    if (value === undefined) {
      this.problems.push(found.key.kind.isHidden ? problemAt(entry.where, `${pathId(entry.path)} must be ${found.key.kind.expected}. It is ignored.`, entry.path) : wrongValue({ ...entry, value: filled }, found.key.kind.expected));
      this.#broken.add(entry);
      return NONE;
    }
    return found.key.kind.isPath && typeof value === "string" ? this.#expand(entry, value) : value;
  }

  /** Fills in references, innermost first, so that `${${backend}.endpoint}` works. A text that is one reference keeps the value's type. */
  #fill(entry: ConfigEntry, text: string): unknown {
    let filled = text;
    for (let found = REFERENCE.exec(filled), rounds = 0; found !== null; found = REFERENCE.exec(filled)) {
      const value = ++rounds > MAX_REFERENCES ? this.#refuse(entry, `it refers to more than ${MAX_REFERENCES} others`) : this.#referred(entry, found[1]);
      if (value === NONE || filled === found[0]) return value;
      filled = filled.slice(0, found.index) + (typeof value === "object" ? JSON.stringify(value) : String(value)) + filled.slice(found.index + found[0].length);
    }
    return filled;
  }

  #referred(entry: ConfigEntry, name: string): unknown {
    const found = findKey(name.trim().split("."));
    const id = "key" in found ? pathId(found.path) : null;
    if (id !== null && this.entries.has(id)) {
      const at = this.#open.findIndex((one) => one.id === id);
      if (at !== -1) this.#break(this.#open.slice(at));
      if (this.#open.length > MAX_REFERENCES) return this.#refuse(entry, `it refers to a key that refers to another, more than ${MAX_REFERENCES} times`);
      const value = this.#compute(id);
      return value === NONE ? this.#refuse(entry, `it refers to \${${name}}, which has no value`) : value;
    }
    return this.#surroundings.variables[name] ?? this.#refuse(entry, `it refers to \${${name}}, which is neither a key nor an environment variable`);
  }

  #break(circle: readonly { readonly id: string; readonly entry: ConfigEntry }[]): never {
    const at = Math.max(0, circle.findIndex(({ entry }) => entry.where !== "default"));
    const ids = [...circle.slice(at), ...circle.slice(0, at)].map(({ id }) => id);
    this.#refuse(circle[at].entry, `it refers to itself: ${[...ids, ids[0]].join(" → ")}`);
    throw new Circle();
  }

  #expand(entry: ConfigEntry, path: string): unknown {
    const { variables, home } = this.#surroundings;
    let missing: string | null = null;
    const expanded = path.replaceAll(/\$(\w+)/g, (place, name: string) => {
      missing ??= variables[name] === undefined ? name : null;
      return variables[name] ?? place;
    });
    if (missing !== null) return this.#refuse(entry, `it names the environment variable ${missing as string}, which is not set`);
    return /^~(?=$|[/\\])/.test(expanded) ? home + expanded.slice(1) : expanded;
  }

  #refuse(entry: ConfigEntry, why: string): typeof NONE {
    const { where, path } = entry;
    this.#broken.add(entry);
    this.problems.push(problemAt(where, `${pathId(path)} can not be used: ${why}. It is ignored.`, path));
    return NONE;
  }
}

const MAX_REFERENCES = 100;

/** Values that depend on each other; wrong ones become the default. */
export function checkTogether(values: Map<string, ConfigValue>, whereIs: (path: readonly string[]) => string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const valueOf = <T>(id: string) => values.get(id)?.value as T;
  const reset = (id: string, what: string) => {
    const [path, key] = [...configKeys()].find(([one]) => pathId(one) === id) as readonly [readonly string[], ConfigKey<unknown>];
    problems.push(problemAt(whereIs(path), `${id} ${what} It is ignored.`, path));
    values.set(id, { path, value: key.kind.read(key.fallback) });
  };
  const format = valueOf<string>("logging.format");
  const wrong = format === "json" ? null : lineFormatProblem(format, valueOf<string[]>("logging.logAttributes"));
  if (wrong !== null) reset("logging.format", `can not be used: ${wrong}.`);
  if (valueOf<number>("tasks.defaults.maxRetries") > 0 && valueOf("tasks.defaults.retryDelay") === null) reset("tasks.defaults.maxRetries", "above 0 needs tasks.defaults.retryDelay.");
  return problems;
}
