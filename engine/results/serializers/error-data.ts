/** Errors as plain data: what of them a result and a state keep. */
import { types } from "node:util";

/** Name, message, stack and plain properties (code, errno, path …) of an error; what caused it is kept by the caller. */
export interface ErrorData {
  /** Built-in class that it comes back as; others come back as Error with their name. */
  readonly class: string;
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean | null>>;
}

const CLASSES: Readonly<Record<string, new (message?: string) => Error>> = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const OWN_FIELDS = new Set(["name", "message", "stack", "cause", "errors"]);

/** Is it an error, of whatever realm? */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

const asText = (value: unknown, fallback: string): string => (typeof value === "string" ? value : fallback);

/** What is kept of an error; anything odd about it is left out. */
export function errorData(error: Error): ErrorData {
  const properties: Record<string, string | number | boolean | null> = {};
  for (const key of Object.keys(error)) {
    if (OWN_FIELDS.has(key)) continue;
    const value = (error as unknown as Record<string, unknown>)[key];
    if (value === null || typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) properties[key] = value;
  }
  // The code of Node's own errors is an accessor, or hidden.
  const { code } = error as { code?: unknown };
  if (typeof code === "string") properties.code = code;
  return {
    class: className(error), name: asText(error.name, "Error"), message: asText(error.message, ""),
    ...(typeof error.stack === "string" ? { stack: error.stack } : {}), ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

function className(error: Error): string {
  if (error instanceof DOMException) return "DOMException";
  if (error instanceof AggregateError) return "AggregateError";
  for (let at: object | null = Object.getPrototypeOf(error) as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.hasOwn(at, "constructor") ? (at.constructor as { name?: unknown }).name : undefined;
    if (typeof found === "string" && Object.hasOwn(CLASSES, found)) return found;
  }
  return "Error";
}

/** An error from its data. @param into the error to fill, instead of a new one */
export function errorFromData(data: ErrorData, into?: Error): Error {
  if (data.class === "DOMException" && into === undefined) return withStack(new DOMException(data.message, data.name), data.stack);
  const errorClass = data.class === "AggregateError" ? AggregateError : (Object.hasOwn(CLASSES, data.class) ? CLASSES[data.class] : Error);
  const error = into ?? new Error(data.message);
  if (data.class === "DOMException") Object.setPrototypeOf(error, Error.prototype);
  else Object.setPrototypeOf(error, errorClass.prototype as object);
  if (error.message !== data.message) hide(error, "message", data.message);
  if (error.name !== data.name) hide(error, "name", data.name);
  for (const [key, value] of Object.entries(data.properties ?? {})) {
    if (!OWN_FIELDS.has(key)) Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return withStack(error, data.stack);
}

function withStack(error: Error, stack: string | undefined): Error {
  if (stack !== undefined) hide(error, "stack", stack);
  else delete error.stack;
  return error;
}

/** Sets what errors do not enumerate. */
export function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
