/** A task run that is never begun, or that of a mapped child: what of it a plan looks at. */
import type { GraphNode } from "../graph/graph-node.ts";
import type { FlowRun } from "../runners/flow-run.ts";
import { elementState, inputsOf } from "../runners/task-checks.ts";
import { TaskRun } from "../runners/task-run.ts";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";
import { RUNS } from "./planned-outcome.ts";

const NO_STATES: readonly State[] = [];
const NO_NAMES: readonly string[] = [];

/** There are as many as tasks and children, so it holds little. */
export class PlannedTaskRun {
  readonly flowRun: FlowRun;
  readonly node: GraphNode;
  readonly task: Task;
  readonly mapIndex: number | null;
  readonly forced: boolean;
  readonly upstream: readonly State[];
  readonly names: readonly string[];

  /** @param states of the tasks before it, by their places in the flow's order */
  constructor(flowRun: FlowRun, node: GraphNode, states: readonly State[], mapIndex: number | null, forced: boolean) {
    this.flowRun = flowRun;
    this.node = node;
    this.task = node.task;
    this.mapIndex = mapIndex;
    this.forced = forced;
    this.upstream = node.upstream.length === 0 ? NO_STATES : upstreamStates(flowRun, node, states, mapIndex);
    this.names = node.upstream.length === 0 && node.constants.length === 0 ? NO_NAMES : node.task.inputNames();
  }

  /** Made anew each time: few are asked for them. */
  get inputs(): Readonly<Record<string, unknown>> { return inputsOf(this.node, this.upstream); }

  /** A run with a context, for what needs one. */
  withContext(): TaskRun {
    const run = new TaskRun(this.flowRun, this.node, RUNS, this.mapIndex, false, this.forced);
    run.upstream = this.upstream;
    run.inputs = this.inputs;
    run.names = this.names;
    return run;
  }
}

function upstreamStates(flowRun: FlowRun, node: GraphNode, states: readonly State[], mapIndex: number | null): State[] {
  const found = new Array<State>(node.upstream.length);
  for (let i = 0; i < found.length; i++) {
    const edge = node.upstream[i];
    const state = states[node.from[i].position];
    const whole = edge.flattened ? flowRun.flattened(edge, state) : state;
    found[i] = mapIndex === null || !edge.mapped ? whole : elementState(whole, mapIndex);
  }
  return found;
}
