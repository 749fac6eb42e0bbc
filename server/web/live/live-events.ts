/**
 * What the server tells by itself. Readers get events together, a few times a second. Whenever the stream opens they are told `reset` too: they ask for everything
 * again, so that nothing that was missed stays wrong.
 */
import type { Client, ServerEvent } from "./api.ts";
import { Store } from "./store.ts";

/** `lost`: it is tried again; `asleep`: nobody sees the page; `refused`: the server wants a token first. */
export type ConnectionState = "connecting" | "live" | "lost" | "asleep" | "refused";

/** How long events are gathered before readers are told (milliseconds). */
const GATHER = 120;
/** A page that nobody sees gives its connection back after this time: a browser has six for one server (milliseconds). */
const ASLEEP_AFTER = 15_000;
/** A connection that takes longer to be made is told to be lost (milliseconds). */
const LOST_AFTER = 2000;

export class LiveEvents {
  readonly connection = new Store<ConnectionState>("connecting");
  readonly #client: Pick<Client, "events">;
  readonly #listeners = new Set<(events: readonly ServerEvent[]) => void>();
  readonly #stop = new AbortController();
  #reading: AbortController | null = null;
  #gathered: ServerEvent[] = [];
  #telling: ReturnType<typeof setTimeout> | undefined;
  #sleeping: ReturnType<typeof setTimeout> | undefined;
  #started = false;

  constructor(client: Pick<Client, "events">) {
    this.#client = client;
  }

  /** Opens the stream, and keeps it open while the page is seen. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { signal } = this.#stop;
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    window.addEventListener("online", () => this.retry(), { signal });
    this.#open();
  }

  /** Tries again at once. */
  retry(): void {
    if (this.#started && this.connection.get() !== "live") this.#open();
  }

  /** @returns stops it */
  subscribe(listener: (events: readonly ServerEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  dispose(): void {
    this.#stop.abort();
    this.#close();
  }

  #open(): void {
    this.#close();
    const reading = new AbortController();
    this.#reading = reading;
    void this.#read(reading.signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const told = (state: ConnectionState) => { if (!signal.aborted) this.connection.set(state); };
    const late = setTimeout(() => { if (this.connection.get() !== "live") told("lost"); }, LOST_AFTER);
    const onConnection = (open: boolean) => {
      told(open ? "live" : "lost");
      // Also the first time: pages may have asked before the stream was open.
      if (open && !signal.aborted) this.#take({ type: "reset" });
    };
    try {
      for await (const { event } of this.#client.events({ signal, onConnection })) this.#take(event);
    } catch {
      // Only a refusal ends the stream: what the page asks for is refused as well, and that is told where it is shown.
      told("refused");
    } finally {
      clearTimeout(late);
    }
  }

  #close(): void {
    this.#reading?.abort();
    this.#reading = null;
    clearTimeout(this.#sleeping);
  }

  #visibility(): void {
    clearTimeout(this.#sleeping);
    if (document.visibilityState === "visible") {
      if (this.connection.get() !== "live") this.#open();
    } else {
      this.#sleeping = setTimeout(() => {
        this.#close();
        this.connection.set("asleep");
      }, ASLEEP_AFTER);
    }
  }

  #take(event: ServerEvent): void {
    this.#gathered.push(event);
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      const events = this.#gathered;
      this.#gathered = [];
      for (const listener of [...this.#listeners]) listener(events);
    }, GATHER);
  }
}
