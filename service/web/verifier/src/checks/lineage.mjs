// LINEAGE: the documents this one rests on hold, and no later one replaced it.
import {
  CHAIN_ANCHOR,
  DOCUMENT_INTEGRITY,
  DOCUMENT_STATUS,
  ERROR,
  INVALID,
  ISSUER_IDENTITY,
  LINEAGE,
  LOG_INCLUSION,
  VALID,
} from "../families.mjs";
import { hexOfNumber } from "../hashing.mjs";
import { statedIssuer } from "../issuer.mjs";
import { checkLien } from "./lien.mjs";
import { unreleased } from "./release.mjs";

const [UNEXPECTED, PARENT_INVALID, PARENT_REVOKED, SUPERSEDED, PARENT_MISSING] = [0, 1, 2, 3, 7];
const REVOKED_AS_SUPERSEDED = 4n;
/** Kinds that hold though what they rest on was withdrawn: a dispute, what pictures showed, a decision on a weighing. */
const FORGIVING = new Set(["appeal", "grade-proposal", "grade-review", "hold-decision"]);
const GENUINE = [DOCUMENT_INTEGRITY, ISSUER_IDENTITY, LOG_INCLUSION, CHAIN_ANCHOR];

/** Findings that say: it was genuine, and was withdrawn. */
const WITHDRAWN = [
  [DOCUMENT_STATUS.type, 5],
  [LINEAGE.type, PARENT_REVOKED],
  [LINEAGE.type, SUPERSEDED],
];

/** Target hashes of the parents by the part they play: [name, hash]; empty where there are none. */
export function parentHashes(theCase) {
  const links = theCase.fields.get("links");
  const parents = links instanceof Map ? links.get("parents") : null;
  if (!(parents instanceof Map)) return [];
  return [...parents].filter(([, hash]) => typeof hash === "string");
}

/**
 * Look for a successor, judge a lien's key, look every parent up.
 *
 * Withdrawn parents withdraw what rests on them, but not an appeal against them.
 */
export function checkLineage(theCase, known) {
  const parents = parentHashes(theCase);
  const hashes = parents.map(([, hash]) => hash);
  const finding = supersededBy(theCase, known) ?? checkLien(theCase, hashes);
  if (finding) return finding;
  if (parents.length === 0) return LINEAGE.skipped("The document names no parents.");
  if (theCase.parents === null) return LINEAGE.skipped("The parents' bundles are not at hand.");
  const isForgiving = FORGIVING.has(theCase.productKind);
  const findings = parents.map(([name, hash]) => parentFinding(name, theCase.parents.verdict(hash), isForgiving));
  for (const status of [INVALID, ERROR]) {
    const found = findings.find((each) => each?.status === status);
    if (found) return found;
  }
  const part = isVoid(theCase) ? null : unreleased(theCase.productKind, parents, theCase.parents);
  if (part) return LINEAGE.invalid(PARENT_INVALID, `The weighing ${part} was held, and nobody else released it.`);
  return LINEAGE.valid({ parents: parents.length });
}

function isVoid(theCase) {
  const record = theCase.fields.get("record");
  return record instanceof Map && record.has("void_reason");
}

/** By what the registry's state says, else by a genuine document of the issuer at hand. */
function supersededBy(theCase, known) {
  if (known && known.supersededBy !== 0n) return superseded(hexOfNumber(known.supersededBy));
  if (known && known.revoked.length > 0 && known.revokeReason === REVOKED_AS_SUPERSEDED) {
    return superseded("another");
  }
  const files = theCase.parents;
  for (const hash of files ? files.successors(theCase.nodes[0]) : []) {
    if (isGenuine(files, hash, theCase.stated)) return superseded(hash);
  }
  return null;
}

/** Whether that document is anchored by the same issuer, whatever became of it later. */
function isGenuine(files, hash, issuer) {
  const [verdict, own] = [files.verdict(hash), statedIssuer(files.data(hash))];
  if (verdict === null || own === null || issuer === null) return false;
  if (own.store !== issuer.store || own.location !== issuer.location) return false;
  return GENUINE.every(({ type }) => verdict.checks.find((check) => check.type === type).status === VALID);
}

function parentFinding(name, verdict, isForgiving) {
  if (verdict === null) {
    return LINEAGE.error(PARENT_MISSING, `The bundle of the parent ${name} is not at hand.`);
  }
  if (verdict.verdict === VALID) return null;
  if (verdict.verdict === ERROR) {
    return LINEAGE.error(UNEXPECTED, `Nobody can tell whether the parent ${name} holds.`);
  }
  const wrong = verdict.checks.filter((check) => check.status === INVALID);
  if (isForgiving && wrong.every(isWithdrawn)) return null;
  return wrong.some(isWithdrawn)
    ? LINEAGE.invalid(PARENT_REVOKED, `The parent ${name} was withdrawn.`)
    : LINEAGE.invalid(PARENT_INVALID, `The parent ${name} does not hold.`);
}

function isWithdrawn({ type, reason }) {
  return WITHDRAWN.some(([withdrawn, code]) => withdrawn === type && code === reason.code);
}

function superseded(by) {
  return LINEAGE.invalid(SUPERSEDED, `The document was replaced by ${by}.`);
}
