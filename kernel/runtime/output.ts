/** stdout and stderr of the user's code: what console and `process.stdout.write` print goes to the cell that started it. */
import { Console } from "node:console";
import { StringDecoder } from "node:string_decoder";
import { Writable } from "node:stream";

import type { NotebookFlows } from "../flows/front-end.ts";
import { currentExecution } from "./cell-context.ts";
import type { CellStacks } from "./cell-stacks.ts";
import type { MainLink } from "./main-link.ts";

type StreamName = "stdout" | "stderr";
type WriteCallback = (error?: Error | null) => void;

/**
 * A stream without a buffer. It does not use Writable's own machinery to write: an interrupt in the middle of that would
 * leave the stream "writing" for ever.
 */
class CellStream extends Writable {
  readonly fd: number;
  readonly #name: StreamName;
  readonly #print: (name: StreamName, text: string) => void;
  readonly #decoder = new StringDecoder("utf8");

  constructor(name: StreamName, print: (name: StreamName, text: string) => void) {
    super({ decodeStrings: false });
    this.fd = name === "stdout" ? 1 : 2;
    this.#name = name;
    this.#print = print;
  }

  override write(chunk: unknown, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof chunk === "string") {
      const plain = typeof encoding !== "string" || encoding === "utf8" || encoding === "utf-8";
      this.#print(this.#name, plain ? chunk : Buffer.from(chunk, encoding).toString("utf8"));
    } else if (ArrayBuffer.isView(chunk)) {
      this.#print(this.#name, this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    } else {
      throw new TypeError(`${this.#name}.write expects a text or bytes, got ${chunk === null ? "null" : typeof chunk}.`);
    }
    if (done !== undefined) process.nextTick(done);
    return true;
  }

  /** Like the real ones, it cannot be ended: only the last chunk is written. */
  override end(chunk?: unknown): this {
    if (chunk !== undefined && typeof chunk !== "function") this.write(chunk);
    return this;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    callback(error);
  }
}

/**
 * Puts streams of our own in the place of `process.stdout` and `process.stderr`. Must run before anything prints: Node's
 * console looks its streams up once.
 * @returns prints text as if the running code had
 */
export function installOutput(link: MainLink, stacks: CellStacks, flows: () => NotebookFlows): (name: StreamName, text: string) => void {
  const print = (name: StreamName, raw: string): void => {
    if (raw === "") return;
    const text = stacks.tidy(raw);
    link.send({ type: "stream", execution: currentExecution(), name, text });
    flows().recordOutput(name, text);
  };
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process, name, { value: new CellStream(name, print), configurable: true, enumerable: true });
  }
  // The functions of Node's own console also tell the inspector, which is slow and keeps what was logged alive.
  Object.assign(console, new Console({ stdout: process.stdout, stderr: process.stderr }));
  return print;
}
