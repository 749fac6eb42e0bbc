/** The server as a process of its own: `node lib/server/main.js`. What it prints goes to its log. */
import { takeOptions, type StartMessage } from "./process/detached-options.ts";
import { endOnSignals } from "./process/run-server.ts";
import { startServer } from "./process/start-server.ts";

const log = (level: number, msg: string, more: object = {}) => process.stdout.write(`${JSON.stringify({ level, time: Date.now(), pid: process.pid, msg, ...more })}\n`);

/** Tells who has started it, if somebody waits. */
async function tell(message: StartMessage): Promise<void> {
  if (process.send === undefined) return;
  await new Promise<void>((resolve) => { process.send?.(message, undefined, {}, () => resolve()); });
  if (process.connected) process.disconnect();
}

// The terminal or program that reads what is printed may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.on("disconnect", () => {});

try {
  const server = await startServer({ ...takeOptions(), log: process.stdout });
  endOnSignals(server, () => log(30, "stopped"));
  log(30, "started", { endpoint: server.endpoint });
  await tell({ kind: "started", endpoint: server.endpoint, port: server.port, token: server.token });
} catch (error) {
  const { message, code } = error as { message: string; code?: unknown };
  log(50, "not started", { err: { message, stack: (error as Error).stack } });
  await tell({ kind: "failed", message, code: typeof code === "string" ? code : null });
  process.exit(1);
}
