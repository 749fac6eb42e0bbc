/** What goes between the main thread and a worker thread. Everything survives structured clone. */
import type { LogRecord } from "../../logging/log-record.ts";
import type { PortableGraph } from "../../portable/portable-graph.ts";
import type { Noticed } from "../../tracing/trace.ts";
import type { RunEntries, TaskEntries } from "./call-context.ts";

/** Given to a thread when it starts. */
export interface ThreadData {
  /** What tasks use is to be noticed from the start: modules may take functions out of node:fs. */
  readonly traces: boolean;
  /** Slots of the calls that it is handed ahead of their turn: see claims.ts. */
  readonly slots: Int32Array;
  readonly setup: { readonly url: string; readonly data: unknown } | null;
}

/** Code of a task. */
export interface ProgramMessage {
  readonly type: "program";
  readonly program: number;
  /** The graph, or its bytes as `v8.Serializer` writes them. Its roots: the task, then its inputs and its last loop result where these are not plain data. */
  readonly content: PortableGraph | Uint8Array;
  /** Each call needs values of its own. */
  readonly changeable: boolean;
}

/** One call of a task's function. */
export interface CallMessage {
  readonly type: "call";
  readonly call: number;
  readonly program: number;
  /** The program is for this call only. */
  readonly once: boolean;
  /** Null: they are a root of the program. */
  readonly inputs: Readonly<Record<string, unknown>> | null;
  readonly names: readonly string[];
  readonly entries: TaskEntries;
  /** Number of the flow run whose entries its context has. */
  readonly run: number;
  /** Tell when the function begins: not at once, because something has to be loaded first. */
  readonly tellsBegin: boolean;
  /** Tell what files and the like the function has used. */
  readonly traced: boolean;
  /** Of a call that has to be claimed before it begins; -1: it is the thread's. */
  readonly slot: number;
}

/** To a thread. */
export type ToThread =
  | ProgramMessage
  | CallMessage
  /** Context entries of a flow run, and why others can not be read there. */
  | ({ readonly type: "run"; readonly run: number } & RunEntries)
  | { readonly type: "abort"; readonly call: number; readonly message: string; readonly name: string }
  | { readonly type: "forget"; readonly programs: readonly number[]; readonly runs: readonly number[] };

/** How a call has ended. `took`: how long that took from its beginning (milliseconds). */
export type SettledInThread =
  | { readonly type: "returned"; readonly call: number; readonly value: unknown; readonly took: number }
  /** The value, or what was thrown, as the only root of a graph. */
  | { readonly type: "returnedGraph" | "threw"; readonly call: number; readonly graph: PortableGraph; readonly took: number };

/** What code has printed or logged; null: it belongs to no call. */
export type HeardFromThread =
  | { readonly type: "printed"; readonly call: number | null; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "logged"; readonly call: number | null; readonly record: LogRecord };

/** From a thread; several at once. */
export type FromThread =
  | SettledInThread
  | HeardFromThread
  | { readonly type: "began"; readonly call: number }
  | { readonly type: "noticed"; readonly call: number; readonly seen: Noticed }
  /** It was claimed and not begun: the thread has calls that wait for something, and how many may do so is not the thread's to decide. */
  | { readonly type: "left"; readonly call: number }
  /** The function waits for something: the thread is free for others. */
  | { readonly type: "waits"; readonly call: number };
