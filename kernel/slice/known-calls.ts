/** Functions and methods of which is known that they change none of their inputs. */

/** Methods that only look at their object, whatever it is. */
export const READING_METHODS: ReadonlySet<string> = new Set([
  "at", "charAt", "codePointAt", "concat", "endsWith", "entries", "every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flat", "flatMap", "forEach", "get", "getAll", "has",
  "includes", "indexOf", "isPrototypeOf", "hasOwnProperty", "join", "keys", "lastIndexOf", "localeCompare", "map", "match", "matchAll", "padEnd", "padStart", "reduce", "reduceRight", "repeat",
  "replace", "replaceAll", "search", "slice", "some", "split", "startsWith", "substring", "then", "catch", "finally", "toFixed", "toISOString", "toJSON", "toLocaleString", "toLowerCase", "toReversed", "toSorted",
  "toSpliced", "toString", "toUpperCase", "trim", "trimEnd", "trimStart", "union", "intersection", "difference", "isSubsetOf", "isSupersetOf", "valueOf", "values", "with", "getTime", "getFullYear", "call", "apply", "bind",
]);

/** Methods of a flow that change nothing of its structure. */
export const READING_FLOW_METHODS: ReadonlySet<string> = new Set([
  "run", "register", "schedule", "plan", "verify", "visualize", "save", "serialize", "serializedHash", "cacheStats", "copy", "has", "node", "taskBySlug", "rootTasks", "terminalTasks", "parameters", "referenceTasks",
  "edgesTo", "edgesFrom", "upstreamTasks", "downstreamTasks", "getTasks", "equals", "sortedTasks", "sortedNodes", "downstreamOf", "upstreamOf", "everyTerminal", "toString", "validate",
]);

/** Methods of a flow that run it, or send it somewhere: their outcome can not be taken along. */
export const RUNNING_FLOW_METHODS: ReadonlySet<string> = new Set(["run", "register", "schedule", "verify", "plan", "visualize", "save"]);

/** Methods of which a second call with the same inputs changes something again. */
export const ADDING_METHODS: ReadonlySet<string> = new Set(["push", "unshift", "pop", "shift", "splice", "reverse", "append", "write"]);

/** Global objects whose functions change none of their inputs. */
const READING_OBJECTS: ReadonlySet<string> = new Set([
  "console", "JSON", "Math", "Number", "String", "Boolean", "BigInt", "Symbol", "Date", "RegExp", "Promise", "Intl", "performance", "display", "tslab", "Error", "TypeError", "RangeError", "Map", "Set", "WeakMap", "WeakSet",
  "fetch", "parseInt", "parseFloat", "isNaN", "isFinite", "structuredClone", "encodeURIComponent", "decodeURIComponent", "URL", "URLSearchParams", "Buffer", "prompt", "input", "Uint8Array", "Float64Array", "Int32Array",
]);

const READING_STATICS: ReadonlySet<string> = new Set([
  "Array.from", "Array.isArray", "Array.of", "Object.keys", "Object.values", "Object.entries", "Object.fromEntries", "Object.is", "Object.hasOwn", "Object.getPrototypeOf", "Object.getOwnPropertyNames", "Object.groupBy",
]);

const READING_PROCESS: ReadonlySet<string> = new Set(["stdout", "stderr", "memoryUsage", "hrtime", "cwd", "uptime", "nextTick", "cpuUsage"]);

/** Of a function of the language or of Node, by its path. */
export function isReading(path: readonly string[]): boolean {
  return READING_OBJECTS.has(path[0]!) || READING_STATICS.has(path.slice(0, 2).join(".")) || (path[0] === "process" && READING_PROCESS.has(path[1] ?? ""));
}
