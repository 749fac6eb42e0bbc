/** What is wrong with a request's input, in words: which field, what was expected, what was got. */
import type { z } from "zod";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";

/** One thing that is wrong; a list of them is the refusal's details. */
export interface RequestProblem {
  /** `body.entries[3].state.type` */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

const SHOWN = 5;

/** A refusal that says what is wrong. */
export function badRequest(problems: readonly RequestProblem[]): OrchestrationError {
  const texts = problems.slice(0, SHOWN).map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`);
  const more = problems.length > SHOWN ? ` (and ${problems.length - SHOWN} more)` : "";
  return new OrchestrationError("BAD_REQUEST", `${texts.join("; ")}${more}.`, problems.slice(0, 50));
}

/** Problems that zod has found in `data`. */
export function problemsOf({ issues }: z.core.$ZodError, data: unknown, where: string): RequestProblem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, data, where));
}

function problemsOfIssue(issue: z.core.$ZodIssue, data: unknown, where: string): RequestProblem[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  const field = fieldName(where, path);
  if (issue.code === "invalid_union") {
    // Of a nullable or other union: what the member says that comes nearest, i.e. fails deepest.
    const nearest = issue.errors.filter((errors) => errors.length > 0).sort((a, b) => depthOf(b) - depthOf(a))[0];
    if (nearest !== undefined) return nearest.flatMap((inner) => problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, data, where));
  }
  return [{ field, expected: expectation(issue), got: shown(valueAt(data, path)) }];
}

const depthOf = (errors: readonly z.core.$ZodIssue[]): number => Math.max(...errors.map(({ path }) => path.length));

const TYPES: Readonly<Record<string, string>> = { string: "a text", number: "a number", int: "a whole number", boolean: "true or false", object: "an object", array: "a list", record: "an object", null: "null" };
const FORMATS: Readonly<Record<string, string>> = { uuid: "an id (a UUID)", datetime: "an instant in UTC (2026-01-31T12:00:00.000Z)" };

/** What was expected, in words. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type": return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value": return issue.values.length === 1 ? String(JSON.stringify(issue.values[0])) : `one of ${issue.values.join(", ")}`;
    case "invalid_format": return FORMATS[issue.format] ?? (issue.pattern === undefined ? `in the format ${issue.format}` : issue.message.startsWith("Invalid") ? `a text like ${issue.pattern}` : issue.message);
    case "too_small": return sized(issue.origin, "at least", Number(issue.minimum));
    case "too_big": return sized(issue.origin, "at most", Number(issue.maximum));
    case "invalid_union": return issue.discriminator === undefined ? "of another kind" : `of a known ${issue.discriminator}`;
    case "invalid_key": return "an object whose names are valid";
    default: return issue.message;
  }
}

function sized(origin: string, bound: string, limit: number): string {
  if (origin === "string") return `a text of ${bound} ${limit} ${limit === 1 ? "character" : "characters"}`;
  if (origin === "array") return `a list of ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  return `${bound} ${limit}`;
}

/** A field by its path: `body.entries[3].state`. */
function fieldName(where: string, path: readonly (string | number)[]): string {
  const name = path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : /^[\w-]{1,100}$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key.slice(0, 100))}]`), "");
  return where === "body" ? (name === "" ? "The body" : name.replace(/^\./, "")) : name === "" ? `The ${where}` : `${name.replace(/^\./, "")} (in the ${where})`;
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A value in a few words. Long texts are not repeated. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
