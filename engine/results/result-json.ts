/** Results of states as JSON: where a value is, or the value where it is small and plain; errors by what describes them. */
import { FlowletError, describeValue } from "../errors.ts";
import { JsonResult } from "./json-result.ts";
import { LocalResult } from "./local-result.ts";
import { Result } from "./result.ts";
import { SecretResult } from "./secret-result.ts";
import { errorData, errorFromData, hide, isError, type ErrorData } from "./serializers/error-data.ts";
import { JSONSerializer } from "./serializers/json-serializer.ts";
import { serializerOfKind } from "./serializers/serializer-of-kind.ts";

/** Where a value is. */
export interface PlaceJson {
  /** Class of the Result: `LocalResult`; `JsonResult`: the location is the value's JSON text; `Result` without a location: the value was not kept. */
  readonly type: string;
  readonly location: string | null;
  /** Kind of a built-in serializer, where it is not the default. */
  readonly serializer?: string;
}

/** An error, and what caused it, and so on. */
export interface ErrorJson extends ErrorData {
  readonly type: "Error";
  readonly cause?: ErrorJson | PlaceJson;
}

/** A signal: it is made anew. */
export interface SignalJson {
  readonly type: "Signal";
  /** The state that it leads to, e.g. `Skipped`. */
  readonly leadsTo: string;
  readonly message: string;
}

export type ResultJson = PlaceJson | ErrorJson | SignalJson;

/** Values up to this many characters of JSON travel in a state, where the caller wants values. */
const SMALL = 16_384;
/** How many causes of causes are kept. */
const MAX_CAUSES = 20;

const JSON_TEXT = new JSONSerializer();
const UNKEPT: PlaceJson = { type: "Result", location: null };

/** A value's JSON, where JSON can hold it and it is small. */
function inlineJson(value: unknown): PlaceJson | undefined {
  try {
    const location = new TextDecoder().decode(JSON_TEXT.serialize(value));
    return location.length <= SMALL ? { type: "JsonResult", location } : undefined;
  } catch {
    return undefined;
  }
}

/** @param stored where the value is, if anywhere; @param values put small plain values into the JSON. @returns undefined for nothing at all */
export function resultToJson(value: unknown, stored: Result | undefined, values: boolean): ResultJson | undefined {
  if (stored instanceof SecretResult) return { type: stored.kind, location: null };
  if (stored !== undefined && typeof stored.location === "string") {
    const { kind } = stored.serializer;
    return { type: stored.kind, location: stored.location, ...(kind === undefined ? { serializer: "" } : kind === "v8" ? {} : { serializer: kind }) };
  }
  if (isError(value)) return errorToJson(value, values);
  if (value === undefined) return stored === undefined ? undefined : UNKEPT;
  return (values || value === null ? inlineJson(value) : undefined) ?? UNKEPT;
}

function errorToJson(error: Error, values: boolean): ErrorJson {
  const chain: Error[] = [];
  let last: unknown = error;
  for (; isError(last) && chain.length < MAX_CAUSES && !chain.includes(last); last = last.cause) chain.push(last);
  let cause: ErrorJson | PlaceJson | undefined = last === undefined || isError(last) ? undefined : (values ? inlineJson(last) : undefined);
  for (const one of chain.reverse()) cause = { type: "Error", ...errorData(one), ...(cause === undefined ? {} : { cause }) };
  return cause as ErrorJson;
}

/** What a state has as its result. */
export interface ReadResult {
  readonly value: unknown;
  readonly stored: Result | undefined;
}

/** @param makeSignal by the state that it leads to; undefined where there is none. @throws FlowletError BAD_STATE_JSON */
export function resultFromJson(json: unknown, makeSignal: (leadsTo: string, message: string) => unknown): ReadResult {
  if (json === undefined) return { value: undefined, stored: undefined };
  if (!isRecord(json) || typeof json.type !== "string") return refuse(`result must be an object with a type, got ${describeValue(json)}`);
  if (json.type === "Error") return { value: errorFromJson(json), stored: undefined };
  if (json.type === "Signal") {
    const { leadsTo, message } = json;
    const signal = typeof leadsTo === "string" && typeof message === "string" ? makeSignal(leadsTo, message) : undefined;
    return signal === undefined ? refuse(`no signal leads to ${describeValue(leadsTo)} with the message ${describeValue(message)}`) : { value: signal, stored: undefined };
  }
  const stored = placeFromJson(json);
  return stored instanceof JsonResult ? { value: stored.value, stored: stored.value === null ? undefined : stored } : { value: undefined, stored };
}

/** @throws FlowletError BAD_STATE_JSON */
export function placeFromJson(json: unknown): Result {
  if (!isRecord(json) || typeof json.type !== "string") return refuse(`a place must be an object with a type, got ${describeValue(json)}`);
  const { type, location = null, serializer: kind = "v8" } = json;
  if (location !== null && (typeof location !== "string" || location === "")) return refuse(`location must be a text or null, got ${describeValue(location)}`);
  if (typeof kind !== "string") return refuse(`serializer must be a text, got ${describeValue(kind)}`);
  const serializer = serializerOfKind(kind);
  if (type === "SecretResult") return new SecretResult(null);
  if (type === "JsonResult" && location !== null) {
    try {
      return new JsonResult(json.serializer === undefined ? {} : { serializer }).parse(location);
    } catch (error) {
      return refuse(`the value of its result is damaged (${(error as Error).message})`);
    }
  }
  if (type === "LocalResult" && location !== null && serializer !== undefined) return new LocalResult({ serializer }).at(location);
  return new ForeignResult(type as string, location, kind);
}

/** A result of a class, or with a serializer, that is not built in: only the program that has it can read the value. */
export class ForeignResult extends Result {
  private readonly foreignKind: string;
  private readonly serializerKind: string;

  constructor(kind: string, location: string | null, serializerKind: string) {
    super({ location });
    this.foreignKind = kind;
    this.serializerKind = serializerKind;
  }

  override get kind(): string { return this.foreignKind; }

  override read(): Promise<never> {
    const what = serializerOfKind(this.serializerKind) === undefined ? "read what a serializer of yours wrote" : "read values here";
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: `${what}; hand the result to loadResult, or give it to the task` }));
  }
}

function errorFromJson(json: Record<string, unknown>): Error {
  const chain: Record<string, unknown>[] = [];
  let last: unknown = json;
  for (; isRecord(last) && last.type === "Error"; last = last.cause) {
    if (chain.length > MAX_CAUSES) return refuse("an error has too many causes");
    chain.push(last);
  }
  let cause: unknown = last === undefined ? undefined : resultFromJson(last, () => undefined).value;
  for (const data of chain.reverse()) {
    for (const key of ["class", "name", "message"]) if (typeof data[key] !== "string") return refuse(`${key} of an error must be a text, got ${describeValue(data[key])}`);
    if (data.stack !== undefined && typeof data.stack !== "string") return refuse(`stack of an error must be a text, got ${describeValue(data.stack)}`);
    if (data.properties !== undefined && !isRecord(data.properties)) return refuse(`properties of an error must be an object, got ${describeValue(data.properties)}`);
    const error = errorFromData(data as unknown as ErrorData);
    if (cause !== undefined) hide(error, "cause", cause);
    cause = error;
  }
  return cause as Error;
}

/** Is it an object with names, and no array? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(why: string): never {
  throw new FlowletError("BAD_STATE_JSON", { why });
}
