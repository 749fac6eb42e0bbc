/** The files of a server in its user's folder, and who of several servers may use them. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of the files. */
export interface ServerFiles {
  readonly folder: string;
  /** The state database, unless another one is named. */
  readonly database: string;
  readonly token: string;
  /** What is known about the running server. */
  readonly record: string;
  readonly log: string;
  /** Held by the running server. */
  readonly lock: string;
}

/** @param homeDir the configuration's `homeDir` */
export function serverFiles(homeDir: string): ServerFiles {
  const folder = join(homeDir, "server");
  const at = (name: string) => join(folder, name);
  return { folder, database: at("flowlet.db"), token: at("token"), record: at("server.json"), log: at("server.log"), lock: at("server.lock") };
}

/** Makes the folder, for its owner only. */
export function makeServerFolder({ folder }: ServerFiles): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** What server.json holds. */
export interface ServerRecord {
  readonly pid: number;
  /** What it listens on, as it was asked for: `localhost`, `0.0.0.0`. */
  readonly host: string;
  readonly port: number;
  /** Its address as seen from this computer. */
  readonly endpoint: string;
  /** ISO 8601. */
  readonly started: string;
  readonly version: string;
}

/** Whole or not at all. */
export function writeRecord({ record }: ServerFiles, value: ServerRecord): void {
  const written = `${record}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(written, record);
}

/** Null: there is none, or it is broken; then it says nothing. */
export function readRecord({ record }: ServerFiles): ServerRecord | null {
  try {
    const { pid, host, port, endpoint, started, version } = JSON.parse(readFileSync(record, "utf8")) as Partial<ServerRecord>;
    return Number.isInteger(pid) && Number.isInteger(port) && typeof host === "string" && typeof endpoint === "string" && URL.canParse(endpoint) ? { pid: pid as number, host, port: port as number, endpoint, started: String(started), version: String(version) } : null;
  } catch {
    return null;
  }
}

export function removeRecord({ record }: ServerFiles): void {
  rmSync(record, { force: true });
}
