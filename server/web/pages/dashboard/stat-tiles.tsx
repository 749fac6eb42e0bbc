/** A few numbers, each a link to the runs behind it. */
import type { JSX } from "preact";
import { stateStyle } from "../../components/state-badge.tsx";
import type { Overview } from "../../live/api.ts";
import { isStateKind, type StateName } from "../../../../protocol/states.ts";
import type { TimeRange } from "./time-range.ts";

export interface StatTilesProps {
  readonly overview: Overview;
  readonly range: TimeRange;
  readonly since: string;
  readonly toRuns: (query: { readonly [name: string]: string }) => string;
}

export function StatTiles({ overview, range, since, toRuns }: StatTilesProps): JSX.Element {
  const success = countOf(overview, "Success");
  const failed = countOf(overview, "Failed");
  const ended = success + failed;
  return (
    <ul class="tiles">
      <Tile name="Succeeded" value={success} state="Success" href={toRuns({ states: "Success", since })} note={ended === 0 ? range.words : `${percent(success, ended)} of those that succeeded or failed`} />
      <Tile name="Failed" value={failed} state="Failed" href={toRuns({ states: "Failed", since })} note={range.words} />
      <Tile name="In progress" value={overview.totals.inProgress} state="Running" href={toRuns({ states: "Running,Submitted" })} note="now" />
      <Tile name="Upcoming" value={overview.totals.upcoming} state="Scheduled" href={toRuns({ states: "Scheduled" })} note={overview.totals.late === 0 ? "none late" : `${overview.totals.late} late`} />
      <Tile name="Flows" value={overview.flowCount} href="/flows" note={`in ${overview.projectCount} ${overview.projectCount === 1 ? "project" : "projects"}`} />
    </ul>
  );
}

function Tile({ name, value, state, href, note }: { readonly name: string; readonly value: number; readonly state?: StateName; readonly href: string; readonly note: string }): JSX.Element {
  return (
    <li>
      <a class={`tile${state === undefined ? "" : " colored"}${value === 0 ? " zero" : ""}`} href={href} style={state === undefined ? {} : stateStyle(state)}>
        <span class="tile-name">{name}</span><span class="tile-value">{value.toLocaleString("en")}</span><span class="tile-note">{note}</span>
      </a>
    </li>
  );
}

/** Runs in a state or a kind of it. */
function countOf({ counts }: Overview, state: StateName): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (isStateKind(name, state) ? count ?? 0 : 0), 0);
}

/** Never 100 % where one failed, never 0 % where one succeeded. */
function percent(part: number, whole: number): string {
  const value = (part / whole) * 100;
  return `${value > 0 && value < 1 ? "<1" : value < 100 && value > 99 ? ">99" : Math.round(value)} %`;
}
