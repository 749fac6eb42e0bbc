/** A server, agents and the processes of runs as a user has them: each a process of its own, from what is built. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import type { LocalAgentOptions } from "../../agent/agent-options.ts";
import type { FlowRun, FlowRunDetails, LogEntry, TaskRun } from "../../client/api-types.ts";
import { FlowletClient } from "../../client/flowlet-client.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const SERVER_MAIN = join(root, "lib/server/main.js");
const AGENT_MAIN = join(root, "test/agent/agent-main.mjs");

/** How long something may take that has to happen (milliseconds). */
const LONG = 60_000;

/** An agent's process. */
export interface AgentProcess {
  readonly process: ChildProcess;
  /** What it has printed. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

export class Orchestra {
  readonly home = mkdtempSync(join(tmpdir(), "flowlet-orchestra-"));
  readonly #agents: AgentProcess[] = [];
  #server: ChildProcess | null = null;
  #client: FlowletClient | null = null;
  #port = 0;
  #flows = 0;

  get client(): FlowletClient { return this.#client as FlowletClient; }
  get server(): ChildProcess { return this.#server as ChildProcess; }
  get endpoint(): string { return `http://localhost:${this.#port}`; }
  path(name: string): string { return join(this.home, name); }

  /** The server; a second time on the same port and database. */
  async startServer(): Promise<void> {
    const server = spawn(process.execPath, [SERVER_MAIN], {
      cwd: this.home, env: { ...process.env, HOME: this.home, FLOWLET__HOME_DIR: this.path(".flowlet"), FLOWLET_SERVER_OPTIONS: JSON.stringify({ port: this.#port, homeDir: this.path(".flowlet") }) },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#server = server;
    const { kind, port, message } = await new Promise<{ kind: string; port: number; message?: string }>((resolve, reject) => {
      server.once("message", (said) => resolve(said as { kind: string; port: number }));
      server.once("exit", (code) => reject(new Error(`the server's process ended with ${code}`)));
    });
    if (kind !== "started") throw new Error(message);
    this.#port = port;
    this.#client = new FlowletClient({ endpoint: this.endpoint });
  }

  async killServer(): Promise<void> {
    const server = this.server;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }

  startAgent(options: LocalAgentOptions = {}, env: Record<string, string> = {}): AgentProcess {
    const child = spawn(process.execPath, [AGENT_MAIN, JSON.stringify({ endpoint: this.endpoint, hostnameLabel: false, ...options })], {
      cwd: this.home, env: { ...process.env, HOME: this.home, FLOWLET__HOME_DIR: this.path(".flowlet"), ...env }, stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => { output += text; });
    const agent: AgentProcess = { process: child, output: () => output, ended: new Promise((resolve) => child.once("exit", (code) => resolve(code))) };
    this.#agents.push(agent);
    return agent;
  }

  /** Waits until an agent waits for runs. */
  async agent(options: LocalAgentOptions = {}, env: Record<string, string> = {}): Promise<AgentProcess> {
    const agent = this.startAgent(options, env);
    await vi.waitFor(() => expect(agent.output()).toContain("Waiting for flow runs..."), { timeout: LONG });
    return agent;
  }

  /** Registers a flow. @param code a module; `flow` and `task` and all else of `flowlet` is imported as `F` @returns its id */
  async register(code: string, parameters: readonly string[] = []): Promise<string> {
    const name = `flow ${++this.#flows}`;
    const head = `import * as F from "flowlet";\nimport { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";\nconst { Flow, task, Parameter, context } = F;\nconst NAME = ${JSON.stringify(name)}, HOME = ${JSON.stringify(this.home)};\nconst note = (text) => appendFileSync(HOME + "/notes", text + "\\n");\n`;
    const { flow } = await this.client.registerFlow({ project: "test", name, bundle: { format: 1, code: head + code }, parameters: parameters.map((one) => ({ name: one, slug: one, required: true, default: null, type: null })), tasks: [], graph: {}, coreVersion: "0.1.0" });
    return flow.id;
  }

  /** Lines that tasks have noted, in order. */
  notes(): string[] {
    return existsSync(this.path("notes")) ? readFileSync(this.path("notes"), "utf8").split("\n").filter((line) => line !== "") : [];
  }

  async run(flowId: string, input: Parameters<FlowletClient["createFlowRun"]>[0] = {}): Promise<FlowRun> {
    return await this.client.createFlowRun({ flowId, ...input });
  }

  /** Waits until a run is in one of these states. */
  async until(flowRunId: string, ...states: string[]): Promise<FlowRunDetails> {
    for (const end = Date.now() + LONG; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const run = await this.client.getFlowRun({ flowRunId });
      if (states.includes(run.state)) return run;
      const isOver = ["Success", "Failed", "Cancelled"].includes(run.state);
      if (isOver || Date.now() > end) throw new Error(`The run is ${run.state} (${run.stateMessage}), and not ${states.join(" or ")}.`);
    }
  }

  async taskRuns(flowRunId: string, childrenOf?: string): Promise<TaskRun[]> {
    const all: TaskRun[] = [];
    for (let after: string | undefined; ; ) {
      const { items, next } = await this.client.listTaskRuns({ flowRunId, limit: 200, ...(childrenOf === undefined ? {} : { childrenOf }), ...(after === undefined ? {} : { after }) });
      all.push(...items);
      if (next === null) return all;
      after = next;
    }
  }

  async logs(flowRunId: string): Promise<LogEntry[]> {
    return (await this.client.listLogs({ flowRunId, limit: 5000 })).items;
  }

  /** Types of the states that a run has had. */
  async history(flowRunId: string): Promise<string[]> {
    return (await this.client.getFlowRun({ flowRunId })).stateHistory.map(({ type }) => type);
  }

  /** Types of the states that a task's run has had. */
  async taskHistory(flowRunId: string, slug: string, mapIndex = -1): Promise<string[]> {
    return (await this.client.findTaskRun({ flowRunId, slug, mapIndex })).stateHistory.map(({ type }) => type);
  }

  /** Numbers of the processes of runs that have an order. */
  runProcesses(): number[] {
    const folder = this.path(".flowlet/agent/runs");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((name) => {
      try {
        return [(JSON.parse(readFileSync(join(folder, name, "process.json"), "utf8")) as { process: { pid: number } }).process.pid];
      } catch {
        return [];
      }
    });
  }

  async close(): Promise<void> {
    const processes = [...this.#agents.map((agent) => agent.process), ...(this.#server === null ? [] : [this.#server])];
    for (const one of processes) one.kill("SIGKILL");
    for (const pid of this.runProcesses()) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
    await Promise.all(processes.map((one) => (one.exitCode !== null || one.signalCode !== null ? undefined : new Promise((resolve) => one.once("exit", resolve)))));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
