/** Functions and objects that every thread has of its own, by the path at which it finds them: `Math.max`, `console`, `process.env`. */
import { runInNewContext } from "node:vm";

/** Globals of Node that are no part of the language. */
const NODE_GLOBALS = `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey
  CustomEvent DOMException DecompressionStream Event EventSource EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry
  PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming ReadableByteStreamController ReadableStream
  ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage SubtleCrypto TextDecoder
  TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern URLSearchParams WebSocket WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter atob btoa clearImmediate clearInterval clearTimeout crypto fetch global localStorage navigator performance process
  queueMicrotask sessionStorage setImmediate setInterval setTimeout structuredClone`.split(/\s+/);

/** Reading these opens a file, or warns that it can not. */
const NOT_READ = new Set(["localStorage", "sessionStorage"]);

let names: ReadonlySet<string> | null = null;
let paths: Map<unknown, string> | null = null;

/** Is it a global that every thread has, and not one that somebody's program has added? */
export function isStandardGlobal(name: string): boolean {
  names ??= new Set([...(runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]), ...NODE_GLOBALS]);
  return names.has(name);
}

/** The path of a function or object that every thread has; undefined for all others. */
export function globalPath(value: unknown): string | undefined {
  return (paths ??= findPaths()).get(value);
}

/** What is at a path in this thread. */
export function globalAt(path: string): unknown {
  let value: unknown = globalThis;
  if (path === "globalThis") return value;
  for (const key of path.split(".")) {
    value = key.startsWith("get ") ? Object.getOwnPropertyDescriptor(value, key.slice("get ".length))?.get : (value as Record<string, unknown>)[key];
  }
  return value;
}

type Add = (value: unknown, path: string) => void;

function findPaths(): Map<unknown, string> {
  isStandardGlobal("");
  const found = new Map<unknown, string>([[globalThis, "globalThis"]]);
  const add: Add = (value, path) => {
    if (((typeof value === "object" && value !== null) || typeof value === "function") && !found.has(value)) found.set(value, path);
  };
  for (const name of names as ReadonlySet<string>) {
    if (NOT_READ.has(name)) continue;
    const value = (globalThis as Record<string, unknown>)[name];
    add(value, name);
    if (value === globalThis || value === undefined || value === null) continue;
    addMembers(value, name, add);
    if (typeof value === "function" && typeof value.prototype === "object" && value.prototype !== null) {
      add(value.prototype, `${name}.prototype`);
      addMembers(value.prototype as object, `${name}.prototype`, add);
    }
  }
  add(process.env, "process.env");
  return found;
}

function addMembers(holder: object, path: string, add: Add): void {
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    if (key === "constructor" || key.includes(".")) continue;
    if (typeof property.value === "function") add(property.value, `${path}.${key}`);
    else if (property.get !== undefined && path.endsWith(".prototype")) add(property.get, `${path}.get ${key}`);
  }
}
