/** The page of a flow run. */
import type { JSX } from "preact";
import { isStateKind } from "../../../../protocol/states.ts";
import { CopyableId } from "../../components/copyable.tsx";
import { Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { FlowOfRun } from "../../components/run-line.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import type { FlowRunDetails } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";
import { MissingPage } from "../not-found-page.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunGraph } from "./run-graph.tsx";
import { RunLogs } from "./run-logs.tsx";
import { RunOverview } from "./run-overview.tsx";
import { RunTimeline } from "./run-timeline.tsx";
import { WaitingNotice } from "./waiting-notice.tsx";

export function FlowRunPage({ id }: { readonly id: string }): JSX.Element {
  const { data, error, refresh } = useQuery("getFlowRun", { flowRunId: id }, { refreshOn: (event) => (event.type === "flowRun" || event.type === "taskRuns") && event.flowRunId === id });
  if (data === undefined) return error === undefined ? <Page title="…"><Skeleton /></Page> : <MissingPage what="flow run" id={id} error={error} onRetry={refresh} />;
  return <FlowRun run={data} />;
}

function FlowRun({ run }: { readonly run: FlowRunDetails }): JSX.Element {
  return (
    <Page
      title={run.name} documentTitle={`${run.name}, ${run.state}`} badge={<StateBadge state={run.state} title={run.stateMessage} />}
      crumbs={[{ text: run.projectName, href: `/flows?project=${run.projectId}` }, { text: run.flowName, href: pathTo.flow(run.flowGroupId) }]}
      actions={<RunActions run={run} />}
      facts={(
        <>
          <span><FlowOfRun run={run} /></span>
          <span>{run.startTime === null ? <>due <TimeAgo at={run.scheduledStartTime} /></> : <>began <TimeAgo at={run.startTime} /></>}</span>
          {run.startTime !== null && <span>{isStateKind(run.state, "Finished") ? "took" : "for"} <Duration from={run.startTime} to={run.endTime} /></span>}
          {run.agentName !== null && <span>on {run.agentName}</span>}
          <CopyableId id={run.id} short />
        </>
      )}
    >
      {run.stateMessage !== null && isStateKind(run.state, "Failed") && <p class="run-message failed">{run.stateMessage}</p>}
      <WaitingNotice run={run} />
      <Tabs
        label={`Run ${run.name}`}
        tabs={[
          { id: "overview", title: "Overview", content: () => <RunOverview run={run} /> },
          { id: "graph", title: "Graph", content: () => <RunGraph run={run} /> },
          { id: "timeline", title: "Timeline", content: () => <RunTimeline run={run} /> },
          { id: "logs", title: "Logs", content: () => <RunLogs flowRunId={run.id} name={run.name} /> },
        ]}
      />
    </Page>
  );
}
