/** What a call of the API is refused with. */

/** A refusal of the server, or a server that can not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** What kind: `NOT_FOUND`, `CONFLICT`, …; `UNREACHABLE`: no server answered; `UNEXPECTED`: what answered is no Flowlet server. */
  readonly code: string;
  /** HTTP status; 0 where no server answered. */
  readonly status: number;
  /** More for programs. */
  readonly details: unknown;

  constructor(code: string, status: number, message: string, details?: unknown, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** Whether the same call may be made again later, with hope: nothing answered, or the server was busy. */
export function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.code === "UNREACHABLE" || error.status === 429 || error.status === 502 || error.status === 503 || error.status === 504);
}
