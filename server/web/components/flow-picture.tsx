/** The picture of a flow on a page, with the states of a run where there is one. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FlowView } from "../../../graph/index.ts";
import type { NodeStatus, RunStatus, TaskDetails } from "../../../protocol/comm-messages.ts";
import { readFlowSnapshot } from "../../../protocol/flow-snapshot.ts";
import { useServices } from "../app/services.ts";

export interface FlowPictureProps {
  /** As the flow was registered: a FlowSnapshot or PackedFlow. */
  readonly graph: unknown;
  /** By slug. */
  readonly statuses?: { readonly [slug: string]: NodeStatus };
  readonly run?: RunStatus;
  /** All about one task, for the panel. @throws Error with a sentence for the panel */
  readonly details: (slug: string) => Promise<TaskDetails>;
}

const HEIGHT = 560;

export function FlowPicture({ graph, statuses, run, details }: FlowPictureProps): JSX.Element {
  const { theme } = useServices();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<FlowView | null>(null);
  const ask = useRef(details);
  ask.current = details;
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const snapshot = readFlowSnapshot(graph);
    if (typeof snapshot === "string") {
      setProblem("The picture of this version can not be read. Register the flow again to have one.");
      return;
    }
    if (box.current === null) return;
    const made = new FlowView(box.current, { actions: { details: (slug) => ask.current(slug) }, maxHeight: HEIGHT });
    // It would link to the page on which it is.
    const { link: _, ...flow } = snapshot;
    made.setFlow(flow, statuses, run);
    made.setConnection({ live: true });
    view.current = made;
    const stop = theme.shown.subscribe(() => made.restyle());
    return () => {
      stop();
      view.current = null;
      made.dispose();
    };
  }, [graph]);
  useEffect(() => { if (statuses !== undefined) view.current?.updateStates(statuses, run); }, [statuses, run]);
  return problem === null ? <div class="picture" ref={box} /> : <p class="faint picture-problem">{problem}</p>;
}
