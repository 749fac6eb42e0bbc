/** Takes runs for its agent, starts their processes and watches them; also those that a former agent has left behind. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { ApiError, isPassing } from "../client/api-error.ts";
import type { FlowRun, FlowRunInfo } from "../client/api-types.ts";
import type { FlowletClient } from "../client/flowlet-client.ts";
import type { Logger } from "../engine/index.ts";
import { AdoptedProcess } from "./adopted-process.ts";
import type { RunOrder } from "./flow-run/run-order.ts";
import { isAlive, lifeOf } from "./process-life.ts";
import type { ProcessStarter } from "./process-starter.ts";
import { runFolders, type RunFolder, type RunProcessData } from "./run-folder.ts";
import type { RunProcess } from "./run-process.ts";
import type { ServerConnection } from "./server-connection.ts";
import { WatchedRun, type WatchedProcess } from "./watched-run.ts";

/** What it works with. */
export interface LauncherOptions {
  readonly client: FlowletClient;
  readonly connection: ServerConnection;
  readonly starter: ProcessStarter;
  readonly agentId: string;
  readonly token: string | undefined;
  /** Of all runs' processes, and of the code of flows. */
  readonly runsFolder: string;
  readonly bundleFolder: string;
  readonly importPaths: readonly string[];
  readonly showLogs: boolean;
  readonly gracePeriod: number;
  readonly logger: Logger;
  /** A run's process has ended: there is room for another one. */
  readonly onEnd: () => void;
}

/** Folders of processes that were never ordered anything are removed when they are so old (milliseconds). */
const OLD = 86_400_000;

export class RunLauncher {
  readonly #options: LauncherOptions;
  /** Runs that have a process. */
  readonly #running = new Map<string, WatchedRun>();
  /** Of processes that have ended and whose ends the server does not know yet. */
  readonly #ending = new Set<WatchedRun>();
  readonly #seen = new Set<string>();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  get running(): ReadonlyMap<string, WatchedRun> { return this.#running; }

  /**
   * Takes a run and starts its process.
   * @returns false where another agent has it, or it is not to run any more
   * @throws ApiError where the server refuses or is lost
   */
  async launch(run: FlowRun): Promise<boolean> {
    const { client, connection, agentId, logger } = this.#options;
    let info: FlowRunInfo | null;
    try {
      info = await connection.ask(() => client.submitFlowRun({ agentId, flowRunId: run.id, version: run.version }));
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      if (code === "CONFLICT" || code === "NOT_FOUND") return false;
      if (!isPassing(error) || !(await this.#isOurs(run.id))) throw error;
      info = null;
    }
    logger.info(`Deploying flow run ${run.id} to execution environment...`);
    try {
      const pid = this.#start(run.id, info);
      logger.info(`Completed deployment of flow run ${run.id}`);
      void this.#note(run.id, `Submitted for execution: PID: ${pid}`);
    } catch (error) {
      logger.error(`Exception encountered while deploying flow run ${run.id}: ${(error as Error).message}`);
      await this.#fail(run.id, (error as Error).message);
    }
    return true;
  }

  /** The answer was lost: did the server take it? */
  async #isOurs(flowRunId: string): Promise<boolean> {
    try {
      const { state, agentId } = await this.#options.connection.ask(() => this.#options.client.getFlowRun({ flowRunId }));
      return state === "Submitted" && agentId === this.#options.agentId;
    } catch {
      return false;
    }
  }

  /** @returns number of the process */
  #start(flowRunId: string, info: FlowRunInfo | null): number | undefined {
    const { starter, agentId, client, token, bundleFolder, importPaths, showLogs } = this.#options;
    const runConfig = info?.flowRun.runConfig;
    const process = starter.take(runConfig?.env ?? {}, runConfig?.workingDir ?? null);
    const processId = processIdOf(process);
    const data: RunProcessData = { flowRunId, processId, agentId, endpoint: client.endpoint, process: process.life, agent: lifeOf(globalThis.process.pid) };
    process.folder.write(data);
    const order: RunOrder = {
      flowRunId, processId, agentId, bundleId: info?.bundleId ?? null, folder: process.folder.path, bundleFolder, endpoint: client.endpoint, token, importPaths, showLogs,
      env: {
        FLOWLET__CONTEXT__FLOW_RUN_ID: flowRunId, ...(info === null ? {} : { FLOWLET__CONTEXT__FLOW_ID: info.flowRun.flowId }),
        FLOWLET__SERVER__ENDPOINT: client.endpoint, ...(token === undefined ? {} : { FLOWLET__SERVER__TOKEN: token }),
      },
    };
    const watched = this.#watch(process.folder, data, process);
    process.onMessage = ({ type }) => { if (type === "ending") watched.expectEnd(); };
    process.run(order);
    return process.pid;
  }

  #watch(folder: RunFolder, data: RunProcessData, process: WatchedProcess): WatchedRun {
    const { client, gracePeriod, logger, onEnd } = this.#options;
    const watched = new WatchedRun({ client, folder, data, process, grace: gracePeriod, log: (message) => logger.info(message) });
    this.#seen.add(data.processId);
    this.#running.set(data.flowRunId, watched);
    this.#ending.add(watched);
    void watched.ended.then(() => {
      if (this.#running.get(data.flowRunId) === watched) this.#running.delete(data.flowRunId);
      onEnd();
    });
    void watched.told.finally(() => this.#ending.delete(watched));
    return watched;
  }

  /** Looks after the processes that agents have left behind which are gone. */
  adopt(): void {
    const { runsFolder, client, logger } = this.#options;
    for (const folder of runFolders(runsFolder)) {
      const data = folder.read();
      if (data === null) {
        if (isOld(folder.path)) folder.remove();
        continue;
      }
      if (data.endpoint !== client.endpoint || this.#seen.has(data.processId) || isAlive(data.agent)) continue;
      const life = data.process;
      if (life !== null && isAlive(life)) logger.info(`Looking after flow run ${data.flowRunId}, which another agent has started (PID ${life.pid}).`);
      else logger.info(`Telling the server how flow run ${data.flowRunId} has ended, which another agent has started.`);
      this.#watch(folder, data, life === null ? NEVER_STARTED : new AdoptedProcess(life));
    }
  }

  /** Waits until all processes have ended and the server knows how; no longer for the latter than `timeout` (milliseconds). */
  async rest(timeout: number): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    const timer = setTimeout(() => { for (const run of this.#ending) run.giveUp(); }, timeout);
    await Promise.all([...this.#ending].map(({ told }) => told));
    clearTimeout(timer);
  }

  async #note(flowRunId: string, message: string): Promise<void> {
    try {
      await this.#options.client.writeRunLogs({ flowRunId, entries: [{ at: new Date().toISOString(), level: "INFO", logger: "agent", message }] });
    } catch (error) {
      // It is for people, and nothing depends on it.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async #fail(flowRunId: string, message: string): Promise<void> {
    const { client, connection, agentId } = this.#options;
    try {
      await client.writeRunLogs({ flowRunId, entries: [{ at: new Date().toISOString(), level: "ERROR", logger: "agent", message }] });
      await connection.ask(() => client.failFlowRun({ agentId, flowRunId, message }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#options.logger.error(`The server could not be told that flow run ${flowRunId} has failed: ${error.message}`);
    }
  }
}

const NEVER_STARTED: WatchedProcess = {
  pid: undefined, cancel() {}, kill() {},
  ended: Promise.resolve({ code: null, signal: null, error: new Error("the agent ended before it had started it.") }),
};

/** A folder is named after what its process is called. */
const processIdOf = ({ folder }: RunProcess): string => folder.path.slice(folder.path.length - 36);

function isOld(path: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > OLD && statSync(join(path, "process.json"), { throwIfNoEntry: false }) === undefined;
}
