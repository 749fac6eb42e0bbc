/** A table of runs, for every page that has one. */
import type { ComponentChildren, JSX } from "preact";
import type { FlowRun } from "../live/api.ts";
import { pathTo } from "../router/routes.ts";
import { isStateKind } from "../../../protocol/states.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { FlowOfRun } from "./run-line.tsx";
import { StateBadge, StateBar } from "./state-badge.tsx";
import { Duration, TimeAgo } from "./time.tsx";

export interface RunsTableProps {
  /** Undefined: on their way. */
  readonly rows: readonly FlowRun[] | undefined;
  readonly empty: ComponentChildren;
  readonly former?: boolean;
  readonly pager?: ComponentChildren;
  /** On a flow's own page the flow goes without saying. */
  readonly hideFlow?: boolean;
}

const runColumn = (flow: (run: FlowRun) => ComponentChildren): Column<FlowRun> => ({
  title: "Run", grow: true,
  cell: (run) => (
    <div>
      <span class="cell-main"><a href={pathTo.flowRun(run.id)}>{run.name}</a></span>
      <span class="cell-more">{flow(run)}{isStateKind(run.state, "Failed") && run.stateMessage !== null && <span title={run.stateMessage}> · {run.stateMessage}</span>}</span>
    </div>
  ),
});
const RUN = runColumn((run) => <FlowOfRun run={run} />);
const RUN_ONLY = runColumn((run) => `version ${run.flowVersion}`);
const REST: readonly Column<FlowRun>[] = [
  { title: "State", cell: (run) => <StateBadge state={run.state} title={run.stateMessage} /> },
  { title: "Start", cell: (run) => <TimeAgo at={run.startTime ?? run.scheduledStartTime} /> },
  { title: "Duration", align: "right", cell: (run) => <Duration from={run.startTime} to={run.endTime} /> },
  { title: "Tasks", wide: true, cell: (run) => <StateBar counts={run.taskCounts} total={run.taskCount} label={`Tasks of ${run.name}`} /> },
  { title: "By", wide: true, cell: (run) => <span class="faint">{run.autoScheduled ? "schedule" : "hand"}</span> },
  { title: "Agent", wide: true, cell: (run) => <span class="faint">{run.agentName ?? "–"}</span> },
];

export function RunsTable({ rows, empty, former = false, pager, hideFlow = false }: RunsTableProps): JSX.Element {
  return <DataTable label="Flow runs" columns={[hideFlow ? RUN_ONLY : RUN, ...REST]} rows={rows} rowKey={(run) => run.id} former={former} empty={empty} pager={pager} />;
}
