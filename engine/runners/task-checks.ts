/** Steps of the task pipeline before the task's function runs. Each takes the state and returns it, or a new one. */
import type { Edge } from "../graph/edge.ts";
import { Signal } from "../signals.ts";
import { Cached, Mapped, Pending, Scheduled, Skipped, State, Success, TriggerFailed } from "../state.ts";
import { describeError } from "./error-text.ts";
import type { TaskRun } from "./task-run.ts";

/** The run ends here with this state. */
export function endRun(run: TaskRun, state: State): State {
  run.ended = true;
  return state;
}

/** Reads what the given state carries over: attempts so far, approval. */
export function initializeRun(run: TaskRun, state: State): State {
  if (state.type === "Retrying") run.runCount = (state as State & { runCount: number }).runCount + 1;
  else run.runCount = typeof state.context?.taskRunCount === "number" ? state.context.taskRunCount : 1;
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
  return everyUpstream(run, (upstream) => upstream.isFinished()) ? state : endRun(run, state);
}

/** A skipped upstream skips the task, where it is not told otherwise. */
export function checkUpstreamSkipped(run: TaskRun, state: State): State {
  if (!run.task.skipOnUpstreamSkip || everyUpstream(run, (upstream) => !upstream.isSkipped())) return state;
  return endRun(run, new Skipped("Upstream task was skipped; if this was not the intended behavior, consider changing `skipOnUpstreamSkip: false` for this task.", null));
}

/** Does it hold for all upstream states? A mapped one counts as its children on an edge that does not map. */
function everyUpstream(run: TaskRun, holds: (state: State) => boolean): boolean {
  for (const [edge, upstream] of run.upstreamStates) {
    if (upstream instanceof Mapped && !edge.mapped ? !upstream.mapStates.every(holds) : !holds(upstream)) return false;
  }
  return true;
}

/** Inputs by name, from the results of the keyed upstreams. */
export function getTaskInputs(run: TaskRun, state: State): State {
  const inputs: Record<string, unknown> = {};
  for (const [edge, upstream] of run.upstreamStates) if (edge.key !== null) inputs[edge.key] = upstream.result;
  run.inputs = inputs;
  run.names = run.upstreamStates.size === 0 ? NO_NAMES : run.task.inputNames();
  return state;
}

const NO_NAMES: readonly string[] = [];

/** The trigger decides from the upstream states. */
export function checkTaskTrigger(run: TaskRun, state: State): State {
  try {
    return run.task.trigger(run.upstreamStates) ? state : endRun(run, new TriggerFailed("Trigger failed"));
  } catch (error) {
    if (error instanceof Signal) return endRun(run, error.state);
    const message = `Unexpected error while checking task trigger: ${describeError(error)}`;
    run.logger.error(message);
    return endRun(run, new TriggerFailed(message, error));
  }
}

/** State of each upstream task by edge; constant inputs are successes. */
export function upstreamStates(run: TaskRun): ReadonlyMap<Edge, State> {
  const { node, flowRun } = run;
  const states = new Map<Edge, State>();
  for (const edge of node.upstream) states.set(edge, flowRun.taskStates.get(edge.upstreamTask) ?? new Pending());
  for (const [key, value] of node.constants) states.set(constantEdge(run, key), new Success(null, value));
  return states;
}

/** Constants are no tasks of the graph; triggers and handlers see them as an edge from nowhere. */
function constantEdge(run: TaskRun, key: string): Edge {
  return { upstreamTask: run.task, downstreamTask: run.task, key, mapped: false, flattened: false, origin: undefined } as Edge;
}
