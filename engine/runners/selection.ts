/** Which tasks of a flow run, which of them even where a result is kept, and what the others' results are. */
import { keptMessage } from "../cache/kept-message.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import type { KeyMaker, KnownResult } from "../cache/task-key.ts";
import { FlowletError, listNames } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { Cached, Mapped, Pending, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import { checkSelection, chosenTasks, type SelectionOptions } from "./selection-options.ts";

/** What a flow run does with each task. */
export interface Selection {
  /** Only these run; absent: all. */
  readonly selected?: ReadonlySet<Task>;
  /** These run even where a result is kept. */
  readonly forced?: ReadonlySet<Task>;
  /** States of the others, and states that some begin with. */
  readonly taskStates?: ReadonlyMap<Task, State>;
  /** What the others' results are known by, for those that follow them without their value. */
  readonly known?: ReadonlyMap<Task, KnownResult>;
  readonly knownChildren?: ReadonlyMap<Task, (string | null)[]>;
}

/** What is known of tasks that are not to run, without running them. */
export interface KnownResults {
  /** State with which it would end, where that is known. */
  state(task: Task): State | undefined;
  /** Why it would run; null: it would not. */
  reason(task: Task): string | null;
  /** Its last kept result, whatever has changed since. */
  lastKept(task: Task): KeptResult | undefined;
  readonly keys: KeyMaker;
}

/**
 * @param parameters that the run is given
 * @param latest states that the flow's tasks had last
 * @param plan what a plan knows; null where nothing is kept
 * @throws FlowletError TASK_NOT_IN_FLOW, CONTRADICTORY_SELECTION, UNKNOWN_TASKS_TO_RUN when a result that is needed is not there
 */
export function selectTasks(graph: FlowGraph, options: SelectionOptions, parameters: Readonly<Record<string, unknown>>, latest: ReadonlyMap<Task, State>, plan: () => KnownResults | null): Selection {
  const { only, upTo, from, failed, refresh, freeze } = options;
  if (only === undefined && upTo === undefined && from === undefined && failed !== true && freeze === undefined) {
    return refresh === undefined ? {} : { forced: refresh === true ? graph.tasks : chosenTasks(graph, refresh) };
  }
  const frozen = freeze === undefined ? NONE : chosenTasks(graph, freeze);
  const begun = failed === true ? failedTasks(graph, latest) : null;
  const chosen = only !== undefined ? chosenTasks(graph, only) : from !== undefined ? graph.downstreamOf(chosenTasks(graph, from)) : begun !== null ? graph.downstreamOf(begun) : graph.tasks;
  const needed = upTo === undefined ? null : graph.upstreamOf(chosenTasks(graph, upTo));
  const selected = new Set<Task>();
  for (const task of chosen) if ((needed === null || needed.has(task)) && !frozen.has(task)) selected.add(task);
  const refreshed = refresh === undefined || refresh === true ? NONE : chosenTasks(graph, refresh);
  checkSelection(graph, options, selected, refreshed, frozen);
  const forced = only !== undefined || from !== undefined || refresh === true ? new Set(selected) : new Set(refreshed);
  for (const task of selected) {
    for (const { upstreamTask: upstream } of graph.node(task).upstream) if (!frozen.has(upstream) && isReadAnew(upstream, parameters, latest)) selected.add(upstream);
  }
  return { selected, forced, ...new GivenStates(graph, selected, frozen, latest, plan).collect(begun) };
}

const NONE: ReadonlySet<Task> = new Set();

/** Secrets are not kept: what needs one reads it anew. Parameters may be given another value. */
function isReadAnew(task: Task, parameters: Readonly<Record<string, unknown>>, latest: ReadonlyMap<Task, State>): boolean {
  if (!(task instanceof Parameter)) return task.hidesResult;
  const state = latest.get(task);
  return state?.isSuccessful() !== true || (Object.hasOwn(parameters, task.name) && !Object.is(parameters[task.name], state.result));
}

/** Tasks that have failed, or were not finished, the last time. */
function failedTasks(graph: FlowGraph, latest: ReadonlyMap<Task, State>): Set<Task> {
  const found = new Set<Task>();
  for (const task of graph.tasks) if (!isDone(latest.get(task))) found.add(task);
  return found;
}

function isDone(state: State | undefined): boolean {
  return state instanceof Mapped ? state.mapStates.every(isDone) : state?.isSuccessful() === true;
}

/** Finds the states of the tasks that do not run. */
class GivenStates {
  readonly #graph: FlowGraph;
  readonly #selected: ReadonlySet<Task>;
  readonly #frozen: ReadonlySet<Task>;
  readonly #latest: ReadonlyMap<Task, State>;
  readonly #makePlan: () => KnownResults | null;
  #plan: KnownResults | null | undefined = undefined;
  readonly #states = new Map<Task, State>();
  readonly #known = new Map<Task, KnownResult>();
  readonly #knownChildren = new Map<Task, (string | null)[]>();

  constructor(graph: FlowGraph, selected: ReadonlySet<Task>, frozen: ReadonlySet<Task>, latest: ReadonlyMap<Task, State>, plan: () => KnownResults | null) {
    this.#graph = graph;
    this.#selected = selected;
    this.#frozen = frozen;
    this.#latest = latest;
    this.#makePlan = plan;
  }

  /** Made only where it is needed: it reads the code of all tasks. */
  get #planned(): KnownResults | null {
    if (this.#plan === undefined) this.#plan = this.#makePlan();
    return this.#plan;
  }

  /** @param begun tasks whose finished children are not run again; null: there are none */
  collect(begun: ReadonlySet<Task> | null): Omit<Selection, "selected" | "forced"> {
    const missing = new Set<Task>();
    for (const task of this.#frozen) this.#take(task, this.#frozenState(task), missing);
    for (const task of this.#selected) {
      for (const { upstreamTask: upstream } of this.#graph.node(task).upstream) {
        if (!this.#selected.has(upstream) && !this.#states.has(upstream)) this.#take(upstream, this.#upstreamState(upstream), missing);
      }
    }
    if (missing.size > 0) {
      const names = [...this.#selected].map((task) => this.#graph.node(task).slug);
      throw new FlowletError("UNKNOWN_TASKS_TO_RUN", { names: listNames(names), flow: this.#graph.name, why: this.#whyMissing([...missing]) });
    }
    // What nobody needs stays as it was.
    for (const task of this.#graph.tasks) {
      const state = this.#latest.get(task);
      if (state === undefined || this.#states.has(task)) continue;
      if (!this.#selected.has(task)) this.#states.set(task, state);
      else if (begun?.has(task) === true && state instanceof Mapped && this.#hasSameElements(task)) this.#states.set(task, onlyUnfinished(state));
    }
    return { taskStates: this.#states, known: this.#known, knownChildren: this.#knownChildren };
  }

  #take(task: Task, state: State | undefined, missing: Set<Task>): void {
    if (state !== undefined) this.#states.set(task, state);
    else missing.add(task);
  }

  /** "there is no result of clean-1 and load-1 yet (load-1: its code changed)" */
  #whyMissing(tasks: readonly Task[]): string {
    const slug = (task: Task) => this.#graph.node(task).slug;
    const reasons = tasks.flatMap((task) => {
      const reason = this.#planned?.reason(task) ?? null;
      return reason === null || reason === "never run" ? [] : [`${slug(task)}: ${reason}`];
    });
    return `there is no result of ${listNames(tasks.map(slug))} yet${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}`;
  }

  /** What is kept and fresh, else what the last run gave. */
  #upstreamState(task: Task): State | undefined {
    const fresh = this.#freshState(task);
    const latest = this.#latest.get(task);
    if (fresh !== undefined) return latest?.isSuccessful() === true && latest.result === fresh.result ? latest : fresh;
    if (latest?.isFinished() !== true) return undefined;
    const kept = this.#planned?.lastKept(task);
    if (kept !== undefined && kept.value === latest.result) this.#known.set(task, kept);
    return latest;
  }

  #freshState(task: Task): State | undefined {
    const plan = this.#planned;
    const state = plan?.state(task);
    if (plan === null || state === undefined) return undefined;
    if (plan.reason(task) !== null) return undefined;
    const known = plan.keys.kept.get(task);
    const children = plan.keys.keptChildren.get(task);
    if (known !== undefined) this.#known.set(task, known);
    if (children !== undefined) this.#knownChildren.set(task, children);
    return known !== undefined && "at" in known ? keptState(known as KeptResult, "kept") : state;
  }

  #frozenState(task: Task): State | undefined {
    const fresh = this.#freshState(task);
    if (fresh !== undefined) return Object.assign(fresh, { reason: "frozen" });
    const reason = this.#planned?.reason(task) ?? null;
    const marked = reason === null ? "frozen" : `frozen: ${reason}`;
    const kept = this.#planned?.lastKept(task);
    const latest = this.#latest.get(task);
    const isLatest = latest?.isSuccessful() === true;
    if (kept !== undefined && (!isLatest || kept.value === latest.result)) this.#known.set(task, kept);
    if (isLatest) return withReason(latest, marked);
    return kept === undefined ? undefined : keptState(kept, marked);
  }

  /** Nothing that it maps over is made anew as a whole. */
  #hasSameElements(task: Task): boolean {
    return this.#graph.node(task).upstream.every(({ upstreamTask, mapped, flattened }) => !mapped || !this.#selected.has(upstreamTask) || (!flattened && this.#latest.get(upstreamTask) instanceof Mapped));
  }
}

function keptState(kept: KeptResult, reason: string): State {
  return Object.assign(new Cached(keptMessage(kept), kept.value), { reason });
}

/** The state is somebody else's: a copy is marked. */
function withReason(state: State, reason: string): State {
  return Object.assign(Object.create(Object.getPrototypeOf(state) as object) as State, state, { reason });
}

/** Children that are done stay so, the others begin anew. */
function onlyUnfinished(state: Mapped): Mapped {
  return new Mapped(state.message, [], { mapStates: state.mapStates.map((child) => (isDone(child) ? child : new Pending())) });
}
