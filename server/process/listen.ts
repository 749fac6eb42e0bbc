/** Opens the port of a server. */
import type { FastifyInstance } from "fastify";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { FlowletError } from "../../engine/index.ts";
import { askServer } from "./ask-server.ts";

/**
 * Opens the port.
 *
 * @returns it
 * @throws {FlowletError} SERVER_PORT_TAKEN, SERVER_ADDRESS
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new FlowletError("SERVER_ADDRESS", { address: `${host}:${port}`, why: "this is no port" });
  try {
    await app.listen({ host: host.replace(/^\[(.*)\]$/, "$1"), port });
    if (port !== 0) await requireAll(app, host, port);
  } catch (error) {
    const { code, message, address } = error as NodeJS.ErrnoException & { address?: string };
    if (code === "EADDRINUSE") {
      const { kind } = await askServer(`http://${seenAs(address ?? host)}:${port}`, null);
      throw new FlowletError("SERVER_PORT_TAKEN", { port, holder: kind === "status" || kind === "asksForToken" ? "another Flowlet server listens there" : "another program listens there" }, { cause: error });
    }
    const why = code === "EACCES" ? "ports below 1024 need special rights" : code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" ? "this computer has no such address" : message;
    throw new FlowletError("SERVER_ADDRESS", { address: `${host}:${port}`, why }, { cause: error });
  }
  return (app.server.address() as AddressInfo).port;
}

/** `localhost` is an address of each kind. Where another program has one of them, browsers would come to it or to us, as it happens; Fastify passes that over. */
async function requireAll(app: FastifyInstance, host: string, port: number): Promise<void> {
  if (host !== "localhost") return;
  const open = new Set(app.addresses().map((bound) => (typeof bound === "string" ? bound : bound.address)));
  for (const { address } of await lookup(host, { all: true })) {
    if (open.has(address)) continue;
    const probe = createServer();
    // An address that this computer does not have is not missed.
    await once(probe.listen(port, address), "listening").catch((error: NodeJS.ErrnoException) => { if (error.code === "EADDRINUSE") throw error; });
    probe.close();
  }
}

/** What an address is called from this computer. */
export function seenAs(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "[::]") return "localhost";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
