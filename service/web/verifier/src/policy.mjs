// Which fields each audience must be able to read in each kind of document (service/proof/policy.py).
import { tables } from "./tables.mjs";

export const CORRECTION = "correction";
const VOID = "ticket-void";

/**
 * Paths that `audience` must see in a document of `kind`, or null without such a policy.
 *
 * A correction shows, among its values, what the kind that it `corrects` must show.
 */
export function mandatoryPaths(audience, kind, { isVoid, corrects }) {
  const kinds = memberOf(tables.policies, audience) ?? {};
  if (kind !== CORRECTION) return memberOf(kinds, isVoid ? VOID : kind) ?? null;
  const corrections = memberOf(kinds, CORRECTION);
  return corrections ? (memberOf(corrections, isVoid ? VOID : corrects) ?? corrections[""]) : null;
}

function memberOf(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
