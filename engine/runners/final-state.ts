/** The flow's state from the states of its reference tasks (prefect.engine.flow_runner, determine_final_state). */
import { Failed, Mapped, Success, type State } from "../state.ts";
import { TaskStates } from "./task-states.ts";
import type { FlowRun } from "./flow-run.ts";
import type { Task } from "../task/task.ts";
import { returnedState } from "./returned-state.ts";

/** The reference tasks; where only some tasks run, also those of them that nothing else follows, and none that has never run. */
function deciding({ graph, selected, taskStates }: FlowRun): Iterable<Task> {
  const reference = graph.referenceTasks();
  if (selected === undefined) return reference;
  const found = [...reference].filter((task) => selected.has(task) || taskStates.get(task)?.isFinished() === true);
  for (const task of selected) if (!reference.has(task) && task.referenceRole === "default" && graph.node(task).downstream.every((edge) => !selected.has(edge.downstreamTask))) found.push(task);
  return found;
}

/**
 * Running while a terminal task is unfinished; else decided by the reference tasks, mapped ones through their children.
 * @throws what the terminalStateHandler throws, and TypeError when it returns no state
 */
export async function determineFinalState(run: FlowRun): Promise<State> {
  const { graph, taskStates, logger } = run;
  const result = new TaskStates(taskStates);
  const reference: State[] = [];
  for (const task of deciding(run)) {
    const state = taskStates.get(task);
    if (state instanceof Mapped) for (const child of state.mapStates) reference.push(child);
    else if (state !== undefined) reference.push(state);
  }
  let state = run.state;
  if (!run.finished) {
    logger.info("Flow run RUNNING: terminal tasks are incomplete.");
    state.result = result;
  } else if (reference.some((one) => one.isFailed())) {
    logger.info("Flow run FAILED: some reference tasks failed.");
    state = new Failed("Some reference tasks failed.", result);
  } else if (reference.every((one) => one.isSuccessful())) {
    logger.info("Flow run SUCCESS: all reference tasks succeeded");
    state = new Success("All reference tasks succeeded.", result);
  } else {
    logger.info("Flow run SUCCESS: no reference tasks failed");
    state = new Success("No reference tasks failed.", result);
  }
  const { terminalStateHandler } = run.options;
  if (terminalStateHandler === undefined) return state;
  return returnedState(await terminalStateHandler(graph, state, reference), terminalStateHandler) ?? state;
}
