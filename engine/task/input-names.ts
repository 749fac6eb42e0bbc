/** The inputs of a task, read from its function's parameters. */
import { FlowletError } from "../errors.ts";
import { functionParameters, type FunctionParameter } from "./function-parameters.ts";

/** One input of a task. */
export interface TaskInput {
  /** It has no default value. Differs: of TypeScript's `y?: number` nothing is left at run time, so it counts as required. */
  readonly required: boolean;
  /** Source text of the default value. */
  readonly default?: string;
}

/** Inputs by name. @param task its name, for errors. @throws FlowletError BAD_TASK_FUNCTION where they can not be known */
export function inputsOf(run: Function, task: string): readonly FunctionParameter[] {
  const parameters = functionParameters(run);
  if (parameters === null) throw new FlowletError("BAD_TASK_FUNCTION", { task, why: "the parameters of a built-in or bound function can not be read" });
  const rest = parameters.find((parameter) => parameter.rest);
  if (rest) throw new FlowletError("BAD_TASK_FUNCTION", { task, why: `a rest parameter (...${rest.name}) has no fixed inputs` });
  return parameters;
}

const namesOf = new WeakMap<Function, readonly string[]>();

/** Names of the inputs, in order; read once for each function. @throws FlowletError BAD_TASK_FUNCTION */
export function inputNamesOf(run: Function, task: string): readonly string[] {
  let names = namesOf.get(run);
  if (names === undefined) namesOf.set(run, (names = inputsOf(run, task).map((parameter) => parameter.name)));
  return names;
}

/**
 * Refuses a function that can not be a task's, when the task is made. Only what may be one is parsed.
 * @throws FlowletError BAD_TASK_FUNCTION for a class, a rest parameter, and a built-in or bound function that takes inputs
 */
export function checkTaskFunction(run: Function, task: string): void {
  const source = Function.prototype.toString.call(run);
  if (/^class\b/.test(source)) throw new FlowletError("BAD_TASK_FUNCTION", { task, why: "it is a class, which can not be called" });
  if (source.endsWith("{ [native code] }") ? run.length > 0 : source.includes("...")) inputsOf(run, task);
}
