/** Functions that can be serialized: a name, and the arguments they were made with. */

/** What a filter or an adjustment was made with. */
export interface FunctionDescription {
  readonly name: string;
  /** Dates, numbers, texts and plain objects. */
  readonly arguments: readonly unknown[];
  /** Time zone it looks at; absent: that of the clock. */
  readonly timeZone?: string;
}

const DESCRIPTION = Symbol("flowlet.schedules.description");

/** Notes how a function was made. @returns the function */
export function describedFunction<T extends object>(fn: T, description: FunctionDescription): T {
  return Object.defineProperty(fn, DESCRIPTION, { value: description });
}

/** How a function was made, for those of this folder. */
export function functionDescription(fn: object): FunctionDescription | undefined {
  return (fn as { readonly [DESCRIPTION]?: FunctionDescription })[DESCRIPTION];
}
