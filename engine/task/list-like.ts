/** What can be mapped over, element by element. */

/**
 * Is it a list: an array, a typed array, a text, or an object like them (it can be iterated, and has a length and elements by
 * index)? A Set and a generator are not: they have no elements by index. Nor is an object that happens to have a `length`.
 */
export function isListLike(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value) || typeof value === "string") return true;
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) return false;
  const { length } = value as { readonly length?: unknown };
  return typeof length === "number" && (length === 0 || (length > 0 && length - 1 in value));
}
