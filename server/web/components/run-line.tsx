/** A run in one line of a short list: its state, its name, of which flow. */
import type { ComponentChildren, JSX } from "preact";
import type { FlowRun } from "../live/api.ts";
import { pathTo } from "../router/routes.ts";
import { StateDot } from "./state-badge.tsx";

export function RunLine({ run, more, end }: { readonly run: FlowRun; /** Below the name; default: the flow */ readonly more?: ComponentChildren; /** At the right */ readonly end: ComponentChildren }): JSX.Element {
  return (
    <li class="line">
      <StateDot state={run.state} />
      <div class="line-text"><a href={pathTo.flowRun(run.id)}>{run.name}<span class="unseen">, {run.state}</span></a><span class="line-more">{more ?? <FlowOfRun run={run} />}</span></div>
      <div class="line-end">{end}</div>
    </li>
  );
}

/** The flow of a run, as a link. */
export function FlowOfRun({ run }: { readonly run: FlowRun }): JSX.Element {
  return <><a href={pathTo.flow(run.flowId)}>{run.flowName}</a> <span class="faint">· version {run.flowVersion}</span></>;
}
