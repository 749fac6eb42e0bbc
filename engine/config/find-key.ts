/** Finds keys of the configuration by name, in whatever spelling, and says what was probably meant by a wrong one. */
import { CONFIG_KEYS, isConfigKey, type ConfigKey, type ConfigTable } from "./config-keys.ts";

/** A key that was found by its path, in whatever spelling; or what is wrong with the path. */
export type FoundKey = { readonly path: readonly string[]; readonly key: ConfigKey<unknown> } | { readonly problem: string; readonly unknown: readonly string[] };

const spelling = (name: string) => name.replaceAll("_", "").toLowerCase();

/** Finds a key. Names may be written in snake_case, camelCase or capitals; below a free section they stay as they are. */
export function findKey(path: readonly string[]): FoundKey {
  let at: ConfigKey<unknown> | ConfigTable = CONFIG_KEYS;
  const found: string[] = [];
  for (const [depth, name] of path.entries()) {
    if (isConfigKey(at)) {
      if (at.kind.isFree) return { path: [...found, ...path.slice(depth)], key: at };
      return { problem: `${found.join(".")} is a value, not a section.`, unknown: path.slice(0, depth + 1) };
    }
    const known: string | undefined = Object.keys(at).find((one) => spelling(one) === spelling(name));
    if (known === undefined) {
      const nearest = nearestName(name, Object.keys(at));
      const written = [...found, name].join(".");
      const meant = nearest === null ? `${found.length === 0 ? "There are" : `${found.join(".")} has`} ${Object.keys(at).join(", ")}.` : `Did you mean ${[...found, nearest].join(".")}?`;
      return { problem: `${written === "" ? "an empty name" : written} is not a key. ${meant}`, unknown: path.slice(0, depth + 1) };
    }
    found.push(known);
    at = (at as ConfigTable)[known];
  }
  return isConfigKey(at) ? { path: found, key: at } : { problem: `${found.join(".")} is a section, not a value.`, unknown: path };
}

/** The name that was probably meant; null where none is near. */
function nearestName(name: string, known: readonly string[]): string | null {
  const written = spelling(name);
  let nearest: string | null = null, least = Math.max(2, Math.floor(written.length * 0.4)) + 1;
  for (const candidate of known) {
    const begins = written.length > 2 && spelling(candidate).startsWith(written);
    const distance = begins ? 1 : editDistance(written, spelling(candidate));
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** Letters to insert, delete or replace (count). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    row = next;
  }
  return row[other.length];
}
