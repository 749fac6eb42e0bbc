/** All flows, each by its newest version. */
import type { JSX } from "preact";
import { useQueryParameter } from "../../app/use-place.ts";
import { ButtonLink } from "../../components/button.tsx";
import { type Column, DataTable, Pager, usePaging } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FlowsIcon, PlayIcon } from "../../components/icons.tsx";
import { Labels } from "../../components/labels.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { ProjectSelect } from "../../components/project-select.tsx";
import { ScheduleSwitch } from "../../components/schedule-switch.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { TimeAgo } from "../../components/time.tsx";
import type { Flow } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";

const COLUMNS: readonly Column<Flow>[] = [
  { title: "Flow", grow: true, cell: (flow) => <div><span class="cell-main"><a href={pathTo.flow(flow.flowGroupId)}>{flow.name}</a></span><span class="cell-more" title={flow.description ?? undefined}>{flow.projectName}{flow.description === null ? "" : ` · ${flow.description}`}</span></div> },
  { title: "Version", align: "right", cell: (flow) => flow.version },
  { title: "Tasks", align: "right", wide: true, cell: (flow) => flow.taskCount.toLocaleString("en") },
  { title: "Labels", wide: true, cell: (flow) => <Labels labels={flow.labels} /> },
  { title: "Schedule", cell: (flow) => (flow.schedule === null ? <span class="faint">none</span> : <ScheduleSwitch flow={flow} named />) },
  { title: "Registered", wide: true, cell: (flow) => <TimeAgo at={flow.createdAt} /> },
  { title: "Run", align: "right", cell: (flow) => <ButtonLink href={`${pathTo.flow(flow.flowGroupId)}?tab=run`} icon={<PlayIcon />}>Run</ButtonLink> },
];

export function FlowsPage(): JSX.Element {
  const [project] = useQueryParameter("project");
  const [name, setName] = useQueryParameter("name");
  const paging = usePaging(`${project} ${name}`);
  const filter = { ...(project !== null && { projectId: project }), ...(name !== null && { name }) };
  const { data, error, former, refresh } = useQuery("listFlows", { ...filter, ...(paging.after !== undefined && { after: paging.after }) }, { refreshOn: ["flow", "project"], keepFormer: true });
  const empty = project !== null || name !== null
    ? <EmptyState title="No flow is like this" icon={<FlowsIcon />}>Take the filters away, or look in all projects.</EmptyState>
    : <EmptyState title="No flow is registered yet" icon={<FlowsIcon />} commands={["flowlet register my-flow.ts --project examples"]}>In a notebook: <code>{'await flow.register({ project: "examples" })'}</code>. From a file, in a terminal:</EmptyState>;
  return (
    <Page title="Flows" actions={<><SearchField label="Name" value={name ?? ""} onChange={setName} /><ProjectSelect /></>}>
      {error !== undefined && <ErrorNotice what="The flows could not be loaded" error={error} onRetry={refresh} />}
      {(data !== undefined || error === undefined) && (
        <div class="card"><DataTable label="Flows" columns={COLUMNS} rows={data?.items} rowKey={(flow) => flow.id} former={former} empty={empty} pager={<Pager paging={paging} next={data?.next} />} /></div>
      )}
    </Page>
  );
}
