/**
 * Flowlet's results on disk: a process runs a flow and keeps what it gives, another one, which has done nothing before, finds it. Arguments
 * as in measurement.ts; the two processes are this script again.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configuredStore } from "../../../lib/engine/embedding.js";
import { Flow, task } from "../../../lib/engine/index.js";
import type { Measurement, Phase } from "./measurement.ts";

const [name, size, repetitions] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];

const step = task(function step(value: number, number: number = 1): number { return value + number; });
const rows = task(function rows(count: number) { return Array.from({ length: count }, (_, id) => ({ id, name: `row ${id}`, value: id * 1.5, even: id % 2 === 0 })); });
const FLOWS: Readonly<Record<string, () => Flow>> = {
  "disk-fan": () => new Flow("fan", { cache: true }, () => { const first = step(0); for (let index = 1; index < size; index++) step(first, index); }),
  "disk-rows": () => new Flow("rows", { cache: true }, () => { rows(size); }),
};

async function measured(body: () => Promise<void>): Promise<Times> {
  const before = process.cpuUsage(), start = performance.now();
  await body();
  const wall = performance.now() - start, { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1_000 };
}

/** One of the two processes. @param again everything must be kept */
async function runOnce(again: boolean): Promise<void> {
  const flow = FLOWS[name]!();
  const run = await measured(async () => {
    const state = await flow.run();
    const ran = [...state.result.values()].filter((one) => !one.isCached()).length;
    if (!state.isSuccessful() || (again && ran > 0)) throw new Error(`the flow ended ${state.type}, ${ran} tasks ran`);
  });
  const keep = await measured(async () => { await configuredStore()?.flush(); });
  process.stdout.write(JSON.stringify({ run, keep, memory: process.resourceUsage().maxRSS / 1024 }));
}

interface Times { readonly wall: number; readonly cpu: number }

function inProcess(folder: string, again: boolean): { readonly run: Times; readonly keep: Times; readonly memory: number } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, String(size), again ? "again" : "first"], {
    encoding: "utf8", env: { ...process.env, FLOWLET__CACHE__FOLDER: folder },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

if (process.argv[4] === "first" || process.argv[4] === "again") await runOnce(process.argv[4] === "again");
else {
  const phases: Record<string, Phase> = { first: { wall: [], cpu: [] }, keep: { wall: [], cpu: [] }, again: { wall: [], cpu: [] } };
  const add = (phase: string, { wall, cpu }: Times) => { phases[phase]!.wall.push(wall); phases[phase]!.cpu.push(cpu); };
  let memory = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const folder = mkdtempSync(join(tmpdir(), "flowlet-bench-disk-"));
    try {
      const first = inProcess(folder, false);
      add("first", first.run);
      add("keep", first.keep);
      const second = inProcess(folder, true);
      add("again", second.run);
      memory = Math.max(memory, first.memory, second.memory);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.stdout.write(`\n${JSON.stringify({ phases, memoryBefore: null, memory } satisfies Measurement)}\n`);
}
