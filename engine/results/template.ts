/**
 * Templates of locations and names: `data/{flowName}/{today}/{parameters[region]}-{mapIndex:03}.bin`. The notation is that of
 * Python's `str.format`, which Prefect uses.
 */
import { FlowletError } from "../errors.ts";
import { DATE_DIRECTIVES, formatDate } from "./format-date.ts";

/** What a template may name; values may be getters. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/** One place of a template. */
interface Place {
  /** `parameters[x].y:%Y` as it is written. */
  readonly text: string;
  readonly name: string;
  /** Parts taken out of the value, in order. */
  readonly path: readonly string[];
  readonly format: string;
}

const PLACE = /^([\p{ID_Start}_$][\p{ID_Continue}$]*)((?:\.[\p{ID_Continue}$]+|\[[^\][{}]+\])*)(?::([^{}]*))?$/u;

/** The template's literal texts and places, in order. @throws FlowletError BAD_TEMPLATE */
function parse(template: string): (string | Place)[] {
  const refuse = (why: string): never => { throw new FlowletError("BAD_TEMPLATE", { template, why }); };
  const parts: (string | Place)[] = [];
  for (const [piece] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (piece === "{{" || piece === "}}") parts.push(piece[0]);
    else if (piece === "{" || piece === "}") refuse(`the ${piece} has no other half; a brace that is meant is written twice`);
    else if (!piece.startsWith("{")) parts.push(piece);
    else {
      const text = piece.slice(1, -1);
      const [, name, path, format = ""] = PLACE.exec(text) ?? refuse(`{${text}} is no name`);
      parts.push({ text, name, path: [...path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)].map(([, property, key]) => property ?? key), format });
    }
  }
  return parts;
}

/** The names that a template uses. @throws FlowletError BAD_TEMPLATE */
export function templateNames(template: string): ReadonlySet<string> {
  return new Set(parse(template).flatMap((part) => (typeof part === "string" ? [] : [part.name])));
}

/** The text before a template's first place; braces that are meant are single. @throws FlowletError BAD_TEMPLATE */
export function templateStart(template: string): string {
  const parts = parse(template);
  const end = parts.findIndex((part) => typeof part !== "string");
  return parts.slice(0, end === -1 ? undefined : end).join("");
}

/**
 * Fills a template.
 * - `{name}`: a value's text; dates in ISO notation; lists and plain objects as JSON
 * - `{name.part}`, `{name[part]}`: a part of a value, also of a Map
 * - `{name:format}`: a date by a strftime format in local time (`%Y%m%d`), a number by width and precision (`03`, `.2f`)
 * - `{{` and `}}`: a brace
 * @param unknown what stands for a place whose name is not known; absent: an error
 * @throws FlowletError BAD_TEMPLATE, UNKNOWN_TEMPLATE_NAME
 */
export function formatTemplate(template: string, values: TemplateValues, unknown?: (place: string) => string): string {
  let text = "";
  for (const part of parse(template)) {
    if (typeof part === "string") text += part;
    else if (part.name in values) text += placeText(template, part, values);
    else if (unknown !== undefined) text += unknown(`{${part.text}}`);
    else throw new FlowletError("UNKNOWN_TEMPLATE_NAME", { template, name: part.name });
  }
  return text;
}

function placeText(template: string, place: Place, values: TemplateValues): string {
  const refuse = (why: string): never => { throw new FlowletError("BAD_TEMPLATE", { template, why }); };
  let value = values[place.name];
  let at = place.name;
  for (const key of place.path) {
    if (!hasPart(value, key)) refuse(`${at} has no part ${JSON.stringify(key)}`);
    value = value instanceof Map ? value.get(key) : (value as Record<string, unknown>)[key];
    at += `[${key}]`;
  }
  if (place.format !== "") return formatted(value, place.format) ?? refuse(`{${place.text}}: ${at} can not be written so. Dates take %${DATE_DIRECTIVES.join(" %")}; numbers take a width and a precision like 03 or .2f`);
  return plainText(value) ?? refuse(`${at} is ${typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : "an object"} that has no text; name a part of it: {${at}.part}`);
}

/** Own parts, entries of maps, and what the value's class computes; nothing of what all objects have. */
function hasPart(value: unknown, key: string): boolean {
  if (value === null || value === undefined) return false;
  if (value instanceof Map) return value.has(key);
  const object = Object(value) as object;
  return Object.hasOwn(object, key) || (key in object && !(key in Object.prototype));
}

function formatted(value: unknown, format: string): string | undefined {
  if (value instanceof Date) return formatDate(value, format);
  const spec = /^(0?)(\d*)(?:\.(\d+))?([df]?)$/.exec(format);
  if (spec === null || spec[0] === "" || (typeof value !== "number" && typeof value !== "bigint")) return undefined;
  const [, zero, width, precision, kind] = spec;
  if (kind === "d" && (precision !== undefined || (typeof value === "number" && !Number.isInteger(value)))) return undefined;
  if (precision !== undefined && Number(precision) > 100) return undefined;
  const text = typeof value === "number" && (precision !== undefined || kind === "f") ? value.toFixed(precision === undefined ? 6 : Number(precision)) : String(value);
  const sign = text.startsWith("-") ? "-" : "";
  return zero === "" ? text.padStart(Number(width)) : sign + text.slice(sign.length).padStart(Number(width) - sign.length, "0");
}

/** Text of a value that tells it from other values; undefined where there is none. */
function plainText(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return String(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const hasText = typeof value.toString === "function" && value.toString !== Object.prototype.toString;
  try {
    if (hasText && !Array.isArray(value)) return String(value);
    return Array.isArray(value) || prototype === Object.prototype || prototype === null ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
