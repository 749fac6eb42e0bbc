/** Who starts runs, how they are, and what no one takes. */
import type { JSX } from "preact";
import { EmptyState } from "../../components/empty-state.tsx";
import { plural } from "../../components/format-time.ts";
import { AgentsIcon } from "../../components/icons.tsx";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { useNow } from "../../components/time.tsx";
import type { Agent } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { AgentCard } from "./agent-card.tsx";
import { WaitingRuns } from "./waiting-runs.tsx";

/** An agent falls silent without an event: looked at again this often (milliseconds). */
const LOOK_AGAIN = 20_000;

export function AgentsPage(): JSX.Element {
  const tick = useNow(LOOK_AGAIN);
  const { data, error, refresh } = useQuery("listAgents", {}, { refreshOn: ["agent", "flowRun", "runsWaiting"], leastGap: 600, stale: tick });
  const agents = data?.items;
  return (
    <Page title="Agents" facts={agents !== undefined && agents.length > 0 ? factsOf(agents) : undefined}>
      {error !== undefined && <ErrorNotice what="The agents could not be loaded" error={error} onRetry={refresh} />}
      {agents === undefined ? error === undefined && <Skeleton /> : agents.length === 0
        ? <div class="card"><EmptyState title="No agent is known" icon={<AgentsIcon />} commands={["flowlet agent local start"]}>An agent starts the runs of flows on its machine. Without one, runs wait.</EmptyState></div>
        : <ul class="agent-grid">{agents.toSorted(byHealth).map((agent) => <AgentCard key={agent.id} agent={agent} />)}</ul>}
      {agents !== undefined && <WaitingRuns agents={agents} />}
    </Page>
  );
}

function factsOf(agents: readonly Agent[]): string {
  const healthy = agents.filter((agent) => agent.healthy).length;
  return `${healthy} of ${plural(agents.length, "agent")} healthy · ${plural(agents.reduce((sum, agent) => sum + agent.runningCount, 0), "run")} going`;
}

function byHealth(a: Agent, b: Agent): number {
  return Number(b.healthy) - Number(a.healthy) || a.name.localeCompare(b.name);
}
