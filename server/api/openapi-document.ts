/** The OpenAPI 3.1 document of the API, made from the table of operations. The typed client is made from it. */
import type { ZodType } from "zod";
import { ComponentSchemas, type JsonSchema } from "./component-schemas.ts";
import { API_ERRORS, type ApiErrorCode, type Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { errorBody } from "./schemas/error-body.ts";
import { serverEvent } from "./schemas/event.ts";
import { done, id } from "./schemas/values.ts";

/** The document. Its parts are plain JSON. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: JsonSchema;
  readonly servers: readonly JsonSchema[];
  readonly tags: readonly JsonSchema[];
  readonly paths: Readonly<Record<string, Record<string, JsonSchema>>>;
  readonly components: { readonly schemas: Record<string, JsonSchema>; readonly responses: Record<string, JsonSchema>; readonly securitySchemes: Record<string, JsonSchema> };
  readonly security: readonly JsonSchema[];
}

const STATUS_TEXT: Readonly<Record<ApiErrorCode, string>> = {
  BAD_REQUEST: "The request is not as the document says; the message names the field.",
  UNAUTHORIZED: "The server asks for its API token.",
  FORBIDDEN: "The request comes from a page of another site, or under another name of the server.",
  NOT_FOUND: "There is no such thing.",
  METHOD_NOT_ALLOWED: "The path takes other methods; `allow` names them.",
  CONFLICT: "Something else was there first, or it is not in a state for this.",
  PAYLOAD_TOO_LARGE: "The body is larger than the server takes.",
  UNSUPPORTED_MEDIA_TYPE: "The body is not `application/json`.",
  UNPROCESSABLE: "The request is well formed, but can not be done.",
  TOO_MANY_REQUESTS: "Too many requests in a short time; `retry-after` says when to come back.",
  INTERNAL: "The server failed; its log says why.",
  DATABASE_BUSY: "The database is busy; the same request may be sent again.",
  DATABASE_FULL: "The disk of the database is full.",
};

/** What any request may be answered with. */
const SHARED: readonly ApiErrorCode[] = ["UNAUTHORIZED", "FORBIDDEN", "TOO_MANY_REQUESTS", "INTERNAL", "DATABASE_BUSY", "DATABASE_FULL"];
const WITH_INPUT: readonly ApiErrorCode[] = ["BAD_REQUEST"];
const WITH_BODY: readonly ApiErrorCode[] = ["BAD_REQUEST", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];

/** Makes the document. @param version of the server */
export function openApiDocument(version: string): OpenApiDocument {
  const schemas = new ComponentSchemas();
  const operations = Object.entries(OPERATIONS as Record<string, Operation>).map(([operationId, operation]) => ({ operationId, operation, made: describe(operationId, operation, schemas) }));
  const errors = schemas.answered(errorBody), event = schemas.answered(serverEvent), nothing = schemas.answered(done);

  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const { operation: { method, path }, made } of operations) (paths[`/api${path}`] ??= {})[method.toLowerCase()] = made(schemas);
  paths["/api/events"] = { get: eventStream(schemas.resolveAnswered(event), schemas.sent(id)) };
  paths["/api/login"] = { post: login(schemas.resolveAnswered(nothing)) };
  paths["/api/logout"] = { post: logout(schemas.resolveAnswered(nothing)) };

  return {
    openapi: "3.1.1",
    info: { title: "Flowlet", version, description: "Projects, flows and their runs. Instants are ISO 8601 texts in UTC, durations milliseconds, ids UUIDs.", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(({ operation }) => operation.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      responses: Object.fromEntries(Object.entries(STATUS_TEXT).map(([code, description]) => [code, { description, content: json(schemas.resolveAnswered(errors)) }])),
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "The server's API token. Servers that only listen on this computer ask for none." } },
    },
    security: [{}, { token: [] }],
  };
}

const json = (schema: JsonSchema): JsonSchema => ({ "application/json": { schema } });

/** In two steps: the names of components are known when all of them are. */
function describe(operationId: string, { tag, summary, params, query, body, response, errors }: Operation, schemas: ComponentSchemas): (schemas: ComponentSchemas) => JsonSchema {
  const sent = { path: parameters("path", params, schemas), query: parameters("query", query, schemas), body: body && schemas.sentWhole(body) };
  const answer = schemas.answered(response);
  const codes = [...(body ? WITH_BODY : params || query ? WITH_INPUT : []), ...SHARED, ...errors];
  return (all) => ({
    operationId, tags: [tag], summary,
    ...(params || query ? { parameters: [...sent.path, ...sent.query].map(({ schema, ...parameter }) => ({ ...parameter, schema: all.resolveSent(schema as JsonSchema) })) } : {}),
    ...(sent.body === undefined ? {} : { requestBody: { required: true, content: json(all.resolveSent(sent.body)) } }),
    responses: { 200: { description: "Done.", content: json(all.resolveAnswered(answer)) }, ...refusals(codes) },
  });
}

function parameters(where: "path" | "query", schema: ZodType | undefined, schemas: ComponentSchemas): JsonSchema[] {
  if (schema === undefined) return [];
  const { properties, required = [] } = schemas.sent(schema) as { properties: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name, in: where, required: where === "path" || required.includes(name), ...(description === undefined ? {} : { description }), schema: rest,
  }));
}

function refusals(codes: readonly ApiErrorCode[]): Record<string, JsonSchema> {
  return Object.fromEntries([...new Set(codes)].map((code) => [API_ERRORS[code], { $ref: `#/components/responses/${code}` }]));
}

function eventStream(event: JsonSchema, runId: JsonSchema): JsonSchema {
  return {
    operationId: "streamEvents", tags: ["server"], summary: "What changes from now on, as server-sent events; `data` of each is a ServerEvent.",
    parameters: [
      { name: "after", in: "query", required: false, description: "Id of the last event that is known; as `Last-Event-ID`.", schema: { type: "integer", minimum: 0 } },
      { name: "flowRunId", in: "query", required: false, description: "Only what concerns this run.", schema: runId },
      { name: "Last-Event-ID", in: "header", required: false, description: "As `after`; sent by readers that come back.", schema: { type: "string" } },
    ],
    responses: { 200: { description: "The stream; it does not end by itself.", content: { "text/event-stream": { schema: event } } }, ...refusals(["BAD_REQUEST", ...SHARED]) },
  };
}

function login(answer: JsonSchema): JsonSchema {
  return {
    operationId: "login", tags: ["server"], summary: "Exchanges the API token for a cookie, for browsers.", security: [],
    requestBody: { required: true, content: json({ type: "object", properties: { token: { type: "string", minLength: 1, maxLength: 1000 } }, required: ["token"], additionalProperties: false }) },
    responses: { 200: { description: "Done; the cookie is set.", content: json(answer) }, ...refusals([...WITH_BODY, ...SHARED]) },
  };
}

function logout(answer: JsonSchema): JsonSchema {
  return { operationId: "logout", tags: ["server"], summary: "Takes the cookie back.", security: [], responses: { 200: { description: "Done.", content: json(answer) }, ...refusals(SHARED) } };
}
