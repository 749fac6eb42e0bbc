/** The dashboard's short lists of runs. */
import type { JSX } from "preact";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { plural } from "../../components/format-time.ts";
import { FlowOfRun, RunLine } from "../../components/run-line.tsx";
import { StateBar } from "../../components/state-badge.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import { WaitingList } from "../../components/waiting-list.tsx";
import type { Agent, FlowRun } from "../../live/api.ts";

/** How many runs a list shows (count). */
const MOST = 6;

interface ListProps {
  /** The first of them. */
  readonly runs: readonly FlowRun[];
  /** How many there are. */
  readonly total: number;
  /** Address of the whole list. */
  readonly all: string;
}

export function RunsInProgress({ runs, total, all }: ListProps): JSX.Element {
  return (
    <Card title="In progress" count={total} flush>
      <Lines runs={runs} total={total} all={all} empty="Nothing is running." line={(run) => (
        <RunLine key={run.id} run={run} end={<><Duration from={run.startTime} to={null} none="not begun" /><StateBar counts={run.taskCounts} total={run.taskCount} label="Tasks" /></>} />
      )} />
    </Card>
  );
}

export function FailedRuns({ runs, total, words, all }: ListProps & { readonly words: string }): JSX.Element {
  return (
    <Card title="Failed" count={total} flush>
      <Lines runs={runs} total={total} all={all} empty={`No run has failed ${words}.`} line={(run) => (
        <RunLine key={run.id} run={run} more={<><FlowOfRun run={run} />{run.stateMessage !== null && <span title={run.stateMessage}> · {run.stateMessage}</span>}</>} end={<TimeAgo at={run.endTime ?? run.stateAt} />} />
      )} />
    </Card>
  );
}

export function UpcomingRuns({ runs, total, all }: ListProps): JSX.Element {
  return (
    <Card title="Upcoming" count={total} flush>
      <Lines runs={runs} total={total} all={all} empty="No run is planned. A flow with a schedule, or a run for later, stands here." line={(run) => (
        <RunLine key={run.id} run={run} end={<><TimeAgo at={run.scheduledStartTime} /><div>{run.autoScheduled ? "by schedule" : "by hand"}</div></>} />
      )} />
    </Card>
  );
}

export function LateRuns({ runs, total, agents }: { readonly runs: readonly FlowRun[]; readonly total: number; readonly agents: readonly Agent[] }): JSX.Element {
  return <Card title="Late: no agent has taken these runs" count={total} tone="warning" flush><WaitingList runs={runs} agents={agents} most={MOST} /></Card>;
}

function Lines({ runs, total, all, empty, line }: ListProps & { readonly empty: string; readonly line: (run: FlowRun) => JSX.Element }): JSX.Element {
  if (runs.length === 0) return <EmptyState small title={empty} />;
  return <><ul class="line-list">{runs.slice(0, MOST).map(line)}</ul>{total > MOST && <a class="card-foot" href={all}>{plural(total - MOST, "more run")}</a>}</>;
}
