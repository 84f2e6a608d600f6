// LOG_INCLUSION: the document's entry stands in the log whose head was anchored.
import { INVALID, LOG_INCLUSION, VALID } from "../families.mjs";
import { entryBytes, inclusionHolds, leafHash } from "../log.mjs";

const [UNEXPECTED, ENTRY_MISMATCH, PROOF_INVALID, NOT_ANCHORED] = [0, 1, 2, 3];

/** Bind entry and document, fold the proof, and tie the head to the anchor's event. */
export function checkInclusion(theCase, anchorCheck) {
  const { log, anchor } = theCase.bundle;
  if (log === null) return LOG_INCLUSION.skipped("The bundle carries no log entry.");
  const finding = entryDiffers(theCase, log) ?? proofFails(log);
  if (finding) return finding;
  if (anchor === null) return LOG_INCLUSION.error(UNEXPECTED, "Without an anchor nothing stands for the log.");
  return (
    notAnchored(log, anchor, anchorCheck) ?? LOG_INCLUSION.valid({ index: log.index, size: log.head.size })
  );
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

function proofFails({ entry, index, head, proof }) {
  const leaf = leafHash(entryBytes(entry));
  if (inclusionHolds({ leaf, index, size: head.size, proof, root: head.root })) return null;
  return LOG_INCLUSION.invalid(PROOF_INVALID, "The proof does not lead from entry to log head.");
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
