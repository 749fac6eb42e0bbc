/** Writes errors: they always travel. One of a class that is not known there gets the nearest class that is. */
import { scriptOrigin } from "../cache/script-origin.ts";
import { Signal } from "../signals.ts";
import { engineName } from "./engine-names.ts";
import { globalPath } from "./global-paths.ts";
import type { Draft, GraphBuilder } from "./graph-builder.ts";

/** Fills in the draft of an error. @param canGo can a value be sent? */
export function writeError(builder: GraphBuilder, at: number, draft: Draft, error: Error, canGo: (value: unknown) => boolean): void {
  builder.changeable = true;
  let known = Object.getPrototypeOf(error) as object | null;
  while (known !== null && !isKnownClass(builder, known.constructor)) known = Object.getPrototypeOf(known) as object | null;
  known ??= Error.prototype;
  draft.maker = { kind: "error", type: builtInType(error) };
  if (globalPath(known.constructor) === undefined) builder.inherits(at, draft, known);
  // What a signal says must arrive whole.
  draft.fields = builder.fields(at, sendableFields(error, known, error instanceof Signal ? () => true : canGo));
}

/** The nearest of the language's own error classes. */
function builtInType(error: Error): string {
  for (let at = Object.getPrototypeOf(error) as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const { name } = at.constructor;
    if (Object.hasOwn(at, "constructor") && globalPath(at.constructor) === name) return name;
  }
  return "Error";
}

function isKnownClass(builder: GraphBuilder, errorClass: Function): boolean {
  const { known, modules, functions } = builder.tools;
  if (errorClass === Error || globalPath(errorClass) !== undefined || engineName(errorClass) !== undefined || known?.(errorClass) !== undefined) return true;
  if (modules.findFunction(errorClass, functions === null) !== undefined) return true;
  return functions !== null && scriptOrigin(modules.urlOf(errorClass)).kind === "user";
}

/** Its fields may be anything, e.g. a request with its socket: what can not go stays here. */
function sendableFields(error: Error, known: object, canGo: (value: unknown) => boolean): object {
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [key, field] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    const value = "value" in field ? (field.value as unknown) : (error as unknown as Record<string, unknown>)[key];
    if (key === "stack") continue;
    if (key === "cause" || key === "errors") define(fields, key, insideError(value, canGo), field.enumerable);
    else if (canGo(value)) define(fields, key, value, field.enumerable);
  }
  // An accessor, own or inherited: it is made when it is first asked for.
  if (typeof error.stack === "string") define(fields, "stack", error.stack, false);
  const { name } = error;
  if (known !== Object.getPrototypeOf(error) && !("name" in fields)) define(fields, "name", name === "Error" ? error.constructor.name : name, false);
  return fields;
}

function insideError(value: unknown, canGo: (value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => insideError(one, canGo));
  return value instanceof Error || canGo(value) ? value : String(value);
}

function define(fields: object, key: string, value: unknown, enumerable: boolean | undefined): void {
  Object.defineProperty(fields, key, { value, enumerable, configurable: true, writable: true });
}
