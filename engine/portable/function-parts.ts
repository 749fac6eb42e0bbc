/** What the compiled text of a function finds under one name, and what it leaves there. */

/** The name. */
export const PARTS = "__flowlet";

/** All optional: what a function does not need is absent. */
export interface FunctionParts {
  /** Set by the text: gives its names their values. */
  link?: (values: readonly unknown[]) => void;
  /** What a class extends. */
  base?: unknown;
  /** `import.meta` of its script. */
  meta?: object;
  /** Variables that several functions assign to, by key. */
  shared?: Record<string, unknown>;
  /** Constructors only add fields, without values. */
  reviving?: boolean;
  /** Set by a class: what sets its private fields. */
  privates?: { readonly fields: Record<string, (self: object, value: unknown) => void>; readonly statics: Record<string, (value: unknown) => void> };
}
