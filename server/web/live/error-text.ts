/** What the user is told of an error. */

/** The code of the server's refusal: `NOT_FOUND`; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** A sentence. */
export function errorText(error: unknown): string {
  if (errorCode(error) === "UNREACHABLE") return "The server does not answer. It may have stopped: flowlet server start";
  return error instanceof Error ? error.message : String(error);
}
