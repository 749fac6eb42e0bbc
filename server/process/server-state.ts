/** What is known of the server of this user, and its end. */
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { context, FlowletError } from "../../engine/index.ts";
import type { ServerStatus } from "../api/schemas/overview.ts";
import { askServer } from "./ask-server.ts";
import { isLocked } from "./file-lock.ts";
import { makeServerFolder, readRecord, removeRecord, serverFiles, type ServerFiles, type ServerRecord } from "./server-files.ts";
import { readToken } from "./token-file.ts";

/** `unresponsive`: its process is there, and does not answer; it may be starting. */
export interface ServerState {
  readonly state: "running" | "stopped" | "unresponsive";
  /** Null: none is known. */
  readonly record: ServerRecord | null;
  /** What it says of itself; null where it does not answer, or asks for a token that is not known here. */
  readonly status: ServerStatus | null;
  /** Path of its log. */
  readonly log: string;
}

export interface ServerPlace {
  /** Folder of the user's data. Default: `homeDir` of the configuration. */
  readonly homeDir?: string | undefined;
}

/** Whether a server runs with this user's data. */
export async function serverState({ homeDir }: ServerPlace = {}): Promise<ServerState> {
  const files = filesOf(homeDir);
  const record = runningRecord(files);
  if (record === undefined) return { state: "stopped", record: null, status: null, log: files.log };
  const answer = record === null ? { kind: "silent" } as const : await askServer(record.endpoint, context.config.server.token ?? readToken(files));
  return { state: answer.kind === "status" || answer.kind === "asksForToken" ? "running" : "unresponsive", record, status: answer.kind === "status" ? answer.status : null, log: files.log };
}

/** Time that it has to end by itself (milliseconds). */
const GRACE_MS = 12_000;

/**
 * Ends the server, and waits until it is gone.
 *
 * @returns what ran; null: none did
 * @throws {FlowletError} SERVER_NOT_STOPPED
 */
export async function stopServer({ homeDir }: ServerPlace = {}): Promise<ServerRecord | null> {
  const files = filesOf(homeDir);
  const record = await knownRecord(files);
  if (record === null) return null;
  send(record.pid, "SIGTERM");
  if (!await isFree(files, GRACE_MS)) {
    send(record.pid, "SIGKILL");
    if (!await isFree(files, GRACE_MS)) throw new FlowletError("SERVER_NOT_STOPPED", { pid: record.pid, why: "it holds its data still" });
  }
  removeRecord(files);
  return record;
}

function filesOf(homeDir: string | undefined): ServerFiles {
  const files = serverFiles(resolve(homeDir ?? context.config.homeDir));
  makeServerFolder(files);
  return files;
}

/** Undefined: no server holds the data, and a record that is left is of one that was killed. Null: one does, and has not said more yet. */
function runningRecord(files: ServerFiles): ServerRecord | null | undefined {
  return isLocked(files.lock) ? readRecord(files) : undefined;
}

/** That of a server that is starting is there soon. */
async function knownRecord(files: ServerFiles): Promise<ServerRecord | null> {
  for (let waited = 0; waited < GRACE_MS; waited += 50) {
    const record = runningRecord(files);
    if (record === undefined) {
      removeRecord(files);
      return null;
    }
    if (record !== null) return record;
    await pause(50);
  }
  throw new FlowletError("SERVER_NOT_STOPPED", { pid: "unknown", why: "it holds its data, and has not said which process it is" });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH") throw new FlowletError("SERVER_NOT_STOPPED", { pid, why: code === "EPERM" ? "it is another user's" : (error as Error).message }, { cause: error });
  }
}

async function isFree(files: ServerFiles, time: number): Promise<boolean> {
  const end = Date.now() + time;
  while (isLocked(files.lock)) {
    if (Date.now() > end) return false;
    await pause(50);
  }
  return true;
}
