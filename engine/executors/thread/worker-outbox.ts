/** Messages of a worker thread: several in one, as long as nobody waits for them. */
import type { MessagePort, Transferable } from "node:worker_threads";
import { currentContext } from "../../context-store.ts";
import type { LogRecord } from "../../logging/log-record.ts";
import { CALL, type ContextCall } from "./call-context.ts";
import type { FromThread } from "./messages.ts";

/** What code prints is sent at once, up to this number of times (count) in so many milliseconds; more is sent together. */
const AT_ONCE = 200;
const WINDOW = 20;

/** How a message is posted; all optional. */
export interface PostOptions {
  /** Handed over instead of copied. */
  readonly transferred?: readonly Transferable[];
  /** Called where the message can not be copied. */
  readonly unsendable?: (error: unknown) => void;
}

interface Posted extends PostOptions { readonly message: FromThread }

/** Number of the call that the running code belongs to. */
function currentCall(): number | null {
  return (currentContext() as { readonly [CALL]?: ContextCall } | undefined)?.[CALL]?.number ?? null;
}

/** Collects messages and sends them when the running code pauses. */
export class Outbox {
  readonly #port: MessagePort;
  #posted: Posted[] = [];
  #windowBegan = 0;
  #sentInWindow = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  post(message: FromThread, options?: PostOptions): void {
    if (this.#posted.push({ message, ...options }) === 1) queueMicrotask(() => this.flush());
  }

  print(stream: "stdout" | "stderr", text: string): void {
    const call = currentCall();
    const last = this.#posted.at(-1)?.message;
    if (last?.type === "printed" && last.call === call && last.stream === stream) this.#posted[this.#posted.length - 1] = { message: { ...last, text: last.text + text } };
    else this.post({ type: "printed", call, stream, text });
    this.#showSoon();
  }

  log(record: LogRecord): void {
    const call = currentCall();
    this.post({ type: "logged", call, record }, { unsendable: () => this.post({ type: "logged", call, record: barely(record) }) });
    this.#showSoon();
  }

  /** Sends what has been collected. */
  flush(): void {
    const posted = this.#posted;
    if (posted.length === 0) return;
    this.#posted = [];
    try {
      this.#port.postMessage(posted.map(({ message }) => message), posted.flatMap(({ transferred = [] }) => transferred));
    } catch {
      for (const one of posted) this.#sendAlone(one);
    }
  }

  #sendAlone({ message, unsendable }: Posted): void {
    try {
      this.#port.postMessage([message]);
    } catch (error) {
      unsendable?.(error);
    }
  }

  /** Code that holds the thread does not pause: who waits for a line would wait until its end. */
  #showSoon(): void {
    const now = performance.now();
    if (now - this.#windowBegan > WINDOW) {
      this.#windowBegan = now;
      this.#sentInWindow = 0;
    }
    if (++this.#sentInWindow <= AT_ONCE) this.flush();
  }
}

/** A record without what may hang on it. */
function barely(record: LogRecord): LogRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value !== "object" && typeof value !== "function")) as unknown as LogRecord;
}
