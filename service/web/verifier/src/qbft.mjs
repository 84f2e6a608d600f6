// Seals of a QBFT chain: two thirds of its validators signed the block (service/proof/qbft.py).
import { RlpError } from "./errors.mjs";
import { keccak256 } from "./hashing.mjs";
import { decodeRlpList, encodeRlp, encodeUint } from "./rlp.mjs";
import { recoverAddress } from "./signature.mjs";

const EXTRA_DATA = 12;
const EXTRA_FIELDS = 5;
const ROUND = 3;
const V_OF_CHAIN = { "00": "1b", "01": "1c" };

/** Whether two thirds of `validators` sealed the header of `block`, each counted once. */
export function isSealed(block, validators) {
  const named = new Set(validators);
  if (block.seals === null || named.size === 0) return false;
  const digest = sealedDigest(block.headerRlp, block.seals.round);
  if (digest === null) return false;
  const signers = new Set(block.seals.signatures.map((seal) => recoverAddress(digest, asOfChain(seal))));
  return 3 * [...named].filter((each) => signers.has(each)).length >= 2 * named.size;
}

/** What the validators signed: the header with the round and no seals; null where the extra data are not QBFT's. */
function sealedDigest(headerRlp, round) {
  let fields, agreed;
  try {
    fields = decodeRlpList(headerRlp);
    const extra = fields[EXTRA_DATA];
    agreed = decodeRlpList(Array.isArray(extra) ? "" : extra);
  } catch (error) {
    if (error instanceof RlpError) return null;
    throw error;
  }
  if (agreed.length !== EXTRA_FIELDS) return null;
  fields[EXTRA_DATA] = encodeRlp([...agreed.slice(0, ROUND), encodeUint(round), []]);
  return keccak256(encodeRlp(fields));
}

/** The seal with v 27 or 28; one whose v is neither 0 nor 1 comes out as nobody's. */
function asOfChain(seal) {
  return seal.slice(0, -2) + (V_OF_CHAIN[seal.slice(-2)] ?? "00");
}
