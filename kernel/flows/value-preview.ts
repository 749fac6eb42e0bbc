/** Values as short text for the panel of a task. */
import { inspect } from "node:util";

/** Longest preview (characters). */
export const MAX_PREVIEW = 4000;

/** A value as text, cut where it is long; never throws, whatever the value's own methods do. */
export function previewValue(value: unknown): string {
  let text: string;
  try {
    text = typeof value === "string" ? value : inspect(value, { depth: 3, maxArrayLength: 50, maxStringLength: 1000, breakLength: 80 });
  } catch (error) {
    text = `(its own inspection failed: ${String(error)})`;
  }
  return cutText(text, MAX_PREVIEW);
}

/** Cuts a text and says so. @param limit characters */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}
