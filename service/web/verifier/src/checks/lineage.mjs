// LINEAGE: the documents this one rests on hold, and no later one replaced it.
import { DOCUMENT_STATUS, ERROR, INVALID, LINEAGE, VALID } from "../families.mjs";
import { hexOfNumber } from "../hashing.mjs";

const [UNEXPECTED, PARENT_INVALID, PARENT_REVOKED, SUPERSEDED, PARENT_MISSING] = [0, 1, 2, 3, 7];
const REVOKED = 5;

/** Target hashes of the parents by the part they play; empty where there are none. */
export function parentHashes(theCase) {
  const links = theCase.fields.get("links");
  const parents = links instanceof Map ? links.get("parents") : null;
  if (!(parents instanceof Map)) return [];
  return [...parents].filter(([, hash]) => typeof hash === "string");
}

/** Look every parent up; withdrawn parents withdraw what rests on them. */
export function checkLineage(theCase, known) {
  if (known && known.supersededBy !== 0n) {
    return LINEAGE.invalid(
      SUPERSEDED,
      `The document was replaced by ${hexOfNumber(known.supersededBy)}.`,
    );
  }
  const parents = parentHashes(theCase);
  if (parents.length === 0) return LINEAGE.skipped("The document names no parents.");
  if (theCase.parents === null) return LINEAGE.skipped("The parents' bundles are not at hand.");
  const findings = parents.map(([name, hash]) => parentFinding(name, theCase.parents(hash)));
  for (const status of [INVALID, ERROR]) {
    const finding = findings.find((each) => each?.status === status);
    if (finding) return finding;
  }
  return LINEAGE.valid({ parents: parents.length });
}

function parentFinding(name, verdict) {
  if (verdict === null) {
    return LINEAGE.error(PARENT_MISSING, `The bundle of the parent ${name} is not at hand.`);
  }
  if (verdict.verdict === VALID) return null;
  if (verdict.verdict === ERROR) {
    return LINEAGE.error(UNEXPECTED, `Nobody can tell whether the parent ${name} holds.`);
  }
  return wasRevoked(verdict)
    ? LINEAGE.invalid(PARENT_REVOKED, `The parent ${name} was withdrawn.`)
    : LINEAGE.invalid(PARENT_INVALID, `The parent ${name} does not hold.`);
}

/** Whether the parent, or one of its own parents, was withdrawn. */
function wasRevoked(verdict) {
  const isInvalid = (type, code) =>
    verdict.checks.some(
      (check) => check.type === type && check.status === INVALID && check.reason.code === code,
    );
  return isInvalid(DOCUMENT_STATUS.type, REVOKED) || isInvalid(LINEAGE.type, PARENT_REVOKED);
}
