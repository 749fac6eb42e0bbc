/** JSON Schemas of zod's schemas, with what has an id of its own (`.meta({ id })`) apart: the components of the document. */
import { z, type ZodType } from "zod";

/** A JSON Schema. */
export interface JsonSchema { [keyword: string]: unknown }

const ID = /^#\/\$defs\/(.+)$/;

/** Collects the schemas that a document names. */
export class ComponentSchemas {
  /** By id, as they are sent and as they are answered: a field with a default may be left out of what is sent. */
  readonly #sent = new Map<string, JsonSchema>();
  readonly #answered = new Map<string, JsonSchema>();

  /** The schema of what a client sends; references still stand as `#/$defs/…`, until {@link resolve}. */
  sent(schema: ZodType): JsonSchema { return collect(schema, "input", this.#sent); }

  /** The schema of a whole body: the server takes no other names in it. */
  sentWhole(schema: ZodType): JsonSchema {
    const sent = this.sent(schema);
    const id = references(sent).length === 1 && "$ref" in sent ? references(sent)[0] : null;
    (id === null ? sent : this.#sent.get(id) as JsonSchema).additionalProperties = false;
    return sent;
  }

  /** The schema of what the server answers. */
  answered(schema: ZodType): JsonSchema { return collect(schema, "output", this.#answered); }

  /** All components by name. One that differs between the two ways is there twice: `RunConfig` as it is answered, `RunConfigInput` as it is sent. */
  components(): Record<string, JsonSchema> {
    const differing = this.#differing();
    const all = [
      ...[...this.#answered].map(([id, schema]) => [id, rename(schema, (name) => name)] as const),
      ...[...this.#sent].filter(([id]) => !this.#answered.has(id) || differing.has(id)).map(([id, schema]) => [inputName(id, differing), rename(schema, (name) => inputName(name, differing))] as const),
    ];
    return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** References of a sent schema, to the components' names. */
  resolveSent(schema: JsonSchema): JsonSchema {
    const differing = this.#differing();
    return rename(schema, (name) => inputName(name, differing));
  }

  /** References of an answered schema, to the components' names. */
  resolveAnswered(schema: JsonSchema): JsonSchema { return rename(schema, (name) => name); }

  /** Ids whose two ways differ, by themselves or in what they refer to. */
  #differing(): Set<string> {
    const both = [...this.#sent.keys()].filter((id) => this.#answered.has(id));
    const differing = new Set(both.filter((id) => JSON.stringify(this.#sent.get(id)) !== JSON.stringify(this.#answered.get(id))));
    for (let before = -1; before !== differing.size;) {
      before = differing.size;
      for (const id of both) if (references(this.#sent.get(id)!).some((other) => differing.has(other))) differing.add(id);
    }
    return differing;
  }
}

const inputName = (id: string, differing: ReadonlySet<string>): string => (differing.has(id) ? `${id}Input` : id);

function collect(schema: ZodType, io: "input" | "output", into: Map<string, JsonSchema>): JsonSchema {
  // In an object of its own, so that a schema with an id is a reference as anywhere else.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ value: schema }), { io, target: "draft-2020-12", override: ({ jsonSchema }) => tidy(jsonSchema) }) as unknown as { properties: { value: JsonSchema }; $defs?: Record<string, JsonSchema> };
  for (const [id, definition] of Object.entries($defs)) {
    if (id.startsWith("__")) throw new Error(`A schema that refers to itself has no id: give it one with .meta({ id }), so that the document can name it (${JSON.stringify(definition).slice(0, 100)}).`);
    if (!into.has(id)) into.set(id, definition);
  }
  return properties.value;
}

/** Takes out what says nothing, or promises what a later version could not keep: answers may get more fields. */
function tidy(schema: JsonSchema): void {
  delete schema.id;
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (JSON.stringify(schema.propertyNames) === '{"type":"string"}') delete schema.propertyNames;
}

function references(schema: JsonSchema): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, id]) => id);
}

function rename(schema: JsonSchema, name: (id: string) => string): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    const id = key === "$ref" && typeof value === "string" ? ID.exec(value)?.[1] : undefined;
    return id === undefined ? value : `#/components/schemas/${name(id)}`;
  }) as JsonSchema;
}
