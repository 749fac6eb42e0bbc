/** The task runs of a flow run, or the children of a mapped one. */
import type { JSX } from "preact";
import { useQueryParameter } from "../app/use-place.ts";
import type { TaskRun } from "../live/api.ts";
import { useQuery } from "../live/use-query.ts";
import { pathTo } from "../router/routes.ts";
import type { StateName } from "../../../protocol/states.ts";
import { Card } from "./card.tsx";
import { type Column, DataTable, Pager, usePaging } from "./data-table.tsx";
import { EmptyState } from "./empty-state.tsx";
import { ErrorNotice } from "./notice.tsx";
import { SearchField } from "./search-field.tsx";
import { StateBadge, StateBar, StateDot, stateParts } from "./state-badge.tsx";
import { Duration, TimeAgo } from "./time.tsx";

const COLUMNS: readonly Column<TaskRun>[] = [
  {
    title: "Task", grow: true,
    cell: (run) => <div><span class="cell-main"><a href={pathTo.taskRun(run.id)}>{run.name}</a></span>{(run.reason ?? run.stateMessage) !== null && <span class="cell-more" title={run.reason ?? run.stateMessage ?? ""}>{run.reason ?? run.stateMessage}</span>}</div>,
  },
  { title: "State", cell: (run) => (run.children === null ? <StateBadge state={run.state} title={run.stateMessage} /> : <span class="mapped-state"><StateBadge state={run.state} /><StateBar counts={run.children} label={`Children of ${run.name}`} /></span>) },
  { title: "Began", wide: true, cell: (run) => <TimeAgo at={run.startTime} /> },
  { title: "Duration", align: "right", cell: (run) => <Duration from={run.startTime} to={run.endTime} /> },
  { title: "Attempts", align: "right", wide: true, cell: (run) => (run.runCount > 0 ? run.runCount : <span class="faint">–</span>) },
];

export interface TaskRunsTableProps {
  readonly flowRunId: string;
  /** How many are in which state: filters. */
  readonly counts: { readonly [State in StateName]?: number };
  /** Slug of a mapped task: its children. */
  readonly childrenOf?: string;
}

export function TaskRunsTable({ flowRunId, counts, childrenOf }: TaskRunsTableProps): JSX.Element {
  const [state, setState] = useQueryParameter("state");
  const [name, setName] = useQueryParameter("task");
  const paging = usePaging(`${state} ${name}`);
  const { data, error, former, refresh } = useQuery(
    "listTaskRuns",
    { flowRunId, limit: 50, ...(childrenOf !== undefined && { childrenOf }), ...(state !== null && { states: state }), ...(name !== null && { name }), ...(paging.after !== undefined && { after: paging.after }) },
    { refreshOn: (event) => event.type === "taskRuns" && event.flowRunId === flowRunId, keepFormer: true, leastGap: 500 },
  );
  const parts = stateParts(counts);
  const filtered = state !== null || name !== null;
  return (
    <Card title={childrenOf === undefined ? "Tasks" : "Children"} flush actions={<SearchField label="Name" value={name ?? ""} onChange={setName} />}>
      {(parts.length > 1 || state !== null) && (
        <div class="state-filter" role="group" aria-label="State">
          <button type="button" aria-pressed={state === null} onClick={() => setState(null)}>All</button>
          {parts.map(([one, count]) => <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(state === one ? null : one)}><StateDot state={one} />{one}<span class="count">{count.toLocaleString("en")}</span></button>)}
        </div>
      )}
      {error !== undefined && <ErrorNotice what="The tasks could not be loaded" error={error} onRetry={refresh} />}
      {(data !== undefined || error === undefined) && (
        <DataTable
          label="Task runs" columns={COLUMNS} rows={data?.items} rowKey={(run) => run.id} former={former} pager={<Pager paging={paging} next={data?.next} />}
          empty={filtered ? <EmptyState small title="No task is like this">Take the filters away.</EmptyState> : <EmptyState small title="No task has begun">They appear here when the run begins.</EmptyState>}
        />
      )}
    </Card>
  );
}
