/** The path that a function of node:fs was given. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute; null where it is none. */
export function pathOf(value: unknown): string | null {
  if (typeof value === "string") return resolve(value);
  if (value instanceof URL) return fileURLToPath(value);
  return value instanceof Uint8Array ? resolve(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()) : null;
}
