/**
 * The wire format: a message as ZeroMQ frames, signed with HMAC-SHA256. Pure.
 * Source: Jupyter, "The Wire Protocol".
 */
import { createHmac, timingSafeEqual } from "node:crypto";

import type { Json, MessageHeader } from "./messages.ts";

/** A message in memory. `header` is empty only as a parent. */
export interface WireMessage {
  /** Routing frames before the delimiter: whom a reply goes to; on iopub the topic. */
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  readonly parentHeader: MessageHeader | Record<string, never>;
  readonly metadata: Json;
  readonly content: Json;
  /** Binary frames after the content. Default: none. Not signed. */
  readonly buffers?: readonly Uint8Array[];
}

/** Received frames that are not a message; the text says why, for the log. */
export class WireError extends Error {
  override readonly name = "WireError";
}

const DELIMITER = Buffer.from("<IDS|MSG>");

/** @returns hexadecimal signature of the four JSON frames, empty where the key is */
export function signFrames(key: string, frames: readonly Uint8Array[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

/** @throws TypeError when the content has a cycle or a bigint */
export function encodeMessage(message: WireMessage, key: string): Uint8Array[] {
  const parts = [message.header, message.parentHeader, message.metadata, message.content].map((part) =>
    Buffer.from(wellFormed(JSON.stringify(part))),
  );
  return [...message.identities, DELIMITER, Buffer.from(signFrames(key, parts)), ...parts, ...(message.buffers ?? [])];
}

/** JSON can hold half a surrogate pair, as an escape; front ends in Python cannot write it as UTF-8, and lose the message. */
function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\ufffd");
}

/** @throws {WireError} when the frames are malformed or the signature is wrong */
export function decodeMessage(frames: readonly Uint8Array[], key: string): WireMessage {
  const at = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (at < 0) throw new WireError(`expected the frame <IDS|MSG>, got ${frames.length} frames without it`);
  const parts = frames.slice(at + 2, at + 6);
  if (parts.length < 4) throw new WireError(`expected signature, header, parent header, metadata and content, got ${frames.length - at - 1} frames`);
  if (key !== "") {
    const expected = Buffer.from(signFrames(key, parts));
    const signature = frames[at + 1] as Uint8Array;
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) throw new WireError("wrong signature");
  }
  const [header, parentHeader, metadata, content] = parts.map((part, index) => parseObject(part, FRAME_NAMES[index] as string));
  const { msg_id, msg_type } = header as Json;
  if (typeof msg_id !== "string" || typeof msg_type !== "string") throw new WireError("expected msg_id and msg_type in the header");
  return {
    identities: frames.slice(0, at),
    header: header as unknown as MessageHeader,
    parentHeader: parentHeader as unknown as MessageHeader,
    metadata: metadata as Json,
    content: content as Json,
    buffers: frames.slice(at + 6),
  };
}

const FRAME_NAMES = ["header", "parent header", "metadata", "content"];

function parseObject(frame: Uint8Array, name: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString("utf8"));
  } catch {
    throw new WireError(`the ${name} is not JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WireError(`the ${name} is not an object`);
  return value as Json;
}
