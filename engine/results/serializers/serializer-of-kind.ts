/** Built-in serializers by the name of their kind: what a state that travels as JSON says about its result. */
import { CompressedSerializer, isCompressionFormat } from "./compressed-serializer.ts";
import { DateTimeSerializer } from "./date-time-serializer.ts";
import { JSONSerializer } from "./json-serializer.ts";
import type { Serializer } from "./serializer.ts";
import { SuperJSONSerializer } from "./superjson-serializer.ts";
import { V8Serializer } from "./v8-serializer.ts";

const KINDS: Readonly<Record<string, new () => Serializer>> = { v8: V8Serializer, json: JSONSerializer, superjson: SuperJSONSerializer, datetime: DateTimeSerializer };

/** @param kind e.g. `v8`, `gzip(json)`; @returns undefined for one that is not built in */
export function serializerOfKind(kind: string): Serializer | undefined {
  const formats: string[] = [];
  let inner = kind;
  for (let found = COMPRESSED.exec(inner); found !== null; found = COMPRESSED.exec(inner)) {
    formats.push(found[1]);
    inner = found[2];
  }
  if (formats.length > 8 || !formats.every(isCompressionFormat) || !Object.hasOwn(KINDS, inner)) return undefined;
  return formats.reduceRight<Serializer>((serializer, format) => new CompressedSerializer(serializer, format), new KINDS[inner]());
}

const COMPRESSED = /^(\w+)\((.*)\)$/;
