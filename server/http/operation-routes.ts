/** A route for each operation of the API, made from the table of them. */
import type { FastifyInstance } from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { ZodType } from "zod";
import type { Operation } from "../api/operation.ts";
import { OPERATIONS, type OperationId } from "../api/operations.ts";
import type { Orchestration } from "../orchestration/orchestration.ts";
import { inputReader } from "./input-reader.ts";
import { hideValues, refuseHidden } from "./security/hidden-values.ts";

/** Bytes of a body. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** A bundle has up to 20 million characters, and a source map of that size. */
const LARGE_BODIES: { readonly [Id in OperationId]?: number } = { registerFlow: 128 * 1024 * 1024, reportFlowRun: 32 * 1024 * 1024, writeRunLogs: 32 * 1024 * 1024 };
/** Asked by agents and by the processes of runs, as often as states change: never limited away. */
const UNLIMITED = new Set<OperationId>(["registerAgent", "sendAgentHeartbeat", "getRunsInQueue", "submitFlowRun", "failFlowRun", "writeRunLogs", "beginFlowRun", "reportFlowRun", "getBundle"]);
/** Answers that a run's process needs with all values in them. */
const WITH_SECRETS = new Set<OperationId>(["submitFlowRun", "beginFlowRun"]);
const PARTS = { params: "path", querystring: "query", body: "body", headers: "query" } as const;

export function operationRoutes(app: FastifyInstance, orchestration: Orchestration): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.setValidatorCompiler<ZodType>(({ schema, httpPart }) => inputReader(schema, PARTS[(httpPart ?? "body") as keyof typeof PARTS]));
  typed.setSerializerCompiler(serializerCompiler);

  for (const [id, { method, path, params, query, body, response }] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    const run = orchestration[id].bind(orchestration) as (input: object) => Promise<object>;
    typed.route({
      method,
      url: `/api${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
      bodyLimit: LARGE_BODIES[id] ?? BODY_LIMIT,
      config: UNLIMITED.has(id) ? { rateLimit: false } : {},
      schema: { ...(params && { params }), ...(query && { querystring: query }), ...(body && { body }), response: { 200: response } },
      handler: async (request) => {
        const input = { ...(params && request.params as object), ...(query && request.query as object), ...(body && request.body as object) };
        refuseHidden(input);
        const answer = await run(input);
        return WITH_SECRETS.has(id) ? answer : hideValues(answer);
      },
    });
  }
}

const PATHS = (Object.values(OPERATIONS) as Operation[]).map(({ method, path }) => ({ method, pattern: new RegExp(`^/api${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));

/** Methods that a path of the API has; none: there is no such path. */
export function methodsOf(path: string): string[] {
  const own: Record<string, string> = { "/api/events": "GET", "/api/login": "POST", "/api/logout": "POST" };
  const methods = Object.hasOwn(own, path) ? [own[path]] : PATHS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return [...new Set(methods.flatMap((method) => (method === "GET" && path !== "/api/events" ? ["GET", "HEAD"] : [method])))];
}
