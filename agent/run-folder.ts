/**
 * Folders of the processes of runs: `~/.flowlet/agent/runs/<process id>/`. Each holds who the process is, its last words and what the server has not heard. It is
 * gone when everything is told; what is left there is the work of the next agent, whoever that is.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessLife } from "./process-life.ts";

/** Folder of what the server has not heard. */
export const SPOOL_FOLDER = "spool";
/** Is there where the run has ended by itself, and only its report is left. */
export const ENDED_FILE = "ended";
const ABOUT_FILE = "process.json";
const STDERR_FILE = "stderr.txt";

/** Who a run's process is. */
export interface RunProcessData {
  readonly flowRunId: string;
  readonly processId: string;
  readonly agentId: string;
  /** Address of the server. */
  readonly endpoint: string;
  /** Null: it was not started. */
  readonly process: ProcessLife | null;
  /** The agent that looks after it. */
  readonly agent: ProcessLife;
}

/** One of them. */
export class RunFolder {
  readonly path: string;

  /** @param path its folder, which may not exist */
  constructor(path: string) {
    this.path = path;
  }

  get spool(): string { return join(this.path, SPOOL_FOLDER); }

  /** Makes it, for this user only. @returns file descriptor of the file for the process's error output */
  make(): number {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    return openSync(join(this.path, STDERR_FILE), "a", 0o600);
  }

  /** Whole or not at all. */
  write(data: RunProcessData): void {
    const path = join(this.path, ABOUT_FILE);
    writeFileSync(`${path}.tmp`, JSON.stringify(data), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  /** Null where there is nothing that can be read. */
  read(): RunProcessData | null {
    try {
      const data = JSON.parse(readFileSync(join(this.path, ABOUT_FILE), "utf8")) as RunProcessData | null;
      return typeof data?.flowRunId === "string" && typeof data.processId === "string" && typeof data.endpoint === "string" && typeof data.agent?.pid === "number" ? data : null;
    } catch {
      return null;
    }
  }

  /** The run has ended by itself. */
  get hasEnded(): boolean {
    try {
      readFileSync(join(this.path, ENDED_FILE));
      return true;
    } catch {
      return false;
    }
  }

  get exists(): boolean {
    try {
      readdirSync(this.path);
      return true;
    } catch {
      return false;
    }
  }

  /** The end of what the process wrote to its error output. @param limit characters */
  lastWords(limit: number): string {
    let fd: number | null = null;
    try {
      fd = openSync(join(this.path, STDERR_FILE), "r");
      const { size } = fstatSync(fd);
      const bytes = Buffer.alloc(Math.min(size, limit * 4));
      readSync(fd, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString().trim().slice(-limit);
    } catch {
      return "";
    } finally {
      if (fd !== null) closeSync(fd);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** All that are there. @param folder of all of them */
export function runFolders(folder: string): RunFolder[] {
  try {
    return readdirSync(folder).map((name) => new RunFolder(join(folder, name)));
  } catch {
    return [];
  }
}
