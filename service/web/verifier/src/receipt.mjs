// Transaction receipts, and the one event in them that evidence rests on (service/proof/receipt.py).
import { ReceiptError, RlpError } from "./errors.mjs";
import { keccakOfText, numberOfHex } from "./hashing.mjs";
import { decodeFixed, decodeRlpList, decodeUint } from "./rlp.mjs";

export const HEAD_ADVANCED_TOPIC = keccakOfText("HeadAdvanced(uint64,uint64,uint64,bytes32,bytes32)");
const LARGEST_TYPE = 0x7f;
const MOST_TOPICS = 4;
const WORD = 64; // hex digits of 32 bytes

/** The receipt in `raw`: a type byte (none for type 0) and an RLP list; throws ReceiptError. */
export function decodeReceipt(raw) {
  const isTyped = raw !== "" && Number.parseInt(raw.slice(0, 2), 16) <= LARGEST_TYPE;
  try {
    const fields = decodeRlpList(isTyped ? raw.slice(2) : raw);
    if (fields.length !== 4 || !Array.isArray(fields[3])) throw new ReceiptError("not four fields");
    return { succeeded: decodeUint(fields[0]) === 1n, logs: fields[3].map(eventLog) };
  } catch (error) {
    if (error instanceof RlpError) throw new ReceiptError(error.message);
    throw error;
  }
}

/** `log` read as the event HeadAdvanced; throws ReceiptError where it is another. */
export function headAdvanced({ address, topics, data }) {
  if (topics.length !== 3 || data.length !== 3 * WORD || topics[0] !== HEAD_ADVANCED_TOPIC) {
    throw new ReceiptError("the log is no HeadAdvanced event");
  }
  return {
    address,
    seq: numberOfHex(topics[1]),
    oldSize: numberOfHex(data.slice(0, WORD)),
    newSize: numberOfHex(data.slice(WORD, 2 * WORD)),
    head: data.slice(2 * WORD),
    batchRoot: topics[2],
  };
}

function eventLog(item) {
  if (!Array.isArray(item) || item.length !== 3) throw new ReceiptError("a log has not three fields");
  const [address, topics, data] = item;
  if (!Array.isArray(topics) || topics.length > MOST_TOPICS || Array.isArray(data)) {
    throw new ReceiptError("a log is malformed");
  }
  return { address: decodeFixed(address, 20), topics: topics.map((topic) => decodeFixed(topic, 32)), data };
}
