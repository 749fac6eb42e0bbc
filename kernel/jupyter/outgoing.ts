/**
 * What the kernel publishes: outputs and states, each with the header of the request that caused it. Text of stdout and
 * stderr is collected for a moment, so that thousands of lines are a few messages, and sent before anything else is.
 */
import { randomUUID } from "node:crypto";

import type { Channel } from "./connection-file.ts";
import { PROTOCOL_VERSION, type Json, type MessageHeader } from "./messages.ts";
import { report } from "./report.ts";
import { encodeMessage, type WireMessage } from "./wire.ts";

/** Header of the request that caused a message; empty where none did. */
export type Parent = MessageHeader | Record<string, never>;

/** How long text is collected (ms). */
const COLLECT = 20;

/** Text is sent at once when more than this has been collected (UTF-16 units). */
const COLLECT_LIMIT = 256 * 1024;

/** The messages a kernel sends: makes headers, signs, and keeps streams in order with everything else on iopub. */
export class Outgoing {
  readonly #key: string;
  readonly #send: (channel: Channel, frames: readonly Uint8Array[]) => void;
  readonly #session = randomUUID();
  #count = 0;
  #pending: { readonly parent: Parent; readonly name: "stdout" | "stderr"; readonly text: string[]; length: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #posted: { readonly channel: Channel; readonly message: WireMessage }[] = [];

  constructor(key: string, send: (channel: Channel, frames: readonly Uint8Array[]) => void) {
    this.#key = key;
    this.#send = send;
  }

  /** Publishes on iopub, after all text collected so far. */
  publish(type: string, content: Json, parent: Parent, metadata: Json = {}): void {
    this.flush();
    this.#post("iopub", [Buffer.from(`kernel.${this.#session}.${type}`)], type, content, parent, metadata);
  }

  /** Sends a reply (or, on stdin, a request) to whoever sent `request`. */
  reply(channel: Channel, request: WireMessage, type: string, content: Json): void {
    this.#post(channel, request.identities, type, content, request.header, {});
  }

  /** Greets a subscriber, as protocol 5.4 asks. */
  welcome(topic: Uint8Array): void {
    const subscription = Buffer.from(topic).toString("utf8");
    this.#post("iopub", topic.length > 0 ? [topic] : [], "iopub_welcome", { subscription }, {}, {});
  }

  /** Publishes text on stdout or stderr, soon. */
  stream(name: "stdout" | "stderr", text: string, parent: Parent): void {
    if (text === "") return;
    if (this.#pending !== undefined && (this.#pending.name !== name || this.#pending.parent !== parent)) this.flush();
    this.#pending ??= { parent, name, text: [], length: 0 };
    this.#pending.text.push(text);
    this.#pending.length += text.length;
    if (this.#pending.length > COLLECT_LIMIT) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), COLLECT);
  }

  /** Publishes the text collected so far. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.publish("stream", { name: pending.name, text: pending.text.join("") }, pending.parent);
  }

  #post(channel: Channel, identities: readonly Uint8Array[], type: string, content: Json, parentHeader: Parent, metadata: Json): void {
    const header: MessageHeader = {
      msg_id: `${this.#session}_${++this.#count}`,
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    // Signed and sent when the caller has done what he is about to do: a cell is on its way to the compiler before "busy" is written.
    if (this.#posted.length === 0) queueMicrotask(() => this.#sendPosted());
    this.#posted.push({ channel, message: { identities, header, parentHeader, metadata, content } });
  }

  #sendPosted(): void {
    const posted = this.#posted;
    this.#posted = [];
    for (const { channel, message } of posted) {
      try {
        this.#send(channel, encodeMessage(message, this.#key));
      } catch (error) {
        report(`a ${message.header.msg_type} message could not be written: ${(error as Error).message}`);
      }
    }
  }
}
