/**
 * `startLanguage`: the language in a thread of its own, with a limit of time for each question. A compiler that hangs is killed and
 * started anew, and the question asked once more; so is a thread that ends. The names of earlier cells survive both.
 */
import { Worker } from "node:worker_threads";
import { LanguageError, type CheckedCell, type Language, type LanguageOptions } from "./language.ts";
import type { PreparedCell } from "./notebook-language.ts";
import type { LanguageQuestions, LanguageReply, LanguageRequest, LanguageThreadData, QuestionName } from "./worker-messages.ts";

const defaultTimeout = 20_000;

/** How long thread and compiler may take to start, in ms. */
const startTimeout = 30_000;

/** A question is asked at most so often. */
const attemptLimit = 2;

/** Starts the thread; questions may be asked at once, and wait until it is ready. */
export function startLanguage({ directory, kernelId, timeout = defaultTimeout }: LanguageOptions): Language {
  return new LanguageThread(directory, kernelId, timeout);
}

interface Question {
  readonly request: LanguageRequest;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: LanguageError) => void;
  attempts: number;
}

class LanguageThread implements Language {
  readonly #directory: string;
  readonly #kernelId: string;
  readonly #timeout: number;
  readonly #waiting: Question[] = [];
  readonly #prepared: PreparedCell[] = [];
  #asked: Question | undefined;
  #worker: Worker | undefined;
  #isReady = false;
  #compiler: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closed = false;

  constructor(directory: string, kernelId: string, timeout: number) {
    this.#directory = directory;
    this.#kernelId = kernelId;
    this.#timeout = timeout;
    this.#worker = this.#startWorker();
  }

  async prepareCell(cell: Parameters<Language["prepareCell"]>[0]): Promise<CheckedCell> {
    const { id, executionCount, code } = cell;
    const prepared = await this.#ask("prepareCell", { id, executionCount, code });
    if (prepared.checked.ok) this.#prepared.push({ ...prepared, checked: { ...prepared.checked, javascript: "" } });
    return prepared.checked;
  }

  cellFinished(): void {
    // Names stay declared however the cell ended; nothing to do.
  }

  complete(code: string, cursor: number): ReturnType<Language["complete"]> {
    return this.#ask("complete", { code, cursor });
  }

  inspect(code: string, cursor: number, detail: 0 | 1): ReturnType<Language["inspect"]> {
    return this.#ask("inspect", { code, cursor, detail });
  }

  isComplete(code: string): ReturnType<Language["isComplete"]> {
    return this.#ask("isComplete", { code });
  }

  async reset(): Promise<void> {
    this.#prepared.length = 0;
    await this.#ask("reset", {});
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const done = this.#ask("close", {}).catch(() => undefined);
    this.#closed = true;
    await done;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#killCompiler();
  }

  #ask<Name extends QuestionName>(name: Name, ask: LanguageQuestions[Name]["ask"]): Promise<LanguageQuestions[Name]["answer"]> {
    if (this.#closed) return Promise.reject(new LanguageError(`The language thread was closed; it cannot answer ${name}.`));
    return new Promise((resolve, reject) => {
      const request = { id: ++this.#lastId, name, ask } as LanguageRequest;
      this.#waiting.push({ request, resolve, reject, attempts: 0 });
      this.#next();
    });
  }

  #next(): void {
    if (this.#asked !== undefined) return;
    const question = this.#waiting.shift();
    if (question === undefined) return;
    this.#asked = question;
    this.#post(question);
  }

  #post(question: Question): void {
    question.attempts++;
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(question.request);
    this.#limit(this.#isReady ? this.#timeout : startTimeout, () => this.#onTimeout(question));
  }

  #limit(time: number, onTimeout: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(onTimeout, time);
    this.#timer.unref();
  }

  /** The compiler hangs: without it the thread gets an error, starts another, and asks that one. */
  #onTimeout(question: Question): void {
    if (this.#asked !== question) return;
    const again = question.attempts < attemptLimit;
    if (this.#killCompiler() && again) {
      question.attempts++;
      this.#limit(this.#timeout + startTimeout, () => this.#restart(question));
    } else this.#restart(question);
  }

  /** The thread itself does not answer: a new one takes its place. */
  #restart(question: Question): void {
    if (this.#asked !== question) return;
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners();
    this.#killCompiler();
    void worker?.terminate();
    this.#failOrRetry(question, `TypeScript did not answer within ${this.#timeout} ms`);
  }

  #failOrRetry(question: Question, reason: string): void {
    if (question.attempts < attemptLimit && !this.#closed) return this.#post(question);
    this.#settle(() => question.reject(new LanguageError(`${reason}; nothing was run. Run the cell again, or put // @ts-nocheck on its first line.`)));
  }

  #settle(settle: () => void): void {
    clearTimeout(this.#timer);
    this.#asked = undefined;
    settle();
    this.#next();
  }

  #killCompiler(): boolean {
    const compiler = this.#compiler;
    this.#compiler = undefined;
    if (compiler === undefined) return false;
    try {
      return process.kill(compiler, "SIGKILL");
    } catch {
      return false;
    }
  }

  #startWorker(): Worker {
    // Tests and development run the sources, users what was built of them.
    const file = import.meta.url.endsWith(".ts") ? "./language-worker.ts" : "./language-worker.js";
    const data: LanguageThreadData = { directory: this.#directory, kernelId: this.#kernelId, restore: this.#prepared };
    this.#isReady = false;
    const worker = new Worker(new URL(file, import.meta.url), { workerData: data, execArgv: [] });
    worker.unref();
    worker.on("message", (reply: LanguageReply) => this.#onReply(worker, reply));
    worker.on("error", (error) => this.#onEnd(worker, String(error)));
    worker.on("exit", () => this.#onEnd(worker, "its thread ended"));
    return worker;
  }

  #onReply(worker: Worker, reply: LanguageReply): void {
    if (worker !== this.#worker) return;
    if ("compiler" in reply) {
      this.#compiler = reply.compiler;
      return;
    }
    const question = this.#asked;
    if ("ready" in reply) {
      this.#isReady = true;
      if (question !== undefined) this.#limit(this.#timeout, () => this.#onTimeout(question));
      return;
    }
    if (question?.request.id !== reply.id) return;
    if ("error" in reply) this.#settle(() => question.reject(new LanguageError(`TypeScript failed: ${reply.error}`)));
    else this.#settle(() => question.resolve(reply.answer as never));
  }

  #onEnd(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#killCompiler();
    const question = this.#asked;
    if (question !== undefined) this.#failOrRetry(question, `TypeScript failed: ${reason}`);
  }
}
