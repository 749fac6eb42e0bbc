/** What tasks with `logStdout` print in a script becomes log records (prefect.utilities.logging.RedirectToLog). A host sees prints itself. */
import { StringDecoder } from "node:string_decoder";
import { UNCAPTURED } from "../logging/terminal.ts";
import { printedText } from "./print-record.ts";
import { currentTaskRun, type TaskRun } from "./task-run.ts";

/** Runs the function of a task; what it prints until it is done are records of the task's logger, and nothing else. */
export function capturePrints(run: TaskRun, body: () => unknown): unknown {
  const capture = captureOf(process.stdout);
  capture.begin(run);
  let waits = false;
  try {
    const value = body();
    waits = typeof (value as { then?: unknown } | null | undefined)?.then === "function";
    return waits ? Promise.resolve(value).finally(() => capture.end(run)) : value;
  } finally {
    if (!waits) capture.end(run);
  }
}

const CAPTURE = Symbol("prints are captured");
type Write = typeof process.stdout.write & { [CAPTURE]?: PrintCapture; [UNCAPTURED]?: typeof process.stdout.write };

/** The capture in force belongs to the stream: it is the stream's `write` while there are tasks that want it. */
function captureOf(stream: NodeJS.WriteStream): PrintCapture {
  return (stream.write as Write)[CAPTURE] ?? new PrintCapture(stream);
}

class PrintCapture {
  readonly #stream: NodeJS.WriteStream;
  readonly #original: Write;
  /** Task runs whose prints are captured, with what makes text of their bytes. */
  readonly #runs = new Map<TaskRun, StringDecoder>();
  readonly #write: Write;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#original = stream.write;
    this.#write = ((chunk: unknown, ...rest: unknown[]) => this.#print(chunk, rest)) as Write;
    this.#write[CAPTURE] = this;
    this.#write[UNCAPTURED] = this.#original;
  }

  begin(run: TaskRun): void {
    if (this.#runs.size === 0) this.#stream.write = this.#write;
    this.#runs.set(run, new StringDecoder("utf8"));
  }

  end(run: TaskRun): void {
    this.#runs.delete(run);
    // Who has put a function of its own over ours keeps it; ours then only passes on.
    if (this.#runs.size === 0 && this.#stream.write === this.#write) this.#stream.write = this.#original;
  }

  #print(chunk: unknown, rest: unknown[]): boolean {
    const run = currentTaskRun();
    const decoder = run === undefined ? undefined : this.#runs.get(run);
    if (run === undefined || decoder === undefined) return Reflect.apply(this.#original, this.#stream, [chunk, ...rest]) as boolean;
    const text = printedText(chunk, decoder) ?? String(chunk);
    for (const line of text.split("\n")) if (line.trim() !== "") run.logger.info(line);
    const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
    if (done !== undefined) process.nextTick(done);
    return true;
  }
}
