/** What is wrong with a piece of configuration. It is told and the piece is ignored: a wrong value must not stop a program. */
import { describeValue } from "../errors.ts";

/** One value, before it is checked. */
export interface ConfigEntry {
  /** Names from the section down, spelled as in the table of keys. */
  readonly path: readonly string[];
  readonly value: unknown;
  /** Where it stands: `/home/me/.flowlet/config.toml:3`, `environment variable FLOWLET__…`. */
  readonly where: string;
}

/** One thing that is wrong. */
export interface ConfigProblem {
  readonly where: string;
  /** The key, where one is to blame: `tasks.defaults.maxRetries`. */
  readonly key?: string;
  /** All in one sentence or two: where, which key, what was expected, what was got. */
  readonly text: string;
}

/** Values of one source: a file, the environment, a call. */
export interface ConfigLayer {
  readonly entries: readonly ConfigEntry[];
  readonly problems: readonly ConfigProblem[];
}

export const problemAt = (where: string, what: string, path?: readonly string[]): ConfigProblem => ({ where, ...(path && { key: path.join(".") }), text: `${where}: ${what}` });

/** A value of another kind than its key's. Secrets are not shown. */
export function wrongValue({ path, value, where }: ConfigEntry, expected: string): ConfigProblem {
  return problemAt(where, `${path.join(".")} must be ${expected}, got ${describeValue(value)}. It is ignored.`, path);
}

/** Is it an object that holds keys, and not a value? */
export function isSection(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Values of nested sections, with their paths as they are written, in order. */
export function* flattenSections(sections: Record<string, unknown>): Iterable<readonly [path: readonly string[], value: unknown]> {
  const rest: (readonly [readonly string[], unknown])[] = [[[], sections]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [path, value] = next;
    if (!isSection(value) || path.length > 100) yield next;
    else for (const name of Object.keys(value).reverse()) rest.push([[...path, name], value[name]]);
  }
}
