/** How far a flow run has come with one task. */
import type { GraphNode } from "../graph/graph-node.ts";
import { Mapped, type State } from "../state.ts";

function isMapped({ upstream }: GraphNode): boolean {
  for (let i = 0; i < upstream.length; i++) if (upstream[i].mapped) return true;
  return false;
}

/** Mutable; one for each task of a flow run. */
export class NodeProgress {
  readonly node: GraphNode;
  /** What waits for it, as it was when the run began. */
  readonly to: readonly GraphNode[];
  /** It is run once for each element of what it maps over. */
  readonly isMapped: boolean;
  /** Edges that must pass before it begins (count). */
  waits: number;
  /** Mapped upstreams on mapped edges have told that they are made ready. */
  expansionPassed = false;
  /** Made ready for mapping: the state that holds the children. */
  mapped: Mapped | null = null;
  /** Children that are not finished (count). */
  left = 0;
  /** Of each child: mapped upstream children that are not finished (count); null where there are none at all. */
  childWaits: Uint16Array | null = null;
  /** Children below this index have been looked at. */
  nextChild = 0;

  constructor(node: GraphNode) {
    this.node = node;
    this.to = node.to;
    this.isMapped = isMapped(node);
    this.waits = node.from.length;
  }

  /** The next child that can begin by itself; -1 when there is none. Children that wait are begun by what they wait for. */
  takeChild(): number {
    const count = this.mapped?.mapStates.length ?? 0;
    while (this.nextChild < count) {
      const index = this.nextChild++;
      if (this.childWaits === null || this.childWaits[index] === 0) return index;
    }
    return -1;
  }

  /** All children are finished: the mapped state's result is the list of theirs. */
  complete(): void {
    if (this.mapped !== null) this.mapped.result = this.mapped.mapStates.map((child: State) => child.result);
  }
}
