/** A date as its ISO text (prefect.engine.serializers.DateTimeSerializer). */
import { FlowletError, describeValue } from "../../errors.ts";
import { decodeText } from "./json-serializer.ts";
import type { Serializer } from "./serializer.ts";

const NAME = "DateTimeSerializer";
const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/;

/** Keeps a Date, to the millisecond; reads any ISO text of a date, or of a time with its zone. */
export class DateTimeSerializer implements Serializer {
  get kind(): string { return "datetime"; }

  serialize(value: unknown): Uint8Array {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
      throw new FlowletError("NOT_SERIALIZABLE", { serializer: NAME, where: "the value", why: value instanceof Date ? "an invalid date" : describeValue(value) });
    }
    return new TextEncoder().encode(value.toISOString());
  }

  deserialize(bytes: Uint8Array): Date {
    const text = decodeText(NAME, bytes).trim();
    const date = new Date(text);
    if (!ISO.test(text) || Number.isNaN(date.getTime())) throw new FlowletError("BAD_SERIALIZED_DATA", { serializer: NAME, why: `${describeValue(text)} is no date in ISO notation` });
    return date;
  }
}
