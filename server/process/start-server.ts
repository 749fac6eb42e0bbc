/** Starts the server in this process. */
import type { FastifyInstance } from "fastify";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { flowletVersion } from "../../engine/embedding.ts";
import { context, FlowletError } from "../../engine/index.ts";
import type { Orchestration } from "../orchestration/orchestration.ts";
import { takeLock, type FileLock } from "./file-lock.ts";
import { listen, seenAs } from "./listen.ts";
import { makeServerFolder, readRecord, removeRecord, serverFiles, writeRecord, type ServerFiles } from "./server-files.ts";
import { storedToken } from "./token-file.ts";

export interface StartServerOptions {
  /** What it listens on: `localhost` (default), an address of this computer, or `0.0.0.0` for all of them. Elsewhere than on this computer alone it asks for an API token. */
  readonly host?: string | undefined;
  /** Default: `server.port` of the configuration. 0: a free one. */
  readonly port?: number | undefined;
  /** Path of an SQLite file, or `postgres://user:password@host:port/name`. Default: `~/.flowlet/server/flowlet.db`. */
  readonly database?: string | undefined;
  /** Folder of the user's data. Default: `homeDir` of the configuration. */
  readonly homeDir?: string | undefined;
  /** The API token that it asks for. Default: `server.token` of the configuration; where it must have one, a token that it makes once. */
  readonly token?: string | undefined;
  /** Folder of the built pages. Default: that of the package. */
  readonly webFolder?: string | undefined;
  /** Takes its log, JSON lines. Default: none. */
  readonly log?: Writable | undefined;
}

/** A server in this process. */
export interface RunningServer {
  /** Its address as seen from this computer: `http://localhost:8080`. */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  /** The API token that it asks for; null: none. */
  readonly token: string | null;
  readonly orchestration: Orchestration;
  /** Ends open streams, lets requests end, closes the database. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @throws {FlowletError} SERVER_PORT_TAKEN, SERVER_DATA_IN_USE, SERVER_ADDRESS; and what the database can not be opened for
 */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const { homeDir, server } = context.config;
  const files = serverFiles(resolve(options.homeDir ?? homeDir));
  const host = options.host ?? "localhost";
  const undo: (() => unknown)[] = [];
  const undoAll = async () => { for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step(); };
  try {
    makeServerFolder(files);
    undo.push((await lock(files.lock, `The folder ${files.folder}`, files)).release);
    removeRecord(files);
    const database = options.database ?? files.database;
    const isFile = !/^postgres(ql)?:\/\//.test(database) && database !== ":memory:";
    // A folder that is not there is told by who opens the database.
    if (isFile && resolve(database) !== files.database && existsSync(dirname(resolve(database)))) undo.push((await lock(`${resolve(database)}.lock`, `The database ${resolve(database)}`)).release);

    const { createApp } = await import("../http/app.ts");
    const { isLoopback } = await import("../http/security/request-origin.ts");
    const token = options.token ?? server.token ?? (isLoopback(host) ? null : storedToken(files));
    const { openOrchestration } = await import("../orchestration/open-orchestration.ts");
    const version = flowletVersion();
    let app: FastifyInstance | undefined;
    const orchestration = await openOrchestration({ database, authenticated: token !== null, onServiceError: (service, error) => app?.log.error({ err: error }, `the ${service} could not do its work`) });
    undo.push(() => orchestration.close());
    const served = (app = createApp(orchestration, { version, token: token ?? undefined, names: configuredNames(), webFolder: options.webFolder, log: options.log }));
    undo.push(() => served.close());
    const port = await listen(served, host, options.port ?? server.port);
    const endpoint = `http://${seenAs(host)}:${port}`;
    writeRecord(files, { pid: process.pid, host, port, endpoint, started: new Date().toISOString(), version });
    undo.push(() => removeRecord(files));
    return { endpoint, host, port, token, orchestration, close: undoAll };
  } catch (error) {
    await undoAll();
    throw error;
  }
}

const LOCK_TRIES = 4;

async function lock(path: string, data: string, files?: ServerFiles): Promise<FileLock> {
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    const taken = takeLock(path);
    if (taken !== null) return taken;
    // Who only looks whether it is held, holds it for a moment.
    await pause(50);
  }
  const record = files === undefined ? null : readRecord(files);
  throw new FlowletError("SERVER_DATA_IN_USE", { data, holder: record === null ? "another server runs with it" : `a server runs with it at ${record.endpoint} (process ${record.pid})` });
}

/** Names that the configuration gives the server: who says `server.endpoint` reaches it under that name. */
function configuredNames(): string[] {
  const { server } = context.config;
  return [server.endpoint, server.ui.endpoint].filter((address) => URL.canParse(address)).map((address) => new URL(address).hostname);
}
