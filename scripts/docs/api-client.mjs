/** Writes the generated files of client/ from the API's document: `node scripts/docs/api-client.mjs`. Needs Node 24. */

import { writeFileSync } from "node:fs";

import { openApiDocument } from "../../server/api/openapi-document.ts";
import { declarationOf, docText, fieldsOf, typeOf } from "./json-schema-types.mjs";

const METHODS = ["get", "post", "patch", "delete"];
const GENERATED = "Written by scripts/docs/api-client.mjs from the API's document; change server/api/ instead.";

/**
 * The files of client/ by name.
 *
 * @param {import("../../server/api/openapi-document.ts").OpenApiDocument} [document]
 * @returns {Record<string, string>}
 */
export function apiClientFiles(document = openApiDocument("")) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => readOperation(path, method, operation, document)));
  const plain = operations.filter(({ isStream }) => !isStream);
  return { "api-types.ts": apiTypes(document, plain), "api-operations.ts": apiOperations(plain), "api-methods.ts": apiMethods(plain) };
}

function apiTypes(document, operations) {
  const components = Object.entries(document.components.schemas).map(([name, schema]) => declarationOf(name, schema));
  const bodies = operations.flatMap(({ type, input, output }) => [
    ...(input === null ? [] : [input.startsWith("{\n") && input.endsWith("\n}") ? `export interface ${type}Request ${input}\n` : `export type ${type}Request = ${input};\n`]),
    `export type ${type}Response = ${output};\n`,
  ]);
  return `/** What is sent and answered. ${GENERATED} */\n\n${components.join("\n")}\n${bodies.join("\n")}`;
}

function apiOperations(operations) {
  const names = (list) => `[${list.map((name) => JSON.stringify(name)).join(", ")}]`;
  const rows = operations.map(({ id, method, path, pathNames, queryNames, hasBody }) => `  ${id}: { method: ${JSON.stringify(method.toUpperCase())}, path: ${JSON.stringify(path)}, pathNames: ${names(pathNames)}, queryNames: ${names(queryNames)}, hasBody: ${hasBody} },`);
  return `/** How each operation is asked. ${GENERATED} */

/** One operation. What of an input is in neither list is the body. */
export interface ApiOperation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With \`{names}\` of its parameters. */
  readonly path: string;
  readonly pathNames: readonly string[];
  readonly queryNames: readonly string[];
  readonly hasBody: boolean;
}

export const API_OPERATIONS = {
${rows.join("\n")}
} as const satisfies Record<string, ApiOperation>;

export type ApiOperationId = keyof typeof API_OPERATIONS;
`;
}

function apiMethods(operations) {
  const used = operations.flatMap(({ type, input }) => [...(input === null ? [] : [`${type}Request`]), `${type}Response`]).sort();
  const methods = operations.map(({ id, type, summary, input, isInputOptional }) => {
    const parameter = input === null ? "" : `input: ${type}Request${isInputOptional ? " = {}" : ""}, `;
    return `  /** ${docText(summary)} */\n  ${id}(${parameter}options?: CallOptions): Promise<${type}Response> { return this.call("${id}", ${input === null ? "{}" : "input"}, options); }`;
  });
  return `/** A method for each operation. ${GENERATED} */
import type { ApiOperationId } from "./api-operations.ts";
import type {
${wrap(used)}
} from "./api-types.ts";

/** How one call is made. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
}

/** The API as methods, each with one flat input. */
export abstract class ApiMethods {
  /** Sends the request of an operation. */
  protected abstract call<Answer>(id: ApiOperationId, input: object, options?: CallOptions): Promise<Answer>;

${methods.join("\n\n")}
}
`;
}

function readOperation(path, method, { operationId, summary, parameters = [], requestBody, responses }, { components }) {
  if (!METHODS.includes(method)) throw new Error(`${path}: no client is known for the method "${method}".`);
  const where = (place) => parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
  const isStream = "text/event-stream" in responses[200].content;
  const others = parameters.filter((parameter) => parameter.in !== "path" && parameter.in !== "query");
  if (others.length > 0 && !isStream) throw new Error(`${operationId}: no client is known for a parameter in the ${others[0].in} ("${others[0].name}").`);
  const inputs = inputType(operationId, parameters, jsonBody(requestBody, operationId), components);
  return {
    id: operationId, type: operationId[0].toUpperCase() + operationId.slice(1), summary, method, path, isStream, pathNames: where("path"), queryNames: where("query"), hasBody: requestBody !== undefined,
    ...inputs, output: isStream ? null : typeOf(jsonBody(responses[200], operationId), `${operationId}'s answer`),
  };
}

/** Parameters and body as one flat object. */
function inputType(id, parameters, body, { schemas }) {
  const named = {
    properties: Object.fromEntries(parameters.map(({ name, description, schema }) => [name, description === undefined ? schema : { ...schema, description }])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
  if (body === null && parameters.length === 0) return { input: null, isInputOptional: true };
  const target = body?.$ref === undefined ? body : schemas[body.$ref.split("/").at(-1)];
  if (target !== null && target.type !== "object") throw new Error(`${id}: a body that is no object does not go into one flat input.`);
  const twice = Object.keys(named.properties).filter((name) => name in (target?.properties ?? {}));
  if (twice.length > 0) throw new Error(`${id}: "${twice[0]}" is a parameter and a field of the body.`);
  const isInputOptional = named.required.length === 0 && (target?.required ?? []).length === 0;
  if (body?.$ref !== undefined) return { input: [...(parameters.length > 0 ? [lines(fieldsOf(named, id))] : []), typeOf(body, id)].join(" & "), isInputOptional };
  const all = { properties: { ...named.properties, ...target?.properties }, required: [...named.required, ...(target?.required ?? [])] };
  return { input: lines(fieldsOf(all, id)), isInputOptional };
}

function jsonBody(body, at) {
  if (body === undefined) return null;
  const kinds = Object.keys(body.content);
  if (kinds.length !== 1 || kinds[0] !== "application/json") throw new Error(`${at}: no client is known for ${kinds.join(", ")}.`);
  return body.content["application/json"].schema;
}

const lines = (fields) => `{\n${fields.map((line) => `  ${line}`).join("\n")}\n}`;

/** Names, as many a line as there is room for. */
function wrap(names) {
  const rows = [];
  for (const name of names) {
    const last = rows.at(-1);
    if (last === undefined || last.length + name.length > 160) rows.push(`  ${name},`);
    else rows[rows.length - 1] = `${last} ${name},`;
  }
  return rows.join("\n");
}

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of Object.entries(apiClientFiles())) writeFileSync(new URL(`../../client/${name}`, import.meta.url), text);
}
