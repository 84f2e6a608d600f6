// LOG_INCLUSION: the document's entry stands in the log whose head was anchored.
import { INVALID, LOG_INCLUSION, VALID } from "../families.mjs";
import { entryBytes, inclusionHolds, leafHash } from "../log.mjs";
import { checkPromise } from "./promise.mjs";

const [UNEXPECTED, ENTRY_MISMATCH, PROOF_INVALID, NOT_ANCHORED] = [0, 1, 2, 3];

/** Bind entry and document, fold the proof, tie the head to the anchor's event and promise. */
export function checkInclusion(theCase, anchorCheck, key) {
  const { log, anchor } = theCase.bundle;
  if (log === null) return LOG_INCLUSION.skipped("The bundle carries no log entry.");
  const finding = entryDiffers(theCase, log);
  if (finding) return finding;
  if (!entryIsIncluded(log.entry, log.index, log.proof, log.head)) {
    return LOG_INCLUSION.invalid(PROOF_INVALID, "The proof does not lead from entry to log head.");
  }
  if (anchor === null) return LOG_INCLUSION.error(UNEXPECTED, "Without an anchor nothing stands for the log.");
  const place = { index: log.index, size: log.head.size };
  return notAnchored(log, anchor, anchorCheck) ?? checkPromise(theCase, anchor, key, place);
}

function entryDiffers(theCase, { entry, index }) {
  if (entry.targetHash !== theCase.nodes[0] || entry.seq !== index) {
    return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry is of another document or place.");
  }
  if (theCase.fields.has("kind") && theCase.fields.get("kind") !== entry.kind) {
    return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry names another kind than the document.");
  }
  return null;
}

/** Whether `entry` is number `index` of the log with this `head`. */
export function entryIsIncluded(entry, index, proof, { size, root }) {
  return inclusionHolds({ leaf: leafHash(entryBytes(entry)), index, size, proof, root });
}

function notAnchored(log, anchor, anchorCheck) {
  if (log.head.size !== anchor.newSize || log.head.root !== anchor.head) {
    return LOG_INCLUSION.invalid(NOT_ANCHORED, "The anchor names another log head.");
  }
  if (log.entry.batch !== anchor.seq || log.index < anchor.oldSize || log.index >= anchor.newSize) {
    return LOG_INCLUSION.invalid(ENTRY_MISMATCH, "The entry belongs to another anchor.");
  }
  if (anchorCheck.status === INVALID) return LOG_INCLUSION.invalid(NOT_ANCHORED, "The anchor does not hold.");
  if (anchorCheck.status !== VALID) {
    return LOG_INCLUSION.error(UNEXPECTED, "Nobody can tell yet whether the anchor holds.");
  }
  return null;
}
