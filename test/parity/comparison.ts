/** Compares what happened with what was recorded. */
import { Signal } from "../../engine/index.ts";
import { ScenarioError } from "./errors.ts";
import type { Json, Throws } from "./scenario.ts";
import { isError } from "./values.ts";

/** One thing that is not as recorded. */
export interface Difference {
  /** What it is about: `run 1 task b result`. */
  readonly where: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Notes a difference where the two are not equal: numbers by value, arrays in order, objects without regard to it. */
export function compare(where: string, expected: unknown, got: unknown, differences: Difference[]): void {
  if (!equalsRecorded(expected, got)) differences.push({ where, expected, got });
}

/** A value as it is recorded: errors and signals described, null for undefined, a Set as a list. */
export function recordedValue(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (value instanceof Signal) return { $signal: { name: value.name, message: value.message === "" ? null : value.message } };
  if (isError(value)) return { $error: { ...(value instanceof ScenarioError ? {} : { native: true }), name: value.name, message: value.message } };
  if (value instanceof Set) return [...value].map(recordedValue);
  if (Array.isArray(value)) return (value as unknown[]).map(recordedValue);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, recordedValue(inner)]));
  return value as Json;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param expected with `{"$any":true}` for anything, `{"$error":{"native":true}}` for any error of the language */
export function equalsRecorded(expected: unknown, got: unknown): boolean {
  if (isRecord(expected)) {
    if (expected.$any === true) return true;
    if (!isRecord(got)) return false;
    if (isRecord(expected.$error) && isRecord(got.$error)) {
      if (expected.$error.native === true) return got.$error.native === true;
      return got.$error.native !== true && expected.$error.name === got.$error.name && expected.$error.message === got.$error.message;
    }
    const keys = Object.keys(expected);
    return keys.length === Object.keys(got).length && keys.every((key) => Object.hasOwn(got, key) && equalsRecorded(expected[key], got[key]));
  }
  if (Array.isArray(expected)) return Array.isArray(got) && expected.length === got.length && expected.every((element, index) => equalsRecorded(element, got[index]));
  return expected === got;
}

/** Compares sets, whatever their order. */
export function compareSets(where: string, expected: readonly unknown[], got: readonly unknown[], differences: Difference[]): void {
  const sorted = (list: readonly unknown[]) => list.map((element) => JSON.stringify(canonical(element))).sort();
  const [wanted, found] = [sorted(expected), sorted(got)];
  if (wanted.join("\n") !== found.join("\n")) differences.push({ where, expected, got });
}

const CONSTANT = "constant:";

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  // Files of different origin put different spaces into the text of a constant.
  if (typeof value === "string" && value.startsWith(CONSTANT)) return CONSTANT + JSON.stringify(canonical(JSON.parse(value.slice(CONSTANT.length))));
  return isRecord(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, canonical(value[key])])) : value;
}

/** Compares what a call threw with what it has to throw. @param thrown null: nothing */
export function compareThrown(where: string, expected: Throws | undefined, thrown: { readonly error: unknown } | null, differences: Difference[]): void {
  const got = thrown === null ? "nothing thrown" : `thrown: ${isError(thrown.error) ? `${thrown.error.name}: ${thrown.error.message}` : String(thrown.error)}`;
  if (expected === undefined) {
    if (thrown !== null) differences.push({ where, expected: "nothing thrown", got });
    return;
  }
  const pieces = expected.messageContains ?? [];
  const message = thrown !== null && isError(thrown.error) ? thrown.error.message : "";
  if (thrown === null || pieces.some((piece) => !message.includes(piece))) differences.push({ where, expected: { throws: expected }, got });
}
