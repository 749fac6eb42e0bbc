/** Where two values differ first, for people. */
import { inspect, isDeepStrictEqual, types } from "node:util";

/** Longest text of a value (characters). */
const MAX_TEXT = 60;

/** Values that are looked at; a difference further on is not named (count). */
const MAX_VALUES = 100_000;

/** `[3].price: 2 → 3`; of values that differ as a whole `2 → 3`. Null: no difference was found. */
export function firstDifference(before: unknown, now: unknown): string | null {
  const rest: [path: string, before: unknown, now: unknown][] = [["", before, now]];
  const seen = new Set<unknown>();
  for (let count = 0; count < MAX_VALUES; count++) {
    const next = rest.pop();
    if (next === undefined) return null;
    const [path, one, other] = next;
    if (Object.is(one, other)) continue;
    const parts = partsOf(one), others = partsOf(other);
    if (parts === null && isDeepStrictEqual(one, other)) continue;
    if (parts === null || others === null || classOf(one) !== classOf(other)) return `${path === "" ? "" : `${path}: `}${shown(one)} → ${shown(other)}`;
    if (parts.length !== others.length && Array.isArray(one)) return `${path === "" ? "its length" : `${path}.length`}: ${parts.length} → ${others.length}`;
    if (seen.has(one)) continue;
    seen.add(one);
    const known = new Map(others), own = new Set(parts.map(([name]) => name));
    for (const [name] of others) if (!own.has(name)) return `${path}${name}: nothing → ${shown(known.get(name))}`;
    for (let i = parts.length - 1; i >= 0; i--) {
      const [name, value] = parts[i];
      if (!known.has(name)) return `${path}${name}: ${shown(value)} → nothing`;
      rest.push([path + name, value, known.get(name)]);
    }
  }
  return null;
}

function classOf(value: unknown): unknown { return Object.getPrototypeOf(value); }

/** What a value is made of, by where it is in it; null for one that is compared as a whole. */
function partsOf(value: unknown): (readonly [where: string, value: unknown])[] | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return Array.from(value as ArrayLike<unknown>, (element, index) => [`[${index}]`, element] as const);
  if (value instanceof Map) return [...value].map(([key, element]) => [`.get(${shown(key)})`, element] as const);
  if (value instanceof Set) return [...value].map((element, index) => [` element ${index}`, element] as const);
  if (value instanceof Date || value instanceof RegExp || types.isBoxedPrimitive(value)) return null;
  const fields = Object.keys(value).map((name) => [`.${name}`, (value as Record<string, unknown>)[name]] as const);
  return value instanceof Error ? [[".message", value.message], ...fields] : fields;
}

function shown(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 5, maxStringLength: MAX_TEXT });
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
