/** Whether a function is what a package's file, or a module of Node, exports: then its name and the version say what it does. */
import { builtinModules, createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { types } from "node:util";

const load = createRequire(import.meta.url);

let ofNode: Set<unknown> | null = null;

/** @param url of the script that the function is written in; it has been loaded */
export function isExport(url: string, fn: Function): boolean {
  if (url.startsWith("node:")) return (ofNode ??= exportsOfNode()).has(fn);
  try {
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    const exported: unknown = load.cache[path]?.exports ?? load(path);
    return holds(exported, fn) || (isLookable(exported) && Object.values(Object.getOwnPropertyDescriptors(exported)).some(({ value }) => holds(value, fn)));
  } catch {
    // A file that can not be required, e.g. one with a top-level await.
    return false;
  }
}

function isLookable(value: unknown): value is object {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && !types.isProxy(value);
}

/** Is it the function, or has it the function as a member or as a method of its instances? */
function holds(holder: unknown, fn: Function): boolean {
  if (holder === fn) return true;
  if (!isLookable(holder)) return false;
  const prototype = typeof holder === "function" ? (Object.getOwnPropertyDescriptor(holder, "prototype")?.value as unknown) : undefined;
  return [holder, prototype].some((one) => isLookable(one) && Object.values(Object.getOwnPropertyDescriptors(one)).some(({ value }) => value === fn));
}

function exportsOfNode(): Set<unknown> {
  const found = new Set<unknown>();
  for (const id of builtinModules) {
    // To load these warns, or changes what the process does.
    if (/^_|^(punycode|sys|wasi|repl|trace_events|inspector|test)/.test(id)) continue;
    const module = process.getBuiltinModule(id) as unknown;
    if (!isLookable(module)) continue;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(module))) if (typeof value === "function") found.add(value);
  }
  return found;
}
