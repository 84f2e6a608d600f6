// What the bundle proves about the chain: header, receipt and state proofs, each followed (service/proof/evidence.py).
//
// A function returns what is proven, or the finding that says why it is not: a code of CHAIN_ANCHOR.
import { HeaderError, ProofError, StateProofError } from "./errors.mjs";
import { CHAIN_ANCHOR, isCheck } from "./families.mjs";
import { hexOfNumber, keccak256 } from "./hashing.mjs";
import { decodeHeader } from "./header.mjs";
import { UNKNOWN } from "./issuer.mjs";
import { isSealed } from "./qbft.mjs";
import { decodeReceipt, headAdvanced } from "./receipt.mjs";
import { sizeOf, slotsOfDocument } from "./registry.mjs";
import { decodeRlp, decodeRlpList, decodeUint, encodeRlp, encodeUint } from "./rlp.mjs";
import { trieValue } from "./trie.mjs";

export const [CONTRADICTED, RECEIPT_INVALID, EVENT_MISMATCH] = [1, 2, 3];
export const [STATE_INVALID, NOT_EXPECTED, BATCH_ROOT_MISMATCH, NOT_FINAL, HEADER_UNKNOWN] = [5, 6, 7, 8, 9];

/** Why the issuer's registry is not the one a trusted source names, or null where it is. */
export function expectedContract(theCase) {
  const location = theCase.stated ? theCase.stated.location : "the issuer";
  if (theCase.standing === UNKNOWN) {
    return CHAIN_ANCHOR.error(0, `No trusted source names the registry of ${location}.`);
  }
  if (theCase.issuer === null) {
    return CHAIN_ANCHOR.invalid(NOT_EXPECTED, `${location} anchors in another contract or on another chain.`);
  }
  const { answers, bundle, issuer } = theCase;
  const codes = new Set([issuer.codeHash, answers?.codeHash, bundle.status?.codeHash].filter(Boolean));
  if (codes.size > 1) {
    return CHAIN_ANCHOR.invalid(NOT_EXPECTED, "The contract's code is not the published one.");
  }
  return null;
}

/** The header of `block` where it has the number and the hash that the bundle states, else the finding. */
export function consistentHeader(block) {
  try {
    const header = decodeHeader(block.headerRlp);
    if (header.hash === block.hash && header.number === BigInt(block.number)) return header;
    return CHAIN_ANCHOR.invalid(CONTRADICTED, `The header of block ${block.number} has another number or hash.`);
  } catch (error) {
    if (error instanceof HeaderError) return CHAIN_ANCHOR.invalid(CONTRADICTED, error.message);
    throw error;
  }
}

/**
 * Why no trusted source stands for the `header` of `block`, or null where one does.
 *
 * It is named by its hash, in the trust file or by the live chain; or else sealed by validators.
 */
export function trustedHeader(theCase, chainId, header, block) {
  const number = Number(header.number);
  const named = [theCase.trust.blockHash(chainId, number), theCase.answers?.blockHashes.get(number)];
  const hashes = named.filter(Boolean);
  if (hashes.length === 0) {
    if (sealedByValidators(theCase, chainId, block)) return null;
    return CHAIN_ANCHOR.error(HEADER_UNKNOWN, `No trusted source names the hash of block ${number}.`);
  }
  if (hashes.some((hash) => hash !== header.hash)) {
    return CHAIN_ANCHOR.invalid(CONTRADICTED, `A trusted source names another hash for block ${number}.`);
  }
  return null;
}

/** Whether two thirds of the validators that the trust file names sealed `block`. */
export function sealedByValidators(theCase, chainId, block) {
  return isSealed(block, theCase.trust.validators.get(chainId) ?? []);
}

/** The event of the anchor, from the receipt under the block's receipts root, or the finding. */
export function provenEvent(anchor, header) {
  let receipt;
  try {
    const key = encodeRlp(encodeUint(anchor.txIndex));
    if (trieValue(header.receiptsRoot, key, anchor.receiptProof) !== anchor.receipt) {
      return CHAIN_ANCHOR.invalid(RECEIPT_INVALID, "The block holds another receipt.");
    }
    receipt = decodeReceipt(anchor.receipt);
  } catch (error) {
    return findingOf(error, RECEIPT_INVALID);
  }
  if (!receipt.succeeded || anchor.logIndex >= receipt.logs.length) {
    return CHAIN_ANCHOR.invalid(EVENT_MISMATCH, "The transaction left no such event.");
  }
  try {
    return headAdvanced(receipt.logs[anchor.logIndex]);
  } catch (error) {
    return findingOf(error, EVENT_MISMATCH);
  }
}

/**
 * The registry's state that `status` proves under its own header, or the finding; null without `status`.
 *
 * Whether that header is the chain's is the question of `trustedHeader`.
 */
export function consistentState(theCase) {
  const { anchor, status } = theCase.bundle;
  if (!anchor || !status) return null;
  const header = consistentHeader(status.block);
  if (isCheck(header)) return header;
  try {
    requireAccount(status, header, anchor.address);
    return registryState(theCase, status, header);
  } catch (error) {
    return findingOf(error, STATE_INVALID);
  }
}

function findingOf(error, code) {
  if (error instanceof ProofError) return CHAIN_ANCHOR.invalid(code, error.message);
  throw error;
}

function requireAccount(status, header, address) {
  const account = trieValue(header.stateRoot, keccak256(address), status.accountProof);
  const fields = decodeRlpList(account ?? "c0");
  const isStated = fields.length === 4 && fields[2] === status.storageHash && fields[3] === status.codeHash;
  if (!isStated) throw new StateProofError("the account has another storage or code");
}

function registryState(theCase, status, header) {
  const expected = slotsOfDocument(theCase.nodes);
  const isExpected = ({ name, key, slot }, place) =>
    name === expected[place].name && key === expected[place].key && slot === expected[place].slot;
  if (status.storage.length !== expected.length || !status.storage.every(isExpected)) {
    throw new StateProofError("the storage words are not those of this document");
  }
  for (const word of status.storage) {
    const stored = trieValue(status.storageHash, keccak256(word.slot), word.proof);
    const proven = stored === null ? 0n : decodeUint(decodeRlp(stored)); // zero is never stored, its key is absent
    if (word.value !== proven) throw new StateProofError(`${word.name} has another value`);
  }
  const values = status.storage.map((word) => word.value);
  const [sizeSeq, head, issuedAt] = values;
  const revokedAt = values.slice(3, -2);
  const [reason, successor] = values.slice(-2);
  return {
    header,
    head: { size: sizeOf(sizeSeq), root: hexOfNumber(head) },
    issuedAt,
    revoked: theCase.nodes.filter((node, place) => revokedAt[place] !== 0n),
    revokeReason: reason,
    supersededBy: successor,
  };
}
