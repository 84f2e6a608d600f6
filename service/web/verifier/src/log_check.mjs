// What the page of the log recomputes in the reader's browser: roots, consistency, and the chain's own events.
//
// Entries are the exact texts of `GET /v1/log/entries`, one a line; hashes are 64 hex digits without 0x.
import { ChainSilentError } from "./errors.mjs";
import { hexOfNumber, hexOfText, keccak256 } from "./hashing.mjs";
import { consistencyHolds, leafHash, LogRoots } from "./log.mjs";
import { headAdvanced, HEAD_ADVANCED_TOPIC } from "./receipt.mjs";
import { rpcAt } from "./rpc.mjs";

export { ChainSilentError, consistencyHolds, keccak256, rpcAt };

/** A log that grows entry by entry: `add(text)`, `size`, `root()`. */
export class Log {
  #roots = new LogRoots();

  add(entry) {
    this.#roots.add(leafHash(hexOfText(entry)));
  }

  get size() {
    return this.#roots.size;
  }

  root() {
    return this.#roots.root();
  }
}

/** The root over `entries`, texts in the order of the log. */
export function logRoot(entries) {
  const log = new Log();
  for (const entry of entries) log.add(entry);
  return log.root();
}

/** The lines of a file of entries; a line end at the end of the file is none. */
export function entriesOf(text) {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * The heads that the registry at `address` announced between two blocks (inclusive), as the node at `rpc` tells:
 * `[{seq, oldSize, newSize, head, batchRoot, block, txHash}]` in the order of the chain; numbers are BigInts.
 *
 * `rpc` is a function of method and parameters (`rpcAt(url)`). Throws ChainSilentError where nobody answers and Error
 * where the node refuses, for instance a span that is too long.
 */
export async function readHeadAdvanced(rpc, { address, fromBlock = 0, toBlock = "latest", seq = null }) {
  const topics = [`0x${HEAD_ADVANCED_TOPIC}`];
  if (seq !== null) topics.push(`0x${hexOfNumber(seq)}`);
  const logs = await rpc("eth_getLogs", [
    { address, fromBlock: blockName(fromBlock), toBlock: blockName(toBlock), topics },
  ]);
  if (!Array.isArray(logs)) throw new ChainSilentError("an answer of another form than expected");
  return logs.filter((log) => log.removed !== true).map(announced);
}

/** The registry's present size (a BigInt) and head, as the node at `rpc` tells. */
export async function readHead(rpc, address) {
  const word = async (data) => bare(await rpc("eth_call", [{ to: address, data }, "latest"]));
  return { size: BigInt(`0x${await word("0x949d225d")}`), head: await word("0x8f7dcfa3") };
}

function announced(log) {
  const event = headAdvanced({
    address: bare(log.address),
    topics: log.topics.map(bare),
    data: bare(log.data),
  });
  return { ...event, block: BigInt(log.blockNumber), txHash: log.transactionHash };
}

function blockName(block) {
  return typeof block === "string" ? block : `0x${block.toString(16)}`;
}

function bare(text) {
  return String(text).toLowerCase().replace(/^0x/, "");
}
