/** JSON Schema as TypeScript, for the client's types. A construct that it does not know is an error, never a guess. */

/** Keywords that say what a value must be like, but not of which type it is. */
const CONSTRAINTS = new Set(["format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "minProperties", "maxProperties", "default", "description", "title", "examples"]);
const PRIMITIVES = { string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" };
const REFERENCE = /^#\/components\/schemas\/(\w+)$/;
const WIDTH = 180;

/**
 * @param {Record<string, any>} schema
 * @param {string} at - where it stands, for the message
 * @returns {string} a TypeScript type
 */
export function typeOf(schema, at) {
  const { keywords, rest } = read(schema, at);
  const only = (...names) => {
    const unknown = keywords.filter((keyword) => !names.includes(keyword));
    if (unknown.length > 0) throw new Error(`${at}: no TypeScript type is known for ${unknown.map((keyword) => `"${keyword}"`).join(", ")} beside ${names.map((name) => `"${name}"`).join(", ")}. Teach scripts/docs/json-schema-types.mjs, or write the schema in another way.`);
  };
  if (keywords.length === 0) return "unknown";
  if ("$ref" in rest) { only("$ref"); return reference(rest.$ref, at); }
  if ("const" in rest) { only("const", "type"); return JSON.stringify(rest.const); }
  if ("enum" in rest) { only("enum", "type"); return rest.enum.map((value) => JSON.stringify(value)).join(" | "); }
  for (const union of ["anyOf", "oneOf"]) {
    if (union in rest) { only(union); return unique(rest[union].map((member, index) => typeOf(member, `${at}.${union}[${index}]`))).join(" | "); }
  }
  if (Array.isArray(rest.type)) { only("type"); return unique(rest.type.map((type) => primitive(type, at))).join(" | "); }
  if (rest.type === "array") { only("type", "items"); return arrayOf(typeOf(rest.items ?? {}, `${at}[]`)); }
  if (rest.type === "object") { only("type", "properties", "required", "additionalProperties", "propertyNames"); return objectType(rest, at); }
  only("type");
  return primitive(rest.type, at);
}

/**
 * The fields of an object, one a line.
 *
 * @param {{ properties?: Record<string, any>, required?: string[] }} schema
 * @param {string} at
 * @returns {string[]} `name?: type;`, each with its description before it
 */
export function fieldsOf({ properties = {}, required = [] }, at) {
  return Object.entries(properties).flatMap(([name, property]) => [
    ...(property.description === undefined ? [] : [`/** ${docText(property.description)} */`]),
    `${fieldName(name)}${required.includes(name) ? "" : "?"}: ${typeOf(property, `${at}.${name}`)};`,
  ]);
}

/**
 * A named type: an interface where it is an object of known fields.
 *
 * @param {string} name
 * @param {Record<string, any>} schema
 */
export function declarationOf(name, schema) {
  const says = schema.description === undefined ? "" : `/** ${docText(schema.description)} */\n`;
  const isInterface = schema.type === "object" && schema.properties !== undefined && !schema.additionalProperties;
  if (!isInterface) {
    const type = typeOf(schema, name);
    // Members of a union may hold other unions: only those of its own are taken apart.
    const members = type.length > WIDTH ? (schema.oneOf ?? schema.anyOf)?.map((member, index) => typeOf(member, `${name}[${index}]`)) : undefined;
    return `${says}export type ${name} =${members === undefined ? ` ${type}` : members.map((member) => `\n  | ${member}`).join("")};\n`;
  }
  read(schema, name);
  const fields = fieldsOf(schema, name);
  return fields.length === 0 ? `${says}export type ${name} = Record<string, never>;\n` : `${says}export interface ${name} {\n${fields.map((line) => `  ${line}`).join("\n")}\n}\n`;
}

/** Text that may stand in a comment. */
export const docText = (text) => text.replaceAll("*/", "*\\/");

function read(schema, at) {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) throw new Error(`${at}: a schema is an object, and this is ${JSON.stringify(schema)}.`);
  const rest = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !CONSTRAINTS.has(keyword)));
  return { rest, keywords: Object.keys(rest) };
}

function objectType({ properties, required, additionalProperties, propertyNames }, at) {
  const others = additionalProperties === undefined || additionalProperties === false ? null : typeOf(additionalProperties === true ? {} : additionalProperties, `${at}{}`);
  if (properties === undefined) {
    if (others === null) throw new Error(`${at}: an object has neither "properties" nor "additionalProperties".`);
    const key = propertyNames === undefined ? "string" : typeOf(propertyNames, `${at}.propertyNames`);
    return key === "string" ? `Record<string, ${others}>` : `Partial<Record<${key}, ${others}>>`;
  }
  const fields = fieldsOf({ properties, required }, at);
  const line = `{ ${fields.join(" ")} }`;
  const known = line.length > WIDTH || line.includes("/**") ? `{\n${fields.map((field) => `    ${field}`).join("\n")}\n  }` : line;
  return others === null ? known : `${known} & Record<string, ${others}>`;
}

function reference(target, at) {
  const name = REFERENCE.exec(target)?.[1];
  if (name === undefined) throw new Error(`${at}: "${target}" is no component of the document.`);
  return name;
}

function primitive(type, at) {
  const found = PRIMITIVES[type];
  if (found === undefined) throw new Error(`${at}: no TypeScript type is known for the type ${JSON.stringify(type)}.`);
  return found;
}

const unique = (types) => [...new Set(types)];
const arrayOf = (type) => (/^[\w.]+$|^\{[^|&]*\}$/.test(type) ? `${type}[]` : `(${type})[]`);
const fieldName = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
