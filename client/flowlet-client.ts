/** The client of a Flowlet server, for Node and for browsers. */
import { ApiError } from "./api-error.ts";
import { ApiMethods, type CallOptions } from "./api-methods.ts";
import { API_OPERATIONS, type ApiOperation, type ApiOperationId } from "./api-operations.ts";
import type { ErrorBody } from "./api-types.ts";
import { readEvents, type EventsOptions, type ReceivedEvent } from "./events.ts";

/** Where the server is, and what it asks for. */
export interface ClientOptions {
  /** Its address: `http://localhost:8080`. Default: where the page comes from; without a page `http://localhost:8080`. */
  readonly endpoint?: string | undefined;
  /** Its API token, where it asks for one. Pages have a cookie instead. */
  readonly token?: string | undefined;
}

/** Where a server is unless it is told otherwise. */
export const DEFAULT_ENDPOINT = "http://localhost:8080";

/**
 * The API of a server as methods: `client.createFlowRun({ flowId, parameters })`. Each takes one flat object and answers with the body.
 *
 * @throws {ApiError} for what the server refuses, and for one that does not answer (`UNREACHABLE`)
 */
export class FlowletClient extends ApiMethods {
  /** Address of the server, without a slash at its end. */
  readonly endpoint: string;
  readonly #token: string | undefined;

  constructor({ endpoint, token }: ClientOptions = {}) {
    super();
    this.endpoint = (endpoint ?? pageOrigin() ?? DEFAULT_ENDPOINT).replace(/\/+$/, "");
    this.#token = token;
  }

  /**
   * What changes on the server from now on, until `signal` ends it. A lost connection is made again, and nothing is missed: where the server no longer knows what came between
   * it tells `reset`, then ask for everything again.
   *
   * @param options `after`: id of the last event that is known; `flowRunId`: only what concerns this run
   * @throws {ApiError} where the server refuses (not where it can not be reached: it is asked again)
   */
  events(options: EventsOptions = {}): AsyncIterable<ReceivedEvent> {
    return readEvents((path, headers, signal) => this.#fetch(path, { headers, signal }), options);
  }

  protected override async call<Answer>(id: ApiOperationId, input: object, { signal }: CallOptions = {}): Promise<Answer> {
    const operation: ApiOperation = API_OPERATIONS[id];
    const { path, body } = requestOf(id, operation, input as Record<string, unknown>);
    const response = await this.#fetch(path, { method: operation.method, signal: signal ?? null, ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }) });
    return await readBody(response, this.endpoint) as Answer;
  }

  /** A response that is no refusal. */
  async #fetch(path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.endpoint + path, { ...init, headers: { accept: "application/json", ...headers, ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }) } });
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new ApiError("UNREACHABLE", 0, `No Flowlet server answers at ${this.endpoint} (${reasonOf(error)}). Start one with "flowlet server start", or say where it is.`, undefined, error);
    }
    if (!response.ok) throw await refusal(response, this.endpoint);
    return response;
  }
}

/** Puts an input's parts where they belong. */
function requestOf(id: string, { path, pathNames, queryNames, hasBody }: ApiOperation, input: Record<string, unknown>): { path: string; body: string | undefined } {
  const rest = { ...input };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    if (value === undefined || value === null || value === "") throw new TypeError(`${id} needs "${name}", and got ${JSON.stringify(value)}.`);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const name of queryNames) if (rest[name] !== undefined) query.set(name, String(rest[name]));
  for (const name of [...pathNames, ...queryNames]) delete rest[name];
  return { path: query.size > 0 ? `${filled}?${query}` : filled, body: hasBody ? JSON.stringify(rest) : undefined };
}

async function readBody(response: Response, endpoint: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ApiError("UNEXPECTED", response.status, `What answers at ${endpoint} is no Flowlet server: its answer is no JSON. Look at the address.`, undefined, error);
  }
}

async function refusal(response: Response, endpoint: string): Promise<ApiError> {
  const body = await response.json().catch(() => null) as Partial<ErrorBody> | null;
  if (typeof body?.error?.message === "string") return new ApiError(body.error.code, response.status, body.error.message, body.error.details);
  // A proxy in between answers for a server that is not there.
  if (response.status === 502 || response.status === 504) return new ApiError("UNREACHABLE", response.status, `No Flowlet server answers behind ${endpoint} (status ${response.status}).`);
  return new ApiError("UNEXPECTED", response.status, `What answers at ${endpoint} is no Flowlet server: status ${response.status}, and no reason. Look at the address.`);
}

/** Node says "fetch failed", and why in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}

function pageOrigin(): string | undefined {
  const { location } = globalThis as { location?: { origin?: string } };
  return location?.origin?.startsWith("http") === true ? location.origin : undefined;
}
