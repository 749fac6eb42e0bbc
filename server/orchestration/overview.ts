/** What the dashboard shows. */
import type { StateName } from "../../protocol/states.ts";
import type { Overview } from "../api/schemas/overview.ts";
import type { SqlValue } from "../database/database.ts";
import { shownAgents } from "./agents.ts";
import type { Core } from "./core.ts";
import { flowRunsById, instantOf, type StateCounts } from "./flow-run-row.ts";
import { pageQuery } from "./flow-runs.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { places } from "./sql-text.ts";
import { kindsOf } from "./state-kinds.ts";

/** Runs that each list of the dashboard holds (count). */
const SHOWN = 20;
const DAY = 86_400_000;
/** From then on a run that nobody has taken is late (milliseconds after its time). */
const LATE = 15_000;

/** The first runs of a list. */
interface Some {
  readonly runs: Overview["failed"];
  /** Of all that there are (count). */
  readonly total: number;
}

const kindsOfAll = (names: readonly StateName[]): StateName[] => [...new Set(names.flatMap(kindsOf))];

export function overviewMethods(core: Core): Pick<OrchestrationMethods, "getOverview"> {
  const { database } = core;
  /** @param where more of a question about runs, for one project or all */
  const inProject = (projectId: string | undefined): { where: string; values: SqlValue[] } => (projectId === undefined ? { where: "", values: [] } : { where: "project_id = ? and ", values: [projectId] });

  async function history(since: number, until: number, spans: number, projectId: string | undefined): Promise<Overview["history"]> {
    const width = Math.max(1, Math.ceil((until - since) / spans));
    const { where, values } = inProject(projectId);
    const rows = await database.query<{ span: number; state: StateName; n: number }>(
      `select span, state, count(*) as n from (select (start_time - ${since}) / ${width} as span, state from flow_runs where ${where}start_time >= ? and start_time < ?) begun group by span, state`, [...values, since, until]);
    const all = Array.from({ length: spans }, (_, index) => ({ from: instantOf(since + index * width), to: instantOf(since + (index + 1) * width), counts: {} as StateCounts }));
    for (const { span, state, n } of rows) {
      const one = all[Math.min(spans - 1, Number(span))];
      if (one !== undefined) one.counts[state] = (one.counts[state] ?? 0) + n;
    }
    return all;
  }

  async function waiting(projectId: string | undefined): Promise<StateCounts> {
    const states = [...kindsOf("Scheduled"), "Submitted"] as const;
    const { where, values } = inProject(projectId);
    const rows = await database.query<{ state: StateName; n: number }>(`select state, count(*) as n from flow_runs where ${where}state in (${places(states)}) and start_time is null group by state`, [...values, ...states]);
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  const count = async (sql: string, values: readonly SqlValue[]): Promise<number> => Number((await database.query<{ n: number }>(sql, values))[0]?.n ?? 0);

  /** The first of a list, and how many there are. */
  async function some(list: { readonly states: readonly StateName[]; readonly order: "newest" | "oldest"; readonly since?: number | undefined; readonly projectId: string | undefined }): Promise<Some> {
    const since = list.since === undefined ? undefined : instantOf(list.since);
    const { sql, values } = pageQuery({ limit: SHOWN, states: list.states.join(), order: list.order, since, projectId: list.projectId });
    const rows = await database.query<{ id: string }>(sql, values);
    const project = inProject(list.projectId), states = kindsOfAll(list.states);
    const wheres = `${project.where}state in (${places(states)})${list.since === undefined ? "" : " and scheduled_start_time >= ?"}`;
    return {
      runs: await flowRunsById(database, rows.slice(0, SHOWN).map(({ id }) => id)),
      total: rows.length <= SHOWN ? rows.length : await count(`select count(*) as n from flow_runs where ${wheres}`, [...project.values, ...states, ...(list.since === undefined ? [] : [list.since])]),
    };
  }

  async function late(now: number, projectId: string | undefined): Promise<Some> {
    const { where, values } = inProject(projectId);
    const from = `from flow_runs where ${where}queue_at <= ? and state <> 'Submitted'`, all = [...values, now - LATE];
    const rows = await database.query<{ id: string }>(`select id ${from} order by queue_at, id limit ${SHOWN + 1}`, all);
    return { runs: await flowRunsById(database, rows.slice(0, SHOWN).map(({ id }) => id)), total: rows.length <= SHOWN ? rows.length : await count(`select count(*) as n ${from}`, all) };
  }

  return {
    async getOverview({ projectId, since, until, spans }) {
      const now = core.now(), from = since === undefined ? now - DAY : Math.min(now - 1, Date.parse(since));
      // Without an end the last span holds what has begun by now.
      const begun = await history(from, until === undefined ? now + 1 : Math.max(from + 1, Date.parse(until)), spans, projectId);
      const counts = await waiting(projectId);
      for (const span of begun) for (const [state, n] of Object.entries(span.counts) as [StateName, number][]) counts[state] = (counts[state] ?? 0) + n;
      const inProgress = await some({ states: ["Running", "Submitted"], order: "newest", projectId });
      const failed = await some({ states: ["Failed"], order: "newest", since: from, projectId });
      const upcoming = await some({ states: ["Scheduled"], order: "oldest", since: now, projectId });
      const waitingLong = await late(now, projectId);
      return {
        counts, history: begun, inProgress: inProgress.runs, failed: failed.runs, upcoming: upcoming.runs, late: waitingLong.runs,
        totals: { inProgress: inProgress.total, failed: failed.total, upcoming: upcoming.total, late: waitingLong.total },
        agents: await shownAgents(database, now),
        flowCount: await count(`select count(*) as n from flow_groups g where ${projectId === undefined ? "" : "g.project_id = ? and "}exists (select 1 from flows f where f.flow_group_id = g.id and f.archived = 0)`, projectId === undefined ? [] : [projectId]),
        projectCount: await count("select count(*) as n from projects", []),
      };
    },
  };
}
