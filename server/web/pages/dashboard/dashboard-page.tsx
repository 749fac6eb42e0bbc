/** What goes on, at a glance. */
import type { JSX } from "preact";
import { useQueryParameter } from "../../app/use-place.ts";
import { AgentHealth } from "../../components/agent-health.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Segments } from "../../components/field.tsx";
import { plural } from "../../components/format-time.ts";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { ProjectSelect } from "../../components/project-select.tsx";
import { TimeAgo, useNow } from "../../components/time.tsx";
import type { Agent } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";
import { FirstSteps } from "./first-steps.tsx";
import { FailedRuns, LateRuns, RunsInProgress, UpcomingRuns } from "./run-lists.tsx";
import { RunsChart } from "./runs-chart.tsx";
import { StatTiles } from "./stat-tiles.tsx";
import { rangeBorders, TIME_RANGES, timeRange } from "./time-range.ts";

/** Least time between two questions: this one is about everything (milliseconds). */
const LEAST_GAP = 1000;
/** That a run is late, or an agent silent, is told by no event: looked at again this often (milliseconds). */
const LOOK_AGAIN = 15_000;

export function DashboardPage(): JSX.Element {
  const [project] = useQueryParameter("project");
  const [rangeId, setRange] = useQueryParameter("range");
  const range = timeRange(rangeId);
  const now = useNow(LOOK_AGAIN);
  const borders = rangeBorders(range, now);
  const since = borders.since.toISOString();
  const { data, error, former, refresh } = useQuery("getOverview", { since, until: borders.until.toISOString(), spans: range.spans, ...(project !== null && { projectId: project }) }, { refreshOn: ["flowRun", "taskRuns", "agent", "flow", "project", "runsWaiting"], keepFormer: true, leastGap: LEAST_GAP, stale: now });
  const toRuns = (query: { readonly [name: string]: string }) => pathTo.flowRuns({ ...(project !== null && { project }), ...query });
  const isNew = data?.flowCount === 0 && project === null;
  return (
    <Page
      title="Dashboard"
      actions={!isNew && <><ProjectSelect /><Segments label="Time" value={range.id} options={TIME_RANGES.map(({ id, text }) => ({ value: id, text }))} onChange={(id) => setRange(id === "24h" ? null : id)} /></>}
    >
      {error !== undefined && data === undefined && <ErrorNotice what="The dashboard could not be loaded" error={error} onRetry={refresh} />}
      {data === undefined ? error === undefined && <Skeleton lines={8} /> : isNew ? <FirstSteps agents={data.agents} /> : (
        <>
          <StatTiles overview={data} range={range} toRuns={toRuns} since={since} />
          {data.late.length > 0 && <LateRuns runs={data.late} total={data.totals.late} agents={data.agents} />}
          <Card title={`Runs ${range.words}`}><RunsChart history={data.history} former={former} toRuns={toRuns} /></Card>
          <div class="columns">
            <RunsInProgress runs={data.inProgress} total={data.totals.inProgress} all={toRuns({ states: "Running,Submitted" })} />
            <FailedRuns runs={data.failed} total={data.totals.failed} words={range.words} all={toRuns({ states: "Failed", since })} />
            <UpcomingRuns runs={data.upcoming} total={data.totals.upcoming} all={toRuns({ states: "Scheduled" })} />
            <AgentsCard agents={data.agents} />
          </div>
        </>
      )}
    </Page>
  );
}

/** How many agents the card shows (count). */
const MOST_AGENTS = 6;

function AgentsCard({ agents }: { readonly agents: readonly Agent[] }): JSX.Element {
  const shown = agents.toSorted((a, b) => Number(b.healthy) - Number(a.healthy)).slice(0, MOST_AGENTS);
  return (
    <Card title="Agents" count={agents.length} flush>
      {agents.length === 0 ? <EmptyState small title="No agent: runs wait until one is started." commands={["flowlet agent local start"]} /> : (
        <ul class="line-list">
          {shown.map((agent) => (
            <li key={agent.id} class="line">
              <div class="line-text"><a href="/agents">{agent.name}</a><span class="line-more">{plural(agent.runningCount, "run")} going{agent.waitingCount > 0 ? `, ${agent.waitingCount} waiting` : ""}</span></div>
              <div class="line-end"><AgentHealth agent={agent} /><div><TimeAgo at={agent.lastQueried} /></div></div>
            </li>
          ))}
        </ul>
      )}
      {agents.length > shown.length && <a class="card-foot" href="/agents">All {agents.length} agents</a>}
    </Card>
  );
}
