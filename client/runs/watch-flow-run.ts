/** Follows a run of a flow until it has ended (prefect.backend.watch_flow_run). */
import { FlowletError, STATE_CLASSES, type RunUpdate, type State, type WaitOptions } from "../../engine/index.ts";
import { isStateKind } from "../../protocol/states.ts";
import { isPassing } from "../api-error.ts";
import type { FlowRunDetails, LogEntry, StateName } from "../api-types.ts";
import { ConfiguredClient } from "../configured-client.ts";
import type { FlowletClient } from "../flowlet-client.ts";
import { agentDiagnosis } from "./agent-diagnosis.ts";

/** All optional. */
export interface WatchOptions extends WaitOptions {
  /** Tell states. Default true. */
  readonly streamStates?: boolean;
  /** Tell log records. Default true. */
  readonly streamLogs?: boolean;
  /** How long a run that is due may wait for an agent before the agents are looked at (milliseconds). Default: 15 seconds. */
  readonly diagnoseAfter?: number;
  /** Default: that of the configuration. */
  readonly client?: FlowletClient;
}

/** Between questions, where the server's events do not say earlier that there is something new (milliseconds). */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 10_000;
const PAUSE_FACTOR = 1.3;
const DIAGNOSE_AFTER = 15_000;

/** A state as the server tells it; the result stays where it is. */
export function stateOf(name: StateName, message: string | null, at: string): State {
  const time = Date.parse(at);
  return Object.assign(new STATE_CLASSES[name](message), { at: time });
}

/**
 * What happens to a run, from its beginning on: its states (`Entered state <Running>: Running flow.`) and its log records, in the order of time; a notice where no agent
 * takes it. Ends when the run has ended. A server that is away for a while is waited for.
 *
 * Differs: updates come when something happens (the server's events), not every few seconds.
 * @throws FlowletError RUN_NOT_FINISHED after `timeout`; ApiError
 */
export async function* watchFlowRun(flowRunId: string, options: WatchOptions = {}): AsyncGenerator<RunUpdate, FlowRunDetails, undefined> {
  const { client = new ConfiguredClient(), streamStates = true, streamLogs = true, diagnoseAfter = DIAGNOSE_AFTER, timeout, signal } = options;
  const bell = new Bell(client, flowRunId, signal);
  const deadline = timeout === undefined ? Infinity : Date.now() + timeout;
  let [version, log, pause, isAway, diagnosis] = [0, 0, FIRST_PAUSE, false, ""];
  let run: FlowRunDetails | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      try {
        bell.reset();
        // The run first: all records from before its last state are there then.
        run = await client.getFlowRun({ flowRunId }, { signal });
        const states = run.stateHistory.filter((entry) => entry.version > version);
        const logs = streamLogs ? await newLogs(client, flowRunId, log, signal) : [];
        version = run.version;
        log = logs.at(-1)?.id ?? log;
        if (states.length + logs.length > 0) pause = FIRST_PAUSE;
        yield* inOrder(streamStates ? states : [], logs);
        isAway = false;
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (!isAway) yield notice("WARNING", `${error.message} Waiting for it.`);
        isAway = true;
      }
      if (run !== undefined && !isAway) {
        if (isStateKind(run.state, "Finished")) return run;
        const waits = Date.now() - Math.max(Date.parse(run.scheduledStartTime), Date.parse(run.stateAt));
        if (isStateKind(run.state, "Scheduled") && waits >= diagnoseAfter) {
          const { items } = await client.listAgents({ signal });
          const found = agentDiagnosis(items, run.labels).replace(/ was heard of [^.]+ ago/, " is there");
          if (found !== diagnosis) yield notice("WARNING", `It has been ${Math.round(waits / 1000)} seconds and the flow run has not been submitted by an agent. ${found}`);
          diagnosis = found;
        }
      }
      if (Date.now() >= deadline) throw new FlowletError("RUN_NOT_FINISHED", { run: run?.name ?? flowRunId, timeout: timeout! / 1000, state: run?.state ?? "unknown" });
      const untilDiagnosis = run !== undefined && diagnosis === "" && isStateKind(run.state, "Scheduled") ? Math.max(50, Math.max(Date.parse(run.scheduledStartTime), Date.parse(run.stateAt)) + diagnoseAfter - Date.now()) : Infinity;
      await bell.wait(Math.min(pause, untilDiagnosis, deadline - Date.now()));
      pause = Math.min(pause * PAUSE_FACTOR, LONGEST_PAUSE);
    }
  } finally {
    bell.stop();
  }
}

async function newLogs(client: FlowletClient, flowRunId: string, after: number, signal: AbortSignal | undefined): Promise<LogEntry[]> {
  const logs: LogEntry[] = [];
  for (let last = after; ; ) {
    const { items, next } = await client.listLogs({ flowRunId, after: last, limit: 5000 }, { signal });
    logs.push(...items);
    if (next === null || items.length === 0) return logs;
    last = items.at(-1)!.id;
  }
}

function* inOrder(states: FlowRunDetails["stateHistory"], logs: readonly LogEntry[]): Generator<RunUpdate> {
  let next = 0;
  // How the run has ended is the last that is told, whatever it has logged in that moment.
  const held = states.length > 0 && isStateKind(states.at(-1)!.type, "Finished") ? states.length - 1 : states.length;
  for (const entry of logs) {
    while (next < held && states[next]!.at <= entry.at) yield stateUpdate(states[next++]!);
    const { at, level, message, logger, taskRunName } = entry;
    yield { kind: "log", at: new Date(at), level, message, logger, ...(taskRunName === null ? {} : { taskRunName }) };
  }
  while (next < states.length) yield stateUpdate(states[next++]!);
}

function stateUpdate({ type, message, at }: FlowRunDetails["stateHistory"][number]): RunUpdate {
  return { kind: "state", at: new Date(at), level: "INFO", message: `Entered state <${type}>${message === null || message === "" ? "" : `: ${message}`}`, state: stateOf(type, message, at) };
}

function notice(level: RunUpdate["level"], message: string): RunUpdate {
  return { kind: "notice", at: new Date(), level, message };
}

/** Rings when the server tells that something of the run is new. */
class Bell {
  readonly #end = new AbortController();
  readonly #abort = (): void => this.stop();
  readonly #signal: AbortSignal | undefined;
  #rung = false;
  #ring: (() => void) | null = null;

  constructor(client: FlowletClient, flowRunId: string, signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
    void this.#listen(client, flowRunId);
  }

  /** A server without events is asked again and again. */
  async #listen(client: FlowletClient, flowRunId: string): Promise<void> {
    try {
      // What happened before the stream was open was told to nobody.
      const onConnection = (open: boolean): void => { if (open) this.#wake(); };
      for await (const _ of client.events({ flowRunId, signal: this.#end.signal, onConnection })) this.#wake();
    } catch {
      // It says so to the questions too.
    }
  }

  #wake(): void {
    this.#rung = true;
    this.#ring?.();
  }

  reset(): void {
    this.#rung = false;
  }

  wait(time: number): Promise<void> {
    if (this.#rung || this.#end.signal.aborted || time <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#ring?.(), time);
      this.#ring = () => {
        clearTimeout(timer);
        this.#ring = null;
        resolve();
      };
    });
  }

  stop(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#end.abort();
    this.#ring?.();
  }
}
