/** The page of a flow: of its newest version, or of the one that the address names. */
import type { JSX } from "preact";
import { Labels } from "../../components/labels.tsx";
import { Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { TimeAgo } from "../../components/time.tsx";
import type { FlowDetails } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";
import { MissingPage } from "../not-found-page.tsx";
import { FlowActions } from "./flow-actions.tsx";
import { FlowGraph } from "./flow-graph.tsx";
import { FlowOverview } from "./flow-overview.tsx";
import { FlowRuns } from "./flow-runs.tsx";
import { FlowSchedule } from "./flow-schedule.tsx";
import { FlowSettings } from "./flow-settings.tsx";
import { FlowVersions } from "./flow-versions.tsx";
import { RunForm } from "./run-form.tsx";

export function FlowPage({ id }: { readonly id: string }): JSX.Element {
  const { data, error, refresh } = useQuery("getFlow", { flowId: id }, { refreshOn: ["flow"] });
  if (data === undefined) return error === undefined ? <Page title="…"><Skeleton /></Page> : <MissingPage what="flow" id={id} error={error} onRetry={refresh} />;
  return <Flow flow={data} isNewest={id === data.flowGroupId} />;
}

function Flow({ flow, isNewest }: { readonly flow: FlowDetails; readonly isNewest: boolean }): JSX.Element {
  return (
    <Page
      title={flow.name} crumbs={[{ text: "Flows", href: "/flows" }, { text: flow.projectName, href: `/flows?project=${flow.projectId}` }]}
      badge={flow.archived ? <span class="label">archived</span> : undefined}
      actions={<FlowActions flow={flow} />}
      facts={(
        <>
          <span>version {flow.version}{!isNewest && <> · <a href={pathTo.flow(flow.flowGroupId)}>newest</a></>}</span>
          <span>registered <TimeAgo at={flow.createdAt} /></span>
          <Labels labels={flow.labels} />
        </>
      )}
    >
      <Tabs
        label={`Flow ${flow.name}`}
        tabs={[
          { id: "overview", title: "Overview", content: () => <FlowOverview flow={flow} /> },
          { id: "graph", title: "Graph", content: () => <FlowGraph flow={flow} /> },
          { id: "runs", title: "Runs", content: () => <FlowRuns flowGroupId={flow.flowGroupId} /> },
          { id: "run", title: "New run", content: () => <RunForm flow={flow} /> },
          { id: "schedule", title: "Schedule", content: () => <FlowSchedule flow={flow} /> },
          { id: "versions", title: "Versions", content: () => <FlowVersions flow={flow} /> },
          { id: "settings", title: "Settings", content: () => <FlowSettings flow={flow} /> },
        ]}
      />
    </Page>
  );
}
