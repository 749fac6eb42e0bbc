/** Layouts of large flows in a worker, so that the page never stands still; small ones at once. */
import type { FlowLayout } from "../layout/flow-layout.ts";
import { layoutFlow } from "../layout/layout-flow.ts";
import type { LayoutSource } from "../graph/index.ts";

/** Above this many nodes the worker does it. */
const WORKER_FROM = 300;

/** What the worker is sent and answers. */
export interface LayoutRequest {
  readonly id: number;
  readonly flow: Parameters<LayoutSource>[0];
}
export type LayoutAnswer = { readonly id: number; readonly layout: FlowLayout } | { readonly id: number; readonly error: string };

/** One worker for the page, started when the first large flow comes. Where workers are not allowed, the page's thread does it. */
export function createWorkerLayout(): LayoutSource {
  const waiting = new Map<number, { resolve: (layout: FlowLayout) => void; reject: (error: Error) => void; flow: LayoutRequest["flow"] }>();
  let worker: Worker | null = null;
  let broken = false;
  let count = 0;

  const start = (): Worker => {
    // The bundler recognises exactly this form.
    const started = new Worker(new URL("./layout-worker.js", import.meta.url), { type: "module", name: "flowlet-layout" });
    started.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if ("layout" in data) one?.resolve(data.layout);
      else one?.reject(new Error(data.error));
    };
    started.onerror = () => {
      broken = true;
      started.terminate();
      for (const { resolve, reject, flow } of waiting.values()) layoutFlow(flow).then(resolve, reject);
      waiting.clear();
    };
    return started;
  };

  return (flow) => {
    if (flow.nodes.length <= WORKER_FROM || broken) return layoutFlow(flow);
    try {
      worker ??= start();
    } catch {
      broken = true;
      return layoutFlow(flow);
    }
    const id = count++;
    // Only what decides the layout crosses: states may be large.
    const lean = { nodes: flow.nodes.map(({ id, name, kind }) => ({ id, name, ...(kind !== undefined && { kind }) })), edges: flow.edges };
    const { promise, resolve, reject } = Promise.withResolvers<FlowLayout>();
    waiting.set(id, { resolve, reject, flow: lean });
    worker.postMessage({ id, flow: lean } satisfies LayoutRequest);
    return promise;
  };
}
