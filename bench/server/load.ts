/** State changes that are acknowledged durably, from several processes at once. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median, number, table, type Cell } from "../report.ts";
import { Scene } from "./scene.ts";

const CLIENT = fileURLToPath(new URL("scripts/report-client.ts", import.meta.url));
const CLIENTS = 4;

/** What one client does. */
export interface Load {
  readonly endpoint: string;
  readonly flowId: string;
  /** States in a request (count). */
  readonly batch: number;
  /** Flow runs whose reports are under way at once (count). */
  readonly runs: number;
  /** Milliseconds. */
  readonly warmUp: number;
  readonly duration: number;
}

export interface LoadResult {
  /** Of each request, milliseconds. */
  readonly latencies: readonly number[];
}

const CASES = [{ batch: 1, runs: 1 }, { batch: 1, runs: 16 }, { batch: 50, runs: 1 }, { batch: 50, runs: 4 }] as const;

export interface LoadReport {
  readonly text: string;
  /** Of the server's process after it, MiB. */
  readonly memory: number;
  readonly memoryIdle: number;
}

export async function measureLoad(quick: boolean): Promise<LoadReport> {
  const times = quick ? { warmUp: 500, duration: 1000 } : { warmUp: 2000, duration: 8000 };
  const scene = await Scene.open();
  try {
    const memoryIdle = await scene.memory();
    const flowId = await scene.register("load", "export {};\n");
    const rows: Cell[][] = [];
    for (const one of CASES) {
      console.error(`${CLIENTS} clients, ${one.batch} in a request, ${one.runs} runs each …`);
      const latencies = await loaded({ endpoint: scene.endpoint, flowId, ...one, ...times });
      rows.push([one.batch, one.runs, number((latencies.length * one.batch * 1000) / times.duration), number(quantile(latencies, 0.5)), number(quantile(latencies, 0.99)), number(latencies.at(-1))]);
    }
    const memory = await scene.memory();
    const text = table(["states in a request", "runs of each client at once", "states a second", "median, ms", "99th percentile, ms", "slowest, ms"], rows);
    return { text: `${text}\n\nTo write 4 KiB to this disk and wait until it has them takes ${number(syncTime(scene.home))} ms (median of 200).`, memory, memoryIdle };
  } finally {
    await scene.close();
  }
}

/** Of all requests, sorted. */
async function loaded(load: Load): Promise<number[]> {
  const clients = Array.from({ length: CLIENTS }, () => fork(CLIENT, { stdio: ["ignore", "ignore", "inherit", "ipc"] }));
  try {
    for (const client of clients) client.send(load);
    await Promise.all(clients.map(said));
    const results = clients.map((client) => said(client) as Promise<LoadResult>);
    for (const client of clients) client.send("go");
    return (await Promise.all(results)).flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  } finally {
    for (const client of clients) client.kill();
  }
}

/** The next message of a client. */
async function said(client: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  client.once("exit", (code) => ended.abort(new Error(`a client ended with ${code}`)));
  return (await once(client, "message", { signal: ended.signal }))[0];
}

export function quantile(sorted: readonly number[], part: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** What the disk itself takes, milliseconds. */
function syncTime(folder: string): number {
  const file = openSync(path.join(folder, "sync"), "w"), page = Buffer.alloc(4096, 1), times: number[] = [];
  for (let index = 0; index < 200; index++) {
    const started = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    times.push(performance.now() - started);
  }
  closeSync(file);
  return median(times);
}
