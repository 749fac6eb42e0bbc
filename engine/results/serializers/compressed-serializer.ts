/** Results that another serializer writes, compressed (prefect.engine.serializers.CompressedSerializer). */
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { FlowletError, describeValue } from "../../errors.ts";
import { open, seal } from "./envelope.ts";
import { isSerializer, type Serializer } from "./serializer.ts";

/** Compression formats; zstd is the fastest, brotli the smallest, gzip the best known. */
export type CompressionFormat = "gzip" | "brotli" | "zstd";

interface Codec {
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  readonly decompress: (bytes: Uint8Array) => Uint8Array;
}

const CODECS: { readonly [Format in CompressionFormat]: Codec } = {
  gzip: { compress: (bytes) => gzipSync(bytes), decompress: (bytes) => gunzipSync(bytes) },
  brotli: { compress: (bytes) => brotliCompressSync(bytes), decompress: (bytes) => brotliDecompressSync(bytes) },
  zstd: { compress: (bytes) => zstdCompressSync(bytes), decompress: (bytes) => zstdDecompressSync(bytes) },
};

/** Is it the name of a compression format? */
export function isCompressionFormat(name: unknown): name is CompressionFormat {
  return typeof name === "string" && Object.hasOwn(CODECS, name);
}

/** Compresses what `serializer` writes. */
export class CompressedSerializer implements Serializer {
  readonly serializer: Serializer;
  readonly format: CompressionFormat;

  /** @param format default zstd. @throws FlowletError BAD_OPTION */
  constructor(serializer: Serializer, format: CompressionFormat = "zstd") {
    const refuse = (option: string, expected: string, got: unknown): never => {
      throw new FlowletError("BAD_OPTION", { owner: "CompressedSerializer", option, expected, got: describeValue(got) });
    };
    if (!isSerializer(serializer)) refuse("serializer", "a serializer", serializer);
    if (!isCompressionFormat(format)) refuse("format", '"gzip", "brotli" or "zstd"', format);
    this.serializer = serializer;
    this.format = format;
  }

  get kind(): string | undefined {
    const { kind } = this.serializer;
    return kind === undefined ? undefined : `${this.format}(${kind})`;
  }

  serialize(value: unknown): Uint8Array {
    return seal(this.format, CODECS[this.format].compress(this.serializer.serialize(value)));
  }

  deserialize(bytes: Uint8Array): unknown {
    const { payload } = open("CompressedSerializer", this.format, bytes);
    let plain: Uint8Array;
    try {
      plain = CODECS[this.format].decompress(payload);
    } catch (error) {
      throw new FlowletError("BAD_SERIALIZED_DATA", { serializer: "CompressedSerializer", why: `they can not be decompressed (${(error as Error).message})` }, { cause: error });
    }
    return this.serializer.deserialize(plain);
  }
}
