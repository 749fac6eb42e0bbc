/** Texts that stand for contents: short ones as they are, long ones by their hash. */
import { hash } from "node:crypto";

/** Longest text that stands for itself (characters). */
export const SHORT = 48;

/** A short text as it is, a long one by its hash. */
export function shorten(text: string): string {
  return text.length <= SHORT ? text : `#${hash("sha256", text.isWellFormed() ? text : JSON.stringify(text), "base64")}`;
}

/** Content of a primitive, without the machinery; null for anything else. */
export function primitiveContent(value: unknown): string | null {
  switch (typeof value) {
    case "number": return Object.is(value, -0) ? "n-0" : `n${value}`;
    case "boolean": return value ? "t" : "f";
    case "undefined": return "u";
    case "bigint": return `i${value}`;
    case "string": return value.length <= SHORT - 4 ? `s${value.length}:${value}` : shorten(`s${value.length}:${value}`);
    default: return value === null ? "z" : null;
  }
}
