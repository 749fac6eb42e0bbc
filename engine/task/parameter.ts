/** Parameters: values given to a flow when it runs (prefect.core.parameter). */
import { context } from "../context.ts";
import { FlowletError, describeValue } from "../errors.ts";
import { FAIL } from "../signals.ts";
import { Task } from "./task.ts";

/** Options of a parameter. */
export interface ParameterOptions<T> {
  /** Used when the run gives no value. */
  readonly default?: T;
  /** The run must give a value. Default: when there is no default. */
  readonly required?: boolean;
  readonly tags?: Iterable<string>;
}

/** A value that `flow.run({ name: value })` gives. Its name is unique in a flow; it can not have upstream tasks. */
export class Parameter<T = any> extends Task<[], T> {
  readonly default: T | undefined;
  readonly required: boolean;

  constructor(name: string, options: ParameterOptions<T> = {}) {
    if (typeof name !== "string" || name === "") {
      throw new FlowletError("BAD_OPTION", { owner: "Parameter", option: "name", expected: "a text", got: describeValue(name) });
    }
    super({ name, slug: name, tags: options.tags });
    this.default = options.default;
    this.required = options.required ?? !("default" in options);
  }

  override run(): T {
    const given = context.parameters;
    if (given !== undefined && Object.hasOwn(given, this.name)) return given[this.name] as T;
    if (this.required) throw new FAIL(`Parameter "${this.name}" was required but not provided.`);
    return this.default as T;
  }
}
