// Codes of RECORD_SEMANTICS, reading a record, and the sentence for a figure that is not the computed one.
import { MissingFigureError } from "../errors.mjs";
import { RECORD_SEMANTICS } from "../families.mjs";

export const [NET_MISMATCH, CO2_MISMATCH, AMOUNT_MISMATCH] = [1, 2, 3];
export const [RECORD_SCHEMA, FACTOR_VERSION_UNKNOWN] = [5, 6];
export const WHOLE_BP = 10_000n;

/** The member `name` of `record`; throws MissingFigureError where it is not there. */
export function figure(record, name) {
  if (!record.has(name)) throw new MissingFigureError(name);
  return record.get(name);
}

/** The members of the object `name` of `record`. */
export function membersOf(record, name) {
  return [...figure(record, name).values()];
}

export function sum(integers) {
  return integers.reduce((total, each) => total + each, 0n);
}

/** The first of `figures` ([name, stated, computed]) that differs, or null. */
export function differs(code, figures) {
  for (const [name, stated, computed] of figures) {
    if (!isEqual(stated, computed)) {
      return RECORD_SEMANTICS.invalid(code, `${name} is ${said(stated)}, computed ${said(computed)}.`);
    }
  }
  return null;
}

/** Equal in depth: Maps without regard to the order of their keys. */
export function isEqual(one, other) {
  if (one instanceof Map && other instanceof Map) {
    return one.size === other.size && [...one].every(([key, each]) => other.has(key) && isEqual(each, other.get(key)));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, place) => isEqual(each, other[place]));
  }
  return one === other;
}

function said(value) {
  return value instanceof Map ? JSON.stringify([...value.keys()]) : String(value);
}
