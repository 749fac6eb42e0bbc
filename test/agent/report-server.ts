/** A small HTTP server that takes reports of runs as the real one does: without a gap, and each thing once. It can fail on request. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReportEntry } from "../../client/api-types.ts";

/** What becomes of a request: it is not heard, its answer is lost, or it is refused with a status. */
export type Fault = "unheard" | "unanswered" | { readonly status: number; readonly code: string };

export interface ReportServer {
  readonly endpoint: string;
  /** Entries in the order they were stored. */
  readonly stored: ReportEntry[];
  /** Sizes of the batches, in the order they came. */
  readonly batches: number[];
  /** Asked at each request. */
  fault: (entries: readonly ReportEntry[], request: number) => Fault | undefined | Promise<Fault | undefined>;
  /** What the run is, in answers. */
  flowRun: { state: string; version: number; superseded: boolean };
  close(): Promise<void>;
}

export async function startReportServer(port = 0): Promise<ReportServer> {
  let requests = 0;
  const lasts = new Map<string, number>();
  const server = createServer((request, response) => void (async () => {
    const { processId, entries } = JSON.parse(await textOf(request)) as { processId: string; entries: ReportEntry[] };
    made.batches.push(entries.length);
    const fault = await made.fault(entries, ++requests);
    const answer = (status: number, body: object) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (fault === "unheard") return request.socket.destroy();
    if (typeof fault === "object") return answer(fault.status, { error: { code: fault.code, message: "Refused by the test." } });
    for (const entry of entries) {
      const last = lasts.get(processId) ?? 0;
      if (entry.sequence <= last) continue;
      if (entry.sequence !== last + 1) break;
      lasts.set(processId, entry.sequence);
      made.stored.push(entry);
    }
    if (fault === "unanswered") return request.socket.destroy();
    answer(200, { acknowledged: lasts.get(processId) ?? 0, refused: [], flowRun: made.flowRun });
  })());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const made: ReportServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stored: [], batches: [], fault: () => undefined, flowRun: { state: "Running", version: 1, superseded: false },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
