/** Log records of a run: all there are, and what is written from now on. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { useServices } from "../app/services.ts";
import type { Client, LogEntry, LogLevel, ServerEvent } from "./api.ts";
import { Store, useStore } from "./store.ts";

export interface LogQuery {
  readonly flowRunId: string;
  readonly taskRunId?: string;
  /** This level and those above it. */
  readonly level?: LogLevel;
  /** Part of the message. */
  readonly search?: string;
}

export interface LogState {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  /** More are on their way. */
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** Too many for a page: what is left out has to be read with `flowlet get logs`. */
  readonly cut: boolean;
}

const PAGE = 2000;
/** How many are kept on a page (count). */
export const MOST_LOGS = 200_000;

/** @param query null: do not ask (yet) */
export function useLogs(query: LogQuery | null): LogState {
  const { client, events } = useServices();
  const key = query === null ? null : JSON.stringify(query);
  const reader = useMemo(() => (query === null ? null : new LogReader(client, query)), [key]);
  const [nothing] = useState(() => new Store<LogState>(EMPTY));
  useEffect(() => {
    if (reader === null) return;
    const stop = events.subscribe((gathered) => { if (gathered.some((event) => reader.concerns(event))) reader.read(); });
    reader.read();
    return () => {
      stop();
      reader.dispose();
    };
  }, [reader]);
  return useStore(reader?.state ?? nothing);
}

const EMPTY: LogState = { entries: [], loading: true, error: undefined, cut: false };

/** Reads on from the last record it has, one request at a time. */
class LogReader {
  readonly state = new Store<LogState>(EMPTY);
  readonly #client: Pick<Client, "listLogs">;
  readonly #query: LogQuery;
  #reading = false;
  #again = false;
  #stopped = false;

  constructor(client: Pick<Client, "listLogs">, query: LogQuery) {
    this.#client = client;
    this.#query = query;
  }

  concerns(event: ServerEvent): boolean {
    return event.type === "reset" || (event.type === "logs" && event.flowRunId === this.#query.flowRunId);
  }

  read(): void {
    if (this.#reading) this.#again = true;
    else void this.#read();
  }

  dispose(): void {
    this.#stopped = true;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      for (;;) {
        this.#again = false;
        const { entries } = this.state.get();
        if (entries.length >= MOST_LOGS) return this.state.set({ ...this.state.get(), loading: false, cut: true });
        const after = entries.at(-1)?.id;
        const { items, next } = await this.#client.listLogs({ ...this.#query, limit: PAGE, ...(after !== undefined && { after }) });
        if (this.#stopped) return;
        this.state.set({ entries: items.length === 0 ? entries : [...entries, ...items], loading: next !== null, error: undefined, cut: false });
        if (next === null && !this.#again) return;
      }
    } catch (error) {
      this.state.set({ ...this.state.get(), loading: false, error: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      this.#reading = false;
    }
  }
}
