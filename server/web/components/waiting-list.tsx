/** Runs that no agent has taken, with the reason and what to do; a reason that several have is said once. */
import type { JSX } from "preact";
import type { Agent, FlowRun } from "../live/api.ts";
import { Command } from "./copyable.tsx";
import { plural } from "./format-time.ts";
import { Labels } from "./labels.tsx";
import { RunLine } from "./run-line.tsx";
import { TimeAgo } from "./time.tsx";
import { waitingReason, type WaitingReason } from "./waiting-reason.ts";

/** @param most how many runs of a reason are shown (count) */
export function WaitingList({ runs, agents, most }: { readonly runs: readonly FlowRun[]; readonly agents: readonly Agent[]; readonly most: number }): JSX.Element {
  const reasons = new Map<string, { readonly reason: WaitingReason; readonly runs: FlowRun[] }>();
  for (const run of runs) {
    const reason = waitingReason(run.labels, agents);
    const entry = reasons.get(reason.text) ?? { reason, runs: [] };
    entry.runs.push(run);
    reasons.set(reason.text, entry);
  }
  return (
    <>
      {[...reasons.values()].map(({ reason, runs: waiting }) => (
        <div key={reason.text} class="waiting">
          <p class="waiting-reason"><span>{plural(waiting.length, "run")}: {reason.text}</span>{reason.command !== undefined && <Command>{reason.command}</Command>}</p>
          <ul class="line-list">
            {waiting.slice(0, most).map((run) => <RunLine key={run.id} run={run} end={<span class="waiting-end"><Labels labels={run.labels} /><span>due <TimeAgo at={run.scheduledStartTime} /></span></span>} />)}
          </ul>
          {waiting.length > most && <p class="card-foot faint">and {plural(waiting.length - most, "more run")}</p>}
        </div>
      ))}
    </>
  );
}
