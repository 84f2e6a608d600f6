// A small, strict reader of the JSON Schemas that describe the product's documents (service/proof/schema.py).
import { tables } from "./tables.mjs";

const TYPES = {
  object: (value) => value instanceof Map,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "bigint",
  boolean: (value) => typeof value === "boolean",
};

/** The schema of documents of kind `name` (or `ticket-void`), null where there is none. */
export function documentSchema(name) {
  return Object.hasOwn(tables.schemas, name) ? tables.schemas[name] : null;
}

/**
 * What in `value` breaks `schema`, each with its dotted path; empty where nothing does.
 *
 * `partial` forgives missing members: they may be hidden. `root` holds the definitions, `schema` itself by default.
 */
export function violations(value, schema, { partial = false, root = schema } = {}) {
  return [...broken(value, schema, "", { definitions: root.$defs ?? {}, partial })];
}

function* broken(value, schema, path, context) {
  if (schema.$ref) {
    yield* broken(value, context.definitions[schema.$ref.replace("#/$defs/", "")], path, context);
    return;
  }
  if (!TYPES[schema.type](value)) {
    yield `${path || "document"}: no ${schema.type}`;
    return;
  }
  if ("const" in schema && !isSame(value, schema.const)) yield `${path}: not ${JSON.stringify(schema.const)}`;
  if ("enum" in schema && !schema.enum.some((each) => isSame(value, each))) {
    yield `${path}: none of ${schema.enum.join(", ")}`;
  }
  if (typeof value === "string") yield* brokenText(value, schema, path);
  else if (value instanceof Map) yield* brokenObject(value, schema, path, context);
  else if (Array.isArray(value)) yield* brokenList(value, schema, path, context);
  else if (typeof value === "bigint" && "minimum" in schema && value < BigInt(schema.minimum)) {
    yield `${path}: ${value} is below ${schema.minimum}`;
  }
}

function* brokenObject(value, schema, path, context) {
  const properties = schema.properties ?? {};
  const others = schema.additionalProperties ?? false;
  if (!context.partial) {
    for (const name of [...(schema.required ?? [])].sort()) {
      if (!value.has(name)) yield `${join(path, name)}: missing`;
    }
    if (value.size < (schema.minProperties ?? 0)) yield `${path}: fewer than ${schema.minProperties} members`;
  }
  for (const [name, member] of value) {
    if (Object.hasOwn(properties, name)) yield* broken(member, properties[name], join(path, name), context);
    else if (others) yield* broken(member, others, join(path, name), context);
    else yield `${join(path, name)}: not part of the record`;
  }
}

function* brokenList(value, schema, path, context) {
  const [least, most] = [schema.minItems ?? 0, schema.maxItems ?? value.length];
  if (value.length < least || value.length > most) yield `${path}: ${value.length} elements`;
  for (const [index, member] of value.entries()) yield* broken(member, schema.items, join(path, index), context);
}

function* brokenText(value, schema, path) {
  const length = [...value].length; // characters, not halves of them
  if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? length)) {
    yield `${path}: a text of ${length} characters`;
  }
  if ("pattern" in schema && !new RegExp(`^(?:${schema.pattern})$`, "u").test(value)) {
    yield `${path}: not of the form ${schema.pattern}`;
  }
}

function isSame(value, expected) {
  return typeof value === "bigint" ? value === BigInt(expected) : value === expected;
}

function join(path, name) {
  return path ? `${path}.${name}` : String(name);
}
