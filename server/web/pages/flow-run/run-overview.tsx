/** What a run is at a glance: its tasks, its parameters, what became of it. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { Labels } from "../../components/labels.tsx";
import { StateHistory } from "../../components/state-history.tsx";
import { TaskRunsTable } from "../../components/task-runs-table.tsx";
import { ValueTable } from "../../components/value-table.tsx";
import type { FlowRunDetails } from "../../live/api.ts";

export function RunOverview({ run }: { readonly run: FlowRunDetails }): JSX.Element {
  return (
    <div class="run-overview">
      <TaskRunsTable flowRunId={run.id} counts={run.taskCounts} />
      <div class="run-side">
        <Card title="States"><StateHistory entries={run.stateHistory} /></Card>
        <Card title="Parameters"><ValueTable values={run.parameters} none="The defaults of the flow." /></Card>
        <Card title="Details">
          <dl class="facts">
            <dt>Labels</dt><dd><Labels labels={run.labels} /></dd>
            <dt>Made</dt><dd>{run.autoScheduled ? "by the schedule" : "by hand"}</dd>
            {run.timesResurrected > 0 && <><dt>Started again</dt><dd>{run.timesResurrected} times by Lazarus</dd></>}
            {run.idempotencyKey !== null && <><dt>Idempotency key</dt><dd><code>{run.idempotencyKey}</code></dd></>}
            {run.runConfig !== null && <><dt>Working folder</dt><dd>{run.runConfig.workingDir ?? "the agent's"}</dd></>}
            {Object.keys(run.context).length > 0 && <><dt>Context</dt><dd><ValueTable values={run.context} none="" /></dd></>}
          </dl>
        </Card>
      </div>
    </div>
  );
}
