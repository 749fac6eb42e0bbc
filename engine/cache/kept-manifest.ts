/**
 * Results that depend on what they have read. A key does not know what a task is going to read, so a result is kept in two steps:
 * under the key is a manifest, which says what the runs with that key have read; under the key and the contents of all that is
 * the result. So an older content, when it is back, has its result again.
 */
import type { Dependency } from "./dependency.ts";
import { shorten } from "./content.ts";
import { MISSING } from "./file-content.ts";
import type { KeptResult, KeyParts } from "./kept-result.ts";
import type { ResultCache } from "./result-cache.ts";
import { surroundingName, type Surroundings } from "./surroundings.ts";

/** Sets of things that runs with one key have read (count): which files it reads may depend on what is in others. */
const MAX_SETS = 8;

/** A result under the key that says what it depends on. */
export function keyedByDependencies(kept: KeptResult): KeptResult {
  const { key, dependencies } = kept;
  return dependencies.length === 0 ? kept : { ...kept, key: keyWith(key, dependencies, dependencies.map(({ content }) => content)) };
}

/**
 * Keeps what {@link keyedByDependencies} returned, with a manifest where it depends on something.
 * @param key that was made before it ran; @param parts what that is made of; `memory`: nothing is to be written
 */
export function keepWithManifest(cache: ResultCache, key: string, kept: KeptResult, parts: KeyParts | null | "memory"): void {
  cache.set(kept, parts);
  if (kept.dependencies.length === 0) return;
  const former = cache.get(key);
  const sets = typeof former === "object" && former.manifest !== undefined ? former.manifest : [];
  const names = setNames(kept.dependencies);
  const manifest = [kept.dependencies, ...sets.filter((set) => setNames(set) !== names)].slice(0, MAX_SETS);
  const size = manifest.reduce((sum, set) => sum + 100 * set.length, 0);
  cache.set({ ...kept, key, value: undefined, content: "u", size, logs: [], outside: [], dependencies: [], validated: undefined, manifest }, parts);
}

/** Why a result is not used that is no longer what was kept. */
export const CHANGED = "its kept result was changed by other code";

/** Why a result is not used whose class has another identity now. */
export const REDEFINED = "its kept result holds instances of a class that was defined again";

/** The result that was kept last under a key, whether or not what it depends on is still the same. */
export function latestKept(cache: ResultCache, key: string): ReturnType<ResultCache["get"]> {
  const kept = cache.get(key);
  if (typeof kept !== "object" || kept.manifest === undefined) return kept;
  const [latest] = kept.manifest;
  return cache.get(keyWith(key, latest, latest.map(({ content }) => content)));
}

/** The result for what a manifest's things are now, or in words which of them is not as it was. */
export function lookUpManifest(cache: ResultCache, key: string, manifest: readonly (readonly Dependency[])[], now: Surroundings): KeptResult | string {
  let reason: string | undefined;
  for (const set of manifest) {
    const contents = set.map((dependency) => now.content(dependency));
    const kept = cache.get(keyWith(key, set, contents));
    if (kept === "changed") reason ??= CHANGED;
    else if (kept === "redefined") reason ??= REDEFINED;
    else if (kept !== undefined) return kept;
    const different = set.findIndex(({ content }, index) => content !== contents[index]);
    reason ??= different === -1 ? "its result is not kept" : changeOf(set[different], contents[different]);
  }
  return reason ?? "its result is not kept";
}

const thingName = (dependency: Dependency) => dependency.kind === "env" ? `env ${dependency.name}` : `${dependency.written === true ? "written" : dependency.aspect} ${dependency.path}`;

const setNames = (set: readonly Dependency[]) => set.map(thingName).join("\n");

function keyWith(key: string, set: readonly Dependency[], contents: readonly string[]): string {
  return shorten(`${shorten(key)}\n${set.map((dependency, index) => `${thingName(dependency)}\n${contents[index]}`).join("\n")}`);
}

function changeOf(dependency: Dependency, content: string): string {
  const name = surroundingName(dependency);
  if (dependency.kind === "env") return `${name} changed`;
  const who = dependency.written !== true ? "" : dependency.content === MISSING ? ", which it removed," : ", which it wrote,";
  return `${name}${who} ${content === MISSING ? "is gone" : dependency.content === MISSING ? (who === "" ? "is there now" : "is there again") : "changed"}`;
}
