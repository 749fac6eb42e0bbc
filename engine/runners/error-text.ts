/** What a task threw, as text: for messages, logs and panels. */
import { currentHost } from "../host.ts";

const ENGINE_FOLDER = new URL("../", import.meta.url).href;

/** `TypeError: x is not a function`; other thrown values as text. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.message === "" ? error.name : `${error.name}: ${error.message}`;
  try {
    return String(error);
  } catch {
    return "a thrown value that has no text";
  }
}

/** The error with its stack, without the frames of the engine and of Node below it; as the host shows errors, where it does. */
export function errorWithStack(error: unknown): string {
  const shown = currentHost()?.describeError?.(error);
  if (shown !== undefined) return shown;
  if (!(error instanceof Error) || typeof error.stack !== "string") return describeError(error);
  return error.stack.split("\n").filter((line) => !/^\s+at /.test(line) || !(line.includes(ENGINE_FOLDER) || line.includes("(node:internal/") || line.includes("at node:internal/"))).join("\n");
}
