/** Secrets by name (prefect.client.Secret). */
import { currentConfig } from "../config/config.ts";
import { context } from "../context.ts";
import { FlowletError, describeValue } from "../errors.ts";
import { activeFlow } from "../graph/active-flow.ts";

/**
 * A value that is not written into the code: `new Secret("SLACK_WEBHOOK_URL").get()`, in a task, a handler, or outside of flows. Found
 * in `context.secrets`, else in the configuration: `[context.secrets]` of a file, or `FLOWLET__CONTEXT__SECRETS__NAME` of the environment.
 *
 * In a flow use the task {@link FlowletSecret}: what it returns is shown nowhere.
 */
export class Secret<T = any> {
  readonly name: string;

  /** @throws FlowletError BAD_OPTION */
  constructor(name: string) {
    if (typeof name !== "string" || name === "") throw new FlowletError("BAD_OPTION", { owner: "Secret", option: "name", expected: "a text", got: describeValue(name) });
    this.name = name;
  }

  /** Is there a value of that name? */
  exists(): boolean {
    return this.#find() !== undefined;
  }

  /**
   * The value. A text that is JSON is decoded (`{"user":"me"}`, `42`); to have it as it is, quote it as JSON does.
   * @throws FlowletError SECRET_IN_BUILD while a flow is being built, SECRET_NOT_FOUND
   */
  get(): T {
    const flow = activeFlow();
    if (flow !== null) throw new FlowletError("SECRET_IN_BUILD", { name: this.name, flow: flow.name });
    const found = this.#find();
    if (found === undefined) throw new FlowletError("SECRET_NOT_FOUND", { name: this.name });
    if (typeof found.value !== "string") return found.value as T;
    try {
      return JSON.parse(found.value) as T;
    } catch {
      return found.value as T;
    }
  }

  #find(): { readonly value: unknown } | undefined {
    for (const secrets of [context.secrets, currentConfig().context.secrets]) {
      if (typeof secrets === "object" && secrets !== null && Object.hasOwn(secrets, this.name)) return { value: (secrets as Record<string, unknown>)[this.name] };
    }
    return undefined;
  }
}
