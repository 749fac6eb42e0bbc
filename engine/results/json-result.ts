/** Results whose location is the value itself, as JSON text (prefect.engine.results.PrefectResult). */
import { FlowletError, describeValue } from "../errors.ts";
import { Result, type ResultLocation } from "./result.ts";
import { DateTimeSerializer } from "./serializers/date-time-serializer.ts";
import { JSONSerializer } from "./serializers/json-serializer.ts";
import type { Serializer } from "./serializers/serializer.ts";

/**
 * For small values that a state may carry along: those of parameters. Nothing is written anywhere.
 *
 * Differs: Prefect calls it PrefectResult.
 */
export class JsonResult<T = unknown> extends Result<T> {
  /** @param options.serializer a JSONSerializer (default) or a DateTimeSerializer. @throws FlowletError BAD_OPTION */
  constructor({ serializer = new JSONSerializer() }: { readonly serializer?: Serializer } = {}) {
    super({ serializer });
    if (!(serializer instanceof JSONSerializer) && !(serializer instanceof DateTimeSerializer)) {
      throw new FlowletError("BAD_OPTION", { owner: "JsonResult", option: "serializer", expected: "a JSONSerializer or a DateTimeSerializer", got: describeValue(serializer) });
    }
  }

  override get kind(): string { return "JsonResult"; }

  /** @param location the value's text. @throws FlowletError BAD_SERIALIZED_DATA */
  override read(location: string): Promise<this> {
    return Promise.try(() => this.parse(location));
  }

  /** What {@link JsonResult.read} does, at once. */
  parse(location: string): this {
    return this.changed({ location, value: this.serializer.deserialize(new TextEncoder().encode(location)) as T });
  }

  override write(value: T): Promise<this> {
    return Promise.try(() => this.changed({ value, location: new TextDecoder().decode(this.serializer.serialize(value)) }));
  }

  /** Is the location the text of a value? */
  override exists(location: ResultLocation): Promise<boolean> {
    if (typeof location !== "string") return Promise.resolve(false);
    return this.read(location).then(() => true, () => false);
  }
}
