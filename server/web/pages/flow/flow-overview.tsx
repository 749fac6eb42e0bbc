/** A flow at a glance: what ran, what will, what it is. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { RunLine } from "../../components/run-line.tsx";
import { shellWord } from "../../components/shell-word.ts";
import { Skeleton } from "../../components/notice.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import type { FlowDetails, FlowRun } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { RunBars } from "./run-bars.tsx";

/** Runs that the bars show (count). */
const BARS = 60;
const UPCOMING = 5;

export function FlowOverview({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const { flowGroupId } = flow;
  const refreshOn = { refreshOn: (event: { readonly type: string; readonly flowGroupId?: string }) => event.type === "flowRun" && event.flowGroupId === flowGroupId };
  const begun = useQuery("listFlowRuns", { flowGroupId, states: "Running,Finished,Submitted", limit: BARS }, refreshOn).data?.items;
  const upcoming = useQuery("listFlowRuns", { flowGroupId, states: "Scheduled", order: "oldest", limit: UPCOMING }, refreshOn).data?.items;
  // What was written here counts before what the code says.
  const description = useQuery("getFlowGroup", { flowGroupId }, { refreshOn: ["flow"] }).data?.description ?? flow.description;
  return (
    <div class="run-overview">
      <div class="run-side">
        <Card title="Runs">{begun === undefined ? <Skeleton /> : begun.length === 0 ? <EmptyState small title="It has not run yet" commands={[`flowlet run ${shellWord(flow.name)} --watch`]}>Press Run above, or in a terminal:</EmptyState> : <RunBars runs={begun} />}</Card>
        {begun !== undefined && begun.length > 0 && <Card title="Last runs" flush><RunList runs={begun.slice(0, 8)} end={(run) => <><Duration from={run.startTime} to={run.endTime} /><br /><TimeAgo at={run.startTime ?? run.scheduledStartTime} /></>} /></Card>}
        {upcoming !== undefined && upcoming.length > 0 && <Card title="Upcoming" flush><RunList runs={upcoming} end={(run) => <TimeAgo at={run.scheduledStartTime} />} /></Card>}
      </div>
      <div class="run-side">
        {description !== null && <Card title="Description"><p class="description">{description}</p></Card>}
        <Card title="Parameters">
          {flow.parameters.length === 0 ? <p class="faint">It has none.</p> : (
            <dl class="values">{flow.parameters.map(({ name, type, required, default: value }) => <div key={name}><dt>{name}{type !== null && <code>{type}</code>}</dt><dd>{required ? <span class="faint">required</span> : <code>{JSON.stringify(value)}</code>}</dd></div>)}</dl>
          )}
        </Card>
        <Card title="Code">
          <dl class="facts">
            {flow.source !== null && <><dt>From</dt><dd><code class="wrap">{flow.source}</code></dd></>}
            <dt>Tasks</dt><dd>{flow.taskCount.toLocaleString("en")}</dd>
            <dt>Flowlet</dt><dd>{flow.coreVersion}</dd>
            {Object.entries(flow.packages).map(([name, version]) => <><dt key={name}>{name}</dt><dd>{version}</dd></>)}
          </dl>
        </Card>
      </div>
    </div>
  );
}

function RunList({ runs, end }: { readonly runs: readonly FlowRun[]; readonly end: (run: FlowRun) => JSX.Element }): JSX.Element {
  return <ul class="line-list">{runs.map((run) => <RunLine key={run.id} run={run} more={<>version {run.flowVersion}{run.autoScheduled ? " · by schedule" : ""}</>} end={end(run)} />)}</ul>;
}
