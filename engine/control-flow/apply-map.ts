/** Maps a whole piece of flow (prefect.apply_map). */
import { FlowletError, describeValue } from "../errors.ts";
import { withActiveFlow } from "../graph/active-flow.ts";
import { asTask, holdsTask } from "../graph/as-task.ts";
import { FlowGraph } from "../graph/flow-graph.ts";
import { whenDone } from "../graph/when-done.ts";
import { Constant } from "../task/constant.ts";
import { EdgeAnnotation, isMappable } from "../task/edge-annotations.ts";
import { Parameter } from "../task/parameter.ts";
import { isTask, type Task } from "../task/task.ts";
import { activeGraph } from "./active-graph.ts";

/** The piece, on its own: blocks that are open around it do not count in it. */
class MappedPiece extends FlowGraph {
  readonly #flow: FlowGraph;

  constructor(flow: FlowGraph) {
    super("mapped piece");
    this.#flow = flow;
  }

  override taskCreated(task: Task): void { this.#flow.taskCreated(task); }
  override taskUsed(task: Task): void { this.#flow.taskUsed(task); }
  protected override get insideMap(): boolean { return true; }
}

/** One input of the piece. */
interface MappedInput {
  readonly task: Task;
  readonly mapped: boolean;
  readonly flattened: boolean;
}

/**
 * Calls `build` once, with a task for each input, and maps all tasks that it adds over the inputs: what the piece does is done
 * for each element, branches and merges included. Inputs marked `unmapped` are given whole to each.
 * @param build adds tasks by calling them, may be async; it may not map any itself
 * @param inputs lists, tasks, or inputs marked `unmapped` or `flatten`
 * @returns what `build` returns
 * @throws FlowletError NO_ACTIVE_FLOW, NOT_MAPPABLE, MAP_INSIDE_MAP
 */
export function applyMap<T>(build: (...inputs: any[]) => T, ...inputs: readonly unknown[]): T {
  const flow = activeGraph("applyMap");
  for (const input of inputs) {
    if (!isTask(input) && !isMappable(input)) throw new FlowletError("NOT_MAPPABLE", { got: describeValue(input) });
  }
  const piece = new MappedPiece(flow);
  const given = inputs.map((input) => mappedInput(input, piece));
  for (const { task } of given) if (!(task instanceof Constant)) flow.addTask(task);
  const result = withActiveFlow(piece, () => build(...given.map(({ task }) => task)));
  return whenDone(result, () => addPiece(flow, piece, given));
}

function addPiece(flow: FlowGraph, piece: FlowGraph, given: readonly MappedInput[]): void {
  const inputTasks = new Set(given.map(({ task }) => task));
  // A parameter has one value for all elements, and nothing before it.
  const added = new Set([...piece.tasks].filter((task) => !flow.has(task) && !inputTasks.has(task) && !(task instanceof Parameter)));
  for (const task of piece.tasks) flow.addTask(task);
  joinEdges(flow, piece, given);
  for (const task of added) {
    const upstream = flow.upstreamTasks(task);
    if (!upstream.isDisjointFrom(added)) continue;
    // Whatever the piece begins with depends on all inputs: they decide how often it is done, and whether.
    for (const input of given) {
      if (!upstream.has(input.task) && (input.mapped || !(input.task instanceof Constant))) flow.addEdge(input.task, task, { mapped: input.mapped, flattened: input.flattened });
    }
  }
}

function mappedInput(input: unknown, piece: FlowGraph): MappedInput {
  const marks = input instanceof EdgeAnnotation ? input : undefined;
  const value = marks === undefined ? input : marks.value;
  const task = holdsTask(value) ? asTask(value, piece) : new Constant(value);
  if (!(task instanceof Constant)) piece.addTask(task);
  return { task, mapped: marks?.mapped !== false, flattened: marks?.flattened ?? false };
}

/** Edges of the piece become mapped; so do constants that are inputs. */
function joinEdges(flow: FlowGraph, piece: FlowGraph, given: readonly MappedInput[]): void {
  const byTask = new Map(given.map((input) => [input.task, input]));
  const byValue = new Map(given.flatMap((input) => (input.mapped && input.task instanceof Constant ? [[input.task.value as unknown, input] as const] : [])));
  for (const { upstreamTask, downstreamTask, key } of piece.edges) {
    const input = byTask.get(upstreamTask);
    flow.addEdge(upstreamTask, downstreamTask, { key, mapped: input?.mapped ?? !(upstreamTask instanceof Parameter), flattened: input?.flattened ?? false });
  }
  for (const [task, constants] of piece.constants) {
    for (const key of Object.keys(constants)) {
      const input = byValue.get(constants[key]);
      if (input === undefined) flow.setDependencies(task, { keywordTasks: { [key]: constants[key] } });
      else flow.addEdge(input.task, task, { key, mapped: true, flattened: input.flattened });
    }
  }
}
