/**
 * The envelope of binary results: says what the bytes are, so that foreign, damaged, cut-off and newer files are told apart.
 *
 * Layout: magic (8 bytes), version (1), Node's major version (2), length of the codec's name (1), the name, length of the payload (8), SHA-256 of all that (32),
 * the payload. Numbers are big-endian; the checksum is taken with the payload in place of itself.
 */
import { createHash } from "node:crypto";
import { FlowletError } from "../../errors.ts";

const MAGIC = Buffer.from("FLOWLET\x1a", "latin1");
const VERSION = 1;
const CHECKSUM = 32;
const FIXED = MAGIC.length + 4;

const nodeMajor = (): number => Number.parseInt(process.versions.node, 10);

function checksum(head: Uint8Array, payload: Uint8Array): Buffer {
  return createHash("sha256").update(head).update(payload).digest();
}

/** Bytes in an envelope. @param codec what they are, e.g. `v8` (ASCII, at most 255 characters) */
export function seal(codec: string, payload: Uint8Array): Uint8Array {
  const head = Buffer.alloc(FIXED + codec.length + 8);
  MAGIC.copy(head);
  head.writeUInt8(VERSION, MAGIC.length);
  head.writeUInt16BE(nodeMajor(), MAGIC.length + 1);
  head.writeUInt8(codec.length, FIXED - 1);
  head.write(codec, FIXED, "latin1");
  head.writeBigUInt64BE(BigInt(payload.length), FIXED + codec.length);
  return Buffer.concat([head, checksum(head, payload), payload]);
}

/** What an envelope holds. */
export interface Opened {
  readonly payload: Uint8Array;
  /** Major version of the Node that wrote it. */
  readonly nodeMajor: number;
}

/**
 * Opens an envelope.
 * @param serializer who asks, for errors; @throws FlowletError BAD_SERIALIZED_DATA where it is none, not of this codec, damaged, cut off or newer
 */
export function open(serializer: string, codec: string, bytes: Uint8Array): Opened {
  const refuse = (why: string): never => { throw new FlowletError("BAD_SERIALIZED_DATA", { serializer, why }); };
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length === 0) refuse("they are empty");
  if (!data.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, data.length))) refuse("Flowlet did not write them");
  if (data.length < FIXED) refuse(CUT_OFF);
  const version = data.readUInt8(MAGIC.length);
  const codecLength = data.readUInt8(FIXED - 1);
  const written = data.readUInt16BE(MAGIC.length + 1);
  if (version > VERSION) refuse(`a newer Flowlet wrote them (format ${version}, this one knows ${VERSION})`);
  const headLength = FIXED + codecLength + 8;
  if (data.length < headLength + CHECKSUM) refuse(CUT_OFF);
  const head = data.subarray(0, headLength);
  const length = data.readBigUInt64BE(headLength - 8);
  const payload = data.subarray(headLength + CHECKSUM);
  if (BigInt(payload.length) < length) refuse(CUT_OFF);
  if (!checksum(head, payload).equals(data.subarray(headLength, headLength + CHECKSUM))) refuse("they are damaged (the checksum differs)");
  const found = head.toString("latin1", FIXED, FIXED + codecLength);
  if (found !== codec) refuse(`they were written with ${found}`);
  return { payload, nodeMajor: written };
}

const CUT_OFF = "they are cut off";
