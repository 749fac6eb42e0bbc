/** Reads one part of a request's input by its schema. */
import { z, type ZodType } from "zod";
import { badRequest, problemsOf, shown, type RequestProblem } from "./request-problems.ts";

/** Where a part stands in the request. */
export type InputPart = "path" | "query" | "body";

/** The part as its schema says, with defaults; or the refusal. */
export type InputReader = (data: unknown) => { readonly value: unknown } | { readonly error: Error };

/**
 * A reader for a schema. A name that the schema does not have is refused: a misspelt one must not be passed over. In path and query, where all is text, whole numbers are
 * read as such where the schema has a number.
 */
export function inputReader(schema: ZodType, part: InputPart): InputReader {
  const shape = schema instanceof z.ZodObject ? schema.shape as Record<string, ZodType> : null;
  const numbers = part === "body" || shape === null ? [] : Object.keys(shape).filter((name) => isNumber(shape[name]));
  return (data) => {
    // Fastify says null where there is no body.
    const given = numbers.length > 0 ? withNumbers(data as Record<string, unknown>, numbers) : data ?? undefined;
    const unknown = shape === null ? [] : unknownNames(given, shape, part);
    const read = schema.safeParse(given);
    if (read.success && unknown.length === 0) return { value: read.data };
    return { error: badRequest([...unknown, ...(read.error === undefined ? [] : problemsOf(read.error, given, part))]) };
  };
}

function unknownNames(data: unknown, shape: Record<string, ZodType>, part: InputPart): RequestProblem[] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [];
  const names = Object.keys(data).filter((name) => !Object.hasOwn(shape, name));
  const known = Object.keys(shape);
  return names.length === 0 ? [] : [{ field: `Names in the ${part}`, expected: known.length === 0 ? "none" : known.length === 1 ? `only ${known[0]}` : `some of ${known.join(", ")}`, got: names.slice(0, 10).map(shown).join(", ") }];
}

function withNumbers(data: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const read = { ...data };
  for (const name of names) {
    const text = read[name];
    if (typeof text === "string" && /^-?\d{1,16}$/.test(text)) read[name] = Number(text);
  }
  return read;
}

function isNumber(schema: ZodType): boolean {
  let inner: unknown = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) inner = inner.unwrap();
  return inner instanceof z.ZodNumber;
}
