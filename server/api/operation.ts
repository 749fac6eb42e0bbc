/**
 * What an operation of the API is: one table of them is the whole contract. The HTTP routes, the OpenAPI document and the typed client are made from
 * it, and the orchestration has a method of the same name for each.
 */
import type { ZodType, z } from "zod";

/** Who may call it besides the pages of the server itself; also the heading it stands under in the document. */
export type Tag = "projects" | "flows" | "schedules" | "flow runs" | "task runs" | "logs" | "agents" | "server";

/** One operation. Its input is the three parts together; names in them never meet. */
export interface Operation<Params extends ZodType | undefined = ZodType | undefined, Query extends ZodType | undefined = ZodType | undefined, Body extends ZodType | undefined = ZodType | undefined, Response extends ZodType = ZodType> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/api`, with `{names}` of the path's parameters: `/flow-runs/{flowRunId}`. */
  readonly path: string;
  readonly tag: Tag;
  /** One sentence. */
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly response: Response;
  /** Codes of {@link ApiErrorCode} that it may answer with besides those that all share. */
  readonly errors: readonly ApiErrorCode[];
}

/** Why a request was not done. The number is the HTTP status. */
export const API_ERRORS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  DATABASE_BUSY: 503,
  DATABASE_FULL: 507,
} as const;

/** Name of a kind of refusal. */
export type ApiErrorCode = keyof typeof API_ERRORS;

type Part<T extends ZodType | undefined> = T extends ZodType ? z.output<T> : unknown;
type SentPart<T extends ZodType | undefined> = T extends ZodType ? z.input<T> : unknown;

/** What the orchestration is given: parsed, with defaults. */
export type OperationInput<O extends Operation> = Part<O["params"]> & Part<O["query"]> & Part<O["body"]>;
/** What a client may send: defaults may be left out. */
export type OperationRequest<O extends Operation> = SentPart<O["params"]> & SentPart<O["query"]> & SentPart<O["body"]>;
/** What it answers. */
export type OperationOutput<O extends Operation> = z.output<O["response"]>;

interface Definition<Params, Query, Body, Response> {
  readonly tag: Tag;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  readonly errors?: readonly ApiErrorCode[];
}

/** Writes an operation down. @param route method and path: `GET /projects` */
export function operation<Response extends ZodType, Params extends ZodType | undefined = undefined, Query extends ZodType | undefined = undefined, Body extends ZodType | undefined = undefined>(
  route: `${Operation["method"]} /${string}`,
  { tag, summary, params, query, body, response, errors = [] }: Definition<Params, Query, Body, Response>,
): Operation<Params, Query, Body, Response> {
  const [method, path] = route.split(" ") as [Operation["method"], string];
  return { method, path, tag, summary, params: params as Params, query: query as Query, body: body as Body, response, errors };
}
