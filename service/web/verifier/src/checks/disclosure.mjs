// DISCLOSURE_POLICY: what this audience must be able to read is visible, and salted.
import { unsaltedPaths } from "../document.mjs";
import { DISCLOSURE_POLICY } from "../families.mjs";
import { mandatoryPaths } from "../policy.mjs";

const [HIDDEN, UNSALTED, UNKNOWN_POLICY] = [1, 2, 3];

/** Hold the visible fields against the policy of the audience. */
export function checkDisclosure(theCase) {
  const { audience, fields } = theCase;
  if (audience === null) return DISCLOSURE_POLICY.skipped("No audience was named.");
  const unsalted = unsaltedPaths(theCase.bundle.document.wrapped);
  if (unsalted.length > 0) {
    return DISCLOSURE_POLICY.invalid(UNSALTED, `Not salted: ${unsalted.slice(0, 5).join(", ")}.`);
  }
  const kind = theCase.productKind;
  const isVoid = kind === "ticket" && isVisible(fields, "record.void_reason");
  const paths = kind === null ? null : mandatoryPaths(audience, kind, { isVoid });
  if (paths === null) {
    return DISCLOSURE_POLICY.error(
      UNKNOWN_POLICY,
      `No policy says what ${audience} must see in this document.`,
    );
  }
  const hidden = paths.filter((path) => !isVisible(fields, path));
  if (hidden.length > 0) return DISCLOSURE_POLICY.invalid(HIDDEN, `Hidden: ${hidden.join(", ")}.`);
  return DISCLOSURE_POLICY.valid({ audience });
}

function isVisible(data, path) {
  let node = data;
  for (const step of path.split(".")) {
    if (!(node instanceof Map) || !node.has(step)) return false;
    node = node.get(step);
  }
  return true;
}
