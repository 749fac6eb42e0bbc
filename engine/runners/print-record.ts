/** In a script: what tasks print while results are kept is recorded with them, so that it can be shown again. A host sees prints itself. */
import { StringDecoder } from "node:string_decoder";
import { currentTaskRun } from "./task-run.ts";

/** Text of what a stream is given to write; null for what is neither text nor bytes. @param decoder keeps a character that is cut in two */
export function printedText(chunk: unknown, decoder: StringDecoder): string | null {
  if (typeof chunk === "string") return chunk;
  return ArrayBuffer.isView(chunk) ? decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)) : null;
}

type Write = typeof process.stdout.write;
type StreamName = "stdout" | "stderr";

const RECORD = Symbol("prints are recorded");

/** Records until the returned function is called; several flow runs may at once. */
export function recordPrints(): () => void {
  const ends = (["stdout", "stderr"] as const).map((name) => begin(name));
  return () => { for (const end of ends) end(); };
}

/** The record in force belongs to the stream: it is its `write` while there are runs that want it. */
function begin(name: StreamName): () => void {
  const stream = process[name];
  const record = (stream.write as Write & { [RECORD]?: PrintRecord })[RECORD] ?? new PrintRecord(stream, name);
  record.begin();
  return () => record.end();
}

class PrintRecord {
  readonly #stream: NodeJS.WriteStream;
  readonly #original: Write;
  readonly #write: Write & { [RECORD]?: PrintRecord };
  #users = 0;

  constructor(stream: NodeJS.WriteStream, name: StreamName) {
    const decoder = new StringDecoder("utf8");
    this.#stream = stream;
    this.#original = stream.write;
    const original = this.#original;
    this.#write = function write(this: unknown, chunk: unknown, ...rest: unknown[]) {
      const run = currentTaskRun();
      if (run !== undefined && run.flowRun.keys !== null) {
        const text = printedText(chunk, decoder);
        if (text !== null && text !== "") run.record({ at: Date.now(), source: name, text });
      }
      return Reflect.apply(original, stream, [chunk, ...rest]) as boolean;
    } as Write;
    this.#write[RECORD] = this;
  }

  begin(): void {
    if (this.#users++ === 0) this.#stream.write = this.#write;
  }

  end(): void {
    // Who has put a function of its own over ours keeps it; ours then only passes on.
    if (--this.#users === 0 && this.#stream.write === this.#write) this.#stream.write = this.#original;
  }
}
