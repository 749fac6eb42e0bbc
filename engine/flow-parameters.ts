/** Values of a flow's parameters: where they come from, and what is wrong with those that are given. */
import { context, type ContextEntries } from "./context.ts";
import { FlowletError, describeValue, listNames } from "./errors.ts";
import type { FlowGraph } from "./graph/flow-graph.ts";
import { currentTaskRun } from "./runners/task-run.ts";

type Values = Readonly<Record<string, unknown>>;

/** @throws FlowletError BAD_OPTION, UNEXPECTED_PARAMETERS */
export function checkParameterNames(flow: FlowGraph, given: Values): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new FlowletError("BAD_OPTION", { owner: `Flow ${flow.name}`, option: "parameters", expected: "an object with a value for each name", got: describeValue(given) });
  }
  const known = new Set([...flow.parameters()].map((parameter) => parameter.name));
  const unexpected = Object.keys(given).filter((name) => !known.has(name));
  if (unexpected.length > 0) throw new FlowletError("UNEXPECTED_PARAMETERS", { names: listNames(unexpected), flow: flow.name, known: known.size === 0 ? "no parameters" : listNames([...known]) });
}

/** @throws FlowletError BAD_OPTION, UNEXPECTED_PARAMETERS, MISSING_PARAMETERS */
export function checkParameters(flow: FlowGraph, given: Values, entries: ContextEntries | undefined): void {
  checkParameterNames(flow, given);
  const values = { ...contextParameters(entries), ...given };
  const missing = [...flow.parameters()].filter((parameter) => parameter.required && !Object.hasOwn(values, parameter.name)).map((parameter) => parameter.name);
  if (missing.length > 0) throw new FlowletError("MISSING_PARAMETERS", { names: listNames(missing), flow: flow.name });
}

/** Values from the context of the caller and of the run. A task's own context is another flow's. */
export function contextParameters(entries: ContextEntries | undefined): Values {
  return { ...(currentTaskRun() === undefined ? context.parameters : undefined), ...(entries?.parameters as object | undefined) };
}

/** Of the values that the last run was given those of parameters that the flow has now. */
export function lastParameters(flow: FlowGraph, latest: Values): Values {
  const names = new Set([...flow.parameters()].map((parameter) => parameter.name));
  return Object.fromEntries(Object.entries(latest).filter(([name]) => names.has(name)));
}
