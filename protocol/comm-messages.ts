/**
 * What a picture and its kernel say to each other over the Jupyter comm named {@link COMM_TARGET}.
 *
 * The kernel opens one comm for its whole life when it first displays a flow; a page that was loaded later finds it with
 * comm_info_request and adopts it (iopub is a broadcast, so one comm serves every view of every notebook on the kernel).
 * A front end may also open a comm of its own to the same target. Messages about a flow name it by `flowId`; replies carry
 * the `requestId` of what they answer. Deltas have a sequence number per flow: who sees a gap asks for a snapshot.
 */
import type { FlowSnapshot } from "./flow-snapshot.ts";
import type { StateName } from "./states.ts";
import type { NodePlan } from "./verdict.ts";

/** Comm target name, on both sides. */
export const COMM_TARGET = "flowlet";

/**
 * What runs; what the picture's buttons and a node's menu send. `runTask` keeps the upstream results, `refresh` runs a task though its result
 * is kept, and what depends on it where that comes out different; `refreshOutside` does so with all results that came from outside.
 */
export type FlowAction = "run" | "runFailed" | "refreshOutside" | "runTask" | "runFrom" | "runUpTo" | "refresh";

/** Actions that are about the whole flow, and need no node. */
export const FLOW_ACTIONS: ReadonlySet<string> = new Set<FlowAction>(["run", "runFailed", "refreshOutside"]);

/** A page says. */
export type ViewMessage =
  /** Send me the whole flow. `graph` is the structure the page has drawn, if any. */
  | { readonly type: "snapshot"; readonly flowId: string; readonly graph?: string; readonly requestId?: string }
  /** Run something. `nodeId` is needed by all that is about one task. */
  | { readonly type: "action"; readonly action: FlowAction; readonly flowId: string; readonly nodeId?: string; readonly requestId: string }
  /** Store the flow on the server. `project`: absent: the one that was used last. */
  | { readonly type: "register"; readonly flowId: string; readonly project?: string; readonly requestId: string }
  /** Stop the flow's current run. */
  | { readonly type: "cancel"; readonly flowId: string; readonly requestId: string }
  /** Everything about one task, for the panel. */
  | { readonly type: "details"; readonly flowId: string; readonly nodeId: string; readonly requestId: string };

/** What a delta says of one task. */
export interface NodeStatus {
  readonly state: StateName;
  /** One sentence, from the state. */
  readonly message?: string;
  /** When the state was entered (milliseconds since 1970). */
  readonly at: number;
  /** Attempts so far (count). */
  readonly attempts?: number;
  /** Time between Running and finished (milliseconds), when finished. */
  readonly duration?: number;
  /** Why it ran or was kept, in words. */
  readonly reason?: string;
  /** Of a mapped task: how many children are in which state. */
  readonly children?: { readonly [State in StateName]?: number };
  /** What the next run would do with it; absent while it runs, and where that is not known. */
  readonly plan?: NodePlan;
}

/** What a delta says of the flow run as a whole. */
export interface RunStatus {
  /** State of the flow run; absent when it never ran in this kernel. */
  readonly state?: StateName;
  readonly running: boolean;
  /** When the run began and ended (milliseconds since 1970). */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** "12 tasks: 9 kept, 3 run (1.2 s)" after a run; "waits for the next run at 14:02:00" in a schedule. */
  readonly note?: string;
}

/** One thing a task printed or logged. */
export interface TaskLog {
  readonly at: number;
  readonly source: "stdout" | "stderr" | "log" | "display";
  /** Of a log record: `DEBUG` … `CRITICAL`. */
  readonly level?: string;
  readonly text: string;
  /** Of a display: what was shown, by MIME type; `text` says it in words. */
  readonly data?: { readonly [mimeType: string]: unknown };
  /** It was kept from an earlier run and is shown again. */
  readonly kept?: boolean;
}

/** One child of a mapped task. */
export interface ChildDetails {
  /** Its place among the children (from 0). */
  readonly index: number;
  readonly status: NodeStatus;
  /** Preview of the result as text; absent without a result. */
  readonly result?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
  readonly logs: readonly TaskLog[];
}

/** Everything about one task, for the panel. Long texts are cut by the kernel and say so. */
export interface TaskDetails {
  readonly nodeId: string;
  readonly name: string;
  readonly kind: string;
  /** `add(x, y)`: name and inputs. */
  readonly signature: string;
  /** Path of its own page, where the picture is on the server's pages. */
  readonly page?: string;
  readonly status: NodeStatus;
  /** Oldest first. */
  readonly history: readonly { readonly state: StateName; readonly message?: string; readonly at: number }[];
  /** Preview of the result as text; absent without a result. */
  readonly result?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
  readonly logs: readonly TaskLog[];
  /** Of a mapped task: some of its children, those that failed first. */
  readonly children?: readonly ChildDetails[];
  /** What each input is fed by: another task's name or a constant's value. */
  readonly inputs: readonly { readonly key: string; readonly from: string }[];
}

/** The kernel says. */
export type KernelMessage =
  /** The whole flow, to one that asked or after its graph changed. `nodes` holds the status of tasks that have one. */
  | {
      readonly type: "snapshot"; readonly flowId: string; readonly seq: number; readonly requestId?: string;
      readonly flow: FlowSnapshot; readonly nodes: { readonly [nodeId: string]: NodeStatus }; readonly run: RunStatus;
      /** The project that this kernel registered a flow in last. */
      readonly project?: string;
    }
  /** What changed since the last message about this flow; at most 10 messages a second a flow. */
  | {
      readonly type: "delta"; readonly flowId: string; readonly seq: number;
      readonly nodes: { readonly [nodeId: string]: NodeStatus }; readonly run?: RunStatus;
    }
  /** A run ended: what the outputs that show this flow should now hold, so that the saved notebook has the last states. */
  | { readonly type: "final"; readonly flowId: string; readonly data: { readonly [mimeType: string]: unknown } }
  /** The flow was created again and looks different: pictures of these structures are old. */
  | { readonly type: "replaced"; readonly flowId: string; readonly graphs: readonly string[]; readonly requestId?: string }
  /** What became of an action: `queued` while a cell executes, then `started`, then `finished`. */
  | {
      readonly type: "action"; readonly flowId: string; readonly requestId: string;
      readonly status: "queued" | "started" | "finished"; readonly message: string;
    }
  | { readonly type: "details"; readonly flowId: string; readonly requestId: string; readonly details: TaskDetails }
  /** The message could not be served. `code` is one of the engine's or `BAD_MESSAGE`, `UNKNOWN_FLOW`, `UNKNOWN_TASK`. */
  | { readonly type: "error"; readonly flowId?: string; readonly requestId?: string; readonly code: string; readonly message: string };
