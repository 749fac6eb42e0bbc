/** The states that something went through, the newest first. */
import type { JSX } from "preact";
import type { StateEntry } from "../live/api.ts";
import { clockTime, exactTime } from "./format-time.ts";
import { StateBadge } from "./state-badge.tsx";

export function StateHistory({ entries }: { readonly entries: readonly StateEntry[] }): JSX.Element {
  return (
    <ol class="history">
      {entries.toReversed().map(({ id, at, type, message }) => (
        <li key={id}>
          <time class="time" dateTime={at} title={exactTime(Date.parse(at))}>{clockTime(Date.parse(at)).slice(0, 8)}</time>
          <div><StateBadge state={type} />{message !== null && message !== "" && <p class="history-message">{message}</p>}</div>
        </li>
      ))}
    </ol>
  );
}
