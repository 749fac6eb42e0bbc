/** What translated classes with decorators call: TypeScript's `__decorate`, `__param` and `__metadata`. */

type Decorator = (...values: unknown[]) => unknown;

/** Under the names by which oxc calls them. */
export const decorators = { decorate, decorateParam, decorateMetadata };

/** `__decorate`: of a class, or of the member `key` of `target`; the last decorator first. */
function decorate(list: readonly (Decorator | undefined)[], target: object, key?: PropertyKey, descriptor?: PropertyDescriptor | null): unknown {
  const ofMember = key !== undefined;
  let result: unknown = !ofMember ? target : descriptor === null ? Object.getOwnPropertyDescriptor(target, key) : descriptor;
  for (const decorator of [...list].reverse()) {
    if (decorator === undefined) continue;
    const replaced = !ofMember ? decorator(result) : result === undefined ? decorator(target, key) : decorator(target, key, result);
    result = replaced ?? result;
  }
  if (ofMember && result !== undefined && result !== null) Object.defineProperty(target, key, result as PropertyDescriptor);
  return result;
}

/** `__param`. */
function decorateParam(index: number, decorator: Decorator): Decorator {
  return (target, key) => decorator(target, key, index);
}

/** `__metadata`, for libraries that have extended `Reflect`. */
function decorateMetadata(key: unknown, value: unknown): Decorator | undefined {
  const { metadata } = Reflect as unknown as { metadata?: (key: unknown, value: unknown) => Decorator };
  return metadata?.(key, value);
}
