import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openApiDocument, type OpenApiDocument } from "../../server/api/openapi-document.ts";

const ROOT = join(import.meta.dirname, "../..");
// A script in plain JavaScript.
const { apiClientFiles } = await import(join(ROOT, "scripts/docs/api-client.mjs")) as { apiClientFiles(document?: OpenApiDocument): Record<string, string> };

test("the client's generated files are what the API's document says now", () => {
  const files = apiClientFiles();
  expect(Object.keys(files)).toEqual(["api-types.ts", "api-operations.ts", "api-methods.ts"]);
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(ROOT, "client", name), "utf8"), `client/${name} is older than server/api/: node scripts/docs/api-client.mjs`).toBe(text);
});

/** The document with another schema for a project's name. */
function withName(schema: object): OpenApiDocument {
  const document = structuredClone(openApiDocument("1"));
  (document.components.schemas.Project.properties as Record<string, object>).name = schema;
  return document;
}

test.each([
  [{ not: { type: "string" } }, /Project\.name: no TypeScript type is known for "not"/],
  [{ type: "string", allOf: [] }, /Project\.name: no TypeScript type is known for "allOf" beside "type"/],
  [{ type: "tuple" }, /no TypeScript type is known for the type "tuple"/],
  [{ type: "object" }, /Project\.name: an object has neither "properties" nor "additionalProperties"/],
  [{ $ref: "#/components/parameters/Name" }, /Project\.name: "#\/components\/parameters\/Name" is no component/],
  [{ anyOf: [{ type: "string" }, true] }, /Project\.name\.anyOf\[1\]: a schema is an object, and this is true/],
])("a construct that the generator does not know is told, not guessed: %j", (schema, message) => {
  expect(() => apiClientFiles(withName(schema))).toThrow(message);
});

test.each([
  [{ type: ["string", "null"] }, "string | null"],
  [{ type: "array", items: { anyOf: [{ type: "integer" }, { type: "null" }] } }, "(number | null)[]"],
  [{ type: "object", propertyNames: { $ref: "#/components/schemas/StateName" }, additionalProperties: { type: "boolean" } }, "Partial<Record<StateName, boolean>>"],
  [{ type: "object", properties: { "a-b": { const: 1 } }, required: ["a-b"], additionalProperties: {} }, '{ "a-b": 1; } & Record<string, unknown>'],
  [{ description: "Ends */ here.", enum: ["a", "b"] }, '"a" | "b"'],
])("%j is the type %s", (schema, type) => {
  expect(apiClientFiles(withName(schema))["api-types.ts"]).toContain(`  name: ${type};\n`);
});
