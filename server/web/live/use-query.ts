/** Answers of the server that stay true: asked again when an event says that they may have changed. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useServices } from "../app/services.ts";
import type { Input, OperationId, Output, ServerEvent } from "./api.ts";
import { type QueryState, Query } from "./queries.ts";
import { Store, useStore } from "./store.ts";

export interface QueryOptions {
  /** Events after which to ask again: their types, or what tells. Default: none but `reset`, which always counts. */
  readonly refreshOn?: readonly ServerEvent["type"][] | ((event: ServerEvent) => boolean);
  /** With another input, the former answer is shown until the new one is there. Default: false */
  readonly keepFormer?: boolean;
  /** Least time between the end of a request and the next one (milliseconds). Default: 250 */
  readonly leastGap?: number;
  /** Asked again when it is another one: for what changes by time alone, without an event. */
  readonly stale?: unknown;
}

export interface QueryResult<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  /** `data` answers a former input. */
  readonly former: boolean;
  /** Asks again at once. */
  readonly refresh: () => void;
}

const NOTHING = new Store<QueryState>({ data: undefined, error: undefined, loading: false });

/**
 * Asks for an operation's answer, and keeps it up to date.
 * @param input null: do not ask (yet)
 */
export function useQuery<Id extends OperationId>(operation: Id, input: Input<Id> | null, { refreshOn = [], keepFormer = false, leastGap = 250, stale }: QueryOptions = {}): QueryResult<Output<Id>> {
  const { client, queries, events } = useServices();
  const key = input === null ? null : `${operation} ${JSON.stringify(input)}`;
  const query = useMemo<Query | null>(() => (input === null || key === null ? null : queries.open(key, () => (client[operation] as (input: Input<Id>) => Promise<unknown>).call(client, input), leastGap)), [key]);
  const state = useStore(query?.state ?? NOTHING);
  const latestRefreshOn = useRef(refreshOn);
  latestRefreshOn.current = refreshOn;

  useEffect(() => {
    if (query === null) return;
    query.enter();
    const stop = events.subscribe((gathered) => {
      if (gathered.some((event) => event.type === "reset" || counts(event, latestRefreshOn.current))) query.refresh();
    });
    return () => {
      query.leave();
      stop();
    };
  }, [query]);

  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else query?.refresh();
  }, [stale]);

  const former = useRef<Output<Id>>(undefined);
  const data = state.data as Output<Id> | undefined;
  if (data !== undefined) former.current = data;
  const shown = data ?? (keepFormer ? former.current : undefined);
  return { data: shown, error: state.error, loading: state.loading || (query !== null && data === undefined && state.error === undefined), former: data === undefined && shown !== undefined, refresh: () => query?.refresh(true) };
}

function counts(event: ServerEvent, refreshOn: NonNullable<QueryOptions["refreshOn"]>): boolean {
  return typeof refreshOn === "function" ? refreshOn(event) : refreshOn.includes(event.type);
}
