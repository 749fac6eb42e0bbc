/** States as JSON: what a server stores, and a restart begins with. Knows the fields of the state classes, not the classes. */
import { isStateKind, isStateName, type StateName } from "../protocol/states.ts";
import { FlowletError, describeValue } from "./errors.ts";
import type { Result } from "./results/result.ts";
import { isRecord, placeFromJson, resultFromJson, resultToJson, type PlaceJson, type ResultJson } from "./results/result-json.ts";

/** Version of the JSON of states; newer ones are refused. */
export const STATE_JSON_VERSION = 1;

/** A state as JSON. */
export interface StateJson {
  readonly version: number;
  readonly type: StateName;
  readonly message: string | null;
  /** When the state was made (milliseconds since 1970). */
  readonly at: number;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Absent: the result is undefined. */
  readonly result?: ResultJson;
  /** ISO text; null: never by itself. */
  readonly startTime?: string | null;
  readonly runCount?: number;
  readonly loopCount?: number;
  readonly cachedInputs?: Readonly<Record<string, PlaceJson>>;
  readonly cachedParameters?: Readonly<Record<string, unknown>>;
  readonly cachedResultExpiration?: string | null;
  /** Of a state that wraps another one. */
  readonly state?: StateJson | null;
  readonly nMapStates?: number;
  readonly mapStates?: readonly StateJson[];
}

/** What a state's JSON holds. */
export interface StateJsonOptions {
  /** States of mapped children too. Default false: only how many there are. */
  readonly children?: boolean;
  /**
   * Results and cached inputs that were written nowhere too, where they are plain data of at most 16,384 characters of JSON. Default false: a
   * value may be a secret, or big; only where it is stays with the state. The values of parameters are always there.
   */
  readonly values?: boolean;
}

/** What states are made of. */
interface StateParts {
  readonly type: StateName;
  readonly message: string | null;
  readonly result: unknown;
  readonly at: number;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  readonly stored?: Result | undefined;
}

/** Fields that some classes have. */
interface ClassFields {
  startTime: Date | null;
  runCount: number;
  loopCount: number;
  cachedInputs: Readonly<Record<string, unknown>> | undefined;
  storedInputs: Readonly<Record<string, Result>> | undefined;
  cachedParameters: Readonly<Record<string, unknown>> | undefined;
  cachedResultExpiration: Date | null;
  state: StateParts | null;
  mapStates: readonly StateParts[];
}

/** Makes the objects that JSON describes. */
export interface StateMaker<S> {
  state(type: StateName, message: string | null, result: unknown, at: number, options: Readonly<Record<string, unknown>>): S;
  /** Undefined where no signal leads to such a state. */
  signal(leadsTo: string, message: string): unknown;
}

/** What of a value JSON can hold without change; sets become lists; undefined where nothing is left. */
function plainJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value instanceof Set ? [...(value as Set<unknown>)] : value);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function plainRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, plainJson(value)]).filter(([, value]) => value !== undefined));
}

/** @param leadsTo the state that a value leads to, where it is a signal */
export function stateToJson(state: StateParts, options: StateJsonOptions, leadsTo: (value: unknown) => StateName | undefined): StateJson {
  const { values = false, children = false } = options;
  const { type, message, at, context } = state;
  const fields = state as StateParts & ClassFields;
  const has = (kind: StateName) => isStateKind(type, kind);
  const iso = (date: Date | null) => (date === null || Number.isNaN(date.getTime()) ? null : date.toISOString());
  const signalled = leadsTo(state.result);
  const result: ResultJson | undefined = signalled !== undefined ? { type: "Signal", leadsTo: signalled, message: (state.result as Error).message }
    : has("Mapped") ? undefined : resultToJson(state.result, state.stored, values);
  const inputs = has("Cached") ? cachedInputsToJson(fields, values) : undefined;
  return {
    version: STATE_JSON_VERSION, type, message, at,
    ...(context === undefined ? {} : { context: plainRecord(context) }),
    ...(result === undefined ? {} : { result }),
    ...(has("Scheduled") || has("Queued") ? { startTime: iso(fields.startTime) } : {}),
    ...(has("Retrying") ? { runCount: fields.runCount } : {}),
    ...(has("Looped") ? { loopCount: fields.loopCount } : {}),
    ...(inputs === undefined ? {} : { cachedInputs: inputs }),
    ...(has("Cached") ? { cachedResultExpiration: iso(fields.cachedResultExpiration) } : {}),
    ...(has("Cached") && fields.cachedParameters !== undefined ? { cachedParameters: plainRecord(fields.cachedParameters) } : {}),
    ...(has("MetaState") ? { state: fields.state === null ? null : stateToJson(fields.state, options, leadsTo) } : {}),
    ...(has("Mapped") ? { nMapStates: fields.mapStates.length } : {}),
    ...(has("Mapped") && children ? { mapStates: fields.mapStates.map((child) => stateToJson(child, options, leadsTo)) } : {}),
  };
}

/** Where the inputs are; without all of them none counts, and the cached result is not used where a validator asks for them. */
function cachedInputsToJson({ cachedInputs, storedInputs }: ClassFields, values: boolean): Record<string, PlaceJson> | undefined {
  const names = Object.keys(cachedInputs ?? storedInputs ?? {});
  if (names.length === 0 && cachedInputs === undefined) return undefined;
  const places: Record<string, PlaceJson> = {};
  for (const name of names) {
    const place = resultToJson(cachedInputs?.[name], storedInputs?.[name], values);
    if (place === undefined || place.type === "Error" || place.type === "Signal" || (place as PlaceJson).location === null) return undefined;
    places[name] = place as PlaceJson;
  }
  return places;
}

/**
 * @param json the object, or its text
 * @throws FlowletError BAD_STATE_JSON
 */
export function stateFromJson<S extends { stored?: Result | undefined }>(json: unknown, make: StateMaker<S>, inside: "" | "child" | "wrapped" = ""): S {
  const record = recordOf(json);
  const { version, type, message = null } = record;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) return refuse(`version must be a whole number, got ${describeValue(version)}`);
  if (version > STATE_JSON_VERSION) return refuse(`a newer Flowlet wrote it (version ${version}, this one knows ${STATE_JSON_VERSION})`);
  if (!isStateName(type)) return refuse(`type must be the name of a state, got ${describeValue(type)}`);
  if (message !== null && typeof message !== "string") return refuse(`message must be a text or null, got ${describeValue(message)}`);
  const has = (kind: StateName) => isStateKind(type, kind);
  if (inside !== "" && has("Mapped")) return refuse(`a ${inside} state can not be Mapped`);
  if (inside === "wrapped" && has("MetaState")) return refuse("a wrapped state can not wrap another one");
  const options: Record<string, unknown> = { context: optionalRecord(record, "context") };
  if (has("Scheduled") || has("Queued")) options.startTime = date(record, "startTime");
  if (has("Retrying")) options.runCount = number(record, "runCount", 1);
  if (has("Looped")) options.loopCount = number(record, "loopCount", 1);
  if (has("Cached")) {
    options.cachedResultExpiration = date(record, "cachedResultExpiration");
    options.cachedParameters = optionalRecord(record, "cachedParameters");
    const inputs = optionalRecord(record, "cachedInputs");
    if (inputs !== undefined) options.storedInputs = Object.fromEntries(Object.entries(inputs).map(([name, place]) => [name, placeFromJson(place)]));
  }
  if (has("MetaState")) options.state = record.state === null || record.state === undefined ? null : stateFromJson(record.state, make, "wrapped");
  if (has("Mapped")) options.mapStates = childrenFromJson(record, make);
  const { value, stored } = resultFromJson(record.result, (leadsTo, text) => make.signal(leadsTo, text));
  const state = make.state(type, message, value, number(record, "at", 0), options);
  if (stored !== undefined) state.stored = stored;
  return state;
}

/** Children that are not with it begin anew. */
function childrenFromJson<S extends { stored?: Result | undefined }>(record: Record<string, unknown>, make: StateMaker<S>): S[] {
  const { mapStates } = record;
  const count = number(record, "nMapStates", 0);
  if (mapStates === undefined) {
    if (count > MAX_CHILDREN) return refuse(`nMapStates must be at most ${MAX_CHILDREN}, got ${count}`);
    return Array.from({ length: count }, () => make.state("Pending", null, undefined, Date.now(), {}));
  }
  if (!Array.isArray(mapStates)) return refuse(`mapStates must be a list, got ${describeValue(mapStates)}`);
  return mapStates.map((child: unknown) => stateFromJson(child, make, "child"));
}

/** More children than any machine runs (count); keeps a damaged number from taking all memory. */
const MAX_CHILDREN = 10_000_000;

/** The object that JSON holds. @param json the object, or its text. @throws FlowletError BAD_STATE_JSON */
export function recordOf(json: unknown): Record<string, unknown> {
  let value = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      return refuse(`it is no JSON (${(error as Error).message})`);
    }
  }
  return isRecord(value) ? value : refuse(`expected an object, got ${describeValue(value)}`);
}

function number(record: Record<string, unknown>, key: string, fallback: number): number {
  const value = record[key] ?? fallback;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : refuse(`${key} must be a whole number, got ${describeValue(value)}`);
}

function date(record: Record<string, unknown>, key: string): Date | null {
  const value = record[key];
  if (value === null || value === undefined) return null;
  const found = typeof value === "string" ? new Date(value) : null;
  return found !== null && !Number.isNaN(found.getTime()) ? found : refuse(`${key} must be a date in ISO notation or null, got ${describeValue(value)}`);
}

function optionalRecord(record: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
  const value = record[key];
  return value === undefined || isRecord(value) ? value : refuse(`${key} must be an object, got ${describeValue(value)}`);
}

function refuse(why: string): never {
  throw new FlowletError("BAD_STATE_JSON", { why });
}
