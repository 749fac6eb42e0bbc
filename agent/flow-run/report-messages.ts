/** What the thread of a run and the one that reports say to each other. */
import type { ReportAnswer } from "../../client/api-types.ts";
import type { QueueLimits } from "./report-queue.ts";

/** Whose reports they are, and where they go. */
export interface ReportTarget {
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly flowRunId: string;
  readonly processId: string;
  /** Folder of the spool. */
  readonly folder: string;
  readonly limits?: QueueLimits | undefined;
}

/** To the thread that reports. */
export type ToReportThread =
  /** What is in the spool between the two sequences is to be sent first. */
  | { readonly type: "begin"; readonly target: ReportTarget; readonly acknowledged: number; readonly last: number }
  | { readonly type: "entry"; readonly sequence: number; readonly line: string; readonly spooled: boolean }
  | { readonly type: "heartbeat" }
  | { readonly type: "hurry" };

/** From it. */
export type FromReportThread =
  | { readonly type: "answer"; readonly answer: ReportAnswer }
  | { readonly type: "acknowledged"; readonly sequence: number }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "leftOut"; readonly message: string }
  /** Null: the server is there again. */
  | { readonly type: "connection"; readonly lost: string | null };
