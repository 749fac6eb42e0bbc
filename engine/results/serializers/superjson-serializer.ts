/** Results as JSON with types beside it, by the package superjson. */
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { FlowletError, describeValue } from "../../errors.ts";
import { parseJson } from "./json-serializer.ts";
import type { Serializer } from "./serializer.ts";

const NAME = "SuperJSONSerializer";

/** Loaded when it is first used: most programs never do. */
function superjson(): typeof import("superjson").default {
  return (createRequire(import.meta.url)("superjson") as typeof import("superjson")).default;
}

/**
 * Readable like JSON, and keeps more of it: undefined, NaN, -0, bigint, Date, RegExp, URL, Map, Set, typed arrays, plain errors, cycles, and
 * instances of classes that the program has registered with superjson. What does not come back equal is refused; for that each
 * value is read back once when it is written, so it suits small results.
 */
export class SuperJSONSerializer implements Serializer {
  get kind(): string { return "superjson"; }

  serialize(value: unknown): Uint8Array {
    let text: string;
    let back: unknown;
    try {
      text = superjson().stringify(value);
      back = superjson().parse(text);
    } catch (error) {
      throw new FlowletError("NOT_SERIALIZABLE", { serializer: NAME, where: "the value", why: `${describeValue(value)}: ${(error as Error).message}` }, { cause: error });
    }
    if (!isDeepStrictEqual(value, back)) {
      const [path, odd] = firstDifference(value, back);
      throw new FlowletError("NOT_SERIALIZABLE", { serializer: NAME, where: path === "" ? "the value" : `value${path}`, why: describeValue(odd) });
    }
    return new TextEncoder().encode(text);
  }

  deserialize(bytes: Uint8Array): unknown {
    const json = parseJson(NAME, bytes);
    if (typeof json !== "object" || json === null || !("json" in json)) throw new FlowletError("BAD_SERIALIZED_DATA", { serializer: NAME, why: "they are JSON, but not as superjson writes it" });
    try {
      return superjson().deserialize(json as never);
    } catch (error) {
      throw new FlowletError("BAD_SERIALIZED_DATA", { serializer: NAME, why: (error as Error).message }, { cause: error });
    }
  }
}

/** Way to, and value of, the innermost part that is not equal. */
function firstDifference(value: unknown, back: unknown): [string, unknown] {
  let path = "";
  const seen = new Set<unknown>();
  for (let [at, other] = [value, back]; ; ) {
    if (typeof at !== "object" || at === null || typeof other !== "object" || other === null || seen.has(at) || Object.getPrototypeOf(at) !== Object.getPrototypeOf(other)) return [path, at];
    seen.add(at);
    const key = Object.keys(at).find((name) => !isDeepStrictEqual((at as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]));
    if (key === undefined) return [path, at];
    path += Array.isArray(at) ? `[${key}]` : `.${key}`;
    [at, other] = [(at as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]];
  }
}
