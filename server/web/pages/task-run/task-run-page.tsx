/** The page of a task's run. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyButton } from "../../components/copyable.tsx";
import { PenIcon } from "../../components/icons.tsx";
import { MarkDialog } from "../../components/mark-dialog.tsx";
import { Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { StateBadge } from "../../components/state-badge.tsx";
import { StateHistory } from "../../components/state-history.tsx";
import { Tabs, type Tab } from "../../components/tabs.tsx";
import { TaskRunsTable } from "../../components/task-runs-table.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import type { TaskRunDetails } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";
import { RunLogs } from "../flow-run/run-logs.tsx";
import { MissingPage } from "../not-found-page.tsx";
import { TaskNeighbours } from "./task-neighbours.tsx";

const MARKS = ["Success", "Failed", "Skipped", "Cancelled", "Pending", "Resume"] as const;

export function TaskRunPage({ id }: { readonly id: string }): JSX.Element {
  const [flowRunId, setFlowRunId] = useState<string | null>(null);
  const { data, error, refresh } = useQuery("getTaskRun", { taskRunId: id }, { refreshOn: (event) => (event.type === "taskRuns" || event.type === "flowRun") && event.flowRunId === flowRunId });
  if (data !== undefined && data.flowRunId !== flowRunId) setFlowRunId(data.flowRunId);
  if (data === undefined) return error === undefined ? <Page title="…"><Skeleton /></Page> : <MissingPage what="task run" id={id} error={error} onRetry={refresh} />;
  return <TaskRun run={data} />;
}

function TaskRun({ run }: { readonly run: TaskRunDetails }): JSX.Element {
  const { client, queries } = useServices();
  const [marking, setMarking] = useState(false);
  const [mark] = useAction(async (state: (typeof MARKS)[number], message: string | null) => { await client.markTaskRun({ taskRunId: run.id, state, message, version: run.version }); queries.refresh("getTaskRun"); }, { failed: "The state was not set" });
  const tabs: Tab[] = [
    { id: "overview", title: "Overview", content: () => <TaskOverview run={run} /> },
    ...(run.children === null ? [] : [{ id: "children", title: "Children", content: () => <TaskRunsTable flowRunId={run.flowRunId} counts={run.children ?? {}} childrenOf={run.slug} /> }]),
    { id: "logs", title: "Logs", content: () => <RunLogs flowRunId={run.flowRunId} taskRunId={run.id} name={`${run.flowRunName}-${run.name}`} /> },
  ];
  return (
    <Page
      title={run.name} documentTitle={`${run.name}, ${run.state}`} badge={<StateBadge state={run.state} title={run.stateMessage} />}
      crumbs={[{ text: run.flowName, href: pathTo.flow(run.flowId) }, { text: run.flowRunName, href: pathTo.flowRun(run.flowRunId) }]}
      actions={<Button icon={<PenIcon />} onClick={() => setMarking(true)}>Mark as…</Button>}
      facts={(
        <>
          {run.startTime !== null && <span>began <TimeAgo at={run.startTime} /></span>}
          {run.startTime !== null && <span>took <Duration from={run.startTime} to={run.endTime} /></span>}
          {run.runCount > 0 && <span>{run.runCount === 1 ? "1 attempt" : `${run.runCount} attempts`}</span>}
          <span><code>{run.slug}{run.mapIndex >= 0 ? ` / ${run.mapIndex}` : ""}</code></span>
        </>
      )}
    >
      {run.stateMessage !== null && run.stateMessage !== "" && <p class={`run-message${run.state === "Failed" ? " failed" : ""}`}>{run.stateMessage}</p>}
      <Tabs label={`Task run ${run.name}`} tabs={tabs} />
      {marking && <MarkDialog what={`task ${run.name}`} states={MARKS} onMark={mark} onClose={() => setMarking(false)} />}
    </Page>
  );
}

function TaskOverview({ run }: { readonly run: TaskRunDetails }): JSX.Element {
  return (
    <div class="run-overview">
      <div class="run-side">
        <Card title="Result" actions={run.resultPreview === null ? undefined : <CopyButton text={run.resultPreview} what="result" />}>
          {run.resultPreview === null ? <p class="faint">{run.children === null ? "None, or one that is not shown." : "Those of the children."}</p> : <pre class="result">{run.resultPreview}</pre>}
          {run.resultLocation !== null && <p class="result-place faint">stored at <code>{run.resultLocation}</code><CopyButton text={run.resultLocation} what="place" /></p>}
        </Card>
        {run.reason !== null && <Card title="Why it ran">{run.reason}</Card>}
        <TaskNeighbours run={run} />
      </div>
      <div class="run-side"><Card title="States"><StateHistory entries={run.stateHistory} /></Card></div>
    </div>
  );
}
