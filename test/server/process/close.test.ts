import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../../server/process/start-server.ts";

test("a server that closes does not wait for connections on which nothing was asked", async () => {
  const homeDir = mkdtempSync(join(tmpdir(), "flowlet-server-"));
  onTestFinished(() => rmSync(homeDir, { recursive: true, force: true }));
  const server = await startServer({ port: 0, homeDir });
  const socket = connect(server.port, "localhost");
  await once(socket, "connect");
  // It has taken the connection before it answers this.
  expect((await fetch(`${server.endpoint}/api/status`)).status).toBe(200);
  await server.close();
  if (!socket.closed) await once(socket.resume(), "close");
});
