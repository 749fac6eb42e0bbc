/** Runs whose time has come and that nobody has taken, each with the reason and what to do. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { useNow } from "../../components/time.tsx";
import { WaitingList } from "../../components/waiting-list.tsx";
import type { Agent } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";

/** Steps in which "until now" moves on (milliseconds). */
const STEP = 10_000;
const MOST = 20;

export function WaitingRuns({ agents }: { readonly agents: readonly Agent[] }): JSX.Element {
  const until = new Date(Math.floor(useNow(STEP / 2) / STEP) * STEP).toISOString();
  const { data } = useQuery("listFlowRuns", { states: "Scheduled", until, order: "oldest", limit: MOST }, { refreshOn: ["flowRun", "runsWaiting"], keepFormer: true, leastGap: 600 });
  const runs = data?.items ?? [];
  return (
    <Card title="Waiting for an agent" count={data === undefined ? undefined : runs.length} flush>
      {runs.length === 0
        ? <EmptyState small title="No run waits: all whose time has come were taken." />
        : <WaitingList runs={runs} agents={agents} most={MOST} />}
      {data?.next !== null && data !== undefined && <a class="card-foot" href={pathTo.flowRuns({ states: "Scheduled", until })}>All that wait</a>}
    </Card>
  );
}
