/** Values as bytes on disk: what structured cloning makes of them, compressed where that is worth it, with one byte before that says how. */
import { promisify } from "node:util";
import v8 from "node:v8";
import zlib from "node:zlib";
import { V8Serializer } from "../../results/serializers/v8-serializer.ts";

/** What the first byte says (bits). */
const COMPRESSED = 1;
const SERIALIZER = 2;
const KNOWN = COMPRESSED | SERIALIZER;

/** From this size on it is worth it (bytes). */
const COMPRESS_FROM = 1024;

/** Fast, and good enough: the second level takes twice the time for a tenth less. */
const ZSTD: zlib.ZstdOptions = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };
const compressLater = promisify(zlib.zstdCompress) as (bytes: Uint8Array, options: zlib.ZstdOptions) => Promise<Buffer>;

const serializer = new V8Serializer();

/** A value that was serialised and is not compressed yet. */
export interface RawValue {
  readonly bytes: Uint8Array;
  readonly flags: number;
}

/** @param special it holds errors, buffers and the like. @throws where it can not be cloned */
export function serializeValue(value: unknown, special: boolean): RawValue {
  return special ? { bytes: serializer.serialize(value), flags: SERIALIZER } : { bytes: v8.serialize(value), flags: 0 };
}

/** The value again. @throws where bytes are no value */
export function deserializeValue({ bytes, flags }: RawValue): unknown {
  return (flags & SERIALIZER) === 0 ? v8.deserialize(bytes) : serializer.deserialize(bytes);
}

/** Compresses now. */
export function packValue(raw: RawValue): Uint8Array {
  return raw.bytes.length < COMPRESS_FROM ? prefixed(raw.flags, raw.bytes) : prefixed(raw.flags | COMPRESSED, zlib.zstdCompressSync(raw.bytes, ZSTD));
}

/** Compresses in another thread. */
export async function packLargeValue(raw: RawValue): Promise<Uint8Array> {
  return prefixed(raw.flags | COMPRESSED, await compressLater(raw.bytes, ZSTD));
}

/** @throws where bytes are no packed value, or one of a newer format */
export function unpackValue(packed: Uint8Array): unknown {
  const flags = packed[0];
  if (flags === undefined || (flags & ~KNOWN) !== 0) throw new Error("it is of another format");
  const body = packed.subarray(1);
  return deserializeValue({ bytes: (flags & COMPRESSED) === 0 ? body : zlib.zstdDecompressSync(body), flags: flags & SERIALIZER });
}

function prefixed(flags: number, bytes: Uint8Array): Uint8Array {
  const packed = Buffer.allocUnsafe(bytes.length + 1);
  packed[0] = flags;
  packed.set(bytes, 1);
  return packed;
}
