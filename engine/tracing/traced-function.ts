/** Functions of Node that are replaced by ones that notice their use. */

/** Holds what was replaced; on what needs no replacement, itself. */
const ORIGINAL = Symbol("original");

type AnyFunction = (this: unknown, ...inputs: never[]) => unknown;

/** What stands behind a traced function, or behind a proxy that answers {@link asksForOriginal}; undefined for any other value. */
export function tracedOriginal<T extends object>(value: T): T | undefined {
  // A class that extends a traced one inherits from it.
  return typeof value !== "function" || Object.hasOwn(value, ORIGINAL) ? (value as { readonly [ORIGINAL]?: T })[ORIGINAL] : undefined;
}

/** For a proxy's `get`: is it asked what stands behind it? */
export function asksForOriginal(key: unknown): boolean { return key === ORIGINAL; }

/** Says of a function that using it needs no notice. */
export function markTraced(fn: object): void {
  if (!Object.hasOwn(fn, ORIGINAL)) Object.defineProperty(fn, ORIGINAL, { value: fn });
}

/** Replaces a method. The new one has the name and the properties of the old one (`util.promisify` looks at them). */
export function replaceFunction(holder: object, name: string, make: (original: (...inputs: unknown[]) => unknown) => (this: unknown, ...inputs: unknown[]) => unknown): void {
  const record = holder as Record<string, unknown>;
  const original = record[name] as AnyFunction | undefined;
  if (typeof original !== "function" || Object.hasOwn(original, ORIGINAL)) return;
  const traced = make(original as (...inputs: unknown[]) => unknown);
  Object.defineProperties(traced, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(traced, ORIGINAL, { value: original });
  record[name] = traced;
}
