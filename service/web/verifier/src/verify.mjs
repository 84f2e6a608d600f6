// Verification: a bundle in, named checks out. No clock and no network (service/proof/verify.py).
//
// What is believed comes from the trust file and the answers of a chain alone; without either the answer is ERROR,
// "could not tell".
import { readBundle } from "./bundle_reader.mjs";
import { Case } from "./case.mjs";
import { checkAnchor } from "./checks/anchor.mjs";
import { checkConsistency } from "./checks/consistency.mjs";
import { checkDisclosure } from "./checks/disclosure.mjs";
import { checkIdentity } from "./checks/identity.mjs";
import { checkInclusion } from "./checks/inclusion.mjs";
import { checkIntegrity } from "./checks/integrity.mjs";
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
 * `remembered` a log head kept from before; `parents` answers the verdict over a parent by its target hash.
 */
export function verify(bytes, sources = {}) {
  const { bundle, finding } = opened(bytes);
  if (finding) return unreadable(finding);
  return verdictOf(new Case(bundle, { ...sources, trust: sources.trust ?? new Trust() }));
}

/** What to ask a chain about the file `bytes`; null where there is nothing to ask, or nobody to believe. */
export function questionsOf(bytes, trust) {
  const { bundle } = opened(bytes);
  return bundle ? new Case(bundle, { trust: trust ?? new Trust() }).questions : null;
}

/**
 * Verdicts of several files ([name, bytes]) by name, each one a possible parent of the others.
 *
 * `judge(bytes, parents)` verifies one file with the lookup it is given. Each file is judged once.
 */
export function verifyTogether(files, judge) {
  const contents = new Map(files);
  const names = new Map(files.map(([name, bytes]) => [targetHashOf(bytes), name]));
  const verdicts = new Map();
  const inProgress = new Set();

  const verdictOfName = (name) => {
    if (!verdicts.has(name) && !inProgress.has(name)) {
      inProgress.add(name);
      verdicts.set(name, judge(contents.get(name), parent));
    }
    return verdicts.get(name) ?? null;
  };
  const parent = (targetHash) => (names.has(targetHash) ? verdictOfName(names.get(targetHash)) : null);

  for (const [name] of files) verdictOfName(name);
  return verdicts;
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
  const checks = [
    checkIntegrity(theCase),
    checkStatus(theCase, known),
    checkIdentity(theCase),
    checkInclusion(theCase, anchor),
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

function targetHashOf(bytes) {
  return opened(bytes).bundle?.document.targetHash ?? "";
}
