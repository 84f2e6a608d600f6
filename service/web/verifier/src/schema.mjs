// A small, strict reader of the JSON Schemas that describe the product's documents (service/proof/schema.py).
import { tables } from "./tables.mjs";

const TYPES = {
  object: (value) => value instanceof Map,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "bigint",
  boolean: (value) => typeof value === "boolean",
};

/** The schema of documents of kind `name` (or `ticket-void`), one of those that ship. */
export function documentSchema(name) {
  return tables.schemas[name];
}

/** The schema of the `record` in documents of kind `name`. */
export function recordSchema(name) {
  const whole = documentSchema(name);
  return { $defs: whole.$defs, ...whole.properties.record };
}

/**
 * What in `value` breaks `schema`, each with its dotted path; empty where nothing does.
 *
 * `partial` forgives missing members: they may be hidden. `path` is that of `value`.
 */
export function violations(value, schema, { partial = false, path = "" } = {}) {
  return [...broken(value, schema, path, { definitions: schema.$defs ?? {}, partial })];
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
  else if (typeof value === "bigint") yield* brokenNumber(value, schema, path);
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
    else if (others === true) continue;
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

function* brokenNumber(value, schema, path) {
  if ("minimum" in schema && value < BigInt(schema.minimum)) yield `${path}: ${value} is below ${schema.minimum}`;
  if ("maximum" in schema && value > BigInt(schema.maximum)) yield `${path}: ${value} is above ${schema.maximum}`;
}

function isSame(value, expected) {
  return typeof value === "bigint" ? value === BigInt(expected) : value === expected;
}

function join(path, name) {
  return path ? `${path}.${name}` : String(name);
}
