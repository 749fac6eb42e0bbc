/** Parameters: values given to a flow when it runs (prefect.core.parameter). */
import { context } from "../context.ts";
import { FlowletError, describeValue } from "../errors.ts";
import { A_BOOLEAN, checkOptions, isIterable, type OptionCheck } from "../option-checks.ts";
import { JsonResult } from "../results/json-result.ts";
import { FAIL } from "../signals.ts";
import type { TaskOverrides } from "./call-options.ts";
import type { SerializedTask } from "./describe-task.ts";
import { Task, type TaskNode } from "./task.ts";

/** Options of a parameter. */
export interface ParameterOptions<T> {
  /** Used when the run gives no value. */
  readonly default?: T;
  /** The run must give a value. Default: when there is no default. */
  readonly required?: boolean;
  readonly tags?: Iterable<string>;
}

const PARAMETER_OPTIONS: { readonly [Option in keyof Required<ParameterOptions<unknown>>]: OptionCheck } = {
  default: ["any value", () => true], required: A_BOOLEAN, tags: ["a list of texts", isIterable],
};

/** A parameter as data. */
export interface SerializedParameter extends SerializedTask {
  readonly default: unknown;
  readonly required: boolean;
}

/**
 * A value that `flow.run({ name: value })` gives. Its name is unique in a flow; it can not have upstream tasks. Calling it adds the
 * parameter itself to the flow that is being built; it may as well be used as an input right away.
 */
export class Parameter<T = any> extends Task<[], T> {
  /** What parameters are given stays with their states, as text. */
  static readonly result: JsonResult = new JsonResult();
  readonly default: T | undefined;
  readonly required: boolean;

  /** @throws FlowletError BAD_OPTION, UNKNOWN_OPTION */
  constructor(name: string, options: ParameterOptions<T> = {}) {
    checkName("Parameter", name);
    checkOptions(`Parameter ${name}`, options, PARAMETER_OPTIONS);
    super({ name, slug: name, tags: options.tags, result: new.target.result });
    this.default = options.default;
    this.required = options.required ?? !("default" in options);
  }

  override get addsItself(): boolean { return true; }

  override run(): T {
    const given = context.parameters;
    if (given !== undefined && Object.hasOwn(given, this.name)) return given[this.name] as T;
    if (this.required) throw new FAIL(`Parameter "${this.name}" was required but not provided.`);
    return this.default as T;
  }

  /** A copy under another name: a flow has one parameter of a name. @throws FlowletError BAD_OPTION without a new name */
  override copy(name?: string | TaskOverrides): TaskNode<[], T> {
    const overrides = typeof name === "string" ? { name } : (name ?? {});
    if (overrides.name === this.name) checkName(`The copy of Parameter ${this.name}`, undefined);
    checkName(`The copy of Parameter ${this.name}`, overrides.name);
    return super.copy({ slug: overrides.name, ...overrides });
  }

  override serialize(): SerializedParameter {
    return { ...super.serialize(), default: this.default ?? null, required: this.required };
  }
}

function checkName(owner: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw new FlowletError("BAD_OPTION", { owner, option: "name", expected: "a text of its own", got: describeValue(name) });
}
