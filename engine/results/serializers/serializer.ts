/** Serializers turn results into bytes and back (prefect.engine.serializers). */

/** What comes back must equal what was given; what would not is refused. */
export interface Serializer {
  /** Name of a built-in kind, e.g. `v8`, `zstd(json)`: a state that travels as JSON says it, so that its result can be read. Others: absent. */
  readonly kind?: string;
  /** @throws FlowletError NOT_SERIALIZABLE for what would not come back as it is */
  serialize(value: unknown): Uint8Array;
  /** @throws FlowletError BAD_SERIALIZED_DATA */
  deserialize(bytes: Uint8Array): unknown;
}

/** Can it serialize and deserialize? */
export function isSerializer(value: unknown): value is Serializer {
  return typeof value === "object" && value !== null && typeof (value as Serializer).serialize === "function" && typeof (value as Serializer).deserialize === "function";
}
