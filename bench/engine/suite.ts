/** The engine beside a bare await, p-graph and Prefect Core: tasks that do nothing, so that what is left is the engine's own time. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installNpmPeer, installPrefect, PREFECT_PYTHON, type Absence } from "../peers.ts";
import { median, number, ratio, table, type Cell } from "../report.ts";
import type { Measurement, Shape } from "./measurement.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 10 * 60_000;

interface Candidate {
  readonly name: string;
  readonly file: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Shape, number of tasks, repetitions. */
  readonly sizes: readonly (readonly [Shape, number, number])[];
  readonly install?: () => Promise<Absence>;
}

function candidates(quick: boolean): Candidate[] {
  const tasks = quick ? 1_000 : 10_000;
  const repetitions = quick ? 3 : 5;
  const script = (name: string, file: string, sizes: Candidate["sizes"], install?: Candidate["install"]): Candidate =>
    ({ name, file, program: process.execPath, args: [fileURLToPath(new URL(file, import.meta.url))], sizes, ...(install ? { install } : {}) });
  const both: Candidate["sizes"] = [["chain", tasks, repetitions], ["fan", tasks, repetitions]];
  const prefectTasks = quick ? 100 : 1_000;
  return [
    script("bare await", "bare-await.ts", both),
    script("**Flowlet**", "flowlet.ts", quick ? both : [...both, ["chain", 100_000, 3]]),
    script("p-graph 2.0.0", "p-graph.ts", both, () => installNpmPeer("p-graph")),
    {
      name: "Prefect 1.4.1", file: "prefect1.py", program: PREFECT_PYTHON, args: [fileURLToPath(new URL("prefect1.py", import.meta.url))],
      sizes: [["chain", prefectTasks, 1], ["fan", prefectTasks, 1]], install: installPrefect,
    },
  ];
}

/** Measures all engines one after the other, each size in a process of its own, and returns the table. */
export async function measureEngines({ quick }: { quick: boolean }): Promise<string> {
  const rows: { name: string; shape: Shape; tasks: number; build: number; perTask: number; cpu: number; memory: number | null }[] = [];
  const absent: string[] = [];
  for (const candidate of candidates(quick)) {
    const reason = await candidate.install?.();
    if (reason !== undefined) {
      absent.push(`${candidate.name}: absent (${reason})`);
      continue;
    }
    for (const [shape, tasks, repetitions] of candidate.sizes) {
      console.error(`${candidate.name}: ${shape} of ${tasks} …`);
      try {
        const measured = await measureOne(candidate, shape, tasks, repetitions);
        rows.push({ name: candidate.name, shape, tasks, build: median(measured.build), perTask: (median(measured.run) * 1_000) / tasks, cpu: (median(measured.cpu) * 1_000) / tasks, memory: measured.memory });
      } catch (error) {
        absent.push(`${candidate.name}, ${shape} of ${tasks}: absent (${(error as Error).message.trim().split("\n").at(-1)})`);
      }
    }
  }
  const floor = (shape: Shape) => rows.find((row) => row.name === "bare await" && row.shape === shape)?.perTask;
  const ours = (shape: Shape) => rows.find((row) => row.name === "**Flowlet**" && row.shape === shape)?.perTask;
  const cells = rows.map((row): Cell[] => [
    row.name, row.shape, row.tasks.toLocaleString("en-US"), number(row.build), number(row.perTask), number(row.cpu),
    row.name === "bare await" ? undefined : number(row.perTask - (floor(row.shape) ?? 0)), ratio(row.perTask, ours(row.shape)), number(row.memory ?? undefined),
  ]);
  const head = ["engine", "shape", "tasks", "build, ms", "run, µs a task", "processor, µs a task", "over a bare await, µs a task", "beside Flowlet", "peak memory, MiB"];
  const note = "Medians. Tasks do nothing. Processor time is that of all threads, and what a busy machine does not inflate. Flowlet and Prefect log from WARNING and ERROR on. Prefect gets fewer tasks, because its sorting of a chain grows faster than with the square of its length.";
  return [table(head, cells), "", note, ...absent.map((line) => `\n${line}`)].join("\n");
}

async function measureOne(candidate: Candidate, shape: Shape, tasks: number, repetitions: number): Promise<Measurement> {
  const { stdout } = await run(candidate.program, [...candidate.args, shape, String(tasks), String(repetitions)], {
    timeout: TIMEOUT_MS, maxBuffer: 1 << 28, env: { ...process.env, FLOWLET__LOGGING__LEVEL: "WARNING", NODE_ENV: "production" },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Measurement;
}
