/** Walks over a flow's graph, as many as it takes until its terminal tasks are finished (prefect.core.flow, Flow._run). */
import { Mapped, Paused, Resume, Scheduled, type State } from "../state.ts";
import type { Task } from "../task/task.ts";
import type { Approve } from "./approval.ts";
import type { FlowRun } from "./flow-run.ts";
import { sleepUntil } from "./sleep-until.ts";
import { Walk } from "./walk.ts";

/** Between two questions about a task that may not go on yet (milliseconds). */
const ASK_AGAIN = 100;

/**
 * One walk does it, with its retries, except where a task is paused, or where tasks begin anew in every pass: then a pass ends
 * when nothing is left but to wait.
 */
export async function walkPasses(run: FlowRun): Promise<void> {
  const { wait = true, approve } = run.options;
  const inPasses = needsPasses(run);
  for (let pass = 1; ; pass++) {
    await Promise.race([new Walk(run, { pass, retries: wait, endsAtRest: inPasses }).done, run.ended]);
    if (run.closed || !wait || run.finished) return;
    const ended = new AbortController();
    void run.ended.then(() => ended.abort());
    const asked = approve === undefined ? 0 : await askAboutPaused(run, approve, ended.signal);
    const start = earliestStart(run);
    if (start === null && asked === 0) return;
    if (start !== null && start > Date.now()) run.logger.info(`Waiting for next available Task run at ${new Date(start).toISOString()}`);
    await sleepUntil(new Date(start ?? Date.now() + ASK_AGAIN), ended.signal);
    if (run.closed) return;
    run.open.clear();
  }
}

function needsPasses({ graph, keys }: FlowRun): boolean {
  return graph.sortedNodes().some(({ task }) => task.runsInEveryPass || (task.cacheFor !== null && keys === null));
}

/** Asks about each paused task and child in turn; those that may go on become Resume. @returns how many were asked about */
async function askAboutPaused(run: FlowRun, approve: Approve, ended: AbortSignal): Promise<number> {
  let asked = 0;
  const ask = async (task: Task, state: State, mapIndex: number | null): Promise<State> => {
    if (!(state instanceof Paused) || run.closed) return state;
    asked++;
    const approved = await approve(task, state, mapIndex, ended);
    return approved ? new Resume("Approval given to resume.") : state;
  };
  for (const [task, state] of run.taskStates) {
    if (state instanceof Mapped) {
      for (const [index, child] of state.mapStates.entries()) if (child instanceof Paused) state.mapStates[index] = await ask(task, child, index);
    } else if (state instanceof Paused) run.taskStates.set(task, await ask(task, state, null));
  }
  return asked;
}

/** When the first of the tasks and children that wait for their time may begin (milliseconds since 1970); null: there are none. */
function earliestStart(run: FlowRun): number | null {
  let earliest = Infinity;
  const look = (state: State) => {
    if (state instanceof Scheduled && state.startTime !== null) earliest = Math.min(earliest, state.startTime.getTime());
  };
  for (const state of run.taskStates.values()) {
    if (state instanceof Mapped) state.mapStates.forEach(look);
    else look(state);
  }
  return earliest === Infinity ? null : earliest;
}
