/** Steps of the task pipeline before the task's function runs. Each takes the state and returns it, or a new one. */
import { withContext } from "../context.ts";
import { describeValue } from "../errors.ts";
import type { Edge } from "../graph/edge.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { formatTemplate } from "../results/template.ts";
import { Signal, TRIGGERFAIL } from "../signals.ts";
import { Cached, Failed, Mapped, Pending, Scheduled, Skipped, State, Success, TriggerFailed } from "../state.ts";
import { allSuccessful, isContextFree, type UpstreamStates } from "../triggers.ts";
import { describeError } from "./error-text.ts";
import { isListLike } from "../task/list-like.ts";
import type { TaskRunName } from "../task/task-options.ts";
import type { FlowRun } from "./flow-run.ts";
import type { TaskRun } from "./task-run.ts";
import { templateValues } from "./template-values.ts";

/** What a run's upstream states are asked by; a planned run has it too. */
export type UpstreamView = Pick<TaskRun, "node" | "upstream" | "mapIndex"> & { readonly flowRun: Pick<FlowRun, "answers"> };

/** The run ends here with this state. */
export function endRun(run: TaskRun, state: State): State {
  run.ended = true;
  return state;
}

/** Reads what the given state carries over: attempts and iterations so far, approval. */
export function initializeRun(run: TaskRun, state: State): State {
  if (state.type === "Retrying") run.runCount = (state as State & { runCount: number }).runCount + 1;
  else run.runCount = typeof state.context?.taskRunCount === "number" ? state.context.taskRunCount : 1;
  const loopCount = state.context?.loopCount;
  run.loopCount = typeof loopCount === "number" ? loopCount : 1;
  run.loopResult = typeof loopCount === "number" ? state.result : undefined;
  run.loopStored = typeof loopCount === "number" ? state.stored : undefined;
  if (state.type === "Resume" || (state.type === "Paused" && hasStarted(state as Scheduled))) run.resume = true;
  return state;
}

/** Running and finished tasks are not run again. */
export function checkTaskIsReady(run: TaskRun, state: State): State {
  return state.isPending() || state instanceof Mapped || state instanceof Cached ? state : endRun(run, state);
}

/** A scheduled task waits for its start time. */
export function checkTaskReachedStartTime(run: TaskRun, state: State): State {
  return state instanceof Scheduled && !hasStarted(state) ? endRun(run, state) : state;
}

function hasStarted(state: Scheduled): boolean {
  return state.startTime !== null && state.startTime.getTime() <= Date.now();
}

/** Upstream tasks must be finished. */
export function checkUpstreamFinished(run: TaskRun, state: State): State {
  return everyUpstream(run, isFinished) ? state : endRun(run, state);
}

/** A skipped upstream skips the task, where it is not told otherwise. */
export function checkUpstreamSkipped(run: TaskRun, state: State): State {
  if (!run.task.skipOnUpstreamSkip || everyUpstream(run, isNotSkipped)) return state;
  return endRun(run, new Skipped("Upstream task was skipped; if this was not the intended behavior, consider changing `skipOnUpstreamSkip: false` for this task.", null));
}

export const isFinished = (state: State): boolean => state.isFinished();
export const isNotSkipped = (state: State): boolean => !state.isSkipped();
export const isSuccessful = (state: State): boolean => state.isSuccessful();

/** Does it hold for all upstream states? A mapped one counts as its children on an edge that does not map. */
export function everyUpstream(run: UpstreamView, holds: (state: State) => boolean): boolean {
  const { upstream, node } = run;
  for (let i = 0; i < upstream.length; i++) {
    const state = upstream[i];
    if (state instanceof Mapped && !node.upstream[i].mapped ? !everyChild(run, state, holds) : !holds(state)) return false;
  }
  return true;
}

/** Every child of a mapped task looks at all the children of one that it gets whole: the answer is the same for all of them. */
function everyChild(run: UpstreamView, state: Mapped, holds: (state: State) => boolean): boolean {
  if (run.mapIndex === null) return state.mapStates.every(holds);
  const { answers } = run.flowRun;
  let known = answers.get(state);
  if (known === undefined) answers.set(state, (known = new Map()));
  let answer = known.get(holds);
  if (answer === undefined) known.set(holds, (answer = state.mapStates.every(holds)));
  return answer;
}

/** Inputs by name, from the results of the keyed upstreams. */
export function getTaskInputs(run: TaskRun, state: State): State {
  const { node, upstream } = run;
  if (upstream.length > 0 || node.constants.length > 0) {
    run.inputs = inputsOf(node, upstream);
    run.names = run.task.inputNames();
  }
  if (run.task.taskRunName !== null) run.taskRunName = taskRunName(run, run.task.taskRunName);
  return state;
}

/** @param upstream states at the other ends of the node's edges */
export function inputsOf(node: GraphNode, upstream: readonly State[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (let i = 0; i < upstream.length; i++) {
    const { key } = node.upstream[i];
    if (key !== null) inputs[key] = upstream[i].result;
  }
  for (let i = 0; i < node.constants.length; i++) inputs[node.constants[i].key] = node.constants[i].value;
  return inputs;
}

/** A name that the template does not know stays as it is written: it is a label, and no reason to fail. */
function taskRunName(run: TaskRun, template: TaskRunName): string {
  const values = templateValues(run);
  return typeof template === "function" ? template(values) : formatTemplate(template, values, (place) => place);
}

/** The trigger decides from the upstream states. */
export function checkTaskTrigger(run: TaskRun, state: State): State {
  try {
    const { trigger } = run.task;
    if (trigger === allSuccessful && everyUpstream(run, isSuccessful)) return state;
    const states = upstreamStates(run);
    const passes = isContextFree(trigger) ? trigger(states) : withContext(run.context, () => trigger(states));
    if (typeof passes === "object") throw new TypeError(`The trigger ${trigger.name} must return true or false, and returned ${describeValue(passes)}.`);
    return passes ? state : endRun(run, new TRIGGERFAIL("Trigger failed").state);
  } catch (error) {
    if (error instanceof Signal) return endRun(run, error.state);
    if (run.flowRun.raises) throw error;
    const message = `Unexpected error while checking task trigger: ${describeError(error)}`;
    run.logger.error(message);
    return endRun(run, new TriggerFailed(message, error));
  }
}

/** What triggers see: the state of each upstream task by edge; constant inputs are successes. */
export function upstreamStates(run: Pick<TaskRun, "task" | "node" | "upstream">): UpstreamStates {
  const { node, upstream } = run;
  const states = new Map<Edge, State>();
  for (let i = 0; i < upstream.length; i++) states.set(node.upstream[i], upstream[i]);
  for (const { key, value } of node.constants) states.set(constantEdge(run, key), new Success(null, value));
  return states;
}

/**
 * Looks up the upstream states. A mapped child sees its own element of what is mapped over: the child of that index of a mapped
 * upstream, or the element of a plain result.
 */
export function readUpstream(run: TaskRun): void {
  const { node, flowRun, mapIndex } = run;
  if (node.upstream.length === 0) return;
  const states = new Array<State>(node.upstream.length);
  for (let i = 0; i < states.length; i++) {
    const edge = node.upstream[i];
    const state = flowRun.taskStates.get(edge.upstreamTask) ?? new Pending();
    const whole = edge.flattened ? flowRun.flattened(edge, state) : state;
    states[i] = mapIndex === null || !edge.mapped ? whole : elementState(whole, mapIndex);
  }
  run.upstream = states;
}

export function elementState(state: State, index: number): State {
  // Children of an earlier run may be more than there are elements now.
  if (state instanceof Mapped) return state.mapStates[index] ?? new Failed(`The mapped upstream task has no child ${index}.`);
  const elements = elementsOf(state);
  const element = elements === null ? null : elements[index];
  if (state.type === "Success") return new Success(state.message, element);
  return Object.assign(Object.create(Object.getPrototypeOf(state) as object) as State, state, { result: element });
}

/**
 * Ends the run of a mapped parent: as Mapped with its children still to come, as many as the shortest input has elements; or
 * as Failed where there is nothing to map over. Runs before the trigger: children apply their own.
 */
export function checkTaskReadyToMap(run: TaskRun, state: State): State {
  if (!run.isMappedParent) return state;
  if (state instanceof Mapped) return endRun(run, state);
  let width = Infinity, successes = 0, unmappable = false;
  for (let i = 0; i < run.upstream.length; i++) {
    const upstream = run.upstream[i];
    if (!run.node.upstream[i].mapped) continue;
    if (upstream.isSuccessful()) successes++;
    const elements = upstream instanceof Mapped ? upstream.mapStates : elementsOf(upstream);
    if (elements !== null) width = Math.min(width, elements.length);
    else if (upstream.isSuccessful()) {
      unmappable = true;
      run.logger.error(`Task '${run.task.name}' can not be mapped over the result of '${run.node.upstream[i].upstreamTask.name}', ${describeValue(upstream.result)}. Give a list, e.g. [...values], or mark the input: unmapped(value).`);
    }
  }
  if (successes === 0) return endRun(run, new Failed("No upstream states can be mapped over."));
  if (unmappable) return endRun(run, new Failed("At least one upstream state has an unmappable result."));
  run.flowRun.expect(width);
  // A state that was given, e.g. Retrying, is what each child starts from.
  const start = state.type === "Pending" ? UNBEGUN : state;
  return endRun(run, new Mapped("Ready to proceed with mapping.", [], { mapStates: Array.from({ length: width }, () => start) }));
}

const UNBEGUN = new Pending();

/** Characters of texts that are mapped over: an index would cut some of them in two. */
const characters = new WeakMap<State, readonly string[]>();

/** What a state's result can be mapped over; null where it is no list. */
export function elementsOf(state: State): ArrayLike<unknown> | null {
  const { result } = state;
  if (typeof result !== "string") return isListLike(result) ? result : null;
  let list = characters.get(state);
  if (list === undefined) characters.set(state, (list = [...result]));
  return list;
}

/** Constants are no tasks of the graph; triggers and handlers see them as an edge from nowhere. */
function constantEdge(run: Pick<TaskRun, "task">, key: string): Edge {
  return { upstreamTask: run.task, downstreamTask: run.task, key, mapped: false, flattened: false, origin: undefined } as Edge;
}
