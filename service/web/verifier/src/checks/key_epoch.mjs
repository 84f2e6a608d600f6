// The key epoch beside the identity: a document of its own, in the same log, stating one key.
//
// Findings are those of ISSUER_IDENTITY: a key that the issuer does not state is nobody's.
import { foldedNodes } from "../batch.mjs";
import { productKind } from "../case.mjs";
import { documentData, hiddenHashes, targetHash } from "../document.mjs";
import { FileShapeError, HeaderError, LeafFormatError } from "../errors.mjs";
import { ISSUER_IDENTITY, VALID } from "../families.mjs";
import { decodeHeader } from "../header.mjs";
import { statedIssuer } from "../issuer.mjs";
import { ANCHOR, KEY_EPOCH, readKey, wasValidAt } from "../key_epoch.mjs";
import { Part } from "../shape.mjs";
import { entryIsIncluded } from "./inclusion.mjs";
import { judgeRecord } from "./semantics.mjs";

const INVALID_IDENTITY = 1;
const BESIDE = ["public_key", "reason", "stated_at"];

/**
 * The key that the bundle's key epoch proves, the finding why it proves none, or null where there is none.
 *
 * An anchoring key must have been valid when the batch was anchored; of a promise key the promise says when.
 */
export function statedKey(theCase) {
  const { keyEpoch, log } = theCase.bundle;
  if (keyEpoch === null || log === null) return null;
  if (!isInTheLog(keyEpoch, log)) return invalid("The key epoch is not in the log of this document.");
  const data = sealedData(keyEpoch.document);
  if (data === null || !isByTheIssuer(data, theCase.stated)) {
    return invalid("The key epoch is no document of this issuer.");
  }
  const key = keyOf(data);
  if (key === null) return invalid("The key epoch does not state a whole key.");
  const anchoredAt = anchorTime(theCase);
  if (key.purpose === ANCHOR && anchoredAt !== null && !wasValidAt(key, anchoredAt)) {
    return invalid(`The key ${key.keyId} was not valid when the batch was anchored.`);
  }
  return key;
}

function isInTheLog({ entry, index, document, proof }, log) {
  const isOfIt = entry.kind === KEY_EPOCH && entry.seq === index && entry.targetHash === document.targetHash;
  return isOfIt && entryIsIncluded(entry, index, proof, log.head);
}

/** The unsalted data, all of them, where they give the target hash and that the batch root, else null. */
function sealedData(document) {
  if (hiddenHashes(document.wrapped).length > 0) return null; // what ends the key may be what is hidden
  try {
    const data = documentData(document.wrapped);
    const isWhole =
      targetHash(document.wrapped.get("data")) === document.targetHash &&
      foldedNodes(document.targetHash, document.proof).at(-1) === document.merkleRoot;
    return isWhole ? data : null;
  } catch (error) {
    if (error instanceof LeafFormatError) return null;
    throw error;
  }
}

function isByTheIssuer(data, issuer) {
  const own = statedIssuer(data);
  if (own === null || issuer === null || productKind(data) !== KEY_EPOCH) return false;
  return own.store === issuer.store && own.location === issuer.location;
}

function keyOf(data) {
  if (judgeRecord(KEY_EPOCH, data, false).status !== VALID) return null;
  const stated = new Map([...data.get("record")].filter(([name]) => !BESIDE.includes(name)));
  try {
    return readKey(new Part(stated, "record", { required: [...stated.keys()] }));
  } catch (error) {
    if (error instanceof FileShapeError) return null;
    throw error;
  }
}

/** Time of the anchor's block, seconds since 1970; null where its header cannot be read. */
function anchorTime({ bundle: { anchor } }) {
  try {
    return anchor ? decodeHeader(anchor.block.headerRlp).timestamp : null;
  } catch (error) {
    if (error instanceof HeaderError) return null;
    throw error;
  }
}

function invalid(message) {
  return ISSUER_IDENTITY.invalid(INVALID_IDENTITY, message);
}
