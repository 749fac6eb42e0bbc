/** The task runs of a flow run, all of them by their tasks: for the picture and the timeline. Children of mapped tasks are counted, not listed. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { useServices } from "../app/services.ts";
import type { Client, ServerEvent, TaskRun } from "./api.ts";
import { Store, useStore } from "./store.ts";

export interface TaskRunsState {
  /** By slug, in the order they began. */
  readonly taskRuns: ReadonlyMap<string, TaskRun>;
  /** The first answer is on its way. */
  readonly loading: boolean;
  readonly error: Error | undefined;
}

const PAGE = 200;
/** Least time between two readings (milliseconds), and how many times a reading's own length. */
const GAP = 1000;
const GAP_FACTOR = 3;

/** @param flowRunId null: do not ask */
export function useTaskRuns(flowRunId: string | null): TaskRunsState {
  const { client, events } = useServices();
  const reader = useMemo(() => (flowRunId === null ? null : new TaskRunsReader(client, flowRunId)), [flowRunId]);
  const [nothing] = useState(() => new Store<TaskRunsState>(EMPTY));
  useEffect(() => {
    if (reader === null) return;
    const stop = events.subscribe((gathered) => reader.hear(gathered));
    reader.read();
    return () => {
      stop();
      reader.dispose();
    };
  }, [reader]);
  return useStore(reader?.state ?? nothing);
}

const EMPTY: TaskRunsState = { taskRuns: new Map(), loading: true, error: undefined };

/** Takes states from events at once, and reads the rest again soon. */
export class TaskRunsReader {
  readonly state = new Store<TaskRunsState>(EMPTY);
  readonly #client: Pick<Client, "listTaskRuns">;
  readonly #flowRunId: string;
  #reading = false;
  #again = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Pick<Client, "listTaskRuns">, flowRunId: string) {
    this.#client = client;
    this.#flowRunId = flowRunId;
  }

  hear(events: readonly ServerEvent[]): void {
    let concerned = false;
    let taskRuns: Map<string, TaskRun> | null = null;
    for (const event of events) {
      if (event.type === "reset") concerned = true;
      if ((event.type !== "taskRuns" && event.type !== "flowRun") || event.flowRunId !== this.#flowRunId) continue;
      concerned = true;
      for (const [key, state] of Object.entries(event.type === "taskRuns" ? event.states : {})) {
        const known = this.state.get().taskRuns.get(key);
        if (known === undefined || known.state === state) continue;
        taskRuns ??= new Map(this.state.get().taskRuns);
        taskRuns.set(key, { ...known, state, stateAt: new Date().toISOString() });
      }
    }
    if (taskRuns !== null) this.state.set({ ...this.state.get(), taskRuns });
    if (concerned) this.read();
  }

  read(): void {
    if (this.#reading || this.#timer !== undefined) this.#again = true;
    else void this.#read();
  }

  dispose(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#again = false;
    const begun = performance.now();
    try {
      const taskRuns = new Map<string, TaskRun>();
      for (let after: string | undefined; ;) {
        const { items, next } = await this.#client.listTaskRuns({ flowRunId: this.#flowRunId, limit: PAGE, ...(after !== undefined && { after }) });
        if (this.#stopped) return;
        for (const item of items) taskRuns.set(item.slug, item);
        if (next === null) break;
        after = next;
      }
      this.state.set({ taskRuns, loading: false, error: undefined });
    } catch (error) {
      this.state.set({ ...this.state.get(), loading: false, error: error instanceof Error ? error : new Error(String(error)) });
    }
    this.#reading = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) this.read();
    }, Math.max(GAP, GAP_FACTOR * (performance.now() - begun)));
  }
}
