/**
 * Looks through a value before it is serialised, for what would not come back as it is: most serialisers flatten or drop it
 * without a word. Without recursion; names the place of what it refuses.
 */
import { types } from "node:util";
import { FlowletError, describeValue } from "../../errors.ts";
import { isError } from "./error-data.ts";

/** What a serialiser says about one value. */
export interface ValueJudge {
  /** Name of the serialiser, for errors. */
  readonly serializer: string;
  /** A value that is no object. @returns does it come back as it is? */
  primitive(value: unknown, parent: object | null): boolean;
  /** An object or function. @returns `inside` to look at what it holds, `whole` where that is not needed, false where it would not come back */
  object(value: object): "inside" | "whole" | false;
}

/** Objects looked at so far, with the way to each. */
interface Trail {
  readonly objects: object[];
  /** Position of the object that holds it. */
  readonly parents: number[];
  readonly keys: (string | number)[];
}

/** @throws FlowletError NOT_SERIALIZABLE, naming the first thing that would not come back */
export function walkValue(root: unknown, judge: ValueJudge): void {
  const trail: Trail = { objects: [], parents: [], keys: [] };
  const seen = new Set<object>();
  const look = (value: unknown, parent: number, key: string | number): void => {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") {
      if (!judge.primitive(value, parent === -1 ? null : trail.objects[parent])) refuse(judge, trail, value, parent, key);
      return;
    }
    if (seen.has(value)) return;
    seen.add(value);
    const verdict = judge.object(value);
    if (verdict === false) refuse(judge, trail, value, parent, key);
    if (verdict !== "inside") return;
    trail.objects.push(value);
    trail.parents.push(parent);
    trail.keys.push(key);
  };
  look(root, -1, "");
  for (let at = 0; at < trail.objects.length; at++) {
    const object = trail.objects[at];
    if (Array.isArray(object)) for (let i = 0; i < object.length; i++) look(object[i], at, i);
    else if (object instanceof Map) {
      for (const [key, value] of object) {
        look(key, at, "(a key)");
        look(value, at, typeof key === "string" || typeof key === "number" ? `get(${JSON.stringify(key)})` : "(a value)");
      }
    } else if (object instanceof Set) for (const value of object) look(value, at, "(an element)");
    else if (isError(object)) {
      if (Object.hasOwn(object, "cause")) look(object.cause, at, "cause");
      if (object instanceof AggregateError) look(object.errors, at, "errors");
    } else for (const key of Object.keys(object)) look((object as Record<string, unknown>)[key], at, key);
  }
}

function refuse(judge: ValueJudge, trail: Trail, value: unknown, parent: number, key: string | number): never {
  let path = "";
  for (let at = parent, name = key; at !== -1; name = trail.keys[at], at = trail.parents[at]) path = pathStep(name) + path;
  throw new FlowletError("NOT_SERIALIZABLE", { serializer: judge.serializer, where: path === "" ? "the value" : `value${path}`, why: describeOdd(value) });
}

/** `.name`, `[3]`, `["a b"]` */
function pathStep(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$|^get\(|^\(/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** What is odd about a value that was refused. */
function describeOdd(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (types.isProxy(value)) return "a proxy";
  const isPlain = typeof value === "object" && value !== null && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);
  return isPlain ? "an object with hidden properties, or none of plain data" : describeValue(value);
}
