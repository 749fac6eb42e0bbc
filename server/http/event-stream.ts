/** The events of the orchestration as server-sent events. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { ServerEvent } from "../api/schemas/event.ts";
import { id } from "../api/schemas/values.ts";
import type { NumberedEvent, Orchestration } from "../orchestration/orchestration.ts";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";
import { inputReader } from "./input-reader.ts";

/** Readers at once; each is a socket. */
const MAX_READERS = 1000;
/** Bytes that may wait for one reader. One that is slower misses events, and is told so by `reset`. */
const MAX_WAITING = 1024 * 1024;
/** A connection that nobody has ended is noticed by what can not be written to it. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is gone. */
const STUCK_MS = 60_000;

/** Routes of the stream. Open streams end when the app closes. */
export function eventRoutes(app: FastifyInstance, orchestration: Orchestration): void {
  const readers = new Set<EventReader>();
  app.addHook("preClose", (done) => {
    for (const reader of readers) reader.end();
    done();
  });
  const query = inputReader(z.object({ after: z.int().min(0).optional(), flowRunId: id.optional() }), "query");
  app.get("/api/events", { exposeHeadRoute: false }, (request, reply) => {
    const read = query(request.query);
    if ("error" in read) throw read.error;
    const { after, flowRunId } = read.value as { after?: number; flowRunId?: string };
    if (readers.size >= MAX_READERS) throw new OrchestrationError("TOO_MANY_REQUESTS", `${MAX_READERS} readers have the event stream open already, and the server serves no more. Close some.`);
    const reader = new EventReader(open(reply), orchestration, lastEventId(request.headers["last-event-id"]) ?? after, flowRunId);
    readers.add(reader);
    reader.response.once("close", () => {
      readers.delete(reader);
      reader.end();
    });
  });
}

/** As the specification of server-sent events says, what is no id of ours does not count. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** From here on the response is written by hand. Its connection is for it alone: a server that closes does not wait for what might be asked next. */
function open(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no", connection: "close" });
  raw.socket?.setNoDelay(true);
  return raw;
}

/** One reader of the stream. */
class EventReader {
  readonly response: ServerResponse;
  readonly #orchestration: Orchestration;
  readonly #flowRunId: string | undefined;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  /** Since when it takes nothing; null: it keeps up. */
  #slowSince: number | null = null;
  /** It has missed something. */
  #hasMissed = false;

  constructor(response: ServerResponse, orchestration: Orchestration, after: number | undefined, flowRunId: string | undefined) {
    this.response = response;
    this.#orchestration = orchestration;
    this.#flowRunId = flowRunId;
    response.on("error", () => {});
    response.on("drain", () => this.#catchUp());
    // A place that is not reached yet is that of another database.
    const isAhead = after !== undefined && after > orchestration.lastEventId;
    this.#write(isAhead ? text({ id: orchestration.lastEventId, event: { type: "reset" } }) : `id: ${after ?? orchestration.lastEventId}\n\n`);
    this.#unsubscribe = orchestration.subscribe((numbered) => this.#tell(numbered), isAhead ? undefined : after);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  end(): void {
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    if (!this.response.writableEnded) this.response.end();
  }

  #tell(numbered: NumberedEvent): void {
    if (this.#flowRunId !== undefined && !concerns(numbered.event, this.#flowRunId)) return;
    if (this.#slowSince !== null) this.#hasMissed = true;
    else this.#write(text(numbered));
  }

  #write(part: string): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.response.write(part);
    if (this.response.writableLength > MAX_WAITING) this.#slowSince = Date.now();
  }

  /** All that waited is gone. */
  #catchUp(): void {
    this.#slowSince = null;
    if (!this.#hasMissed) return;
    this.#hasMissed = false;
    this.#write(text({ id: this.#orchestration.lastEventId, event: { type: "reset" } }));
  }

  /** The id too: a reader of few events would else come back with an old one. */
  #beat(): void {
    if (this.#slowSince === null) this.#write(`: alive\nid: ${this.#orchestration.lastEventId}\n\n`);
    else if (Date.now() - this.#slowSince > STUCK_MS) this.response.destroy();
  }
}

function concerns(event: ServerEvent, flowRunId: string): boolean {
  return event.type === "reset" || ("flowRunId" in event && event.flowRunId === flowRunId);
}

/** All readers are told the same: an event is written down once. */
const texts = new WeakMap<NumberedEvent, string>();

function text(numbered: NumberedEvent): string {
  let found = texts.get(numbered);
  if (found === undefined) texts.set(numbered, found = `id: ${numbered.id}\ndata: ${JSON.stringify(numbered.event)}\n\n`);
  return found;
}
