import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage, signFrames, WireError, type WireMessage } from "../../kernel/jupyter/wire.ts";

const header = { msg_id: "1", msg_type: "execute_request", session: "s", username: "u", date: "2026-01-01T00:00:00Z", version: "5.4" };
const message: WireMessage = {
  identities: [Buffer.from("client")], header, parentHeader: {}, metadata: { cellId: "a" }, content: { code: "‘1’" }, buffers: [Buffer.from([0, 255])],
};
const text = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString());

describe("a message on the wire", () => {
  test.each(["key", ""])("comes back as it was, with the key %j", (key) => {
    expect(decodeMessage(encodeMessage(message, key), key)).toEqual(message);
  });

  test("is signed over its four JSON frames, not over identities and buffers", () => {
    const frames = text(encodeMessage(message, "secret"));
    const expected = createHmac("sha256", "secret").update(frames.slice(3, 7).join("")).digest("hex");
    expect(frames.slice(0, 3)).toEqual(["client", "<IDS|MSG>", expected]);
  });

  test("has an empty signature where the key is empty", () => {
    expect(signFrames("", [Buffer.from("{}")])).toBe("");
    expect(text(encodeMessage(message, ""))[2]).toBe("");
  });

  test.each([
    ["a\ud800b", "a\ufffdb"], ["\udc00", "\ufffd"], ["😀\ud83d", "😀\ufffd"], ["\\ud800", "\\ud800"], ["\\\ud800", "\\\ufffd"], ["\\\\ud800", "\\\\ud800"],
  ])("cannot hold half a surrogate pair: %j arrives as %j", (sent, arrived) => {
    expect(decodeMessage(encodeMessage({ ...message, content: { text: sent } }, ""), "").content["text"]).toBe(arrived);
  });

  test("with an empty key, any signature is accepted", () => {
    const frames = encodeMessage(message, "");
    frames[2] = Buffer.from("whatever");
    expect(decodeMessage(frames, "").content).toEqual(message.content);
  });
});

describe("malformed frames are refused with a reason", () => {
  const spoiled = (index: number, frame: string) => {
    const frames = encodeMessage(message, "");
    frames[index] = Buffer.from(frame);
    return frames;
  };
  test.each([
    ["no frames at all", [], /<IDS\|MSG>/],
    ["no delimiter", [Buffer.from("a"), Buffer.from("b")], /<IDS\|MSG>/],
    ["only a delimiter", [Buffer.from("<IDS|MSG>")], /got 0 frames/],
    ["too few frames", encodeMessage(message, "").slice(0, 6), /got 4 frames/],
    ["a header that is no JSON", spoiled(3, "{"), /header is not JSON/],
    ["a header that is no object", spoiled(3, "[]"), /header is not an object/],
    ["a header without msg_id", spoiled(3, '{"msg_type":"x"}'), /msg_id/],
    ["a header whose msg_type is a number", spoiled(3, '{"msg_id":"1","msg_type":5}'), /msg_type/],
    ["metadata that are null", spoiled(5, "null"), /metadata is not an object/],
    ["content that is a text", spoiled(6, '"code"'), /content is not an object/],
  ])("%s", (_name, frames, reason) => {
    expect(() => decodeMessage(frames, "")).toThrow(reason);
    expect(() => decodeMessage(frames, "")).toThrow(WireError);
  });

  test.each([
    ["of another key", (signature: string) => signature.replace(/./g, "0")],
    ["that is too short", (signature: string) => signature.slice(1)],
    ["that is empty", () => ""],
  ])("a signature %s", (_name, spoil) => {
    const frames = encodeMessage(message, "key");
    frames[2] = Buffer.from(spoil(Buffer.from(frames[2]!).toString()));
    expect(() => decodeMessage(frames, "key")).toThrow("wrong signature");
  });

  test("content changed after signing", () => {
    const frames = encodeMessage(message, "key");
    frames[6] = Buffer.from('{"code":"2"}');
    expect(() => decodeMessage(frames, "key")).toThrow("wrong signature");
  });
});
