// Which fields each audience must be able to read in each kind of document (service/proof/policy.py).
import { tables } from "./tables.mjs";

/** Paths that `audience` must see in a document of `kind`, or null without such a policy. */
export function mandatoryPaths(audience, kind, { isVoid }) {
  const { everyone, mandatory, void_ticket: voidTicket } = tables.policy;
  const kinds = Object.hasOwn(mandatory, audience) ? mandatory[audience] : {};
  if (!Object.hasOwn(kinds, kind)) return null;
  return [...everyone, ...(isVoid ? voidTicket : kinds[kind])];
}
