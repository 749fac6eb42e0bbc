/** Flows of flows: runs of registered flows as tasks (prefect.tasks.prefect.flow_run). */
import { context, FlowletError, getLogger, signalFromState, task } from "../../engine/index.ts";
import type { FlowRunDetails, RunConfig } from "../api-types.ts";
import { ConfiguredClient } from "../configured-client.ts";
import { jsonValues } from "./json-values.ts";
import { FlowRunView } from "./flow-run-view.ts";
import { stateOf, watchFlowRun } from "./watch-flow-run.ts";

/** Which flow, and how it runs. One of `flowId`, `flowGroupId` and `flowName` says which. */
export interface CreateFlowRunInput {
  /** Of one version. */
  readonly flowId?: string;
  /** Of the newest version. */
  readonly flowGroupId?: string;
  /** Name of the flow; with `projectName` where several projects have it. */
  readonly flowName?: string;
  readonly projectName?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly labels?: readonly string[];
  /** Default: two words. */
  readonly runName?: string;
  readonly runConfig?: Partial<RunConfig>;
  /** Default: now. */
  readonly scheduledStartTime?: Date;
  /** A second call with the same key gets the same run. Default: the id of this task's run, so that a retry makes no second run. */
  readonly idempotencyKey?: string;
}

/** How one waits for a run; all optional. */
export interface WaitForFlowRunOptions {
  /** Log the states that the run enters. Default true. */
  readonly streamStates?: boolean;
  /** Log the records of the run. Default false. */
  readonly streamLogs?: boolean;
  /** End as the run has ended: a run that fails makes this task fail. Default false. */
  readonly raiseFinalState?: boolean;
  /** Longest time to wait (milliseconds). Default: 12 hours. */
  readonly maxDuration?: number;
}

const MAX_DURATION = 12 * 3_600_000;

/**
 * Task: makes a run of a registered flow, for an agent to take. Its result is the id of the run.
 *
 * Differs: one object with names instead of keyword arguments.
 * Throws ApiError where there is no such flow, or parameters are wrong.
 */
export const createFlowRun = task(async function createFlowRun(flowRun: CreateFlowRunInput): Promise<string> {
  const { flowId, flowGroupId, flowName, projectName, parameters = {}, labels, runName, runConfig, scheduledStartTime, idempotencyKey } = flowRun;
  const client = new ConfiguredClient();
  const own = context.taskRunId;
  const run = await client.createFlowRun({
    ...(flowId === undefined ? {} : { flowId }), ...(flowGroupId === undefined ? {} : { flowGroupId }), ...(flowName === undefined ? {} : { flow: flowName }), ...(projectName === undefined ? {} : { project: projectName }),
    name: runName ?? null, parameters: jsonValues("createFlowRun", "parameters", parameters), context: jsonValues("createFlowRun", "context", flowRun.context ?? {}), labels: labels === undefined ? null : [...labels],
    runConfig: runConfig === undefined ? null : { ...runConfig }, scheduledStartTime: scheduledStartTime?.toISOString() ?? null, idempotencyKey: idempotencyKey ?? (typeof own === "string" ? own : null),
  });
  getLogger("createFlowRun").info(`Created flow run '${run.name}': ${new FlowRunView(run, client).url}`);
  return run.id;
});

/**
 * Task: waits until a flow run has ended. Its result is the run as the server knows it then, plain data.
 *
 * Throws FlowletError RUN_NOT_FINISHED after `maxDuration`; the signal of the run's final state with `raiseFinalState`; ApiError.
 */
export const waitForFlowRun = task(async function waitForFlowRun(flowRunId: string, options: WaitForFlowRunOptions = {}): Promise<FlowRunDetails> {
  const { streamStates = true, streamLogs = false, raiseFinalState = false, maxDuration = MAX_DURATION } = options;
  refuseOwnRun("waitForFlowRun", flowRunId);
  const logger = getLogger("waitForFlowRun");
  const client = new ConfiguredClient();
  const { name } = await client.getFlowRun({ flowRunId });
  const updates = watchFlowRun(flowRunId, { client, streamStates, streamLogs, timeout: maxDuration, signal: context.signal as AbortSignal | undefined });
  let update = await updates.next();
  for (; update.done !== true; update = await updates.next()) {
    const { level, message } = update.value;
    logger.log(level, `Flow run '${name}': ${message}`);
  }
  const { state, stateMessage, stateAt } = update.value;
  if (raiseFinalState) throw signalFromState(stateOf(state, stateMessage ?? `Flow run '${name}' is ${state}.`, stateAt));
  return update.value;
});

/**
 * Task: the result of a task of another flow run, once that run has ended. It is read from where that run has stored it.
 * @param mapIndex of a mapped child. Default -1: the task; of a mapped one the list of its children's results
 *
 * Throws FlowletError TASK_HAS_NO_RESULT, RESULT_NOT_READ; ApiError where there is no such run or task.
 */
export const getTaskRunResult = task(async function getTaskRunResult(flowRunId: string, taskSlug: string, mapIndex: number = -1): Promise<unknown> {
  refuseOwnRun("getTaskRunResult", flowRunId);
  const run = await FlowRunView.fromFlowRunId(flowRunId);
  await run.wait({ signal: context.signal as AbortSignal | undefined });
  return await run.getResult(taskSlug, mapIndex);
});

/**
 * Task: gives a flow run another name.
 * @param flowRunId default: the run that this task is part of
 */
export const renameFlowRun = task(async function renameFlowRun(flowRunName: string, flowRunId: string | undefined = ownRun()): Promise<void> {
  await new ConfiguredClient().renameFlowRun({ flowRunId: known("renameFlowRun", flowRunId), name: flowRunName });
});

/**
 * Task: cancels a flow run.
 * @param flowRunId default: the run that this task is part of
 */
export const cancelFlowRun = task(async function cancelFlowRun(flowRunId: string | undefined = ownRun()): Promise<void> {
  await new ConfiguredClient().cancelFlowRun({ flowRunId: known("cancelFlowRun", flowRunId) });
});

function ownRun(): string | undefined {
  const { flowRunId } = context;
  return typeof flowRunId === "string" ? flowRunId : undefined;
}

function known(owner: string, flowRunId: string | undefined): string {
  if (flowRunId === undefined) throw new FlowletError("BAD_OPTION", { owner, option: "flowRunId", expected: "the id of a flow run", got: "none, and there is no run that it is part of" });
  return flowRunId;
}

/** It would wait for itself. */
function refuseOwnRun(owner: string, flowRunId: string): void {
  if (flowRunId === ownRun()) throw new FlowletError("BAD_OPTION", { owner, option: "flowRunId", expected: "the id of another flow run", got: "that of the run it is part of" });
}
