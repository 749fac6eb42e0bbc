/** The default serializer: what structured cloning keeps, and errors (like Prefect's PickleSerializer in its place). */
import { types } from "node:util";
import v8 from "node:v8";
import { FlowletError } from "../../errors.ts";
import { open, seal } from "./envelope.ts";
import { errorData, errorFromData, hide, isError, type ErrorData } from "./error-data.ts";
import type { Serializer } from "./serializer.ts";
import { walkValue } from "./value-walk.ts";

/** Beside the value: what structured cloning does not keep of objects in it. Their identity is kept by being in the same message. */
interface Extras {
  readonly errors: readonly Error[];
  readonly errorData: readonly (ErrorData & { readonly errors?: readonly unknown[] })[];
  /** Objects without a prototype. */
  readonly bare: readonly object[];
}

const NAME = "V8Serializer";
const CODEC = "v8";

/** Typed arrays come back with a buffer of their own, not as views into that of the file. */
class Reader extends v8.DefaultDeserializer {
  _readHostObject(): unknown {
    const view = (v8.DefaultDeserializer.prototype as unknown as { _readHostObject(): NodeJS.ArrayBufferView })._readHostObject.call(this);
    if (view instanceof DataView) return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    return Buffer.isBuffer(view) ? Buffer.from(view) : (view as NodeJS.TypedArray).slice();
  }
}

/**
 * Keeps everything that plain data are made of: primitives (also undefined, NaN, -0, bigint), objects and arrays (also sparse
 * and cyclic ones), Date, RegExp, Map, Set, ArrayBuffer, typed arrays, Buffer; errors with name, message, stack, cause and
 * plain properties such as code, in their built-in class.
 *
 * Refused, because they would come back as something else: functions, symbols, instances of other classes, proxies, objects
 * with symbol keys or hidden properties.
 *
 * Differs: Prefect pickles, which runs code when it reads; these are data only.
 */
export class V8Serializer implements Serializer {
  get kind(): string { return CODEC; }

  serialize(value: unknown): Uint8Array {
    const errors: Error[] = [];
    const bare: object[] = [];
    walkValue(value, {
      serializer: NAME,
      primitive: (one) => typeof one !== "symbol",
      object: (one) => judge(one, errors, bare),
    });
    const data = errors.map((error) => (error instanceof AggregateError ? { ...errorData(error), errors: error.errors as unknown[] } : errorData(error)));
    const extras: Extras | null = errors.length === 0 && bare.length === 0 ? null : { errors, errorData: data, bare };
    try {
      return seal(CODEC, v8.serialize([value, extras]));
    } catch (error) {
      const why = error instanceof RangeError ? "nested too deeply, or too big" : `not to be cloned (${(error as Error).message})`;
      throw new FlowletError("NOT_SERIALIZABLE", { serializer: NAME, where: "the value", why }, { cause: error });
    }
  }

  deserialize(bytes: Uint8Array): unknown {
    const { payload, nodeMajor } = open(NAME, CODEC, bytes);
    let message: [unknown, Extras | null];
    try {
      const reader = new Reader(payload);
      reader.readHeader();
      message = reader.readValue() as typeof message;
    } catch (error) {
      const why = `Node ${nodeMajor} wrote them, and Node ${process.versions.node} does not read that (${(error as Error).message})`;
      throw new FlowletError("BAD_SERIALIZED_DATA", { serializer: NAME, why }, { cause: error });
    }
    const [value, extras] = message;
    if (extras === null) return value;
    for (const [index, error] of extras.errors.entries()) {
      const data = extras.errorData[index];
      errorFromData(data, error);
      if (data.errors !== undefined) hide(error, "errors", data.errors);
    }
    for (const object of extras.bare) Object.setPrototypeOf(object, null);
    return value;
  }
}

const WHOLE: ReadonlySet<unknown> = new Set([
  Date.prototype, RegExp.prototype, ArrayBuffer.prototype, DataView.prototype, Buffer.prototype, Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype,
  Int8Array.prototype, Uint8Array.prototype, Uint8ClampedArray.prototype, Int16Array.prototype, Uint16Array.prototype, Int32Array.prototype, Uint32Array.prototype,
  Float32Array.prototype, Float64Array.prototype, BigInt64Array.prototype, BigUint64Array.prototype,
]);

function judge(value: object, errors: Error[], bare: object[]): "inside" | "whole" | false {
  if (typeof value === "function" || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    if (types.isArgumentsObject(value) || types.isModuleNamespaceObject(value) || Reflect.ownKeys(value).length !== Object.keys(value).length) return false;
    if (prototype === null) bare.push(value);
    return "inside";
  }
  if (Array.isArray(value)) return prototype === Array.prototype ? "inside" : false;
  if (prototype === Map.prototype || prototype === Set.prototype) return "inside";
  if (isError(value)) {
    errors.push(value);
    return "inside";
  }
  return WHOLE.has(prototype) || (types.isTypedArray(value) && /^Float16Array$/.test((prototype as { constructor?: { name?: string } }).constructor?.name ?? "")) ? "whole" : false;
}
