/** Results as JSON text (prefect.engine.serializers.JSONSerializer). */
import { FlowletError } from "../../errors.ts";
import type { Serializer } from "./serializer.ts";
import { walkValue } from "./value-walk.ts";

const NAME = "JSONSerializer";
const DECODER = new TextDecoder("utf-8", { fatal: true });

/** The text of UTF-8 bytes. @throws FlowletError BAD_SERIALIZED_DATA */
export function decodeText(serializer: string, bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    throw new FlowletError("BAD_SERIALIZED_DATA", { serializer, why: "they are no text in UTF-8" }, { cause: error });
  }
}

/** JSON from bytes. @throws FlowletError BAD_SERIALIZED_DATA */
export function parseJson(serializer: string, bytes: Uint8Array): unknown {
  const text = decodeText(serializer, bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FlowletError("BAD_SERIALIZED_DATA", { serializer, why: text === "" ? "they are empty" : `they are no JSON (${(error as Error).message})` }, { cause: error });
  }
}

/**
 * Keeps what JSON has words for: null, booleans, texts, finite numbers, arrays and plain objects of these. Readable for people
 * and other programs. Properties that are undefined are left out, as JSON does.
 *
 * Refused, because JSON would change them without a word: undefined, NaN, Infinity, -0, bigint, symbols, functions, dates, Map,
 * Set and all other instances of classes, holes in arrays, cycles.
 */
export class JSONSerializer implements Serializer {
  get kind(): string { return "json"; }

  serialize(value: unknown): Uint8Array {
    walkValue(value, {
      serializer: NAME,
      primitive: (one, parent) => {
        if (one === undefined) return parent !== null && !Array.isArray(parent);
        return one === null || typeof one === "string" || typeof one === "boolean" || (typeof one === "number" && Number.isFinite(one) && !Object.is(one, -0));
      },
      object: (one) => (isPlain(one) ? "inside" : false),
    });
    try {
      return new TextEncoder().encode(JSON.stringify(value));
    } catch (error) {
      const why = error instanceof RangeError ? "nested too deeply, or too big" : "a value that contains itself";
      throw new FlowletError("NOT_SERIALIZABLE", { serializer: NAME, where: "the value", why }, { cause: error });
    }
  }

  deserialize(bytes: Uint8Array): unknown {
    return parseJson(NAME, bytes);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return prototype === Array.prototype;
  return (prototype === Object.prototype || prototype === null) && typeof (value as { toJSON?: unknown }).toJSON !== "function" && Reflect.ownKeys(value).length === Object.keys(value).length;
}
