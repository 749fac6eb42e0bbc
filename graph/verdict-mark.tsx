/** The mark of a verdict in a text. */
import type { JSX } from "preact";
import type { Verdict } from "../protocol/verdict.ts";
import { VERDICT_MARKS } from "./verdict-text.ts";

export function VerdictMark({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <svg class="jp-Flowlet-verdictMark" data-verdict={verdict} viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
      <circle r="7.5" /><path d={VERDICT_MARKS[verdict]} />
    </svg>
  );
}
