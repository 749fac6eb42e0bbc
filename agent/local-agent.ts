/** The agent: asks a server for runs and starts a process on this machine for each (prefect.agent.local.LocalAgent). */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { availableParallelism, hostname } from "node:os";
import { join, resolve } from "node:path";
import { ApiError, isPassing } from "../client/api-error.ts";
import type { FlowRun } from "../client/api-types.ts";
import { FlowletClient } from "../client/flowlet-client.ts";
import { configuredServer } from "../client/configured-client.ts";
import { Logger, context } from "../engine/index.ts";
import { flowletVersion } from "../engine/embedding.ts";
import { AgentIdentity } from "./agent-identity.ts";
import { checkAgentOptions, type LocalAgentOptions } from "./agent-options.ts";
import { BackOff } from "./back-off.ts";
import { CANCELLED } from "./flow-run/run-order.ts";
import { removeUnusedBundles } from "./flow-run/stored-bundle.ts";
import { openHealthPage } from "./health-page.ts";
import { ProcessStarter } from "./process-starter.ts";
import { RunLauncher } from "./run-launcher.ts";
import { ServerConnection } from "./server-connection.ts";
import { Wake } from "./wake.ts";

/** Waits between two questions for runs (milliseconds): doubling while there are none. */
const FIRST_POLL = 250, LONGEST_POLL = 10_000;
/** Runs are looked for that begin within so long (milliseconds). */
const PREFETCH = 10_000;
/** Between two signs of life (milliseconds). */
const HEARTBEAT = 20_000;
/** What one question asks for at most (count). */
const MOST_RUNS = 100;
/** At its end the agent waits so long for a server that is away (milliseconds). */
const LAST_WORDS = 5000;

export class LocalAgent {
  readonly name: string;
  /** In order; with the name of this machine, unless it is not wanted. */
  readonly labels: readonly string[];
  readonly #options: LocalAgentOptions;
  readonly #client: FlowletClient;
  readonly #token: string | undefined;
  readonly #logger = new Logger("agent");
  readonly #connection: ServerConnection;
  readonly #wake = new Wake();
  /** Ends what only waits for new runs. */
  readonly #stopping = new AbortController();
  /** Ends what goes on as long as there are runs. */
  readonly #over = new AbortController();
  /** Runs that are taken, or wait for their time. */
  readonly #pending = new Set<string>();
  #launching = 0;
  #launcher: RunLauncher | null = null;
  #starter: ProcessStarter | null = null;
  #id: string | null = null;
  #health: Server | null = null;
  #stops = 0;
  #started: Promise<void> | null = null;
  #end: () => void = () => {};
  /** Resolves when the agent has stopped, and the runs that it had started have ended. */
  readonly ended: Promise<void> = new Promise((resolve) => { this.#end = resolve; });

  /** @throws Error for an option that can not be used */
  constructor(options: LocalAgentOptions = {}) {
    checkAgentOptions(options);
    this.#options = options;
    this.name = options.name ?? "agent";
    const own = options.hostnameLabel === false ? [] : [hostname()];
    this.labels = [...new Set([...(options.labels ?? []), ...own])];
    const server = configuredServer({ endpoint: options.endpoint, token: options.token });
    this.#token = server.token;
    this.#client = new FlowletClient(server);
    this.#connection = new ServerConnection(this.#client.endpoint, this.#logger);
  }

  /** What the server calls it; null before it is registered. */
  get id(): string | null { return this.#id; }
  /** Runs that have a process now. */
  get running(): string[] { return [...(this.#launcher?.running.keys() ?? [])]; }

  /**
   * Registers the agent, and begins to take runs. A server that is not there is waited for.
   * @returns when it waits for runs; {@link LocalAgent.ended} tells when it has stopped
   * @throws Error where the server refuses it, or its own address can not be used
   */
  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  /**
   * The first time: no new runs, and those that have begun may end. The second time they are cancelled.
   *
   * Differs: Prefect's agent ends at once, and nobody looks after its runs.
   * @returns {@link LocalAgent.ended}
   */
  stop(): Promise<void> {
    this.#stops++;
    if (this.#stops === 1) {
      const count = this.running.length;
      this.#logger.info(count === 0 ? "Shutting down..." : `Shutting down when ${count} flow run(s) have ended... Once more cancels them.`);
      this.#stopping.abort();
      this.#wake.now();
      if (this.#started === null) this.#end();
    } else {
      if (this.#stops === 2 && this.running.length > 0) this.#logger.info(`Cancelling ${this.running.length} flow run(s)...`);
      for (const run of this.#launcher?.running.values() ?? []) run.cancel("The agent was stopped.");
    }
    return this.ended;
  }

  get #isStopping(): boolean { return this.#stops > 0; }

  async #start(): Promise<void> {
    const { agentAddress = null } = this.#options;
    try {
      if (agentAddress !== null) this.#health = await openHealthPage(agentAddress, { health: () => ({ status: this.#connection.isLost ? "lost" : "healthy", id: this.#id, name: this.name, running: this.running.length }), poke: () => this.#wake.now() });
      this.#starter = this.#makeStarter();
      this.#starter.prepare();
      await this.#registerFirst();
    } catch (error) {
      this.#close();
      throw error;
    }
    void this.#work();
  }

  get #folder(): string { return join(context.config.homeDir, "agent"); }

  #makeStarter(): ProcessStarter {
    const { env = {}, workingDir, showFlowLogs = false, keepReady = true } = this.#options;
    const settings = { cwd: workingDir === undefined ? process.cwd() : resolve(workingDir), env: { ...process.env, FLOWLET__LOGGING__LEVEL: context.config.logging.level, ...env }, showLogs: showFlowLogs };
    return new ProcessStarter(join(this.#folder, "runs"), settings, keepReady && existsSync(settings.cwd));
  }

  async #registerFirst(): Promise<void> {
    const backOff = new BackOff(FIRST_POLL, LONGEST_POLL);
    this.#logger.info("Registering agent...");
    while (!this.#isStopping) {
      try {
        await this.#register();
        break;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await this.#wake.wait(backOff.next());
    }
    if (this.#isStopping) return;
    this.#logger.info("Registration successful!");
    this.#logger.info(`Starting LocalAgent with labels [${this.labels.map((label) => `'${label}'`).join(", ")}]`);
    this.#makeLauncher();
    this.#logger.info("Waiting for flow runs...");
  }

  async #register(): Promise<void> {
    const identity = new AgentIdentity(this.#folder, this.name, this.#client.endpoint);
    const { limit = null } = this.#options;
    const version = flowletVersion();
    const { id } = await this.#connection.ask(() => this.#client.registerAgent({ id: this.#id ?? identity.read(), name: this.name, type: "LocalAgent", labels: [...this.labels], hostname: hostname(), coreVersion: version, limit }));
    this.#id = id;
    identity.write(id);
  }

  #makeLauncher(): void {
    const { importPaths = [], showFlowLogs = false, gracePeriod = 10_000 } = this.#options;
    this.#launcher = new RunLauncher({
      client: this.#client, connection: this.#connection, starter: this.#starter as ProcessStarter, agentId: this.#id as string, token: this.#token,
      runsFolder: join(this.#folder, "runs"), bundleFolder: join(this.#folder, "bundles"), importPaths: importPaths.map((path) => resolve(path)), showLogs: showFlowLogs, gracePeriod,
      logger: this.#logger, onEnd: () => this.#wake.now(),
    });
    this.#launcher.adopt();
    void removeUnusedBundles(join(this.#folder, "bundles"));
  }

  async #work(): Promise<void> {
    const launcher = this.#launcher;
    if (launcher !== null) {
      const events = this.#listen(launcher);
      const heartbeat = setInterval(() => void this.#beat(launcher), HEARTBEAT);
      await this.#poll(launcher);
      this.#stopping.abort();
      this.#stops = Math.max(this.#stops, 1);
      this.#starter?.close();
      await launcher.rest(LAST_WORDS);
      this.#over.abort();
      clearInterval(heartbeat);
      await events;
    }
    this.#close();
    this.#end();
  }

  #close(): void {
    this.#starter?.close();
    this.#health?.close();
    this.#health?.closeAllConnections();
  }

  async #poll(launcher: RunLauncher): Promise<void> {
    const { maxPolls = null } = this.#options;
    const backOff = new BackOff(FIRST_POLL, LONGEST_POLL);
    for (let polls = 0; !this.#isStopping && (maxPolls === null || polls < maxPolls); ) {
      const room = this.#room(launcher);
      if (room > 0) {
        polls++;
        const found = await this.#ask(room);
        if (found.length > 0) backOff.reset();
        for (const run of found) void this.#take(launcher, run);
        if (maxPolls !== null && polls >= maxPolls) break;
      }
      await this.#wake.wait(backOff.next());
    }
    // What was found is started still.
    while (this.#launching > 0) await this.#wake.wait(FIRST_POLL);
  }

  /** How many runs more it may take. */
  #room(launcher: RunLauncher): number {
    const { limit = null } = this.#options;
    return Math.min(MOST_RUNS, limit === null ? Infinity : limit - launcher.running.size - this.#launching);
  }

  /** Never rejects. */
  async #ask(limit: number): Promise<FlowRun[]> {
    const agentId = this.#id as string;
    try {
      const { items } = await this.#connection.ask(() => this.#client.getRunsInQueue({ agentId, limit, before: new Date(Date.now() + PREFETCH).toISOString(), exclude: [...this.#pending, ...this.running].slice(0, 1000) }));
      const found = items.filter(({ id }) => !this.#pending.has(id));
      if (found.length > 0) this.#logger.info(`Found ${found.length} flow run(s) to submit for execution.`);
      return found;
    } catch (error) {
      if (error instanceof ApiError && error.code === "NOT_FOUND") await this.#registerAgain();
      else if (!isPassing(error)) this.#logger.error(`The server does not say which runs wait: ${(error as Error).message}`);
      return [];
    }
  }

  /** Somebody has deleted the agent, or the server has another database now. */
  async #registerAgain(): Promise<void> {
    try {
      await this.#register();
      this.#logger.info("The server did not know this agent any more: it is registered again.");
    } catch (error) {
      if (!isPassing(error)) this.#logger.error(`The server does not register this agent again: ${(error as Error).message}`);
    }
  }

  /** Waits for the run's time, then starts it where there is room. Never rejects. */
  async #take(launcher: RunLauncher, run: FlowRun): Promise<void> {
    this.#pending.add(run.id);
    try {
      const wait = Date.parse(run.scheduledStartTime) - Date.now();
      if (wait > 0 && !(await sleep(wait, this.#stopping.signal))) return;
      // Who finds no room is found again when there is.
      if (this.#room(launcher) <= 0) return;
      this.#launching++;
      try {
        if (await this.#slot(() => launcher.launch(run))) this.#wake.now();
      } finally {
        this.#launching--;
        if (this.#isStopping) this.#wake.now();
      }
    } catch (error) {
      if (!isPassing(error)) this.#logger.error(`Exception encountered while deploying flow run ${run.id}: ${(error as Error).message}`);
    } finally {
      this.#pending.delete(run.id);
    }
  }

  /** Not all at once: each start costs the machine something (prefect: a pool of threads). */
  readonly #slots = { free: Math.min(32, availableParallelism() + 4), waiting: [] as (() => void)[] };

  async #slot(launch: () => Promise<boolean>): Promise<boolean> {
    if (this.#slots.free > 0) this.#slots.free--;
    else await new Promise<void>((resolve) => this.#slots.waiting.push(resolve));
    try {
      return await launch();
    } finally {
      const next = this.#slots.waiting.shift();
      if (next === undefined) this.#slots.free++;
      else next();
    }
  }

  /** Hears at once when runs wait, and when one of its own is to end. */
  async #listen(launcher: RunLauncher): Promise<void> {
    try {
      for await (const { event } of this.#client.events({ signal: this.#over.signal, onConnection: (open) => { if (open) this.#lookAgain(launcher); } })) {
        if (event.type === "runsWaiting") this.#wake.now();
        if (event.type === "reset") this.#lookAgain(launcher);
        if (event.type === "flowRun" && event.state === "Cancelling") launcher.running.get(event.flowRunId)?.cancel(CANCELLED);
      }
    } catch (error) {
      if (!this.#isStopping) this.#logger.warning(`The server's events can not be heard, it is asked now and then: ${(error as Error).message}`);
    }
  }

  /** What was not heard is asked for. */
  #lookAgain(launcher: RunLauncher): void {
    this.#wake.now();
    for (const run of launcher.running.values()) void run.ask();
  }

  async #beat(launcher: RunLauncher): Promise<void> {
    try {
      await this.#connection.ask(() => this.#client.sendAgentHeartbeat({ agentId: this.#id as string, running: this.running }));
    } catch (error) {
      if (error instanceof ApiError && error.code === "NOT_FOUND") await this.#registerAgain();
    }
    launcher.adopt();
  }
}

/** @returns false when aborted first */
function sleep(time: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const done = (whole: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      resolve(whole);
    };
    const aborted = () => done(false);
    const timer = setTimeout(() => done(true), Math.min(time, 2 ** 31 - 1));
    signal.addEventListener("abort", aborted, { once: true });
  });
}
