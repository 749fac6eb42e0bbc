/** The engine beside others, section by section; each engine, case and size in a process of its own. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Absence } from "../peers.ts";
import type { Engine } from "./engines.ts";
import { count, type Measured, type Section, type Wanted } from "./section.ts";
import type { Measurement } from "./scripts/measurement.ts";
import { building } from "./sections/building.ts";
import { disk } from "./sections/disk.ts";
import { fingerprint } from "./sections/fingerprint.ts";
import { graph } from "./sections/graph.ts";
import { kept } from "./sections/kept.ts";
import { mapped } from "./sections/mapped.ts";
import { plan } from "./sections/plan.ts";
import { tasks } from "./sections/tasks.ts";
import { threads } from "./sections/threads.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 5 * 60_000;

/** In the order of the page. */
export const ENGINE_SECTIONS: readonly Section[] = [tasks, mapped, building, kept, disk, plan, fingerprint, graph, threads];

export interface EngineOptions {
  readonly quick: boolean;
  /** Flowlet and the bare await only. */
  readonly alone: boolean;
}

const absences = new Map<string, Promise<Absence>>();

/** Why an engine is not there, if so; tried once a run. */
function absence(engine: Engine): Promise<Absence> {
  let known = absences.get(engine.program + engine.args);
  if (known === undefined) absences.set(engine.program + engine.args, (known = Promise.resolve(engine.install?.())));
  return known;
}

/** Measures one section and returns its text; what is absent or failed is listed under the table with the reason. */
export async function measureSection(section: Section, { quick, alone }: EngineOptions): Promise<string> {
  const measured: Measured[] = [];
  const missing = new Set<string>();
  for (const wanted of section.wanted(quick)) {
    if (alone && !wanted.engine.own) continue;
    const reason = await absence(wanted.engine);
    if (reason !== undefined) {
      missing.add(`${wanted.engine.name}: absent (${reason})`);
      continue;
    }
    const title = `${wanted.engine.name}, ${wanted.case} of ${count(wanted.tasks)}`;
    console.error(`${title} …`);
    try {
      measured.push({ ...wanted, measurement: await measureOne(wanted) });
    } catch (error) {
      missing.add(`${title}: failed (${reasonOf(error)})`);
    }
  }
  return [section.report(measured), ...[...missing].map((line) => `\n${line}`)].join("\n");
}

/** Runs one process and reads what it measured. */
export async function measureOne({ engine, case: name, tasks, repetitions }: Wanted): Promise<Measurement> {
  const { stdout } = await run(engine.program, [...engine.args, name, String(tasks), String(repetitions)], {
    timeout: TIMEOUT_MS, maxBuffer: 1 << 28, env: { ...process.env, FLOWLET__LOGGING__LEVEL: "WARNING", FLOWLET__CACHE__FOLDER: "false", NODE_ENV: "production" },
  });
  const line = stdout.trim().split("\n").findLast((text) => text.startsWith('{"phases"'));
  if (line === undefined) throw new Error("it ended without a measurement");
  return JSON.parse(line) as Measurement;
}

/** The last line of what it wrote that speaks of an error, such as `AssertionError: …`. */
function reasonOf(error: unknown): string {
  const { stderr, killed, message } = error as { stderr?: string; killed?: boolean; message: string };
  if (killed) return `it took longer than ${TIMEOUT_MS / 60_000} minutes`;
  const lines = String(stderr || message).trim().split("\n").map((line) => line.trim());
  return lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "unknown reason";
}
