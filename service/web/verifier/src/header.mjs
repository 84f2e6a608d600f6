// Block headers: the fields that evidence rests on, and the hash that names the block (service/proof/header.py).
import { HeaderError, RlpError } from "./errors.mjs";
import { keccak256 } from "./hashing.mjs";
import { decodeFixed, decodeRlpList, decodeUint } from "./rlp.mjs";

const [FEWEST_FIELDS, MOST_FIELDS] = [15, 32];
const [PARENT, STATE, RECEIPTS, NUMBER, TIME] = [0, 3, 5, 8, 11];

/** The header that `raw` (RLP) encodes, of any hard fork; throws HeaderError. */
export function decodeHeader(raw) {
  try {
    const fields = decodeRlpList(raw);
    if (fields.length < FEWEST_FIELDS || fields.length > MOST_FIELDS) {
      throw new HeaderError(`${fields.length} fields`);
    }
    return {
      hash: keccak256(raw),
      number: decodeUint(fields[NUMBER], 8),
      timestamp: decodeUint(fields[TIME], 8),
      parentHash: decodeFixed(fields[PARENT], 32),
      stateRoot: decodeFixed(fields[STATE], 32),
      receiptsRoot: decodeFixed(fields[RECEIPTS], 32),
    };
  } catch (error) {
    if (error instanceof RlpError) throw new HeaderError(error.message);
    throw error;
  }
}
