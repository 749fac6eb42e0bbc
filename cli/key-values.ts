/** `--param k=json` and its like: what a user types, as values. */
import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";

export type Values = Readonly<Record<string, unknown>>;

/** `name=json`, gathered; what is no JSON is a text: `--param who=Marvin`. For an option that may be given several times. */
export function keyJson(text: string, before: Values | undefined): Values {
  const [key, value] = split(text, "name=value");
  return { ...before, [key]: jsonOrText(value) };
}

/** `NAME=text`, gathered. */
export function keyText(text: string, before: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const [key, value] = split(text, "NAME=value");
  return { ...before, [key]: value };
}

/** Gathers the values of an option that may be given several times. */
export function several(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** A file that holds one JSON object. @throws Error that names it */
export function jsonFile(path: string): Values {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} can not be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  throw new Error(`${path} must hold one JSON object: names with values.`);
}

function split(text: string, expected: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`Expected ${expected}, got ${JSON.stringify(text)}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
