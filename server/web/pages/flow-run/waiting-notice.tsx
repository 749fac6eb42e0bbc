/** Why a run does not begin although its time has come, and what to do. */
import type { JSX } from "preact";
import { isStateKind } from "../../../../protocol/states.ts";
import { Command } from "../../components/copyable.tsx";
import { AlertIcon } from "../../components/icons.tsx";
import { useNow } from "../../components/time.tsx";
import { waitingReason } from "../../components/waiting-reason.ts";
import type { FlowRunDetails } from "../../live/api.ts";
import { useQuery } from "../../live/use-query.ts";

/** An agent may take so long (milliseconds). */
const PATIENCE = 3000;

export function WaitingNotice({ run }: { readonly run: FlowRunDetails }): JSX.Element | null {
  const waits = isStateKind(run.state, "Scheduled") && run.state !== "Paused";
  const now = useNow(waits ? 1000 : null);
  const isLate = waits && now - Math.max(Date.parse(run.scheduledStartTime), Date.parse(run.stateAt)) > PATIENCE;
  const { data } = useQuery("listAgents", isLate ? {} : null, { refreshOn: ["agent"] });
  if (!isLate || data === undefined) return null;
  const { text, command } = waitingReason(run.labels, data.items);
  return <div class="notice warning" role="status"><AlertIcon /><div><strong>No agent has taken this run.</strong> {text}</div>{command !== undefined && <Command>{command}</Command>}</div>;
}
