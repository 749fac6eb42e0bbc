/** A state by colour, icon and name: never by colour alone. */
import type { CSSProperties, JSX } from "preact";
import { inkOn } from "../../../layout/state-counts.ts";
import { isStateName, STATES, type StateName } from "../../../protocol/states.ts";

/** Colours of a state for CSS: `--state` and `--state-ink`, what reads best on it. */
export function stateStyle(state: string): CSSProperties {
  const { color } = STATES[isStateName(state) ? state : "State"];
  return { "--state": color, "--state-ink": inkOn(color) } as CSSProperties;
}

/** A round mark with the state's icon. */
export function StateDot({ state }: { readonly state: string }): JSX.Element {
  const { icon } = STATES[isStateName(state) ? state : "State"];
  return <span class={`state-dot${state === "Running" || state === "Cancelling" ? " turning" : ""}`} style={stateStyle(state)} title={state} aria-hidden="true">{icon}</span>;
}

/** Mark and name in a pill. @param title a longer text: the state's message */
export function StateBadge({ state, title }: { readonly state: string; readonly title?: string | null }): JSX.Element {
  return <span class="state-badge" data-state={state} style={stateStyle(state)} title={title ?? undefined}><StateDot state={state} />{state}</span>;
}

/** How many are in which state, as a segmented bar. Nothing where there are none. @param total those that have no state yet are the rest of it, an empty part */
export function StateBar({ counts, total = 0, label }: { readonly counts: { readonly [State in StateName]?: number | undefined }; readonly total?: number; readonly label: string }): JSX.Element | null {
  const parts = stateParts(counts);
  if (parts.length === 0) return null;
  const rest = total - parts.reduce((sum, [, count]) => sum + count, 0);
  const text = parts.map(([state, count]) => `${count} ${state}`).join(", ");
  return (
    <span class="state-bar" role="img" aria-label={`${label}: ${text}`} title={text}>
      {parts.map(([state, count]) => <span key={state} data-state={state} style={{ ...stateStyle(state), flexGrow: count }} />)}
      {rest > 0 && <span data-state="Pending" style={{ flexGrow: rest }} />}
    </span>
  );
}

/** Counts above 0: what is done first, then what goes on, then what waits. */
export function stateParts(counts: { readonly [State in StateName]?: number | undefined }): [state: StateName, count: number][] {
  return ORDER.flatMap((state) => { const count = counts[state] ?? 0; return count > 0 ? [[state, count] as [StateName, number]] : []; });
}

const FIRST: readonly StateName[] = ["Success", "Cached", "Mapped", "Skipped", "Failed", "TimedOut", "TriggerFailed", "ValidationFailed", "Cancelled", "Running"];
const ORDER: readonly StateName[] = [...FIRST, ...(Object.keys(STATES) as StateName[]).filter((state) => !FIRST.includes(state))];
