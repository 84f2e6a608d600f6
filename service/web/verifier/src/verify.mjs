// Verification: a bundle in, named checks out. No clock and no network (service/proof/verify.py).
//
// What is believed comes from the trust file and the answers of a chain alone; without either the answer is ERROR,
// "could not tell".
import { FilesAtHand } from "./at_hand.mjs";
import { readBundle } from "./bundle_reader.mjs";
import { Case } from "./case.mjs";
import { checkAnchor } from "./checks/anchor.mjs";
import { checkConsistency } from "./checks/consistency.mjs";
import { checkDisclosure } from "./checks/disclosure.mjs";
import { checkIdentity } from "./checks/identity.mjs";
import { checkInclusion } from "./checks/inclusion.mjs";
import { checkIntegrity } from "./checks/integrity.mjs";
import { statedKey } from "./checks/key_epoch.mjs";
import { lienQuestion } from "./checks/lien.mjs";
import { checkLineage } from "./checks/lineage.mjs";
import { checkSemantics } from "./checks/semantics.mjs";
import { asOf, checkStatus, knownState } from "./checks/status.mjs";
import { FileShapeError, FileVersionError } from "./errors.mjs";
import { consistentState } from "./evidence.mjs";
import { ALL, DOCUMENT_INTEGRITY, ERROR, INVALID, REQUIRED, VALID } from "./families.mjs";
import { Trust } from "./trust.mjs";

const [TAMPERED, UNEXPECTED] = [0, 1];

/**
 * The verdict over the file `bytes`: `{verdict, as_of, checks}`; it never throws.
 *
 * `sources`: `trust` names issuers and blocks; `answers` are those of a live chain; `audience` is `plant` or `bank`;
 * `remembered` a log head kept from before; `parents` holds the files beside this one (FilesAtHand).
 */
export function verify(bytes, sources = {}) {
  const { bundle, finding } = opened(bytes);
  if (finding) return unreadable(finding);
  return verdictOf(new Case(bundle, { ...sources, trust: sources.trust ?? new Trust() }));
}

/** What to ask a chain about the file `bytes`; null where there is nothing to ask, or nobody to believe. */
export function questionsOf(bytes, trust) {
  const { bundle } = opened(bytes);
  if (!bundle) return null;
  const { issuer, nodes, fields } = new Case(bundle, { trust: trust ?? new Trust() });
  if (!issuer) return null;
  return {
    chainId: issuer.chainId,
    registry: issuer.registry,
    root: nodes.at(-1),
    nodes,
    heights: [bundle.anchor, bundle.status].filter(Boolean).map(({ block }) => block.number),
    lien: lienQuestion(fields, issuer),
  };
}

/**
 * Verdicts of several files ([name, bytes]), each one a possible parent of the others: yields [name, verdict].
 *
 * `judge(bytes, filesAtHand)` verifies one file beside the others. Each file is judged once; a parent may be judged
 * before its turn.
 */
export function* verifyEach(files, judge) {
  const atHand = new FilesAtHand(files, judge);
  for (const [name] of files) yield [name, atHand.verdictOf(name)];
}

/** The verdicts of `verifyEach` by name. */
export function verifyTogether(files, judge) {
  return new Map(verifyEach(files, judge));
}

/** INVALID where any is, else ERROR where any is or there are none, else VALID. */
export function worst(verdicts) {
  const found = new Set([...verdicts].map(({ verdict }) => verdict));
  if (found.has(INVALID)) return INVALID;
  return found.size === 1 && found.has(VALID) ? VALID : ERROR;
}

function opened(bytes) {
  try {
    return { bundle: readBundle(bytes) };
  } catch (error) {
    if (error instanceof FileShapeError) return { finding: DOCUMENT_INTEGRITY.invalid(TAMPERED, error.message) };
    if (error instanceof FileVersionError) return { finding: DOCUMENT_INTEGRITY.error(UNEXPECTED, error.message) };
    throw error;
  }
}

function verdictOf(theCase) {
  const state = consistentState(theCase);
  const known = knownState(theCase, state);
  const anchor = checkAnchor(theCase, state);
  const key = statedKey(theCase);
  const checks = [
    checkIntegrity(theCase),
    checkStatus(theCase, known),
    checkIdentity(theCase, key),
    checkInclusion(theCase, anchor, key),
    checkConsistency(theCase, state),
    anchor,
    checkDisclosure(theCase),
    checkSemantics(theCase),
    checkLineage(theCase, known),
  ];
  return { verdict: overall(checks), as_of: asOf(theCase, known), checks };
}

function overall(checks) {
  if (checks.some(({ status }) => status === INVALID)) return INVALID;
  const valid = new Set(checks.filter(({ status }) => status === VALID).map(({ type }) => type));
  const isUnknown = checks.some(({ status }) => status === ERROR) || !REQUIRED.every((type) => valid.has(type));
  return isUnknown ? ERROR : VALID;
}

function unreadable(finding) {
  const checks = ALL.map((family) =>
    family.type === finding.type ? finding : family.skipped("The file could not be read as a bundle."),
  );
  return { verdict: overall(checks), as_of: null, checks };
}
