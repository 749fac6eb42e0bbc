/** A real server for the tests of what registers and runs, and scripts that talk to it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import { startServer } from "../../../server/process/start-server.ts";

/** A server with a folder of its own. */
export interface Registry {
  readonly client: FlowletClient;
  readonly endpoint: string;
  /** Runs a file with Node, as a user does, with the server configured. */
  script(path: string, env?: Readonly<Record<string, string>>): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number }>;
}

/** It ends after the test. */
export async function startRegistry(): Promise<Registry> {
  const homeDir = mkdtempSync(join(tmpdir(), "flowlet-server-"));
  const server = await startServer({ port: 0, homeDir });
  onTestFinished(async () => {
    await server.close();
    rmSync(homeDir, { recursive: true, force: true });
  });
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("FLOWLET__") && !key.startsWith("VITEST")));
  return {
    client: new FlowletClient({ endpoint: server.endpoint }), endpoint: server.endpoint,
    script: (path, env = {}) => new Promise((resolve) => {
      const options = { cwd: homeDir, env: { ...inherited, HOME: homeDir, NODE_NO_WARNINGS: "1", FLOWLET__SERVER__ENDPOINT: server.endpoint, FLOWLET__SERVER__UI__ENDPOINT: server.endpoint, ...env }, maxBuffer: 1 << 26 };
      execFile(process.execPath, [path], options, (error, stdout, stderr) => resolve({ stdout, stderr, exitCode: error === null ? 0 : typeof error.code === "number" ? error.code : -1 }));
    }),
  };
}
