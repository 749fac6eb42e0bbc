/**
 * The Jupyter kernel: each message type has a handler; `busy` before and `idle` after it are sent here and nowhere else.
 * Requests that do not execute code are answered while a cell runs.
 */
import type { Language } from "../language/language.ts";
import type { FromControl, LinkError } from "../user-process/link.ts";
import { UserSession, type SessionMessage } from "../user-process/user-session.ts";
import { CellExecutions } from "./cell-executions.ts";
import { toCodePoints, toUtf16 } from "./code-points.ts";
import { Comms } from "./comms.ts";
import type { Channel, ConnectionInfo } from "./connection-file.ts";
import { ExecutionQueue } from "./execution-queue.ts";
import { History } from "./history.ts";
import { errorReply, readNumber, readText, type Json } from "./messages.ts";
import { Outgoing, type Parent } from "./outgoing.ts";
import { debug, report } from "./report.ts";
import type { RequestChannel, SocketListener } from "./sockets.ts";
import { StandardInput } from "./standard-input.ts";
import { decodeMessage, type WireMessage } from "./wire.ts";

/** What a kernel is made of. */
export interface KernelOptions {
  readonly connection: ConnectionInfo;
  readonly kernelId: string;
  /** The notebook's folder, absolute. */
  readonly directory: string;
  readonly language: Language;
  /** Content of kernel_info_reply. */
  readonly info: Json;
  /** Sends frames on a channel. */
  readonly send: (channel: Channel, frames: readonly Uint8Array[]) => void;
  /** Called once, after the reply to a shutdown_request has been queued. */
  readonly shutDown: () => void;
}

/** Answers a request; what it returns is the reply's content. */
type Handler = (request: WireMessage, channel: RequestChannel) => Json | undefined | Promise<Json | undefined>;

/** A running kernel. */
export class Kernel implements SocketListener {
  readonly #options: KernelOptions;
  readonly #outgoing: Outgoing;
  readonly #session: UserSession;
  readonly #comms: Comms;
  readonly #standardInput: StandardInput;
  readonly #history = new History();
  readonly #queue = new ExecutionQueue();
  readonly #executions: CellExecutions;
  /** Turns that were granted or wait, by the number the user process gave them. */
  readonly #turns = new Map<number, () => void>();
  /** As it was told last; null before the first request. */
  #state: "busy" | "idle" | null = null;
  #shuttingDown = false;
  readonly #handlers: { readonly [type: string]: Handler };

  constructor(options: KernelOptions) {
    this.#options = options;
    const { kernelId, directory, language } = options;
    this.#outgoing = new Outgoing(options.connection.key, options.send);
    this.#session = new UserSession({ directory, kernelId }, {
      said: (message) => this.#said(message),
      wrote: (name, text) => this.#executions.wrote(name, text),
      controlSaid: (message) => this.#controlSaid(message),
      lost: (error, executing) => this.#lost(error, executing),
      malformed: (line) => report(`the user process said something malformed: ${line.slice(0, 200)}`),
    });
    this.#comms = new Comms(this.#outgoing, (message) => this.#session.send(message));
    this.#standardInput = new StandardInput(this.#outgoing, (message) => this.#session.send(message));
    this.#executions = new CellExecutions({
      outgoing: this.#outgoing, language, session: this.#session, history: this.#history, comms: this.#comms, standardInput: this.#standardInput,
    });
    this.#handlers = {
      kernel_info_request: () => options.info,
      complete_request: ({ content }) => this.#complete(content),
      inspect_request: ({ content }) => this.#inspect(content),
      is_complete_request: async ({ content }) => ({ indent: "", ...(await language.isComplete(readText(content, "code"))) }),
      history_request: ({ content }) => ({ status: "ok", history: this.#history.find(content) }),
      comm_info_request: ({ content }) => ({ status: "ok", comms: this.#comms.info(content["target_name"]) }),
      comm_open: ({ content, header }) => void this.#comms.opened(content, header),
      comm_msg: ({ content }) => void this.#comms.message(content),
      comm_close: ({ content }) => void this.#comms.closed(content),
      connect_request: () => this.#ports(),
      interrupt_request: () => {
        this.interrupt();
        return { status: "ok" };
      },
      shutdown_request: ({ content }) => ({ status: "ok", restart: content["restart"] === true }),
      debug_request: ({ content }) => ({
        type: "response", seq: 0, request_seq: readNumber(content, "seq", 0), success: false,
        command: typeof content["command"] === "string" ? content["command"] : "", message: "This kernel has no debugger.",
      }),
    };
  }

  /** Starts the user process and says so. The sockets must be bound. */
  start(): void {
    this.#outgoing.publish("status", { execution_state: "starting" }, {});
    this.#session.start();
  }

  /** Interrupts what runs; also called for SIGINT. */
  interrupt(): void {
    this.#executions.interrupt();
  }

  /** Ends the user process. */
  async close(): Promise<void> {
    this.#shuttingDown = true;
    await this.#session.shutDown();
  }

  subscribed(topic: Uint8Array): void {
    this.#outgoing.welcome(topic);
    // After a restart a front end asks before it hears: it has missed the answer, and would take the kernel's state for unknown.
    if (this.#state !== null) this.#status(this.#state, {});
  }

  #status(state: "busy" | "idle", parent: Parent): void {
    this.#state = state;
    this.#outgoing.publish("status", { execution_state: state }, parent);
  }

  received(channel: RequestChannel, frames: readonly Uint8Array[]): void {
    let message: WireMessage;
    try {
      message = decodeMessage(frames, this.#options.connection.key);
    } catch (error) {
      report(`a message on ${channel} was dropped: ${(error as Error).message}`);
      return;
    }
    const type = message.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") this.#standardInput.answered(message.content);
      else debug(`${type} on stdin was ignored`);
    } else if (type === "execute_request") {
      this.#queue.push({
        run: async () => ((await this.#execute(message, channel)) ? "abort" : "continue"),
        abort: () => void this.#handle(message, () => {
          this.#outgoing.reply(channel, message, "execute_reply", { status: "aborted", execution_count: this.#executions.count });
        }),
      });
    } else {
      void this.#request(message, channel);
    }
  }

  /** Everything that handles a request goes through here: busy, the work, idle. Never rejects. */
  async #handle(request: WireMessage, work: () => void | Promise<void>): Promise<void> {
    const status = (state: "busy" | "idle", parent: Parent) => this.#status(state, parent);
    status("busy", request.header);
    try {
      await work();
    } catch (error) {
      report(`${request.header.msg_type} failed: ${(error as Error).stack}`);
    }
    status("idle", request.header);
    // Front ends show the latest state, whatever it is about: the cell that executes is still busy.
    const executing = this.#executions.executing;
    if (executing !== undefined && executing !== request.header) status("busy", executing);
  }

  async #request(request: WireMessage, channel: RequestChannel): Promise<void> {
    const type = request.header.msg_type;
    const handler = Object.hasOwn(this.#handlers, type) ? this.#handlers[type] : undefined;
    await this.#handle(request, async () => {
      if (handler === undefined) {
        debug(`${type} on ${channel} was ignored: unknown message type`);
        return;
      }
      let reply: Json | undefined;
      try {
        reply = await handler(request, channel);
      } catch (error) {
        debug(`${type}: ${(error as Error).message}`);
        if (type.endsWith("_request")) reply = errorReply(error);
      }
      if (reply !== undefined) this.#outgoing.reply(channel, request, type.replace(/_request$/, "_reply"), reply);
      if (type === "shutdown_request" && reply !== undefined) this.#outgoing.publish("shutdown_reply", reply, request.header);
    });
    if (type === "shutdown_request" && !this.#shuttingDown) {
      this.#shuttingDown = true;
      this.#options.shutDown();
    }
  }

  async #execute(message: WireMessage, channel: RequestChannel): Promise<boolean> {
    let abort = false;
    await this.#handle(message, async () => {
      let reply: Json;
      try {
        ({ reply, failed: abort } = await this.#executions.execute(message));
      } catch (error) {
        reply = { ...errorReply(error), execution_count: this.#executions.count };
      }
      this.#outgoing.reply(channel, message, "execute_reply", reply);
    });
    return abort;
  }

  async #complete(content: Json): Promise<Json> {
    const code = readText(content, "code");
    const cursor = toUtf16(code, readNumber(content, "cursor_pos", Infinity));
    const { matches, start, end } = await this.#options.language.complete(code, cursor);
    const [from, to] = [toCodePoints(code, start), toCodePoints(code, end)];
    return {
      status: "ok",
      matches: matches.map(({ text }) => text),
      cursor_start: from,
      cursor_end: to,
      metadata: { _jupyter_types_experimental: matches.map(({ text, type }) => ({ start: from, end: to, text, type })) },
    };
  }

  async #inspect(content: Json): Promise<Json> {
    const code = readText(content, "code");
    const cursor = toUtf16(code, readNumber(content, "cursor_pos", Infinity));
    const { found, markdown, text } = await this.#options.language.inspect(code, cursor, content["detail_level"] === 1 ? 1 : 0);
    return { status: "ok", found, data: found ? { "text/markdown": markdown, "text/plain": text } : {}, metadata: {} };
  }

  #ports(): Json {
    const { connection } = this.#options;
    const ports = Object.entries(connection.ports).map(([channel, port]) => [`${channel}_port`, port]);
    return { status: "ok", ...Object.fromEntries(ports) };
  }

  #said(message: SessionMessage): void {
    if (message.type === "takeTurn") this.#queueTurn(message.turn);
    else if (message.type === "releaseTurn") this.#turns.get(message.turn)?.();
    else this.#executions.said(message);
  }

  /** Work that the user started in a picture waits its turn among the cells, and is not aborted when one of them fails. */
  #queueTurn(turn: number): void {
    const released = Promise.withResolvers<void>();
    let over = false;
    this.#turns.set(turn, () => {
      over = true;
      this.#turns.delete(turn);
      released.resolve();
    });
    this.#queue.push({
      run: async () => {
        if (over) return "continue";
        this.#status("busy", {});
        this.#session.send({ type: "turn", turn });
        await released.promise;
        this.#status("idle", {});
        return "continue";
      },
    });
  }

  #controlSaid(message: FromControl): void {
    if (message.type === "unresponsive") {
      this.#executions.wrote("stderr",
        "The interrupt is not answered: the cell is inside a call that cannot be interrupted (execSync, for example). Wait for it, or restart the kernel.\n");
    }
  }

  #lost(error: LinkError, executing: number | undefined): void {
    for (const release of [...this.#turns.values()]) release();
    this.#comms.closeAll();
    if (executing === undefined) this.#executions.showError(error);
    void this.#options.language.reset().catch((reason: unknown) => report(`the language could not be reset: ${String(reason)}`));
  }
}
