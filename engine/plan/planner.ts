/**
 * A run that is only thought through: goes over the tasks in their order, makes keys as a run does and looks up what is kept. What is
 * kept is known, so the next keys can be made from it; what would run is not, and what follows that is told so.
 */
import { lookUpKept } from "../cache/kept-lookup.ts";
import { keptReason } from "../cache/kept-message.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import { makeKey, settled } from "../cache/make-key.ts";
import type { KeyMaker } from "../cache/task-key.ts";
import type { Edge } from "../graph/edge.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { reason } from "../results/reason.ts";
import type { FlowRun } from "../runners/flow-run.ts";
import { refusedByValidator } from "../runners/session-caching.ts";
import { NOT_KEPT, SECRET } from "../runners/task-caching.ts";
import { everyUpstream, isFinished, isNotSkipped, isSuccessful, upstreamStates } from "../runners/task-checks.ts";
import { Signal } from "../signals.ts";
import { Mapped, Skipped, Success, TriggerFailed, type State } from "../state.ts";
import { Constant } from "../task/constant.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import { allSuccessful, isContextFree, manualOnly } from "../triggers.ts";
import { knownState } from "./known-value.ts";
import { planChildren, type PlannedChildren } from "./plan-children.ts";
import { NO_VALUE, RUNS, itIs, itRuns, type PlannedOutcome } from "./planned-outcome.ts";
import { PlannedTaskRun } from "./planned-task-run.ts";
import { plannedTarget } from "./planned-target.ts";
import type { TaskPlan } from "./task-plan.ts";

/** What a plan found out. */
export interface PlannedTasks {
  readonly plans: TaskPlan[];
  /** With which each task ends, as far as that is known, in the order of the plans. */
  readonly states: readonly State[];
}

/**
 * Plans each task of a run that is never begun; the run's keys then hold what is known.
 * @param run with a KeyMaker that remembers nothing
 * @param latest states that the tasks had last
 */
export function planTasks(run: FlowRun, latest: ReadonlyMap<Task, State>): PlannedTasks {
  const keys = run.keys as KeyMaker;
  const order = run.graph.sortedNodes();
  const plans = new Array<TaskPlan>(order.length), states = new Array<State>(order.length);
  for (let i = 0; i < order.length; i++) {
    const outcome = planNode(run, order[i], keys, states, latest);
    states[i] = outcome.state;
    plans[i] = taskPlan(order[i], outcome, keys);
  }
  return { plans, states };
}

function taskPlan(node: GraphNode, outcome: PlannedOutcome | PlannedChildren, keys: KeyMaker): TaskPlan {
  const { task, slug } = node;
  const { verdict, reason, kept } = outcome;
  if (!("children" in outcome)) {
    if (kept !== null) return { task, slug, name: task.name, verdict, reason, keptAt: new Date(kept.at), expected: kept.duration, saves: kept.duration };
    return { task, slug, name: task.name, verdict, reason, keptAt: null, expected: keys.record(node)?.duration ?? null, saves: null };
  }
  const { children, keptAt, saves } = outcome;
  const runs = children.stale + children.unknown, duration = keys.record(node)?.duration;
  return {
    task, slug, name: task.name, verdict, reason, keptAt: keptAt === null ? null : new Date(keptAt),
    expected: runs === 0 ? 0 : duration === undefined ? null : duration * runs, saves: keptAt === null ? null : saves, children,
  };
}

function planNode(flowRun: FlowRun, node: GraphNode, keys: KeyMaker, states: readonly State[], latest: ReadonlyMap<Task, State>): PlannedOutcome | PlannedChildren {
  const { task } = node;
  const { selected, forced, taskStates } = flowRun.options;
  if (selected !== undefined && !selected.has(task)) {
    const given = taskStates?.get(task);
    return itIs(given ?? RUNS, given?.reason?.startsWith("frozen") === true ? given.reason : "it is not asked for");
  }
  if (task instanceof Constant && node.upstream.length > 0) return itIs(new Success(null, task.value), "it is a constant");
  const isForced = forced?.has(task) ?? false;
  const run = new PlannedTaskRun(flowRun, node, states, null, isForced);
  if (!isMapped(node)) return planOne(run, keys, latest);
  return blocked(run) ?? planChildren(run, (index) => planOne(new PlannedTaskRun(flowRun, node, states, index, isForced), keys, latest));
}

function isMapped({ upstream }: GraphNode): boolean {
  for (let i = 0; i < upstream.length; i++) if (upstream[i].mapped) return true;
  return false;
}

/** A task, or a child of one. */
function planOne(run: PlannedTaskRun, keys: KeyMaker, latest: ReadonlyMap<Task, State>): PlannedOutcome {
  const { task } = run;
  const stops = blocked(run);
  if (stops !== null) return stops;
  const decided = plannedTarget(run, latest, keys.history.endedAt) ?? askTrigger(run);
  if (decided !== null) return decided;
  const { cache, hidesResult } = task;
  if (cache === false || hidesResult) return itRuns(hidesResult ? SECRET : NOT_KEPT);
  if (task instanceof Parameter && task.required && !Object.hasOwn(run.flowRun.parameters, task.name)) {
    return { verdict: "unknown", reason: `parameter \`${task.name}\` has no value`, state: NO_VALUE, kept: null };
  }
  const made = makeKey(run, run.flowRun.parameters, keys);
  if (made.key === null) return made.reason.startsWith(UNKNOWN) ? itRuns(made.reason.slice(UNKNOWN.length), "unknown") : itRuns(made.reason);
  const why = run.forced ? "asked for" : run.flowRun.checkpointing && task.target !== null ? "there is no result at its target" : null;
  const kept = why ?? lookUpKept(keys.cache, made, cache, run.mapIndex !== null, keys.now);
  const runs = typeof kept === "string" ? kept : askValidator(run, kept);
  if (typeof kept === "string" || runs !== null) {
    const state = knownState(run, keys, made.key);
    if (state === null) return itRuns(runs as string);
    return state.isSuccessful() && !state.isSkipped() ? { verdict: "stale", reason: runs as string, state, kept: null } : itIs(state, `it ends ${state.type}: ${state.message}`);
  }
  settled(run, keys, kept);
  return { verdict: kept.outside.length > 0 ? "outside" : "fresh", reason: `${keptReason(kept)}${asksUser(task) ? ", if its trigger lets it run" : ""}`, state: new Success(null, kept.value), kept };
}

/** What begins the reason where a key can not be made. */
const UNKNOWN = "unknown: ";

/** Its trigger is code of the user, which a plan does not run. */
const asksUser = ({ trigger }: Task): boolean => trigger !== allSuccessful && !isContextFree(trigger);

/** What a task does not run for, or runs whatever it is: upstream tasks that are skipped, or that run. Null: all of them are known. */
function blocked(run: PlannedTaskRun): PlannedOutcome | null {
  const { task, node, upstream } = run;
  if (upstream.length === 0) return null;
  const isChild = run.mapIndex !== null;
  if (task.skipOnUpstreamSkip && !everyUpstream(run, isNotSkipped)) {
    const skipped = node.upstream.find((edge, index) => edgeStates(edge, upstream[index], isChild).some((state) => state.isSkipped()));
    return itIs(new Skipped("Upstream task was skipped.", null), `skipped: follows \`${skipped?.upstreamTask.name}\`, which is skipped`);
  }
  if (everyUpstream(run, isFinished) && (isChild || !node.upstream.some((edge, index) => edge.flattened && !edgeStates(edge, upstream[index], isChild).every(isFinished)))) return null;
  let first: { readonly name: string; readonly state: State } | null = null, byValue = true;
  for (let i = 0; i < upstream.length; i++) {
    const edge = node.upstream[i];
    const state = edgeStates(edge, upstream[i], isChild).find((one) => !one.isFinished());
    if (state === undefined) continue;
    byValue &&= edge.key !== null;
    // What is known least goes first.
    if (first === null || (first.state === RUNS && state === NO_VALUE)) first = { name: edge.upstreamTask.name, state };
  }
  const { name, state } = first as { readonly name: string; readonly state: State };
  const follows = `follows \`${name}\`, ${state.message}`;
  if (state === NO_VALUE) return { verdict: "unknown", reason: follows, state: NO_VALUE, kept: null };
  return itRuns(byValue ? `${follows} (unless its result is equal)` : follows);
}

/** What all children get whole has been looked at for their parent. */
function edgeStates({ mapped, flattened }: Edge<Task>, state: State, isChild: boolean): readonly State[] {
  return state instanceof Mapped && !isChild && (!mapped || flattened) ? state.mapStates : [state];
}

/** Asks the engine's own triggers. @returns what becomes of the task where its trigger does not let it run; null where it does */
function askTrigger(run: PlannedTaskRun): PlannedOutcome | null {
  const { trigger } = run.task;
  if (trigger === allSuccessful && everyUpstream(run, isSuccessful)) return null;
  if (trigger === manualOnly) return itRuns("it waits for approval");
  if (!isContextFree(trigger)) return null;
  try {
    return trigger(upstreamStates(run)) ? null : itIs(new TriggerFailed("Trigger failed"), `does not run: its trigger ${trigger.name} fails`);
  } catch (error) {
    if (!(error instanceof Signal)) return itRuns(`its trigger fails: ${reason(error)}`);
    return itIs(error.state, `does not run: ${error.state.message}`);
  }
}

/** A validator is code of the user, but made to be asked. */
function askValidator(run: PlannedTaskRun, kept: KeptResult): string | null {
  try {
    return refusedByValidator(run, kept);
  } catch (error) {
    return `its cache validator fails: ${reason(error)}`;
  }
}
