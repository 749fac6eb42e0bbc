/** Operations on agents: who they are, and that they are there. */
import type { Agent } from "../api/schemas/agent.ts";
import type { Reader } from "../database/database.ts";
import type { Change, Core } from "./core.ts";
import { labelSet } from "./flow-row.ts";
import { instantOf } from "./flow-run-row.ts";
import { SUBMIT_LOCK } from "./flow-run-state.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { places, searchText, storable } from "./sql-text.ts";
import { kindsOf } from "./state-kinds.ts";
import { matchingLabelSets } from "./label-rule.ts";

/** Without a sign of life for longer it is not healthy (milliseconds). */
const HEALTHY = 60_000;
/** A sign of life is written down at most so often (milliseconds). */
const SIGN_SPAN = 5000;

/** A row of the table `agents`. */
export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly search_name: string;
  readonly type: string;
  readonly labels: string;
  readonly hostname: string;
  readonly core_version: string;
  readonly created_at: number;
  readonly last_queried: number;
  readonly run_limit: number | null;
}

export function agentMethods(core: Core): Pick<OrchestrationMethods, "listAgents" | "getAgent" | "registerAgent" | "sendAgentHeartbeat" | "deleteAgent"> {
  const { database, now } = core;
  return {
    listAgents: async () => ({ items: await shownAgents(database, now()) }),
    getAgent: async ({ agentId }) => shownAgent(database, agentId, now()),
    async registerAgent({ id, name, type, labels, hostname, coreVersion, limit }) {
      const agentId = await core.change(async (change) => {
        const own = id ?? change.newId();
        await change.execute(
          `insert into agents (id, name, search_name, type, labels, hostname, core_version, created_at, last_queried, run_limit) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (id) do update set name = excluded.name, search_name = excluded.search_name, type = excluded.type, labels = excluded.labels, hostname = excluded.hostname, core_version = excluded.core_version,
           last_queried = excluded.last_queried, run_limit = excluded.run_limit`,
          [own, storable(name), searchText(name), storable(type), labelSet(labels.map(storable)), storable(hostname), storable(coreVersion), change.at, change.at, limit]);
        change.tell({ type: "agent", agentId: own });
        return own;
      });
      return shownAgent(database, agentId, now());
    },
    async sendAgentHeartbeat({ agentId, running }) {
      await core.change((change) => signOfLife(change, agentId, running));
      return { done: true };
    },
    async deleteAgent({ agentId }) {
      await core.change(async (change) => {
        if (await change.execute("delete from agents where id = ?", [agentId]) === 0) throw noAgent(agentId);
        change.tell({ type: "agent", agentId });
      });
      return { done: true };
    },
  };
}

/**
 * Writes down that an agent is there. @param held runs that it has: those it still prepares stay its own
 * @throws OrchestrationError NOT_FOUND
 */
export async function signOfLife(change: Change, agentId: string, held: readonly string[]): Promise<AgentRow> {
  const agent = await agentById(change, agentId);
  if (change.at - agent.last_queried >= SIGN_SPAN) {
    await change.execute("update agents set last_queried = ? where id = ?", [change.at, agentId]);
    if (change.at - agent.last_queried > HEALTHY) change.tell({ type: "agent", agentId });
  }
  if (held.length > 0) {
    const prepared = await change.query<{ id: string }>("select id from flow_runs where agent_id = ? and state = 'Submitted' and queue_at is not null", [agentId]);
    const own = new Set(held);
    const kept = prepared.map((row) => row.id).filter((id) => own.has(id));
    if (kept.length > 0) await change.execute(`update flow_runs set queue_at = ? where id in (${places(kept)}) and state = 'Submitted' and agent_id = ? and queue_at is not null`, [change.at + SUBMIT_LOCK, ...kept, agentId]);
  }
  return agent;
}

/** @throws OrchestrationError NOT_FOUND */
export async function agentById(reader: Reader, id: string): Promise<AgentRow> {
  const [row] = await reader.query<AgentRow>("select * from agents where id = ?", [id]);
  if (row === undefined) throw noAgent(id);
  return row;
}

function noAgent(id: string): OrchestrationError {
  return new OrchestrationError("NOT_FOUND", `There is no agent ${id}. It was deleted, or it has to register first.`);
}

async function shownAgent(reader: Reader, id: string, now: number): Promise<Agent> {
  const row = await agentById(reader, id);
  return (await agentsOf(reader, [row], now))[0]!;
}

/** All agents, by name. */
export async function shownAgents(reader: Reader, now: number): Promise<Agent[]> {
  return agentsOf(reader, await reader.query<AgentRow>("select * from agents order by search_name, id"), now);
}

async function agentsOf(reader: Reader, rows: readonly AgentRow[], now: number): Promise<Agent[]> {
  if (rows.length === 0) return [];
  const going = [...kindsOf("Running"), "Submitted"];
  const running = await reader.query<{ agent_id: string; n: number }>(
    `select agent_id, count(*) as n from flow_runs where agent_id in (${places(rows)}) and state in (${places(going)}) group by agent_id`, [...rows.map(({ id }) => id), ...going]);
  const runningOf = new Map(running.map(({ agent_id, n }) => [agent_id, n]));
  const waiting = await reader.query<{ labels: string; n: number }>("select labels, count(*) as n from flow_runs where queue_at <= ? and state <> 'Submitted' group by labels", [now]);
  const waitingOf = new Map(waiting.map(({ labels, n }) => [labels, n]));
  return rows.map((row): Agent => {
    const labels = JSON.parse(row.labels) as string[];
    return {
      id: row.id, name: row.name, type: row.type, labels, hostname: row.hostname, coreVersion: row.core_version, createdAt: instantOf(row.created_at), lastQueried: instantOf(row.last_queried),
      healthy: now - row.last_queried <= HEALTHY, runningCount: runningOf.get(row.id) ?? 0, limit: row.run_limit,
      waitingCount: matchingLabelSets(labels, [...waitingOf.keys()]).reduce((sum, set) => sum + waitingOf.get(set)!, 0),
    };
  });
}
