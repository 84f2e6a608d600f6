// DISCLOSURE_POLICY: what this audience must be able to read is visible, and salted.
import { unsaltedPaths } from "../document.mjs";
import { DISCLOSURE_POLICY } from "../families.mjs";
import { productKind } from "../case.mjs";
import { CORRECTION, mandatoryPaths } from "../policy.mjs";

const [HIDDEN, UNSALTED, UNKNOWN_POLICY] = [1, 2, 3];

/** Hold the visible fields against the policy of the audience. */
export function checkDisclosure(theCase) {
  const { audience, fields } = theCase;
  if (audience === null) return DISCLOSURE_POLICY.skipped("No audience was named.");
  const unsalted = unsaltedPaths(theCase.bundle.document.wrapped);
  if (unsalted.length > 0) {
    return DISCLOSURE_POLICY.invalid(UNSALTED, `Not salted: ${unsalted.slice(0, 5).join(", ")}.`);
  }
  const paths = mandatoryIn(fields, audience);
  if (paths === null) {
    return DISCLOSURE_POLICY.error(UNKNOWN_POLICY, `No policy says what ${audience} must see in this document.`);
  }
  const hidden = paths.filter((path) => !isVisible(fields, path));
  if (hidden.length > 0) return DISCLOSURE_POLICY.invalid(HIDDEN, `Hidden: ${hidden.join(", ")}.`);
  return DISCLOSURE_POLICY.valid({ audience });
}

/** Paths that `audience` must see in a document with these unsalted `data`, or null where no policy says it. */
function mandatoryIn(data, audience) {
  const [kind, record] = [productKind(data), data.get("record")];
  if (kind === null) return null;
  const corrects = kind === CORRECTION && record instanceof Map ? record.get("corrects") : null;
  const [subject, values] = isEmpty(corrects) ? [kind, ""] : [String(corrects), "values."];
  const isVoid = subject === "ticket" && isVisible(data, `record.${values}void_reason`);
  return mandatoryPaths(audience, kind, { isVoid, corrects: subject });
}

function isEmpty(value) {
  return !value || value.size === 0 || value.length === 0;
}

function isVisible(data, path) {
  let node = data;
  for (const step of path.split(".")) {
    if (!(node instanceof Map) || !node.has(step)) return false;
    node = node.get(step);
  }
  return true;
}
