/** Whatever goes wrong with a request, as the one kind of answer that all refusals are. */
import { API_ERRORS, type ApiErrorCode } from "../api/operation.ts";
import type { ErrorBody } from "../api/schemas/error-body.ts";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";

export interface Refusal {
  readonly status: number;
  readonly body: ErrorBody;
  /** The server is to blame: its log has to say why. */
  readonly isInternal: boolean;
}

/** What Fastify and its plugins refuse by themselves. */
const CODES: Readonly<Record<string, readonly [ApiErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UNSUPPORTED_MEDIA_TYPE", "The body must be JSON: send it with \"content-type: application/json\"."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["BAD_REQUEST", "The body is not as long as \"content-length\" says."],
  FST_ERR_BAD_URL: ["BAD_REQUEST", "The address is not valid: a percent sign in it must be followed by two hexadecimal digits that are UTF-8."],
  FST_ERR_ASYNC_CONSTRAINT: ["BAD_REQUEST", "The request is not valid HTTP."],
};

/** @param limit of the body in bytes, for the message */
export function refusalOf(error: unknown, limit?: number): Refusal {
  if (error instanceof OrchestrationError) return refusal(error.code, error.message, error.details);
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : CODES[code];
  if (known !== undefined) return refusal(...known);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return refusal("PAYLOAD_TOO_LARGE", `The body is larger than ${limit === undefined ? "the server takes" : `${limit} bytes, which is what the server takes here`}.`);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return refusal("BAD_REQUEST", "The request is not valid.");
  return { ...refusal("INTERNAL", "The server failed. What went wrong is in its log (~/.flowlet/server/server.log)."), isInternal: true };
}

function refusal(code: ApiErrorCode, message: string, details?: unknown): Refusal {
  return { status: API_ERRORS[code], body: { error: { code, message, ...(details === undefined ? {} : { details: details as ErrorBody["error"]["details"] }) } }, isInternal: code === "INTERNAL" };
}
