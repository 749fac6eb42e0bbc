/** A batch of a report, worked out in memory: which states are legal, what each row becomes, how the counts change. */
import { isStateKind } from "../../protocol/states.ts";
import type { StateName } from "../../protocol/states.ts";
import type { ReportAnswer, ReportEntry } from "../api/schemas/report.ts";
import type { StateData } from "../api/schemas/state.ts";
import { stateOf, type FlowRunRow, type StateCounts } from "./flow-run-row.ts";
import { enterState, timeOf, type StateRow } from "./flow-run-state.ts";
import { logRow, type LogRow } from "./logs.ts";
import { searchText, storable, storableOrNull } from "./sql-text.ts";
import { stateData } from "./state-kinds.ts";
import { isCounted, taskRunKey, type TaskRunRow } from "./task-run-row.ts";

type TaskEntry = Extract<ReportEntry, { kind: "taskState" }>;
type FlowEntry = Extract<ReportEntry, { kind: "flowState" }>;

/** A row, whether it is another than in the database, and its children as an object. */
interface Known {
  readonly row: TaskRunRow;
  changed: boolean;
  children: StateCounts | null;
}

export class ReportedBatch {
  readonly refused: ReportAnswer["refused"] = [];
  /** For the event; null: no task run has changed. */
  taskEvents: Record<string, StateName> | null = null;
  readonly #run: FlowRunRow;
  readonly #superseded: boolean;
  readonly #now: number;
  readonly #newId: () => string;
  readonly #known = new Map<string, Known>();
  readonly #counts: StateCounts;
  readonly #flowStates: StateRow[] = [];
  readonly #taskStates: StateRow[] = [];
  readonly #logs: LogRow[] = [];

  /** @param run locked; it is changed @param superseded another process has the run now: logs are taken, states are not */
  constructor(run: FlowRunRow, superseded: boolean, now: number, newId: () => string) {
    this.#run = run;
    this.#superseded = superseded;
    this.#now = now;
    this.#newId = newId;
    this.#counts = JSON.parse(run.task_counts) as StateCounts;
  }

  /** Keys of the task runs that the entries are about, parents of mapped children too. */
  keysOf(entries: readonly ReportEntry[]): [flowRunId: string, slug: string, mapIndex: number][] {
    const keys = new Map<string, [string, string, number]>();
    for (const entry of entries) {
      if (entry.kind === "flowState" || entry.slug === null) continue;
      const slug = storable(entry.slug);
      for (const index of new Set([entry.mapIndex, -1])) keys.set(taskRunKey(slug, index), [this.#run.id, slug, index]);
    }
    return [...keys.values()];
  }

  load(rows: readonly TaskRunRow[]): void {
    for (const row of rows) this.#known.set(taskRunKey(row.slug, row.map_index), { row, changed: false, children: row.children === null ? null : JSON.parse(row.children) as StateCounts });
  }

  take(entry: ReportEntry): void {
    if (entry.kind === "log") {
      this.#logs.push(logRow(this.#run, entry.slug === null ? null : this.#ownerOf(entry.slug, entry.mapIndex), entry));
    } else if (entry.kind === "flowState") this.#takeFlowState(entry);
    else this.#takeTaskState(entry);
  }

  /** What is to be written. */
  finish(): { flowStates: StateRow[]; taskStates: StateRow[]; changed: TaskRunRow[]; logs: LogRow[] } {
    this.#run.task_counts = JSON.stringify(this.#counts);
    const changed = [...this.#known.values()].filter((known) => known.changed).map(({ row, children }) => {
      row.children = children === null ? null : JSON.stringify(children);
      return row;
    });
    return { flowStates: this.#flowStates, taskStates: this.#taskStates, changed, logs: this.#logs };
  }

  /** Id of the task run that a record is about. Its first record is written before its first state. */
  #ownerOf(slug: string, mapIndex: number): string | null {
    const key = taskRunKey(storable(slug), mapIndex);
    const known = this.#known.get(key);
    if (known !== undefined || this.#superseded) return known?.row.id ?? null;
    const taskName = slug.replace(/-\d+$/, "");
    return this.#add(key, { slug, mapIndex, taskName, name: mapIndex < 0 ? taskName : `${taskName}[${mapIndex}]` }).row.id;
  }

  #takeFlowState({ sequence, state }: FlowEntry): void {
    const run = this.#run;
    const reason = this.#superseded ? SUPERSEDED
      : isStateKind(run.state, "Finished") ? `the flow run is ${run.state} already`
      : run.state === "Cancelling" && !isStateKind(state.type, "Finished") ? "the flow run is being cancelled"
      : null;
    if (reason !== null) this.refused.push({ sequence, reason, state: stateOf(run) });
    else this.#flowStates.push(enterState(run, state, this.#now));
  }

  #takeTaskState(entry: TaskEntry): void {
    const { sequence, state, mapIndex } = entry;
    const key = taskRunKey(storable(entry.slug), mapIndex);
    const known = this.#known.get(key);
    const reason = this.#superseded ? SUPERSEDED : this.#refusal(known?.row, state);
    if (reason !== null) {
      const has = known?.row.state_data ?? null;
      this.refused.push({ sequence, reason, state: has === null ? stateData("Pending", null, this.#now) : JSON.parse(has) as StateData });
      return;
    }
    const parent = mapIndex < 0 ? undefined : this.#parentOf(entry);
    const { row, ...rest } = known ?? this.#add(key, entry);
    this.#count(row, rest.children, parent, -1);
    this.#enter(row, entry);
    const now = this.#known.get(key)!;
    now.changed = true;
    this.#setMapSize(now, Number(state.type === "Mapped" ? state.nMapStates ?? 0 : 0));
    this.#count(row, now.children, parent, 1);
    if (parent !== undefined) spanChildren(parent, row);
    (this.taskEvents ??= {})[key] = state.type;
  }

  /** What happened counts, also while the run is being cancelled and after its process was given up. */
  #refusal(row: TaskRunRow | undefined, state: StateData): string | null {
    const run = this.#run.state;
    if (isStateKind(run, "Running")) return null;
    if (isStateKind(state.type, "Running")) return `a task runs only while its flow run does, and that is ${run}`;
    if (row !== undefined && isStateKind(row.state, "Finished") && isStateKind(run, "Finished")) return `the task run is ${row.state} already, and the flow run has ended`;
    if (isStateKind(run, "Finished") && !isStateKind(state.type, "Finished")) return `the flow run has ended: it is ${run}`;
    return null;
  }

  #enter(row: TaskRunRow, { state, taskName, name, reason, resultPreview }: TaskEntry): void {
    const has = (kind: StateName) => isStateKind(state.type, kind);
    const at = timeOf(state, this.#now);
    row.task_name = storable(taskName);
    row.name = storable(name);
    row.search_name = searchText(name);
    row.state = state.type;
    row.state_message = storableOrNull(state.message);
    row.state_at = at;
    row.state_data = JSON.stringify(state);
    row.version++;
    if (has("Running")) {
      // An earlier attempt is part of this run; a run that had ended begins again.
      row.start_time = row.end_time === null ? row.start_time ?? at : at;
      row.run_count++;
    }
    row.end_time = has("Finished") ? at : null;
    row.reason = storableOrNull(reason) ?? (has("Finished") ? row.reason : null);
    row.result_preview = storableOrNull(resultPreview);
    this.#taskStates.push([row.id, row.version, at, row.state, row.state_message]);
  }

  #add(key: string, { slug, mapIndex, taskName, name }: Pick<TaskEntry, "slug" | "mapIndex" | "taskName" | "name">): Known {
    const row: TaskRunRow = {
      id: this.#newId(), flow_run_id: this.#run.id, slug: storable(slug), map_index: mapIndex, task_name: storable(taskName), name: storable(name), search_name: searchText(name),
      state: "Pending", state_message: null, state_at: this.#now, state_data: null, version: 0, start_time: null, end_time: null, run_count: 0, reason: null, result_preview: null, children: null, map_size: 0,
    };
    const known: Known = { row, changed: true, children: null };
    this.#known.set(key, known);
    return known;
  }

  /** A child may be told of before its parent is Mapped. */
  #parentOf({ slug, taskName }: TaskEntry): Known {
    const key = taskRunKey(storable(slug), -1);
    const parent = this.#known.get(key) ?? this.#add(key, { slug, mapIndex: -1, taskName, name: taskName });
    if (parent.children === null) {
      this.#count(parent.row, null, undefined, -1);
      parent.children = {};
      // From now on its children are counted, not it.
      this.#run.task_total--;
    }
    parent.changed = true;
    return parent;
  }

  /** Children that are not there yet are expected. */
  #setMapSize(known: Known, size: number): void {
    const { row } = known;
    if (row.map_index < 0 && row.state === "Mapped" && known.children === null) {
      known.children = {};
      this.#run.task_total--;
    }
    if (known.children !== null) this.#grow(row, size);
  }

  #grow(parent: TaskRunRow, size: number): void {
    if (size <= parent.map_size) return;
    this.#run.task_total += size - parent.map_size;
    parent.map_size = size;
  }

  /** Adds a task run's state to the counts, or takes it out; one that is not told of yet is in none. */
  #count(row: TaskRunRow, children: StateCounts | null, parent: Known | undefined, by: 1 | -1): void {
    if (row.version === 0) return;
    if (isCounted({ ...row, children: children === null ? null : "" })) add(this.#counts, row.state, by);
    if (parent === undefined) return;
    add(parent.children!, row.state, by);
    if (by === 1) this.#grow(parent.row, Object.values(parent.children!).reduce((sum, count) => sum + count, 0));
  }
}

/** A mapped task takes from the beginning of its first child to the end of its last one. */
function spanChildren({ row: parent, children }: Known, child: TaskRunRow): void {
  if (child.start_time !== null) parent.start_time = Math.min(parent.start_time ?? child.start_time, child.start_time);
  const finished = Object.entries(children ?? {}).reduce((sum, [state, count]) => sum + (isStateKind(state, "Finished") ? count : 0), 0);
  parent.end_time = finished < parent.map_size ? null : Math.max(parent.end_time ?? 0, child.end_time ?? 0);
}

const SUPERSEDED = "another process has this run now";

function add(counts: StateCounts, state: StateName, by: number): void {
  const count = (counts[state] ?? 0) + by;
  if (count > 0) counts[state] = count;
  else delete counts[state];
}
