/** What a task depends on, and what depends on it, in this run. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { StateDot } from "../../components/state-badge.tsx";
import type { TaskRunDetails } from "../../live/api.ts";
import { useTaskRuns } from "../../live/use-task-runs.ts";
import { pathTo } from "../../router/routes.ts";

export function TaskNeighbours({ run }: { readonly run: TaskRunDetails }): JSX.Element | null {
  const isAlone = run.upstream.length + run.downstream.length === 0;
  const { taskRuns } = useTaskRuns(isAlone ? null : run.flowRunId);
  if (isAlone) return null;
  const list = (slugs: readonly string[], none: string) => (slugs.length === 0 ? <p class="faint">{none}</p> : (
    <ul class="neighbours">
      {slugs.map((slug) => {
        const other = taskRuns.get(slug);
        return <li key={slug}>{other === undefined ? <><StateDot state="Pending" /><span class="faint">{slug}</span></> : <><StateDot state={other.state} /><a href={pathTo.taskRun(other.id)}>{other.name}</a></>}</li>;
      })}
    </ul>
  ));
  return (
    <Card title="Dependencies">
      <div class="columns">
        <div><h3 class="small-head">It needs</h3>{list(run.upstream, "Nothing.")}</div>
        <div><h3 class="small-head">Needed by</h3>{list(run.downstream, "Nothing.")}</div>
      </div>
    </Card>
  );
}
