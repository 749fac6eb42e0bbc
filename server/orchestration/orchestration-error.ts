/** What the orchestration refuses. */
import type { ApiErrorCode } from "../api/operation.ts";

/** A refusal: its code is the answer's status, its message is for people. */
export class OrchestrationError extends Error {
  readonly code: ApiErrorCode;
  /** More for programs, e.g. the names of missing parameters. */
  readonly details: unknown;

  constructor(code: ApiErrorCode, message: string, details?: unknown) {
    super(message);
    this.name = "OrchestrationError";
    this.code = code;
    this.details = details;
  }
}
