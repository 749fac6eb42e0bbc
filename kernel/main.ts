/**
 * The kernel process: `node lib/kernel/main.js <connection file>`. Only composes.
 */
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

import { ConnectionFileError, readConnectionFile, type ConnectionInfo } from "./jupyter/connection-file.ts";
import { kernelInfo } from "./jupyter/kernel-info.ts";
import { Kernel } from "./jupyter/kernel.ts";
import { report } from "./jupyter/report.ts";
import { JupyterSockets } from "./jupyter/sockets.ts";
import { startLanguage } from "./language/language-thread.ts";

const parent = process.ppid;

async function main(): Promise<void> {
  const path = process.argv[2];
  if (path === undefined) throw new ConnectionFileError("Expected the path of a connection file: node main.js <connection file>.");
  const connection: ConnectionInfo = readConnectionFile(path);
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`${name}/package.json`) as { readonly version: string }).version;
  const directory = process.cwd();
  const kernelId = randomUUID();

  const language = startLanguage({ directory, kernelId });
  let sockets: JupyterSockets | undefined;
  let closing: Promise<void> | undefined;
  const shutDown = (): Promise<void> => (closing ??= (async () => {
    await Promise.all([kernel.close(), language.close()]).catch((error: unknown) => report(`shutting down: ${String(error)}`));
    await sockets?.close();
    process.exit(0);
  })());
  const kernel: Kernel = new Kernel({
    connection, kernelId, directory, language,
    info: kernelInfo(version("flowlet"), version("typescript")),
    send: (channel, frames) => sockets?.send(channel, frames),
    shutDown: () => void shutDown(),
  });
  sockets = await JupyterSockets.bind(connection, kernel);
  kernel.start();

  process.on("SIGINT", () => kernel.interrupt());
  process.on("SIGTERM", () => void shutDown());
  // The last line of defence: a mistake of ours must not take the notebook's state with it.
  process.on("uncaughtException", (error) => report(`internal error: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => report(`internal error: ${reason instanceof Error ? reason.stack : String(reason)}`));
  // A server that was killed cannot shut its kernels down. Its orphans are handed to process 1.
  const server = process.env["JPY_PARENT_PID"];
  setInterval(() => {
    if (server !== undefined && (process.ppid !== parent || (parent === 1 && server !== "1"))) void shutDown();
  }, 2_000).unref();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`flowlet: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
