/**
 * Executes cells: checks, runs, and publishes what comes of it. Knows which request each output belongs to.
 */
import type { CheckedCell, Language } from "../language/language.ts";
import type { ExpressionReply, LinkBundle, LinkError } from "../user-process/link.ts";
import type { Finished, SessionMessage, UserSession } from "../user-process/user-session.ts";
import type { Comms } from "./comms.ts";
import type { History } from "./history.ts";
import { errorReply, readExecuteRequest, type ErrorContent, type ExecuteRequest, type Json } from "./messages.ts";
import type { Outgoing, Parent } from "./outgoing.ts";
import type { StandardInput } from "./standard-input.ts";
import { describeTypeErrors } from "./type-errors.ts";
import type { WireMessage } from "./wire.ts";

/** Executions that are not counted as `In [n]` are numbered from here for the language, which wants each number once. */
const UNCOUNTED = 1_000_000_000;

interface Execution {
  readonly execution: number;
  readonly wire: WireMessage;
  readonly request: ExecuteRequest;
  readonly count: number;
  /** Settles when the user interrupts. */
  readonly interrupt: PromiseWithResolvers<"interrupted">;
}

/** A cell that may run, with its user expressions. */
interface PreparedExecution {
  readonly checked: CheckedCell;
  /** JavaScript, by name. */
  readonly expressions: Readonly<Record<string, string>>;
  readonly failedExpressions: Readonly<Record<string, ExpressionReply>>;
}

/** What cell executions need. */
export interface CellExecutionsOptions {
  readonly outgoing: Outgoing;
  readonly language: Language;
  readonly session: UserSession;
  readonly history: History;
  readonly comms: Comms;
  readonly standardInput: StandardInput;
}

/** The executions of a kernel. */
export class CellExecutions {
  readonly #options: CellExecutionsOptions;
  readonly #parents = new Map<number, Parent>();
  #executions = 0;
  #count = 0;
  #current: Execution | undefined;
  /** The latest execution, also when it is over: output that nobody else can be named for is shown there. */
  #latest: Parent = {};

  constructor(options: CellExecutionsOptions) {
    this.#options = options;
  }

  /** Header of the request that executes now. */
  get executing(): Parent | undefined {
    return this.#current?.wire.header;
  }

  /** `In [n]` of the latest counted execution. */
  get count(): number {
    return this.#count;
  }

  /**
   * Handles an execute_request, its reply included. Never rejects.
   * @throws {TypeError} when the request is malformed
   */
  async execute(wire: WireMessage): Promise<{ readonly reply: Json; readonly failed: boolean }> {
    const { outgoing, history, standardInput } = this.#options;
    const request = readExecuteRequest(wire.content, wire.metadata);
    const execution = ++this.#executions;
    if (request.storeHistory) history.add(++this.#count, request.code);
    const current: Execution = { execution, wire, request, count: this.#count, interrupt: Promise.withResolvers() };
    this.#parents.set(execution, wire.header);
    this.#current = current;
    this.#latest = wire.header;
    if (!request.silent) {
      outgoing.publish("execute_input", { code: request.code, execution_count: this.#count }, wire.header);
    }
    const { error, expressions, payload } = await this.#run(current);
    standardInput.forget(execution);
    // Requests that were sent before the failure is known are to be aborted: those still in the sockets must arrive first.
    if (error !== undefined && request.stopOnError) await new Promise((resolve) => setTimeout(resolve, 0));
    outgoing.flush();
    this.#current = undefined;
    if (error !== undefined) {
      outgoing.publish("error", errorContent(error), wire.header);
      return { reply: { status: "error", execution_count: current.count, ...errorContent(error), user_expressions: {}, payload: [] }, failed: request.stopOnError };
    }
    return { reply: { status: "ok", execution_count: current.count, user_expressions: expressions, payload }, failed: false };
  }

  async #run(current: Execution): Promise<Finished> {
    const { language, session } = this.#options;
    const { execution, request, count } = current;
    const failed = (error: ErrorContent): Finished => ({ error, expressions: {}, payload: [] });
    const label = request.storeHistory ? String(count) : "*";
    // The language names a cell by its number and wants each number once.
    const languageCount = request.storeHistory ? count : UNCOUNTED + execution;
    const id = request.cellId ?? `execution-${languageCount}`;
    let prepared: PreparedExecution | "interrupted";
    try {
      // A compiler that takes its time must not keep the user waiting.
      prepared = await Promise.race([this.#prepare(request, id, languageCount), current.interrupt.promise]);
    } catch (error) {
      const { name, message } = error as Error;
      return failed({ ename: name, evalue: message, traceback: [`${name}: ${message}`] });
    }
    if (prepared === "interrupted") {
      return failed({ ename: "KeyboardInterrupt", evalue: "", traceback: [`KeyboardInterrupt: Cell [${label}] was interrupted before it began to run`] });
    }
    const { checked } = prepared;
    if (!checked.ok) return failed(describeTypeErrors(checked.diagnostics));
    const finished = await session.execute({
      type: "execute", execution, cell: { id, executionCount: count }, label, code: request.code,
      javascript: checked.javascript, sourceUrl: checked.sourceUrl, ...(checked.sourceMap === undefined ? {} : { sourceMap: checked.sourceMap }),
      silent: request.silent, allowStdin: request.allowStdin,
      expressions: prepared.expressions, deletedCells: request.deletedCells,
    });
    language.cellFinished(languageCount, finished.error === undefined);
    return { ...finished, expressions: { ...prepared.failedExpressions, ...finished.expressions } };
  }

  /** Checks and translates a cell and its user expressions, which are cells of their own; one of those that is wrong fails alone. */
  async #prepare({ code, userExpressions }: ExecuteRequest, id: string, executionCount: number): Promise<PreparedExecution> {
    const { language } = this.#options;
    const checked = await language.prepareCell({ id, executionCount, code });
    const expressions: Record<string, string> = {};
    const failedExpressions: Record<string, ExpressionReply> = {};
    for (const [name, expression] of checked.ok ? Object.entries(userExpressions) : []) {
      const count = UNCOUNTED + ++this.#executions;
      try {
        const cell = await language.prepareCell({ id: `execution-${count}`, executionCount: count, code: expression });
        if (cell.ok) expressions[name] = cell.javascript;
        else failedExpressions[name] = { status: "error", ...describeTypeErrors(cell.diagnostics) };
      } catch (error) {
        failedExpressions[name] = errorReply(error) as ExpressionReply;
      }
    }
    return { checked, expressions, failedExpressions };
  }

  /** Interrupts the execution, also while it is still being checked. */
  interrupt(): void {
    this.#current?.interrupt.resolve("interrupted");
    this.#options.session.interrupt();
  }

  /** The user process says something. */
  said(message: Exclude<SessionMessage, { type: "takeTurn" | "releaseTurn" }>): void {
    const { outgoing, comms, history, standardInput } = this.#options;
    const parent = message.execution === null ? this.#latest : (this.#parents.get(message.execution) ?? this.#latest);
    switch (message.type) {
      case "stream":
        return outgoing.stream(message.name, message.text, parent);
      case "display":
        return outgoing.publish("display_data", displayContent(message.bundle), parent);
      case "updateDisplay":
        return outgoing.publish("update_display_data", displayContent(message.bundle), parent);
      case "clearOutput":
        return outgoing.publish("clear_output", { wait: message.wait }, parent);
      case "result": {
        const text = message.bundle.data["text/plain"];
        if (this.#current?.request.storeHistory && typeof text === "string") history.setOutput(this.#count, text);
        return outgoing.publish("execute_result", { ...displayContent(message.bundle), execution_count: this.#count }, parent);
      }
      case "lateError":
        return outgoing.publish("error", errorContent(message.error), parent);
      case "input":
        // Its cell has ended meanwhile: whoever asks will not be answered, and is told so by the end of the cell.
        if (this.#current?.execution === message.execution) standardInput.ask(message, this.#current.wire);
        return;
      case "commOpen":
        return comms.open(message.commId, message.target, message.data, parent);
      case "commMessage":
        return comms.send(message.commId, message.data, parent);
      case "commClose":
        return comms.close(message.commId, parent);
    }
  }

  /** Output of native code or a child process belongs to the cell that executes, else to the latest. */
  wrote(name: "stdout" | "stderr", text: string): void {
    this.#options.outgoing.stream(name, text, this.#latest);
  }

  /** Shows an error that no execution is there to show, at the latest one. */
  showError(error: LinkError): void {
    this.#options.outgoing.publish("error", errorContent(error), this.#latest);
  }
}

function errorContent({ ename, evalue, traceback }: ErrorContent): Json {
  return { ename, evalue, traceback };
}

function displayContent({ data, metadata, displayId }: LinkBundle): Json {
  return { data, metadata, transient: displayId === undefined ? {} : { display_id: displayId } };
}
