/** What was thrown, as the front end shows it: name, message, and a stack that names cells and lines. */
import { inspect, types } from "node:util";

import type { LinkError } from "../user-process/link.ts";
import type { CellStacks } from "./cell-stacks.ts";

/** How many causes, or errors of an AggregateError, are followed. */
const LIMIT = 10;

/** @param thrown any value: JavaScript can throw them all. Never throws, whatever its getters do. */
export function describeError(thrown: unknown, stacks: CellStacks): LinkError {
  try {
    if (!isError(thrown)) {
      const shown = inspect(thrown, { depth: 2, breakLength: 100 });
      return { ename: "Thrown", evalue: shown, traceback: [`Thrown: ${shown}`, `(${kindOf(thrown)}, not an Error: it carries no stack)`] };
    }
    const ename = nameOf(thrown);
    return { ename, evalue: messageOf(thrown), traceback: describeChain(thrown, stacks) };
  } catch (error) {
    return { ename: "Error", evalue: "the error cannot be shown", traceback: [`The error cannot be shown: reading it threw ${typeof error}.`] };
  }
}

/** The error, then its causes and the errors it collects, in a loop: chains may be long, or circular. */
function describeChain(error: Error, stacks: CellStacks): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  const waiting: { readonly value: unknown; readonly title: string }[] = [{ value: error, title: "" }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { value, title } = next;
    if (seen.has(value)) {
      lines.push(`${title}(shown above)`);
    } else if (seen.size >= LIMIT) {
      lines.push("… and more");
      break;
    } else if (!isError(value)) {
      lines.push(`${title}${inspect(value, { depth: 1 })}`);
    } else {
      seen.add(value);
      const message = messageOf(value);
      lines.push(`${title}${nameOf(value)}${message === "" ? "" : `: ${message}`}`, ...stacks.frames(value), ...properties(value));
      const collected: readonly unknown[] = Array.isArray((value as AggregateError).errors) ? (value as AggregateError).errors : [];
      waiting.unshift(...collected.slice(0, LIMIT).map((item) => ({ value: item as unknown, title: "Collected: " })));
      if (Object.hasOwn(value, "cause")) waiting.unshift({ value: value.cause, title: "Caused by: " });
    }
  }
  return lines;
}

/** What an error carries beside its message: `code`, `path`, … */
function properties(error: Error): string[] {
  const own = Object.fromEntries(Object.entries(error).filter(([name]) => !["name", "message", "stack", "cause", "errors"].includes(name)));
  return Object.keys(own).length === 0 ? [] : [`    ${inspect(own, { depth: 1, breakLength: Infinity })}`];
}

function isError(value: unknown): value is Error {
  // Also errors of another realm (node:vm).
  return value instanceof Error || types.isNativeError(value);
}

function nameOf(error: Error): string {
  const name = typeof error.name === "string" && error.name !== "" ? error.name : "Error";
  const constructor: unknown = error.constructor;
  // A class that extends Error and sets no name is still known by its own.
  return name === "Error" && typeof constructor === "function" && constructor.name !== "" ? constructor.name : name;
}

function messageOf(error: Error): string {
  return typeof error.message === "string" ? error.message : String(error.message);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
