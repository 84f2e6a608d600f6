// What a live chain is asked, and all its answers, fetched before the checks begin (service/proof/chain_view.py).
//
// The checks themselves ask nobody: they read the answers, so one silence means the same to each.
import { ChainSilentError } from "./errors.mjs";
import { checksumAddress, keccak256, keccakOfText } from "./hashing.mjs";

const WORD = /^0x[0-9a-f]{64}$/;
const BYTES = /^0x(?:[0-9a-f]{2})*$/;
const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]*)$/;
const LIEN = /^0x[0-9a-f]{256}$/; // state, bank, expiry, basis points
const LIEN_OF = keccakOfText("lienOf(bytes32)").slice(0, 8);
const [NO_LIEN, RESERVED] = [0n, 1n];
const [LATEST, FINALIZED] = ["latest", "finalized"];

/**
 * The answers of the chain behind `rpc`, or null where it is silent or another chain.
 *
 * `rpc(method, params)` returns the result of a JSON-RPC call; it throws ChainSilentError where nobody answers and
 * any other Error where the node refuses.
 */
export async function askChain(rpc, { chainId, registry, root, nodes, heights, lien = null }) {
  try {
    const ask = (method, ...params) => asked(rpc, method, params);
    if (quantity(await ask("eth_chainId")) !== BigInt(chainId)) return null;
    const address = checksumAddress(registry);
    const latest = await ask("eth_getBlockByNumber", LATEST, false);
    const final = await finalBlock(rpc);
    const head = await logHead(ask, address);
    if (latest === null) return null;
    return {
      block: quantity(latest.number),
      time: quantity(latest.timestamp),
      finalBlock: final === null ? null : quantity(final.number),
      blockHashes: await blockHashes(ask, heights),
      codeHash: keccak256(matching(BYTES, await ask("eth_getCode", address, LATEST)).slice(2)),
      issued: await isTrue(ask, address, "isIssued(bytes32)", root),
      revoked: await revokedOf(ask, address, nodes),
      head,
      lienHolder: lien ? await lienHolder(ask, lien, quantity(latest.timestamp)) : null,
    };
  } catch (error) {
    if (error instanceof ChainSilentError) return null;
    throw error;
  }
}

/** When the registry issued the batch `root`, seconds since 1970 (a BigInt), null for never; throws ChainSilentError. */
export async function issuedAt(rpc, registry, root) {
  const ask = (method, ...params) => asked(rpc, method, params);
  const time = BigInt(await word(ask, checksumAddress(registry), "issuedAt(bytes32)", root, LATEST));
  return time === 0n ? null : time;
}

async function logHead(ask, address) {
  const at = await ask("eth_blockNumber");
  return {
    size: BigInt(await word(ask, address, "size()", "", at)),
    root: (await word(ask, address, "head()", "", at)).slice(2),
  };
}

async function blockHashes(ask, heights) {
  const hashes = new Map();
  for (const height of heights) {
    const block = await ask("eth_getBlockByNumber", `0x${height.toString(16)}`, false);
    if (block !== null) hashes.set(height, matching(WORD, block.hash).slice(2));
  }
  return hashes;
}

async function revokedOf(ask, address, nodes) {
  const revoked = new Set();
  for (const node of nodes) if (await isTrue(ask, address, "isRevoked(bytes32)", node)) revoked.add(node);
  return revoked;
}

/** None also where the lien registry cannot be read: the evidence does not hang on it. */
async function lienHolder(ask, lien, now) {
  try {
    return await bankOf(ask, lien, now);
  } catch (error) {
    if (error instanceof ChainSilentError) return null;
    throw error;
  }
}

/** The bank (with its checksum) that holds a delivery, null for nobody; a reservation that ran out holds nothing. */
async function bankOf(ask, { lienRegistry, key }, now) {
  const call = { to: checksumAddress(lienRegistry), data: `0x${LIEN_OF}${key}` };
  const [state, bank, expiry] = matching(LIEN, await ask("eth_call", call, LATEST))
    .slice(2)
    .match(/.{64}/g);
  const isOver = BigInt(`0x${state}`) === RESERVED && now > BigInt(`0x${expiry}`);
  return BigInt(`0x${state}`) === NO_LIEN || isOver ? null : checksumAddress(bank.slice(-40));
}

async function isTrue(ask, address, signature, argument) {
  return BigInt(await word(ask, address, signature, argument, LATEST)) !== 0n;
}

async function word(ask, address, signature, argument, at) {
  const data = `0x${keccakOfText(signature).slice(0, 8)}${argument}`;
  return matching(WORD, await ask("eth_call", { to: address, data }, at));
}

/** A chain that finalizes nothing may answer with an error. */
async function finalBlock(rpc) {
  try {
    return await rpc("eth_getBlockByNumber", [FINALIZED, false]);
  } catch (error) {
    if (error instanceof ChainSilentError) throw error;
    return null;
  }
}

async function asked(rpc, method, params) {
  try {
    return await rpc(method, params);
  } catch (error) {
    throw error instanceof ChainSilentError ? error : new ChainSilentError(`${method}: ${error.message}`);
  }
}

function quantity(text) {
  return BigInt(matching(QUANTITY, text));
}

/** `text` where it is of the form; an answer of another form tells nothing. */
function matching(pattern, text) {
  const value = typeof text === "string" ? text.toLowerCase() : "";
  if (!pattern.test(value)) throw new ChainSilentError("an answer of another form than expected");
  return value;
}
