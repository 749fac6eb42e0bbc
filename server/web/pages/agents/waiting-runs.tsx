/** Runs whose time has come and that nobody has taken, each with the reason and what to do. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { Command } from "../../components/copyable.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Labels } from "../../components/labels.tsx";
import { FlowOfRun, RunLine } from "../../components/run-line.tsx";
import { TimeAgo, useNow } from "../../components/time.tsx";
import { waitingReason } from "../../components/waiting-reason.ts";
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
        : (
          <ul class="line-list">
            {runs.map((run) => {
              const { text, command } = waitingReason(run.labels, agents);
              return (
                <RunLine
                  key={run.id} run={run} more={<><FlowOfRun run={run} /> · {text}</>}
                  end={<span class="waiting-end">{command !== undefined && <Command>{command}</Command>}<Labels labels={run.labels} /><span>due <TimeAgo at={run.scheduledStartTime} /></span></span>}
                />
              );
            })}
          </ul>
        )}
      {data?.next !== null && data !== undefined && <a class="card-foot" href={pathTo.flowRuns({ states: "Scheduled", until })}>All that wait</a>}
    </Card>
  );
}
