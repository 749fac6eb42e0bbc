/** Reads a server's event stream, again and again. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { ApiError, isPassing } from "./api-error.ts";
import type { ServerEvent } from "./api-types.ts";

export interface EventsOptions {
  /** Id of the last event that is known: what came after it is told first. */
  readonly after?: number | undefined;
  /** Only what concerns this run. */
  readonly flowRunId?: string | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a stream is open (true), and when it is lost (false). */
  readonly onConnection?: ((open: boolean) => void) | undefined;
}

/** An event with its place in the order. */
export interface ReceivedEvent {
  readonly id: number;
  readonly event: ServerEvent;
}

/** Opens the stream. Throws {@link ApiError}. */
export type OpenStream = (path: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** The server says something at least every 15 s; a stream that is silent for longer is a connection that nobody has ended. */
const SILENCE_MS = 45_000;

/** Events, over as many connections as it takes. */
export async function* readEvents(open: OpenStream, { after, flowRunId, signal, onConnection }: EventsOptions): AsyncGenerator<ReceivedEvent, void, undefined> {
  let last = after;
  let wait = FIRST_WAIT_MS;
  while (!isAborted(signal)) {
    const connection = new AbortController();
    const end = () => connection.abort();
    signal?.addEventListener("abort", end, { once: true });
    let isOpen = false;
    try {
      const query = new URLSearchParams(flowRunId === undefined ? {} : { flowRunId });
      const response = await open(`/api/events${query.size > 0 ? `?${query}` : ""}`, { accept: "text/event-stream", ...(last === undefined ? {} : { "last-event-id": String(last) }) }, connection.signal);
      isOpen = true;
      onConnection?.(true);
      for await (const received of eventsOf(response, connection, (id) => { last ??= id; })) {
        wait = FIRST_WAIT_MS;
        last = received.id;
        yield received;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof ApiError && !isPassing(error)) throw error;
    } finally {
      signal?.removeEventListener("abort", end);
      connection.abort();
      if (isOpen) onConnection?.(false);
    }
    await pause(wait * (0.5 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** @param place told ids as they arrive; that of a stream's beginning comes without an event, so that a connection that is lost before the first event misses none either */
async function* eventsOf(response: Response, connection: AbortController, place: (id: number) => void): AsyncGenerator<ReceivedEvent, void, undefined> {
  if (response.body === null) return;
  let watch = setTimeout(() => connection.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => connection.abort(), SILENCE_MS);
  };
  const onId = (text: string) => { if (/^\d+$/.test(text)) place(Number(text)); };
  const reader = response.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>).pipeThrough(new EventSourceParserStream({ onComment: heard, onId })).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const id = Number(value.id);
      const event = parse(value.data);
      if (event !== null && Number.isSafeInteger(id)) yield { id, event };
    }
  } finally {
    clearTimeout(watch);
    reader.cancel().catch(() => {});
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** Null: no event of ours, e.g. of a newer server. */
function parse(data: string): ServerEvent | null {
  try {
    const value = JSON.parse(data) as ServerEvent | null;
    return typeof value?.type === "string" ? value : null;
  } catch {
    return null;
  }
}

function pause(time: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, time);
    signal?.addEventListener("abort", done, { once: true });
  });
}
