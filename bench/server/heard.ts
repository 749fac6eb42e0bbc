/** Waits for events of a run that is not known yet when the waiting begins. */
import type { ServerEvent } from "../../lib/client/api-types.js";
import type { FlowletClient } from "../../lib/client/flowlet-client.js";

export interface Heard {
  /** When the first event of this run that counts was heard, by `performance.now()`. Ends the listening. */
  of(flowRunId: string): Promise<number>;
}

const LONG = 120_000;

/**
 * Listens, and is resolved when the stream is open.
 * @param counts the event, and the run it is asked for
 */
export async function until(client: FlowletClient, counts: (event: ServerEvent, flowRunId: string) => boolean): Promise<Heard> {
  const end = new AbortController(), before: { event: ServerEvent; at: number }[] = [];
  let wanted: { id: string; resolve: (at: number) => void } | null = null;
  let opened!: () => void;
  const open = new Promise<void>((resolve) => { opened = resolve; });
  void (async () => {
    for await (const { event } of client.events({ signal: end.signal, onConnection: (isOpen) => { if (isOpen) opened(); } })) {
      const at = performance.now();
      if (wanted === null) before.push({ event, at });
      else if (counts(event, wanted.id)) wanted.resolve(at);
    }
  })();
  await open;
  return {
    async of(id) {
      const early = before.find(({ event }) => counts(event, id));
      const timer = setTimeout(() => end.abort(), LONG);
      try {
        if (early !== undefined) return early.at;
        return await new Promise<number>((resolve, reject) => {
          wanted = { id, resolve };
          end.signal.addEventListener("abort", () => reject(new Error(`Nothing was heard of run ${id} in ${LONG / 1000} s.`)));
        });
      } finally {
        clearTimeout(timer);
        end.abort();
      }
    },
  };
}
