/** One flow run in this process, from the server's leave to its last state. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { formatLogRecord, withHost, type LogRecord } from "../../engine/embedding.ts";
import { Failed, Mapped, Paused, type Flow, type FlowHost, type State, type TaskStates } from "../../engine/index.ts";
import { isStateKind } from "../../protocol/states.ts";
import { ApiError, isPassing } from "../../client/api-error.ts";
import type { Bundle, FlowRunInfo, ReportAnswer } from "../../client/api-types.ts";
import { FlowletClient } from "../../client/flowlet-client.ts";
import { loadBundledFlow } from "../../client/register/load-bundle.ts";
import { BackOff } from "../back-off.ts";
import { ENDED_FILE, SPOOL_FOLDER } from "../run-folder.ts";
import { captureOutput } from "./captured-output.ts";
import { useImportPaths } from "./import-paths.ts";
import { Reporter } from "./reporter.ts";
import { restoredStates } from "./restored-states.ts";
import { CANCELLED, type ProcessMessage, type RunOrder } from "./run-order.ts";
import { RunRecorder } from "./run-recorder.ts";
import { RunResult } from "./run-result.ts";
import { storedBundle } from "./stored-bundle.ts";

/** How long the process waits at its end for a server that does not answer; then the agent delivers what is left (milliseconds). */
const LAST_FLUSH = 60_000;
/** How long to ask for leave: whoever waits longer is not waited for (milliseconds). */
const LONGEST_BEGIN = 600_000;

/** Runs what it was ordered to. */
export class FlowRunProcess {
  readonly #order: RunOrder;
  readonly #client: FlowletClient;
  readonly #tell: (message: ProcessMessage) => void;
  readonly #reporter: Reporter;
  readonly #recorder: RunRecorder;
  readonly #show: (line: string) => void;
  #code: { readonly bundleId: string; readonly bundle: Promise<Bundle> } | null = null;
  #left = false;
  #superseded = false;

  /** @param tell says something to the agent @param reportThread sends the reports */
  constructor(order: RunOrder, tell: (message: ProcessMessage) => void, reportThread: Worker) {
    this.#order = order;
    this.#tell = tell;
    this.#show = captureOutput(order.showLogs);
    this.#client = new FlowletClient({ endpoint: order.endpoint, token: order.token });
    const { flowRunId, processId } = order;
    const target = { endpoint: this.#client.endpoint, token: order.token, flowRunId, processId, folder: join(order.folder, SPOOL_FOLDER) };
    this.#reporter = new Reporter(target, { answered: (answer) => this.#answered(answer), refused: (message) => this.#stop(message) }, reportThread);
    this.#recorder = new RunRecorder(flowRunId, (entry) => this.#reporter.report(entry));
  }

  /** Nothing more is told of the run. */
  get isOver(): boolean { return this.#left; }

  /** Ends the run as Cancelled; its tasks are told by their signals. */
  cancel(message: string): void {
    this.#recorder.cancel(message);
  }

  /** Asks the server whether the run is to end, now and not with the next report. */
  ask(): void {
    this.#reporter.heartbeat();
  }

  /** Something broke that no task can answer for. Reported, at least on disk, when this returns. */
  broke(message: string, error?: unknown): void {
    const running = this.#recorder.runningTasks;
    const during = running.length === 0 ? "" : ` while ${running.slice(0, 5).join(", ")} ran`;
    if (!this.#recorder.hasEnded) this.#recorder.note("CRITICAL", `${message}${during}`);
    this.#recorder.fail(`${message.split("\n", 1)[0]}${during}`, error);
  }

  /** Waits until the server has all, for as long as is reasonable, and clears up. */
  async leave(): Promise<void> {
    const told = await this.#reporter.flush(LAST_FLUSH);
    this.#clear(told);
  }

  /** The process ends in this moment. */
  leaveNow(): void {
    this.#clear(false);
  }

  /** @returns when the run has ended, and the server knows; never rejects */
  async run(): Promise<void> {
    const { flowRunId, processId, agentId, bundleFolder, bundleId } = this.#order;
    let info: FlowRunInfo;
    try {
      // What can be done without leave is done meanwhile.
      if (bundleId !== null) this.#bundle(bundleFolder, bundleId).catch(() => {});
      info = await this.#persistently(() => this.#client.beginFlowRun({ flowRunId, processId, agentId }));
    } catch (error) {
      process.stderr.write(`flowlet: the run ${flowRunId} does not begin: ${(error as Error).message}\n`);
      return this.#stop((error as Error).message, error instanceof ApiError && (error.code === "CONFLICT" || error.code === "NOT_FOUND"));
    }
    this.#tell({ type: "begun" });
    try {
      await this.#runFlow(info);
    } catch (error) {
      const message = `Failed to load and execute flow run: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
      this.#recorder.note("ERROR", error instanceof Error && error.stack !== undefined ? `${message}\n${error.stack}` : message);
      this.#recorder.flowState(new Failed(message, error));
    }
    await this.leave();
  }

  async #runFlow(info: FlowRunInfo): Promise<void> {
    const { flowRun, flowName, taskRuns } = info;
    const { bundleFolder, importPaths } = this.#order;
    useImportPaths(importPaths);
    const host: FlowHost = { observer: this.#recorder, onLog: (record) => this.#log(record), result: new RunResult(flowRun.id) };
    await withHost(host, async () => {
      const flow = await loadBundledFlow(await this.#bundle(bundleFolder, info.bundleId), flowName);
      const taskStates = taskRuns.length === 0 ? undefined : await restoredStates(flow, taskRuns, (message) => this.#recorder.note("WARNING", message));
      const state = await flow.run(flowRun.parameters, { runOnSchedule: false, checkpointing: true, taskStates, context: contextOf(info, flow) });
      if (!state.isFinished()) this.#recorder.flowState(waiting(state));
    });
  }

  #bundle(folder: string, bundleId: string): Promise<Bundle> {
    if (this.#code?.bundleId !== bundleId) this.#code = { bundleId, bundle: storedBundle(folder, bundleId, () => this.#persistently(() => this.#client.getBundle({ bundleId }))) };
    return this.#code.bundle;
  }

  #log(record: LogRecord): void {
    this.#recorder.log(record);
    if (this.#order.showLogs) this.#show(formatLogRecord(record));
  }

  #answered({ flowRun, refused }: ReportAnswer): void {
    if (flowRun.superseded) return this.#stop("Another process has taken over the run.");
    for (const { reason } of refused) process.stderr.write(`flowlet: a state was not taken over: ${reason}\n`);
    if (flowRun.state === "Cancelling") {
      this.#tell({ type: "ending" });
      this.cancel(CANCELLED);
    } else if (refused.length > 0 && isStateKind(flowRun.state, "Finished")) this.cancel(`The flow run is ${flowRun.state} already.`);
    else if (refused.length > 0 && !isStateKind(flowRun.state, "Running")) this.#stop(`The flow run waits for another process: it is ${flowRun.state}.`);
  }

  /** The run is not this process's any more: its tasks are stopped with it. @param clear nobody needs what is in its folder */
  #stop(why: string, clear = true): void {
    if (this.#superseded) return;
    this.#superseded = true;
    this.#tell({ type: "ending" });
    this.#reporter.stop();
    process.stderr.write(`flowlet: the process stops: ${why}\n`);
    this.#clear(clear);
    process.exit(0);
  }

  #clear(told: boolean): void {
    if (this.#left) return;
    this.#left = true;
    this.#reporter.stop();
    const { folder } = this.#order;
    try {
      if (told) rmSync(folder, { recursive: true, force: true });
      else if (this.#recorder.hasEnded) writeFileSync(join(folder, ENDED_FILE), "");
    } catch {
      // The agent looks after what is left.
    }
  }

  /** Asks again while the server is away. */
  async #persistently<T>(ask: () => Promise<T>): Promise<T> {
    const backOff = new BackOff(100, 5000);
    const until = Date.now() + LONGEST_BEGIN;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error) || Date.now() > until) throw error;
        const wait = backOff.next();
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}

/** The run has done what it could, and goes on in another process when somebody approves. */
function waiting({ result }: State<TaskStates>): State {
  const names = [...result].filter(([, state]) => (state instanceof Mapped ? state.mapStates : [state]).some((one) => !one.isFinished() && one.isPaused())).map(([{ name }]) => name);
  return new Paused(names.length === 0 ? "Some tasks can not begin by themselves." : `Waiting for approval of ${names.slice(0, 10).join(", ")}.`, undefined, { startTime: null });
}

/** What tasks find in their context (prefect.engine.cloud.flow_runner, initialize_run). */
function contextOf({ flowRun, flowVersion }: FlowRunInfo, flow: Flow): Record<string, unknown> {
  return {
    ...flowRun.context,
    flowId: flowRun.flowId, flowName: flow.name, flowRunId: flowRun.id, flowRunName: flowRun.name, flowRunVersion: flowRun.version, flowVersion,
    projectName: flowRun.projectName, projectId: flowRun.projectId, scheduledStartTime: new Date(flowRun.scheduledStartTime), runningWithBackend: true,
  };
}
