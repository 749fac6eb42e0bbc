/** A server, and agents, as a user has them: each a process of its own, from what is built, with a home of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FlowRun } from "../../lib/client/api-types.js";
import { FlowletClient } from "../../lib/client/flowlet-client.js";
import { SERVER_FLAGS } from "../../lib/server/process/start-detached.js";

const SERVER_MAIN = fileURLToPath(new URL("../../lib/server/main.js", import.meta.url));
const AGENT_MAIN = fileURLToPath(new URL("scripts/agent.ts", import.meta.url));
/** How long something may take that has to happen (milliseconds). */
const LONG = 120_000;

export interface SceneOptions {
  /** Path of an SQLite file. Default: a new one in the home. */
  readonly database?: string;
}

export class Scene {
  readonly home = mkdtempSync(path.join(os.tmpdir(), "flowlet-bench-"));
  readonly client: FlowletClient;
  readonly endpoint: string;
  /** From the start of the process to the first request that was answered (milliseconds). */
  readonly startTime: Promise<number>;
  readonly #server: ChildProcess;
  readonly #agents: ChildProcess[] = [];

  private constructor(port: number, { database }: SceneOptions) {
    const started = performance.now();
    this.endpoint = `http://localhost:${port}`;
    this.client = new FlowletClient({ endpoint: this.endpoint });
    this.#server = spawn(process.execPath, [...SERVER_FLAGS, SERVER_MAIN], {
      cwd: this.home, stdio: ["ignore", "ignore", "inherit"],
      env: { ...this.#env(), FLOWLET_SERVER_OPTIONS: JSON.stringify({ port, homeDir: path.join(this.home, ".flowlet"), ...(database === undefined ? {} : { database }) }) },
    });
    this.startTime = this.#answered(started);
  }

  /** Resolves when the server answers. */
  static async open(options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(await freePort(), options);
    try {
      await scene.startTime;
    } catch (error) {
      await scene.close();
      throw error;
    }
    return scene;
  }

  /** Of the server's process, MiB. */
  async memory(): Promise<number> {
    return (await this.client.getStatus()).memory / 2 ** 20;
  }

  /** Registers a flow by its code (flow-code.ts). @returns its id */
  async register(name: string, code: string): Promise<string> {
    const { flow } = await this.client.registerFlow({ project: "bench", name, bundle: { format: 1, code }, parameters: [], tasks: [], graph: {}, coreVersion: "bench" });
    return flow.id;
  }

  /** Starts an agent, and waits until it waits for runs and has a process ready. @returns ends it */
  async agent(options: { readonly keepReady?: boolean } = {}): Promise<() => Promise<void>> {
    const agent = spawn(process.execPath, [AGENT_MAIN, JSON.stringify({ endpoint: this.endpoint, hostnameLabel: false, ...options })], { cwd: this.home, env: this.#env(), stdio: ["ignore", "pipe", "inherit"] });
    this.#agents.push(agent);
    let output = "";
    agent.stdout.setEncoding("utf8").on("data", (text: string) => { output += text; });
    for (const end = performance.now() + LONG; !output.includes("Waiting for flow runs..."); await sleep(20)) {
      if (agent.exitCode !== null || performance.now() > end) throw new Error(`The agent does not start: ${output}`);
    }
    await sleep(1500);
    return async () => {
      agent.kill("SIGTERM");
      await ended(agent);
    };
  }

  /** Waits until a run has ended well. */
  async success(flowRunId: string): Promise<FlowRun> {
    for (const end = performance.now() + LONG; ; await sleep(50)) {
      const run = await this.client.getFlowRun({ flowRunId });
      if (run.state === "Success") return run;
      if (["Failed", "Cancelled"].includes(run.state) || performance.now() > end) throw new Error(`The run is ${run.state}: ${run.stateMessage}`);
    }
  }

  async close(): Promise<void> {
    for (const agent of this.#agents) agent.kill("SIGTERM");
    await Promise.all(this.#agents.map(ended));
    this.#endRuns();
    this.#server.kill("SIGTERM");
    await ended(this.#server);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.home, FLOWLET__HOME_DIR: path.join(this.home, ".flowlet"), NODE_ENV: "production" };
  }

  async #answered(started: number): Promise<number> {
    for (;;) {
      try {
        await this.client.getStatus();
        return performance.now() - started;
      } catch (error) {
        if (this.#server.exitCode !== null || performance.now() - started > LONG) throw new Error("The server does not start.", { cause: error });
      }
      await sleep(2);
    }
  }

  /** A run's process outlives its agent where it has not been ended with it. */
  #endRuns(): void {
    const folder = path.join(this.home, ".flowlet", "agent", "runs");
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      try {
        process.kill((JSON.parse(readFileSync(path.join(folder, name, "process.json"), "utf8")) as { process: { pid: number } }).process.pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await once(child, "exit");
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
