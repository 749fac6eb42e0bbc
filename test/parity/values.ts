/** Values that behaviours compute with: strict where the language would go on with nonsense. */
import { isDeepStrictEqual } from "node:util";

/** A number; true and false count as 1 and 0. @throws TypeError for anything else */
export function number(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  throw new TypeError(`Expected a number, got ${describe(value)}.`);
}

/** A value as text, for joining texts. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : describe(value);
}

/** x + y of two numbers, texts or lists. @throws TypeError for anything else */
export function addValues(x: unknown, y: unknown): unknown {
  if (typeof x === "string" && typeof y === "string") return x + y;
  if (Array.isArray(x) && Array.isArray(y)) return [...(x as unknown[]), ...(y as unknown[])];
  return number(x) + number(y);
}

/** A list. @throws TypeError for anything else */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new TypeError(`Expected a list, got ${describe(value)}.`);
}

/** Number of items or keys. @throws TypeError for what has none */
export function lengthOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null && !isError(value)) return Object.keys(value).length;
  throw new TypeError(`Expected something that has a length, got ${describe(value)}.`);
}

/** Remainder with the divisor's sign. */
export function truncated(x: number, divisor: number): number {
  return x - divisor * Math.floor(x / divisor);
}

export function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}

export function isError(value: unknown): value is Error {
  return value instanceof Error;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null && !isError(value) ? JSON.stringify(value) : String(value);
}
