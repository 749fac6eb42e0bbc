/** Reads a server's event stream, again and again. */
import { createParser } from "eventsource-parser";
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
      for await (const { id, event } of placesOf(response, connection)) {
        wait = FIRST_WAIT_MS;
        if (event !== null) yield { id, event };
        last = id;
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

/** Events in order, and places without an event (`id:` alone): a connection that is lost before the first event, or after many that were none of ours, misses none either. */
async function* placesOf(response: Response, connection: AbortController): AsyncGenerator<{ readonly id: number; readonly event: ServerEvent | null }, void, undefined> {
  if (response.body === null) return;
  let heard = Date.now();
  const watch = setInterval(() => { if (Date.now() - heard > SILENCE_MS) connection.abort(); }, SILENCE_MS / 4);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const ready: { id: number; event: ServerEvent | null }[] = [];
  const parser = createParser({
    onId: (text) => { if (/^\d{1,15}$/.test(text)) ready.push({ id: Number(text), event: null }); },
    onEvent: ({ id, data }) => {
      const event = parse(data);
      if (event !== null && id !== undefined && /^\d{1,15}$/.test(id)) ready.push({ id: Number(id), event });
    },
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard = Date.now();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    clearInterval(watch);
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
