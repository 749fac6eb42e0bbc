/** Starts the server as a process that outlives the one that starts it. */
import { spawn } from "node:child_process";
import { closeSync, fchmodSync, openSync, renameSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { context, FlowletError } from "../../engine/index.ts";
import { optionsVariable, type DetachedOptions, type StartMessage } from "./detached-options.ts";
import { makeServerFolder, serverFiles } from "./server-files.ts";

/** What is known of a server that was started. */
export interface DetachedServer {
  readonly pid: number;
  /** Its address as seen from this computer. */
  readonly endpoint: string;
  readonly port: number;
  /** It asks for an API token. */
  readonly asksForToken: boolean;
  /** Path of its log. */
  readonly log: string;
}

const START_MS = 30_000;
/** Of Node, for the server's process. What a request needs lives for a moment: with a small place for the new the process grows less under load. */
export const SERVER_FLAGS: readonly string[] = ["--max-semi-space-size=2"];
/** A larger log begins anew at a start; the former one is kept beside it. */
const LOG_SIZE = 10_000_000;

/**
 * Starts it, and waits until it answers.
 *
 * @throws {FlowletError} SERVER_NOT_STARTED, with what the server said
 */
export async function startDetached(options: DetachedOptions = {}): Promise<DetachedServer> {
  const homeDir = resolve(options.homeDir ?? context.config.homeDir);
  const files = serverFiles(homeDir);
  makeServerFolder(files);
  const database = options.database === undefined || /^postgres(ql)?:\/\//.test(options.database) || options.database === ":memory:" ? options.database : resolve(options.database);
  const main = join(import.meta.dirname, `../main${extname(import.meta.filename)}`);
  const log = openLog(files.log);
  const child = spawn(process.execPath, [...SERVER_FLAGS, main], {
    // Its own folder: it must not hold the one it was started in.
    cwd: files.folder, detached: true, stdio: ["ignore", log, log, "ipc"], windowsHide: true,
    env: { ...process.env, ...optionsVariable({ ...options, homeDir, database }) },
  });
  closeSync(log);
  const message = await firstMessage(child);
  if (child.connected) child.disconnect();
  child.unref();
  if (message.kind === "failed") {
    child.kill("SIGKILL");
    throw new FlowletError("SERVER_NOT_STARTED", { why: message.message.replace(/\.$/, "") });
  }
  return { pid: child.pid as number, endpoint: message.endpoint, port: message.port, asksForToken: message.token !== null, log: files.log };
}

function openLog(path: string): number {
  try {
    if (statSync(path).size > LOG_SIZE) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
  const log = openSync(path, "a", 0o600);
  fchmodSync(log, 0o600);
  return log;
}

function firstMessage(child: ReturnType<typeof spawn>): Promise<StartMessage> {
  return new Promise((resolve) => {
    const failed = (message: string) => resolve({ kind: "failed", message, code: null });
    const timer = setTimeout(() => failed(`it has not answered for ${START_MS / 1000} seconds`), START_MS);
    child.once("message", (message) => resolve(message as StartMessage));
    child.once("error", ({ message }) => failed(message));
    child.once("exit", (code, signal) => failed(`its process ended with ${signal ?? `code ${code}`}`));
    child.once("message", () => clearTimeout(timer));
    child.once("exit", () => clearTimeout(timer));
  });
}
