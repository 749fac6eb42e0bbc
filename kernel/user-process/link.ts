/**
 * What the kernel process and the user process say to each other. Types only.
 *
 * Two pipes beside stdin, stdout and stderr, each carrying one JSON object a line:
 * - descriptor 3: main thread → kernel process. Written synchronously, so that what was said before an endless loop, an
 *   interrupt or a crash has been said, and in the order it was said.
 * - descriptor 4: kernel process ⇄ control thread, which works while the main thread is blocked. It hands on to the main
 *   thread what is meant for it.
 *
 * `execution` numbers the executions of one kernel, from 1, also those that do not count as `In [n]`. Output carries the
 * execution that started the work, however late it comes; `null`: none did.
 */
import type { CellIdentity } from "../flows/front-end.ts";

/** Descriptor of the pipe main thread → kernel process. */
export const MAIN_DESCRIPTOR = 3;

/** Descriptor of the pipe kernel process ⇄ control thread. */
export const CONTROL_DESCRIPTOR = 4;

/** Environment variable that hands {@link UserProcessOptions} (JSON) to the user process. Removed before any user code runs. */
export const OPTIONS_VARIABLE = "FLOWLET_USER_PROCESS";

/** What the user process must know when it starts. */
export interface UserProcessOptions {
  /** The notebook's folder, absolute. */
  readonly directory: string;
  readonly kernelId: string;
  /** Random text in the marks on stdout and stderr, so that no output can be taken for a mark. */
  readonly markKey: string;
}

/** The mark that the user process writes to descriptors 1 and 2 at fence `id`. Short, so that one write carries it whole. */
export function fenceMark(markKey: string, id: number): string {
  return `\x1b_${markKey};${id}\x1b\\`;
}

/** A MIME bundle on its way to the front end. */
export interface LinkBundle {
  readonly data: { readonly [mimeType: string]: unknown };
  readonly metadata: { readonly [key: string]: unknown };
  readonly displayId?: string;
}

/** An error as the front end shows it. */
export interface LinkError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Value of a user expression, as execute_reply carries it. */
export type ExpressionReply =
  | { readonly status: "ok"; readonly data: LinkBundle["data"]; readonly metadata: LinkBundle["metadata"] }
  | ({ readonly status: "error" } & LinkError);

/** One entry of execute_reply's payload. */
export interface Payload {
  readonly source: "page";
  readonly data: LinkBundle["data"];
  /** Line to show first. */
  readonly start: number;
}

/** The main thread says. */
export type FromMain =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly execution: number | null; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly execution: number | null; readonly bundle: LinkBundle }
  | { readonly type: "updateDisplay"; readonly execution: number | null; readonly bundle: LinkBundle }
  | { readonly type: "clearOutput"; readonly execution: number | null; readonly wait: boolean }
  /** The value of the cell's last expression. */
  | { readonly type: "result"; readonly execution: number; readonly bundle: LinkBundle }
  /** Something that an execution started (a timer, a promise) failed; the execution itself may be over. */
  | { readonly type: "lateError"; readonly execution: number | null; readonly error: LinkError }
  | {
      readonly type: "finished"; readonly execution: number; readonly error?: LinkError;
      readonly expressions: { readonly [name: string]: ExpressionReply }; readonly payload: readonly Payload[];
    }
  | {
      readonly type: "input"; readonly execution: number; readonly request: number;
      readonly prompt: string; readonly password: boolean; readonly blocking: boolean;
    }
  | { readonly type: "commOpen"; readonly execution: number | null; readonly commId: string; readonly target: string; readonly data: unknown }
  | { readonly type: "commMessage"; readonly execution: number | null; readonly commId: string; readonly data: unknown }
  | { readonly type: "commClose"; readonly execution: number | null; readonly commId: string }
  /** Wants a turn in the queue of cells; is granted by `turn`. */
  | { readonly type: "takeTurn"; readonly turn: number }
  | { readonly type: "releaseTurn"; readonly turn: number }
  /** All that stdout and stderr carry before mark `id` comes before what is said next, all after it later. */
  | { readonly type: "fence"; readonly id: number }
  /** All that stdout and stderr carry by now comes before what is said next. What they carry later may come before it, too. */
  | { readonly type: "drain" }
  /** `process.exit()` was called, or the event loop threw. */
  | { readonly type: "exiting"; readonly code: number };

/** The kernel process says to the main thread, by way of the control thread. */
export type ToMain =
  /** `expressions`: user expressions by name, as JavaScript. */
  | {
      readonly type: "execute"; readonly execution: number; readonly cell: CellIdentity; readonly label: string;
      /** As the user wrote it. */
      readonly code: string;
      readonly javascript: string; readonly sourceUrl: string; readonly sourceMap?: string;
      readonly silent: boolean; readonly allowStdin: boolean;
      readonly expressions: { readonly [name: string]: string }; readonly deletedCells: readonly string[];
    }
  | { readonly type: "inputReply"; readonly request: number; readonly value: string | null; readonly blocking: boolean }
  | { readonly type: "commOpen"; readonly commId: string; readonly target: string; readonly data: unknown }
  | { readonly type: "commMessage"; readonly commId: string; readonly data: unknown }
  | { readonly type: "commClose"; readonly commId: string }
  | { readonly type: "turn"; readonly turn: number }
  | { readonly type: "shutdown" };

/** The kernel process says to the control thread itself. */
export type ToControl = ToMain | { readonly type: "interrupt" };

/** The control thread says. */
export type FromControl =
  /** The main thread has taken note of the interrupt; `terminated` counts how often its code had to be cut off. */
  | { readonly type: "interrupted"; readonly terminated: number }
  /** The main thread has not answered to the interrupt for 5 s: it is inside a call that cannot be interrupted. */
  | { readonly type: "unresponsive" };
