/**
 * One table decides what a global means for a task that uses it: pure ones give equal results for equal inputs, sinks only
 * receive (their output is kept and shown again), sources bring something in from outside.
 */

/** `source` carries what the reason calls it. */
export type GlobalKind = "pure" | "sink" | { readonly source: string };

const PURE = new Set([
  "undefined", "NaN", "Infinity", "globalThis", "Object", "Function", "Boolean", "Symbol", "Number", "BigInt", "String", "RegExp", "Array", "Map", "Set", "WeakMap", "WeakSet", "WeakRef",
  "Promise", "Proxy", "Reflect", "JSON", "Intl", "Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "Iterator",
  "ArrayBuffer", "SharedArrayBuffer", "DataView", "Atomics", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float16Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent",
  "escape", "unescape", "structuredClone", "atob", "btoa", "URL", "URLSearchParams", "TextEncoder", "TextDecoder", "Buffer", "AbortController", "AbortSignal", "DOMException", "Event", "EventTarget",
  "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask", "Blob", "Headers", "FormData", "ReadableStream", "WritableStream", "TransformStream",
  "CompressionStream", "DecompressionStream", "AsyncFunction", "Temporal", "Math", "Date",
]);

const SINKS = new Set(["console", "display"]);

const SOURCES = new Set(["fetch", "crypto", "performance", "process", "navigator", "require", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "BroadcastChannel", "prompt", "input", "alert", "confirm", "WebAssembly"]);

/** What results bring in by these is noticed while a task runs, where that is on: it is no reason to call them `outside`. */
export const TRACED_SOURCES: ReadonlySet<string> = new Set(["files", "process.env"]);

/** Members of `process` that stay as they are while it lives, and count by value. */
const PROCESS_FACTS = new Set(["argv", "argv0", "arch", "cwd", "execArgv", "execPath", "platform", "release", "version", "versions"]);
/** Those that only receive, or only schedule. */
const PROCESS_SINKS = new Set(["emitWarning", "nextTick", "stderr", "stdout"]);

/** What of the process a use of it counts by, as a text. */
export function processFacts(members: ReadonlySet<string>): string {
  const facts = [...members].filter((member) => PROCESS_FACTS.has(member)).sort().map((member) => [member, member === "cwd" ? process.cwd() : (process as unknown as Record<string, unknown>)[member]]);
  return facts.length === 0 ? "" : JSON.stringify(facts);
}

/** What `process` brings in from outside; null: nothing but what {@link processFacts} tells. */
export function processSource(members: ReadonlySet<string>, whole: boolean): string | null {
  const others = [...members].filter((member) => !PROCESS_FACTS.has(member) && !PROCESS_SINKS.has(member));
  if (whole || others.some((member) => member !== "env")) return "process";
  return others.length === 0 ? null : "process.env";
}

/** What a global is; null for a name the table does not know. `members`: how it is used, as in FreeName. */
export function globalKind(name: string, members: ReadonlySet<string>, whole: boolean): GlobalKind | null {
  if (name === "Math" && (whole || members.has("random"))) return { source: "Math.random" };
  if (name === "Date" && members.has("now")) return { source: "Date.now" };
  if (name === "Date" && (whole || members.has("new()") || members.has("()") || members.has("(…)"))) return { source: "the clock" };
  if (name === "Temporal" && (whole || members.has("Now"))) return { source: "Temporal.Now" };
  if (name === "process") {
    const source = processSource(members, whole);
    return source === null ? "pure" : { source };
  }
  if (PURE.has(name)) return "pure";
  if (SINKS.has(name)) return "sink";
  if (SOURCES.has(name)) return { source: name };
  return null;
}
