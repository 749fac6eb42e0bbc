/** The versions of a flow. */
import type { JSX } from "preact";
import { type Column, DataTable, Pager, usePaging } from "../../components/data-table.tsx";
import { CopyableId } from "../../components/copyable.tsx";
import { TimeAgo } from "../../components/time.tsx";
import type { Flow, FlowDetails } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";

const COLUMNS: readonly Column<Flow>[] = [
  { title: "Version", cell: (one) => <a class="cell-main" href={pathTo.flow(one.id)}>{one.version}</a> },
  { title: "State", cell: (one) => (one.archived ? <span class="faint">archived</span> : "current") },
  { title: "Registered", cell: (one) => <TimeAgo at={one.createdAt} /> },
  { title: "Tasks", align: "right", cell: (one) => one.taskCount.toLocaleString("en") },
  { title: "From", grow: true, wide: true, cell: (one) => <code class="cell-more" title={one.source ?? ""}>{one.source ?? "–"}</code> },
  { title: "Id", wide: true, cell: (one) => <CopyableId id={one.id} short /> },
];

export function FlowVersions({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const paging = usePaging(flow.flowGroupId);
  const { data, former } = useQuery("listFlows", { flowGroupId: flow.flowGroupId, ...(paging.after !== undefined && { after: paging.after }) }, { refreshOn: ["flow"], keepFormer: true });
  return <div class="card"><DataTable label="Versions" columns={COLUMNS} rows={data?.items} rowKey={(one) => one.id} former={former} empty={null} pager={<Pager paging={paging} next={data?.next} />} /></div>;
}
