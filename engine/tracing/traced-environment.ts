/** `process.env` that notices which variables a task reads. */
import { asksForOriginal, replaceFunction, tracedOriginal } from "./traced-function.ts";
import type { Trace } from "./trace.ts";

/** Puts it in place. Behaves as the original: what is read, set, deleted and listed are the process's own variables. */
export function traceEnvironment(current: () => Trace | null): void {
  if (tracedOriginal(process.env) !== undefined) return;
  const original = process.env;
  const notice = (name: string | symbol) => { if (typeof name === "string") current()?.readVariable(name); };
  const change = (name: string | symbol) => { if (typeof name === "string") current()?.writeVariable(name); };
  // Without a receiver: the original's own accessors know only themselves.
  process.env = new Proxy(original, {
    get: (target, name) => { if (asksForOriginal(name)) return target; notice(name); return Reflect.get(target, name) as unknown; },
    has: (target, name) => { notice(name); return Reflect.has(target, name); },
    getOwnPropertyDescriptor: (target, name) => { notice(name); return Reflect.getOwnPropertyDescriptor(target, name); },
    ownKeys: (target) => { current()?.readVariable("*"); return Reflect.ownKeys(target); },
    set: (target, name, value) => { change(name); return Reflect.set(target, name, value); },
    defineProperty: (target, name, property) => { change(name); return Reflect.defineProperty(target, name, property); },
    deleteProperty: (target, name) => { change(name); return Reflect.deleteProperty(target, name); },
  });
  const clone = globalThis.structuredClone;
  // A proxy can not be cloned, the variables can.
  replaceFunction(globalThis, "structuredClone", () => function structuredClone(value, ...rest) { return clone(value === process.env ? { ...process.env } : value, ...(rest as [])); });
}
