/** How a run gets from the queue to its process: agents ask, one takes it, its process begins. */
import { labelsMatch } from "../../protocol/label-rule.ts";
import { isStateKind } from "../../protocol/states.ts";
import type { FlowRunInfo } from "../api/schemas/flow-run.ts";
import type { StateData } from "../api/schemas/state.ts";
import type { Reader, SqlValue } from "../database/database.ts";
import { agentById, signOfLife } from "./agents.ts";
import type { Core } from "./core.ts";
import { flowRunDetails, flowRunOf, flowRunsById, lockFlowRun, saveFlowRun, shownFlowRun, stateOf, type FlowRunRow } from "./flow-run-row.ts";
import { FLOW_RUN_STATES, PREFETCH, enterState, setFlowRunState, tellState } from "./flow-run-state.ts";
import { matchingLabelSets } from "./label-rule.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { kindsOf, stateData, UNFINISHED } from "./state-kinds.ts";
import { changeTaskRuns } from "./task-run-changes.ts";
import type { TaskRunRow } from "./task-run-row.ts";

export function queueMethods(core: Core): Pick<OrchestrationMethods, "getRunsInQueue" | "submitFlowRun" | "beginFlowRun" | "failFlowRun"> {
  const { database } = core;
  return {
    async getRunsInQueue({ agentId, limit, before, exclude }) {
      const agent = await core.change((change) => signOfLife(change, agentId, exclude));
      const now = core.now();
      const sets = await database.query<{ labels: string }>("select labels from label_sets");
      const matching = matchingLabelSets(JSON.parse(agent.labels) as string[], sets.map(({ labels }) => labels));
      return { items: await flowRunsById(database, await waitingRuns(database, { sets: matching, now, before: before === undefined ? now + PREFETCH : Date.parse(before), exclude, limit })) };
    },
    async submitFlowRun({ agentId, flowRunId, version }) {
      await core.change(async (change) => {
        const row = await lockFlowRun(change, flowRunId);
        const agent = await agentById(change, agentId);
        const refuse = (why: string) => conflict(row, `can not be submitted: ${why}`);
        if (row.state === "Submitted" && row.queue_at !== null && row.queue_at > change.at) throw refuse("this run has already been submitted");
        if (row.version !== version) throw refuse(`its version is ${row.version}, not ${version}`);
        if (row.queue_at === null) throw refuse(`it is ${row.state}`);
        if (!labelsMatch(JSON.parse(agent.labels) as string[], JSON.parse(row.labels) as string[])) throw refuse(`its labels ${row.labels} are not among those of agent ${JSON.stringify(agent.name)}, ${agent.labels}`);
        row.agent_id = agentId;
        row.process_id = null;
        await setFlowRunState(change, row, submitted(row, change.at));
      });
      return infoOf(database, flowRunId);
    },
    async beginFlowRun({ flowRunId, processId, agentId }) {
      await core.change(async (change) => {
        const row = await lockFlowRun(change, flowRunId);
        const refuse = (why: string) => conflict(row, `can not be begun by process ${processId}: ${why}`);
        const [process] = await change.query<{ flow_run_id: string }>("select flow_run_id from processes where id = ?", [processId]);
        if (process !== undefined) {
          // The answer to an earlier request was lost.
          if (process.flow_run_id === flowRunId && row.process_id === processId && !isStateKind(row.state, "Finished")) return;
          throw refuse("it has begun before, and another process has the run, or it has ended");
        }
        if (row.process_id !== null && !isStateKind(row.state, "Scheduled")) throw refuse(`another process has it, and it is ${row.state}`);
        if (row.state === "Submitted" ? agentId !== null && row.agent_id !== agentId : agentId !== null || !isStateKind(row.state, "Pending")) {
          throw refuse(row.state === "Submitted" ? `agent ${row.agent_id} has taken it` : `it is ${row.state}`);
        }
        await change.execute("insert into processes (id, flow_run_id, agent_id, began_at, acknowledged) values (?, ?, ?, ?, 0)", [processId, flowRunId, row.agent_id, change.at]);
        row.process_id = processId;
        row.heartbeat = change.at;
        // A process without an agent takes it and begins it at once.
        const taken = row.state === "Submitted" ? null : enterState(row, submitted(row, change.at), change.at);
        row.queue_at = null;
        if (taken !== null) await change.insert(FLOW_RUN_STATES, [taken]);
        await saveFlowRun(change, row);
        if (taken !== null) tellState(change, row);
      });
      return infoOf(database, flowRunId);
    },
    async failFlowRun({ agentId, flowRunId, processId, message }) {
      await core.change(async (change) => {
        const row = await lockFlowRun(change, flowRunId);
        if (isStateKind(row.state, "Finished")) return;
        // A process that ended before it began is not known here.
        const isOther = row.process_id !== null && processId !== null && row.process_id !== processId;
        if (row.agent_id !== agentId || isOther || !isTaken(row)) throw conflict(row, `is not that of agent ${agentId} and process ${processId} any more: it is ${row.state}`);
        const cancelled = row.state === "Cancelling";
        const state = cancelled ? stateData("Cancelled", "Flow run is cancelled", change.at) : stateData("Failed", message, change.at);
        await changeTaskRuns(change, row, cancelled ? UNFINISHED : [...kindsOf("Running"), "Submitted"], stateData(state.type, cancelled ? state.message : `The process of the flow run has ended. ${message}`, change.at));
        await setFlowRunState(change, row, state);
      });
      return flowRunOf(await shownFlowRun(database, flowRunId));
    },
  };
}

function isTaken({ state }: FlowRunRow): boolean {
  return state === "Submitted" || isStateKind(state, "Running");
}

function submitted(row: FlowRunRow, at: number): StateData {
  const before = stateOf(row);
  return stateData("Submitted", "Submitted for execution", at, { state: isStateKind(before.type, "MetaState") ? (before.state as StateData | null | undefined) ?? null : before });
}

function conflict(row: FlowRunRow, why: string): OrchestrationError {
  return new OrchestrationError("CONFLICT", `Flow run ${JSON.stringify(row.name)} (${row.id}) ${why}.`, { state: row.state, version: row.version });
}

/** Sets of labels that one question is about (count). */
const SETS = 50;

/** Ids of runs that wait and whose labels are one of the sets: one walk along the index for each set, put together. */
async function waitingRuns(reader: Reader, { sets, now, before, exclude, limit }: { sets: readonly string[]; now: number; before: number; exclude: readonly string[]; limit: number }): Promise<string[]> {
  const rows: { id: string; queue_at: number }[] = [], most = limit + exclude.length, without = new Set(exclude);
  const walk = "select * from (select id, queue_at from flow_runs where labels = ? and queue_at <= ? and (state <> 'Submitted' or queue_at <= ?) order by queue_at, state, id limit ?) walk";
  for (let from = 0; from < sets.length; from += SETS) {
    const some = sets.slice(from, from + SETS);
    const values: SqlValue[] = some.flatMap((set) => [set, before, now, most]);
    rows.push(...await reader.query<{ id: string; queue_at: number }>(`select id, queue_at from (${some.map(() => walk).join(" union all ")}) walks order by queue_at, id limit ?`, [...values, most]));
  }
  return rows.filter(({ id }) => !without.has(id)).sort((one, other) => one.queue_at - other.queue_at || (one.id < other.id ? -1 : 1)).slice(0, limit).map(({ id }) => id);
}

/** What a process has to know. */
async function infoOf(reader: Reader, flowRunId: string): Promise<FlowRunInfo> {
  const row = await shownFlowRun(reader, flowRunId);
  const taskRuns = await reader.query<Pick<TaskRunRow, "id" | "slug" | "map_index" | "version" | "state_data">>("select id, slug, map_index, version, state_data from task_runs where flow_run_id = ? and state_data is not null order by id", [flowRunId]);
  return {
    flowRun: await flowRunDetails(reader, row), bundleId: row.bundle_id, flowName: row.flow_name, flowVersion: row.flow_version, state: stateOf(row),
    taskRuns: taskRuns.map((task) => ({ id: task.id, slug: task.slug, mapIndex: task.map_index, version: task.version, state: JSON.parse(task.state_data!) as StateData })),
  };
}
