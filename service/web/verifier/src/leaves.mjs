// Leaves of an evidence document: `<uuid4>:<type>:<text>`, flattened and hashed (service/proof/leaves.py).
import { Decimal } from "./decimals.mjs";
import { LeafFormatError } from "./errors.mjs";
import { keccakOfText } from "./hashing.mjs";

const SALT = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const NUMBER = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:e[+-][0-9]+)?";
const LEAF = new RegExp(
  `^${SALT}:(?:(string):(.*)|(number):(${NUMBER})|(boolean):(true|false)|(null):(null)|(undefined):(undefined))$`,
  "s",
);
const LONGEST_INTEGER = String(-Number.MAX_SAFE_INTEGER).length;

/** Every leaf of `data` as [dotted path, leaf]; empty lists and objects are leaves. */
export function* flattened(data, path = "") {
  if (data instanceof Map && data.size > 0) {
    for (const [key, member] of data) yield* flattened(member, join(path, key));
  } else if (Array.isArray(data) && data.length > 0) {
    for (const [index, member] of data.entries()) yield* flattened(member, join(path, index));
  } else {
    yield [path, data];
  }
}

/** Keccak-256 of `{"path":"leaf"}` as JSON.stringify writes it. */
export function fieldHash(path, leaf) {
  return keccakOfText(`{${JSON.stringify(path)}:${leafText(leaf)}}`);
}

/**
 * The value under the salt: text, a BigInt, a Decimal where a number is no integer, a boolean, or null.
 *
 * Throws LeafFormatError for a leaf that is not exactly `uuid4:type:value`.
 */
export function leafValue(leaf) {
  const match = typeof leaf === "string" ? LEAF.exec(leaf) : null;
  if (match === null) throw new LeafFormatError(leafText(leaf).slice(0, 80));
  const [kind, text] = match.slice(1).filter((group) => group !== undefined);
  if (kind === "string") return text;
  if (kind === "number") return numberValue(text);
  return kind === "boolean" ? text === "true" : null;
}

function numberValue(text) {
  if (/[.e]/.test(text)) return Decimal.parse(text);
  if (text === "-0") throw new LeafFormatError(text);
  return text.length <= LONGEST_INTEGER ? BigInt(text) : Decimal.parse(text);
}

/** A leaf as JSON: mostly a salted text; what stands bare in a foreign file is hashed as it stands. */
function leafText(leaf) {
  return leaf instanceof Map ? "{}" : JSON.stringify(leaf);
}

function join(path, key) {
  return path === "" ? String(key) : `${path}.${key}`;
}
