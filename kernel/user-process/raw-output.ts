/**
 * What arrives on the user process's stdout or stderr: output of native code and of child processes, with the marks of
 * fences in between.
 */
import { StringDecoder } from "node:string_decoder";

/** Bytes before a fence, then the fence. */
type Segment = Buffer | number;

/** One of the two descriptors. */
export class RawOutput {
  readonly #start: Buffer;
  readonly #emit: (text: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #segments: Segment[] = [];
  #tail: Buffer = Buffer.alloc(0);
  #reached = 0;
  #passed = 0;
  #ended = false;

  /** @param markKey the key of the marks @param emit called with text, in order */
  constructor(markKey: string, emit: (text: string) => void) {
    this.#start = Buffer.from(`\x1b_${markKey};`);
    this.#emit = emit;
  }

  /** Bytes have arrived. */
  push(chunk: Buffer): void {
    let bytes = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    for (;;) {
      const at = bytes.indexOf(this.#start);
      const end = at < 0 ? -1 : bytes.indexOf("\x1b\\", at + this.#start.length);
      if (end < 0) {
        const keep = at >= 0 ? at : bytes.length - this.#partialStart(bytes);
        if (keep > 0) this.#segments.push(bytes.subarray(0, keep));
        this.#tail = bytes.subarray(keep);
        break;
      }
      if (at > 0) this.#segments.push(bytes.subarray(0, at));
      this.#segments.push(Number(bytes.subarray(at + this.#start.length, end).toString("latin1")));
      bytes = bytes.subarray(end + 2);
    }
    this.#release();
  }

  /** How many bytes at the end could be the beginning of a mark. */
  #partialStart(bytes: Buffer): number {
    for (let length = Math.min(bytes.length, this.#start.length - 1); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#start.subarray(0, length))) return length;
    }
    return 0;
  }

  /** The link has come to fence `id`: what follows its mark may be shown. */
  reach(id: number): void {
    this.#reached = Math.max(this.#reached, id);
    this.#release();
  }

  /** All that was written so far has arrived, and a mark is written whole: an end that looks like the beginning of one is text. */
  drained(): void {
    if (this.#tail.length > 0) this.#segments.push(this.#tail);
    this.#tail = Buffer.alloc(0);
    this.#release();
  }

  /** Has everything before the mark of fence `id` been shown? True when the descriptor is closed. */
  hasPassed(id: number): boolean {
    return this.#ended || this.#passed >= id;
  }

  /** Nothing more will come: shows the rest, fences or not. */
  end(): void {
    this.#ended = true;
    this.#reached = Infinity;
    this.drained();
    const rest = this.#decoder.end();
    if (rest !== "") this.#emit(rest);
  }

  #release(): void {
    let count = 0;
    for (const segment of this.#segments) {
      if (typeof segment === "number") {
        if (segment > this.#reached) break;
        this.#passed = Math.max(this.#passed, segment);
      } else {
        const text = this.#decoder.write(segment);
        if (text !== "") this.#emit(text);
      }
      count++;
    }
    this.#segments.splice(0, count);
  }
}
