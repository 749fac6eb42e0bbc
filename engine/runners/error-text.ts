/** What a task threw, as text: for messages, logs and panels. */
import { currentHost } from "../host.ts";

const ENGINE_FOLDER = new URL("../", import.meta.url).href;

/** `TypeError: x is not a function`; other thrown values as text. Never throws, whatever was thrown. */
export function describeError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const name = String(error.name);
    const message = messageOf(error);
    return message === "" ? name : `${name}: ${message}`;
  } catch {
    return "a thrown value that has no text";
  }
}

function messageOf(error: Error): string {
  try {
    return String(error.message);
  } catch {
    return "its message can not be read";
  }
}

/** The error with its stack, without the frames of the engine and of Node below it; as the host shows errors, where it does. */
export function errorWithStack(error: unknown): string {
  const shown = currentHost()?.describeError?.(error);
  if (shown !== undefined) return shown;
  const stack = stackOf(error);
  if (stack === null) return describeError(error);
  return stack.split("\n").filter((line) => !/^\s+at /.test(line) || !(line.includes(ENGINE_FOLDER) || /(\(|at )node:(internal\/|async_hooks:)/.test(line))).join("\n");
}

function stackOf(error: unknown): string | null {
  try {
    return error instanceof Error && typeof error.stack === "string" ? error.stack : null;
  } catch {
    return null;
  }
}
