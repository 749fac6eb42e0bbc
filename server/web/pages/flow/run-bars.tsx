/** The last runs of a flow, the newest at the right: how long each took, in the colour of its state. */
import { max, scaleLinear } from "d3";
import type { JSX } from "preact";
import { durationText, exactTime } from "../../components/format-time.ts";
import { stateStyle } from "../../components/state-badge.tsx";
import type { FlowRun } from "../../live/api.ts";
import { pathTo } from "../../router/routes.ts";

const HEIGHT = 96;

export function RunBars({ runs }: { readonly runs: readonly FlowRun[] }): JSX.Element {
  const now = Date.now();
  const length = ({ startTime, endTime }: FlowRun) => (startTime === null ? 0 : Math.max(0, (endTime === null ? now : Date.parse(endTime)) - Date.parse(startTime)));
  const longest = max(runs, length) ?? 0;
  const y = scaleLinear([0, Math.max(1, longest)], [4, HEIGHT]);
  return (
    <div class="run-bars">
      <span class="run-bars-scale faint">{durationText(longest)}</span>
      <ul>
        {runs.toReversed().map((run) => {
          const text = `${run.name}: ${run.state}, ${durationText(length(run))}, ${exactTime(Date.parse(run.startTime ?? run.scheduledStartTime))}`;
          return <li key={run.id}><a href={pathTo.flowRun(run.id)} title={text} aria-label={text}><span style={{ ...stateStyle(run.state), height: `${y(length(run))}px` }} /></a></li>;
        })}
      </ul>
    </div>
  );
}
