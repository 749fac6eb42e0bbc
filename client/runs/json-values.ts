/** Values that are sent to the server. */
import { isDeepStrictEqual } from "node:util";
import { FlowletError, describeValue } from "../../engine/errors.ts";
import type { NewFlowRun } from "../api-types.ts";

/** Values by name as JSON; dates become ISO texts. @param owner who sends them, for the error. @throws FlowletError BAD_OPTION naming the value that JSON would change */
export function jsonValues(owner: string, option: string, values: Readonly<Record<string, unknown>>): NewFlowRun["parameters"] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return [name, value.toISOString()];
    const text = written(value);
    const read = text === undefined ? undefined : (JSON.parse(text) as unknown);
    if (text === undefined || !isDeepStrictEqual(read, value)) throw new FlowletError("BAD_OPTION", { owner, option: `${option}.${name}`, expected: "a value that JSON can hold: texts, numbers, booleans, null, and lists and plain objects of these", got: describeValue(value) });
    return [name, read];
  })) as NewFlowRun["parameters"];
}

function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
