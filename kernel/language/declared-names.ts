/** How a translated cell begins: one `let` declares all names of its top level. */

/** The first statements. @param names as they are called at run time */
export function declareNames(names: readonly string[]): string {
  return `"use strict";${names.length === 0 ? "" : `let ${names.join(",")};`}`;
}

/** Names that a translated cell declares, as they are called at run time. */
export function declaredNames(javascript: string): readonly string[] {
  return /^"use strict";let ([^;]+);/.exec(javascript)?.[1].split(",") ?? [];
}
