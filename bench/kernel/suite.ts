/** The kernel beside tslab, Deno and ipykernel: all driven by one client, round by round, so that a busy moment hits all of them. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installNpmPeer, NPM_PEERS, type Absence } from "../peers.ts";
import { median, number, ratio, table, type Cell } from "../report.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 10 * 60_000;
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const CLIENT = fileURLToPath(new URL("client.py", import.meta.url));
const ENVIRONMENT_PYTHON = path.join(CHECKOUT, ".venv", ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));

/** As client.py prints it. */
interface Measured {
  readonly start: number;
  readonly first_cell: number;
  readonly first_completion: number;
  readonly completion: readonly number[];
  readonly trivial: readonly number[];
  readonly cells: readonly number[];
  readonly memory_start: number;
  readonly memory_end: number;
  /** Cells whose idle never came. */
  readonly lost: number;
}

interface Candidate {
  readonly name: string;
  readonly argv: readonly string[];
  readonly language: "typescript" | "python";
  /** Where it is started. */
  readonly cwd: string;
  readonly install?: () => Promise<Absence>;
}

function candidates(folder: string): Candidate[] {
  const connection = "{connection_file}";
  return [
    { name: "**Flowlet**", argv: [process.execPath, path.join(CHECKOUT, "lib/kernel/main.js"), connection], language: "typescript", cwd: folder },
    // In the folder where its packages are: elsewhere it does not find the types of console and compiles no cell that uses it.
    {
      name: "tslab 1.0.22", argv: [process.execPath, path.join(NPM_PEERS, "node_modules/tslab/bin/tslab"), "kernel", "--config-path", connection],
      language: "typescript", cwd: NPM_PEERS, install: () => installNpmPeer("tslab"),
    },
    { name: "Deno 2.9.6 (checks no types)", argv: [denoProgram(), "jupyter", "--kernel", "--conn", connection], language: "typescript", cwd: folder, install: () => installNpmPeer("deno") },
    { name: "ipykernel (Python)", argv: [ENVIRONMENT_PYTHON, "-m", "ipykernel_launcher", "-f", connection], language: "python", cwd: folder },
  ];
}

/** Deno's npm package holds its program in a package for each platform. */
function denoProgram(): string {
  const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;
  return path.join(NPM_PEERS, "node_modules", "@deno", platform, process.platform === "win32" ? "deno.exe" : "deno");
}

interface Row {
  readonly title: string;
  readonly of: (one: Measured) => number;
  /** No ratio: a count. */
  readonly plain?: boolean;
}

const ROWS: readonly Row[] = [
  { title: "start to kernel_info_reply, ms", of: (one) => one.start },
  { title: "first cell, ms", of: (one) => one.first_cell },
  { title: "first completion, ms", of: (one) => one.first_completion },
  { title: "completion of a member, ms", of: (one) => median(one.completion) },
  { title: "trivial cell, ms", of: (one) => median(one.trivial) },
  { title: "10-line cells 1–20, ms", of: (one) => median(one.cells.slice(0, 20)) },
  { title: "10-line cells 181–200, ms", of: (one) => median(one.cells.slice(180, 200)) },
  { title: "slowest of the 10-line cells, ms", of: (one) => Math.max(...one.cells) },
  { title: "memory after start, MiB", of: (one) => one.memory_start },
  { title: "memory after all cells, MiB", of: (one) => one.memory_end },
  { title: "cells whose idle was lost", of: (one) => one.lost, plain: true },
];

/** Measures all kernels in some rounds and returns the table: a row a quantity, a column a kernel. */
export async function measureKernels({ quick, alone }: { readonly quick: boolean; readonly alone: boolean }): Promise<string> {
  const rounds = quick ? 1 : 3;
  const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-bench-"));
  const measured = new Map<string, Measured[]>();
  const absent = new Map<string, string>();
  const failed = new Map<string, string>();
  try {
    const all = candidates(folder).filter(({ name }) => !alone || name === "**Flowlet**");
    for (const candidate of all) {
      const reason = await candidate.install?.();
      if (reason !== undefined) absent.set(candidate.name, reason);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const candidate of all) {
        if (absent.has(candidate.name)) continue;
        console.error(`${candidate.name}: round ${round} of ${rounds} …`);
        try {
          const list = measured.get(candidate.name) ?? [];
          list.push(await measureOne(candidate, quick));
          measured.set(candidate.name, list);
        } catch (error) {
          failed.set(`${candidate.name}, round ${round}`, String((error as { stderr?: string }).stderr || (error as Error).message).trim().split("\n").at(-1)!);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  const names = candidates(folder).map((candidate) => candidate.name).filter((name) => measured.has(name));
  const value = (name: string, row: Row) => {
    const list = measured.get(name);
    return list === undefined ? undefined : median(list.map(row.of));
  };
  const rows = ROWS.filter((row) => !quick || !row.title.includes("181")).map((row): Cell[] => [
    row.title,
    ...names.map((name) => {
      const own = value(name, row);
      const ours = value("**Flowlet**", row);
      return row.plain || name === "**Flowlet**" || ours === undefined ? number(own) : `${number(own)} (${ratio(own, ours)})`;
    }),
  ]);
  const note = `Medians of ${rounds} round${rounds === 1 ? "" : "s"}, each in a new kernel, from \`execute_request\` to \`idle\`, seen by jupyter_client; in brackets how many times Flowlet's. Where a kernel lost the message, the time is that of its reply. Memory is that of all processes of a kernel. tslab runs on the same Node.`;
  return [table(["", ...names], rows), "", note, ...[...absent].map(([name, reason]) => `\n${name}: absent (${reason})`), ...[...failed].map(([name, reason]) => `\n${name}: failed (${reason})`)].join("\n");
}

async function measureOne(candidate: Candidate, quick: boolean): Promise<Measured> {
  const wanted = { argv: candidate.argv, env: {}, cwd: candidate.cwd, language: candidate.language, trivial: quick ? 20 : 100, cells: quick ? 20 : 200 };
  const { stdout } = await run(ENVIRONMENT_PYTHON, [CLIENT, JSON.stringify(wanted)], { timeout: TIMEOUT_MS, maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Measured;
}
