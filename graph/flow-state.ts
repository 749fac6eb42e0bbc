/** What a picture knows of its flow: the graph, the status of each task, the run. Pure data; views read it. */
import type { NodeStatus, RunStatus } from "../protocol/comm-messages.ts";
import type { FlowNode, FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { isNodePlan, readSavedPlan, type NodePlan, type SavedPlan, type VerdictCounts } from "../protocol/verdict.ts";
import { isStateKind, isStateName, STATES, type StateName } from "../protocol/states.ts";

/** Status of tasks by node id, as messages carry it. */
export type NodeStatuses = { readonly [nodeId: string]: NodeStatus };

/** How many tasks are where in a run. */
export interface Progress {
  readonly total: number;
  /** Finished, whatever the outcome. */
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  /** By state, in the state table's order. */
  readonly states: readonly (readonly [state: StateName, count: number])[];
}

/** A flow with the states of its tasks. */
export class FlowState {
  #flow: FlowSnapshot;
  #statuses = new Map<string, NodeStatus>();
  #index = new Map<string, number>();
  #savedPlan: SavedPlan | null = null;
  #savedPlans = new Map<string, NodePlan>();
  #run: RunStatus | null = null;

  constructor(flow: FlowSnapshot) {
    this.#flow = flow;
    this.setFlow(flow);
  }

  get flow(): FlowSnapshot { return this.#flow; }
  /** Null where no kernel told. */
  get run(): RunStatus | null { return this.#run; }

  /**
   * Replaces the whole flow.
   * @param statuses - the kernel's; without them the states that the snapshot holds
   */
  setFlow(flow: FlowSnapshot, statuses: NodeStatuses = {}, run: RunStatus | null = null): void {
    this.#flow = flow;
    this.#run = run;
    this.#statuses = new Map(Object.entries(statuses));
    this.#savedPlan = readSavedPlan(flow.plan);
    this.#savedPlans = new Map(this.#savedPlan?.tasks.map((plan) => [plan.id, plan]));
    this.#index = new Map(flow.nodes.map((node, index) => [node.id, index]));
  }

  /** Takes in what changed. @returns ids of the nodes that are drawn differently now; unknown ids are ignored */
  update(statuses: NodeStatuses, run?: RunStatus): string[] {
    const changed: string[] = [];
    for (const [id, status] of Object.entries(statuses)) {
      if (!this.#index.has(id)) continue;
      this.#statuses.set(id, status);
      changed.push(id);
    }
    if (run !== undefined) this.#run = run;
    return changed;
  }

  node(id: string): FlowNode | undefined {
    const index = this.#index.get(id);
    return index === undefined ? undefined : this.#flow.nodes[index];
  }

  status(id: string): NodeStatus | undefined { return this.#statuses.get(id); }

  /**
   * What the next run would do with a task: as the kernel says, else as the picture of a plan was saved with. Undefined: it runs just now, or
   * nobody knows.
   */
  plan(id: string): NodePlan | undefined {
    const status = this.#statuses.get(id);
    return isNodePlan(status?.plan) ? status.plan : this.#statuses.size === 0 ? this.#savedPlans.get(id) : undefined;
  }

  /** Of the picture of a plan. */
  get savedPlan(): SavedPlan | null { return this.#savedPlan; }

  /** Counts of the verdicts; null where no task has one. */
  verdicts(): VerdictCounts | null {
    const counts = { fresh: 0, outside: 0, stale: 0, unknown: 0 };
    let known = false;
    for (const { id } of this.#flow.nodes) {
      const verdict = this.plan(id)?.verdict;
      if (verdict === undefined) continue;
      counts[verdict]++;
      known = true;
    }
    return known ? counts : null;
  }

  /** State of a node; unknown names are drawn as the root state. */
  state(node: FlowNode): StateName {
    const state = this.#statuses.get(node.id)?.state ?? node.state ?? "Pending";
    return isStateName(state) ? state : "State";
  }

  /** Of a mapped task: its children by state; empty for others. */
  children(node: FlowNode): [state: StateName, count: number][] {
    const children = this.#statuses.get(node.id)?.children ?? node.children ?? {};
    return Object.entries(children).filter(
      (entry): entry is [StateName, number] => isStateName(entry[0]) && Number.isInteger(entry[1]) && (entry[1] as number) > 0,
    );
  }

  /** State of the flow run; null where it never ran. */
  get flowState(): StateName | null {
    const state = this.#run?.state ?? this.#flow.state;
    return isStateName(state) ? state : null;
  }

  get isRunning(): boolean { return this.#run?.running === true; }

  /** Counts over all tasks, constants left out. */
  progress(): Progress {
    const counts = new Map<StateName, number>();
    let total = 0;
    let done = 0;
    let running = 0;
    let failed = 0;
    for (const node of this.#flow.nodes) {
      if (node.kind === "constant") continue;
      const state = this.state(node);
      counts.set(state, (counts.get(state) ?? 0) + 1);
      total++;
      if (isStateKind(state, "Finished")) done++;
      if (isStateKind(state, "Failed")) failed++;
      if (isStateKind(state, "Running")) running++;
    }
    const states = (Object.keys(STATES) as StateName[]).flatMap((state): [StateName, number][] => {
      const count = counts.get(state);
      return count === undefined ? [] : [[state, count]];
    });
    return { total, done, running, failed, states };
  }
}
