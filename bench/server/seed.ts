/** A state database as years of use leave it. Made once, through the server's own database layer, and kept beside what is compared with. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { SqlValue, TableColumns, Transaction } from "../../lib/server/database/database.js";
import { SCHEMA_VERSION } from "../../lib/server/database/migrate.js";
import { openDatabase } from "../../lib/server/database/open-database.js";
import { PEERS } from "../peers.ts";

/** Grows when what is written here changes. */
const EDITION = 1;
const FLOWS = 200, PROJECTS = 10;
/** Of the one run that has many. */
const LARGE = { tasks: 20_000, logs: 50_000 };
/** Log records of each other run (count). */
const LOGS = 3;
/** Runs are spread over so long (milliseconds), up to `END`. */
const SPAN = 30 * 86_400_000;
const END = Date.UTC(2026, 0, 31);
const RUNS_AT_ONCE = 1000;

export interface Seeded {
  readonly file: string;
  readonly runs: number;
  /** Rows of both histories of states (count). */
  readonly states: number;
  readonly logs: number;
  readonly end: number;
  /** A run of many tasks and logs, a flow, and a project. */
  readonly largeRunId: string;
  readonly flowId: string;
  readonly projectId: string;
  /** A name that one run has, and words that many have. */
  readonly rareName: string;
  readonly commonWord: string;
}

/** @param runs count @param states count: of flow runs and task runs together */
export async function seededDatabase(runs: number, states: number): Promise<Seeded> {
  mkdirSync(PEERS, { recursive: true });
  const file = path.join(PEERS, `flowlet-server-${SCHEMA_VERSION}-${EDITION}-${runs}-${states}.db`);
  const makes = new Maker(runs, states);
  if (!existsSync(file)) {
    console.error(`Writing a database of ${runs} runs and ${states} states …`);
    const partial = `${file}.partial`;
    for (const suffix of ["", "-wal", "-shm"]) rmSync(partial + suffix, { force: true });
    await makes.write(partial);
    renameSync(partial, file);
  }
  return { file, runs, states, logs: (runs - 1) * LOGS + LARGE.logs, end: END, largeRunId: makes.runId(runs >> 1), flowId: makes.id(1, 0), projectId: makes.id(0, 0), rareName: `zebra-${runs - 7}`, commonWord: "walrus" };
}

const text = (...names: string[]): Record<string, "text" | "bigint"> => Object.fromEntries(names.map((name) => [name.replace("#", ""), name.startsWith("#") ? "bigint" : "text"]));
const columns = (table: string, ...names: string[]): TableColumns => ({ table, columns: text(...names) });

const PROJECT_ROWS = columns("projects", "id", "name", "search_name", "#created_at");
const GROUP_ROWS = columns("flow_groups", "id", "project_id", "name", "search_name", "default_parameters", "#heartbeat_enabled", "#lazarus_enabled", "#version_locking_enabled", "#created_at");
const FLOW_ROWS = columns("flows", "id", "flow_group_id", "project_id", "#version", "#archived", "#created_at", "labels", "parameters", "#task_count", "#is_schedule_active", "bundle_id", "core_version", "packages", "idempotency_key");
const PICTURE_ROWS = columns("flow_pictures", "flow_id", "tasks", "graph");
const BUNDLE_ROWS = columns("bundles", "id", "code", "external", "#created_at");
const RUN_ROWS = columns("flow_runs", "id", "flow_id", "flow_group_id", "project_id", "name", "search_name", "state", "state_message", "#state_at", "state_data", "#version", "#created_at", "#scheduled_start_time", "#start_time", "#end_time", "#heartbeat",
  "labels", "#auto_scheduled", "#times_resurrected", "#queue_at", "task_counts", "#task_total", "#log_count");
const INPUT_ROWS = columns("flow_run_inputs", "flow_run_id", "parameters", "context");
const RUN_STATE_ROWS = columns("flow_run_states", "flow_run_id", "#version", "#at", "type", "message");
const TASK_ROWS = columns("task_runs", "id", "flow_run_id", "slug", "#map_index", "task_name", "name", "search_name", "state", "state_message", "#state_at", "state_data", "#version", "#start_time", "#end_time", "#run_count", "#map_size");
const TASK_STATE_ROWS = columns("task_run_states", "task_run_id", "#version", "#at", "type", "message");
const LOG_ROWS = columns("logs", "flow_run_id", "#id", "task_run_id", "#at", "#level", "logger", "message");

const FIRST = "amber brave calm daring eager fancy gentle happy ivory jolly keen lively mellow noble olive proud quiet rapid silent tidy".split(" ");
const SECOND = "badger cobra dingo egret falcon gecko heron ibis jackal koala lemur marmot newt otter puffin quail raven stoat tapir walrus".split(" ");
const STATES_OF_RUN = 4;

class Maker {
  readonly #runs: number;
  readonly #states: number;
  #seed = 20260131;

  constructor(runs: number, states: number) {
    this.#runs = runs;
    this.#states = states;
  }

  /** Of the same thing always the same: time in it as in those that the server makes. @param kind 0: projects, 1: flow groups and flows, 2: runs, 3: task runs */
  id(kind: number, index: number, at: number = END - SPAN): string {
    const time = at.toString(16).padStart(12, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${kind.toString(16).padStart(3, "0")}-8000-${index.toString(16).padStart(12, "0")}`;
  }

  runId(index: number): string {
    return this.id(2, index, this.#timeOf(index));
  }

  async write(file: string): Promise<void> {
    const database = await openDatabase(file);
    try {
      await database.transaction((transaction) => this.#flows(transaction));
      const perRun = (this.#states - this.#runs * STATES_OF_RUN - LARGE.tasks * 2) / 2 / (this.#runs - 1);
      let owed = 0, taskRuns = 0;
      for (let from = 0; from < this.#runs; from += RUNS_AT_ONCE) {
        const rows: Rows = { runs: [], inputs: [], runStates: [], tasks: [], taskStates: [], logs: [] };
        for (let index = from; index < Math.min(this.#runs, from + RUNS_AT_ONCE); index++) {
          const isLarge = index === this.#runs >> 1;
          owed += isLarge ? 0 : perRun;
          const tasks = isLarge ? LARGE.tasks : index === this.#runs - 1 ? Math.round(owed) : Math.floor(owed);
          if (!isLarge) owed -= tasks;
          this.#run(rows, index, tasks, isLarge ? LARGE.logs : LOGS, taskRuns);
          taskRuns += tasks;
        }
        await database.transaction(async (transaction) => {
          await transaction.insert(RUN_ROWS, rows.runs);
          await transaction.insert(INPUT_ROWS, rows.inputs);
          await transaction.insert(RUN_STATE_ROWS, rows.runStates);
          await transaction.insert(TASK_ROWS, rows.tasks);
          await transaction.insert(TASK_STATE_ROWS, rows.taskStates);
          await transaction.insert(LOG_ROWS, rows.logs);
        });
        if (from % 10_000 === 0) console.error(`${from} runs …`);
      }
    } finally {
      await database.close();
    }
  }

  /** From 0 to 1 (mulberry32). */
  #random(): number {
    let value = (this.#seed = (this.#seed + 0x6d2b79f5) | 0);
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }

  #timeOf(index: number): number {
    return END - SPAN + Math.floor((SPAN * index) / this.#runs);
  }

  async #flows(transaction: Transaction): Promise<void> {
    const at = END - SPAN, indexes = Array.from({ length: FLOWS }, (_, index) => index);
    const bundle = "0".repeat(64), tasks = JSON.stringify(Array.from({ length: 23 }, (_, index) => ({ slug: `step-${index}`, name: `step ${index}`, type: "Task", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" })));
    await transaction.insert(BUNDLE_ROWS, [[bundle, "export {};\n", "[]", at]]);
    await transaction.insert(PROJECT_ROWS, Array.from({ length: PROJECTS }, (_, index) => [this.id(0, index), `project ${index}`, `project ${index}`, at]));
    await transaction.insert(GROUP_ROWS, indexes.map((index) => [this.id(1, index), this.id(0, index % PROJECTS), `flow ${index}`, `flow ${index}`, "{}", 0, 0, 1, at]));
    await transaction.insert(FLOW_ROWS, indexes.map((index) => [this.id(1, index), this.id(1, index), this.id(0, index % PROJECTS), 1, 0, at, "[]", "[]", 23, 0, bundle, "bench", "{}", "bench"]));
    await transaction.insert(PICTURE_ROWS, indexes.map((index) => [this.id(1, index), tasks, "{}"]));
  }

  #run(rows: Rows, index: number, tasks: number, logs: number, firstTask: number): void {
    const at = this.#timeOf(index), id = this.runId(index), chance = this.#random(), flow = Math.floor(this.#random() * FLOWS);
    const words = `${FIRST[Math.floor(this.#random() * FIRST.length)]}-${SECOND[Math.floor(this.#random() * SECOND.length)]}`;
    const name = index === this.#runs - 7 ? `zebra-${index}` : words;
    // The last of them have not ended, or wait for a time that is far away.
    const ending = this.#runs - index <= 20 ? "Running" : this.#runs - index <= 120 ? "Scheduled" : chance < 0.9 ? "Success" : chance < 0.98 ? "Failed" : "Cancelled";
    const start = ending === "Scheduled" ? null : at + 800, end = ["Running", "Scheduled"].includes(ending) ? null : at + 60_000;
    const scheduled = ending === "Scheduled" ? Date.UTC(2100, 0, 1) + index : at;
    const state = JSON.stringify({ version: 1, type: ending, message: `The run is ${ending}.`, at: end ?? at });
    rows.runs.push([id, this.id(1, flow), this.id(1, flow), this.id(0, flow % PROJECTS), name, name, ending, `The run is ${ending}.`, end ?? at, state, STATES_OF_RUN, at, scheduled, start, end, start === null ? null : at + 59_000,
      "[]", 0, 0, ending === "Scheduled" ? scheduled : null, JSON.stringify({ Success: tasks }), tasks, logs]);
    rows.inputs.push([id, "{}", "{}"]);
    for (const [version, type] of ["Scheduled", "Submitted", "Running", ending].entries()) rows.runStates.push([id, version + 1, at + version * 400, type, `The run is ${type}.`]);
    for (let task = 0; task < tasks; task++) {
      const taskId = this.id(3, firstTask + task, at), began = at + 1000 + task, slug = `step-${task}`;
      rows.tasks.push([taskId, id, slug, -1, "step", `step ${task}`, `step ${task}`, "Success", "Task run succeeded.", began + 1, `{"version":1,"type":"Success","message":"Task run succeeded.","at":${began + 1}}`, 2, began, began + 1, 1, 0]);
      rows.taskStates.push([taskId, 1, began, "Running", "Starting task run."], [taskId, 2, began + 1, "Success", "Task run succeeded."]);
    }
    for (let log = 1; log <= logs; log++) rows.logs.push([id, log, tasks === 0 ? null : this.id(3, firstTask + (log % tasks), at), at + 1000 + log, log % 10 === 0 ? 30 : 20, "flowlet.TaskRunner", `Task 'step ${log}': Finished task run for task with final state: 'Success'`]);
  }
}

interface Rows {
  readonly runs: SqlValue[][];
  readonly inputs: SqlValue[][];
  readonly runStates: SqlValue[][];
  readonly tasks: SqlValue[][];
  readonly taskStates: SqlValue[][];
  readonly logs: SqlValue[][];
}
