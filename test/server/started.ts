/** A real server on a free port, with data of its own, for tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { FlowletClient } from "../../client/flowlet-client.ts";
import type { FlowRegistration } from "../../client/api-types.ts";
import { startServer, type RunningServer, type StartServerOptions } from "../../server/process/start-server.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export class Started {
  server!: RunningServer;
  client!: FlowletClient;
  home!: string;
  #log = "";

  /** What the server has logged. */
  get log(): string { return this.#log; }

  async start(options: StartServerOptions = {}): Promise<void> {
    this.home = mkdtempSync(join(tmpdir(), "flowlet-server-"));
    const log = new Writable({ write: (part: Buffer, _, done) => { this.#log += part.toString(); done(); } });
    this.server = await startServer({ homeDir: this.home, port: 0, log, ...options });
    this.client = new FlowletClient({ endpoint: this.server.endpoint, token: this.server.token ?? undefined });
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** A request as it is: with any header, and the path not tidied up. */
  ask(path: string, { method = "GET", headers = {}, body }: Asking = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = request({ host: "localhost", port: this.server.port, path, method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => { text += part; }).on("end", () => resolve({ status: response.statusCode as number, headers: response.headers, text })).on("error", reject);
      });
      asking.on("error", reject);
      asking.end(body);
    });
  }

  /** What a refusal says: status, code, message. */
  async refusal(path: string, asking: Asking = {}): Promise<readonly [status: number, code: string, message: string]> {
    const { status, text } = await this.ask(path, asking);
    const { error, ...rest } = JSON.parse(text) as { error: { code: string; message: string } };
    if (Object.keys(rest).length > 0) throw new Error(`A refusal has more than "error": ${text}`);
    return [status, error.code, error.message];
  }

  post(path: string, body: string | object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });
  }
}

/** One for all tests of a file or block. */
export function started(options: StartServerOptions = {}): Started {
  const at = new Started();
  beforeAll(() => at.start(options));
  afterAll(() => at.stop());
  return at;
}

/** A flow that may be registered. */
export function registration(name: string, more: Partial<FlowRegistration> = {}): FlowRegistration {
  return { project: "examples", name, bundle: { format: 1, code: `export const flow = ${JSON.stringify(name)};` }, parameters: [], tasks: [], graph: {}, coreVersion: "0.1.0", ...more };
}
