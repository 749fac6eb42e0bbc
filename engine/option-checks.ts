/** Checks of the options that users give: wrong kinds, and names that no option has. */
import { FlowletError, describeValue } from "./errors.ts";

/** What an option must be, in words, and whether a value is. */
export type OptionCheck = readonly [expected: string, passes: (value: unknown) => boolean];

export const isFunction = (value: unknown): boolean => typeof value === "function";
export const isBoolean = (value: unknown): boolean => typeof value === "boolean";
export const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
/** Iterable, and no text. */
export const isIterable = (value: unknown): value is Iterable<unknown> => typeof value === "object" && value !== null && Symbol.iterator in value;
/** An object of names and values: no array, no function. */
export const isRecordLike = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

export const A_FUNCTION: OptionCheck = ["a function", isFunction];
export const A_BOOLEAN: OptionCheck = ["true or false", isBoolean];
export const FUNCTIONS: OptionCheck = ["a list of functions", (value) => Array.isArray(value) && value.every(isFunction)];
export const A_RECORD: OptionCheck = ["an object with a value for each name", isRecordLike];

/** Looks at each given option; undefined counts as not given. @throws FlowletError BAD_OPTION, UNKNOWN_OPTION */
export function checkOptions(owner: string, given: unknown, checks: Readonly<Record<string, OptionCheck>>): void {
  refuseNoRecord(owner, given);
  const options = given as Readonly<Record<string, unknown>>;
  for (const option of Object.keys(options)) {
    if (!Object.hasOwn(checks, option)) refuseUnknown(owner, option, Object.keys(checks));
    const [expected, passes] = checks[option];
    if (options[option] !== undefined && !passes(options[option])) throw new FlowletError("BAD_OPTION", { owner, option, expected, got: describeValue(options[option]) });
  }
}

/** Options are an object. @throws FlowletError BAD_OPTION */
export function refuseNoRecord(owner: string, given: unknown): void {
  if (!isRecordLike(given)) throw new FlowletError("BAD_OPTION", { owner, option: "options", expected: "an object", got: describeValue(given) });
}

/** @throws FlowletError UNKNOWN_OPTION, with the option that is meant where only its spelling differs (`max_retries`) */
export function refuseUnknown(owner: string, option: string, known: readonly string[]): never {
  const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
  const meant = known.find((name) => plain(name) === plain(option));
  throw new FlowletError("UNKNOWN_OPTION", { owner, option, known: meant === undefined ? `It has ${known.join(", ")}` : `Do you mean ${meant}` });
}
