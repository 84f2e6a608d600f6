// Merkle-Patricia proofs: a value under a root, or its absence (service/proof/trie.py).
import { TrieProofError } from "./errors.mjs";
import { keccak256 } from "./hashing.mjs";
import { decodeRlp } from "./rlp.mjs";

const EMPTY_ROOT = keccak256("80");
const [BRANCH, PAIR] = [17, 2];
const HIGHEST_FLAG = 3; // bit 0: odd number of nibbles, bit 1: a leaf

/**
 * The value that `nodes` (RLP, root first) prove for `key`, or null: proven absent.
 *
 * Throws TrieProofError where a node does not hash to what its parent says, is malformed, is missing, or is left
 * over: one statement has one proof. RlpError for bytes that are no RLP.
 */
export function trieValue(root, key, nodes) {
  if (root === EMPTY_ROOT) {
    if (nodes.length > 1 || (nodes.length === 1 && nodes[0] !== "80")) {
      throw new TrieProofError("nodes under an empty root");
    }
    return null;
  }
  const rest = [...nodes];
  const value = walk(root, key, rest);
  if (rest.length > 0) throw new TrieProofError(`${rest.length} nodes left over`);
  return value;
}

/** Follow `path`, nibbles as hex digits. */
function walk(root, path, rest) {
  let reference = root;
  for (;;) {
    const node = resolve(reference, rest);
    if (node.length === BRANCH) {
      if (path === "") return valueOf(node[16]);
      reference = node[Number.parseInt(path[0], 16)];
      path = path.slice(1);
    } else {
      const [steps, isLeaf] = compact(node[0]);
      if (!path.startsWith(steps)) return null;
      path = path.slice(steps.length);
      if (isLeaf) return path === "" ? leafValueOf(node[1]) : null;
      reference = node[1];
    }
    if (reference === "") return null;
  }
}

/** The node a parent names: by hash, the next of the proof, or itself where it is short. */
function resolve(reference, rest) {
  let node = reference;
  if (!Array.isArray(reference)) {
    if (reference.length !== 64) throw new TrieProofError("a node is named by no hash");
    if (rest.length === 0) throw new TrieProofError("a node is missing");
    const raw = rest.shift();
    node = decodeRlp(raw);
    if (keccak256(raw) !== reference) throw new TrieProofError("a node does not hash to what its parent says");
  }
  if (!Array.isArray(node) || (node.length !== BRANCH && node.length !== PAIR)) {
    throw new TrieProofError("a node is neither branch nor path");
  }
  return node;
}

/** Nibbles of a hex-prefix path, and whether it ends in a leaf. */
function compact(item) {
  if (Array.isArray(item) || item === "") throw new TrieProofError("a path is malformed");
  const flag = Number.parseInt(item[0], 16);
  const isOdd = flag % 2 === 1;
  if (flag > HIGHEST_FLAG || (!isOdd && item[1] !== "0")) throw new TrieProofError("a path is malformed");
  return [item.slice(isOdd ? 1 : 2), flag >= 2];
}

function leafValueOf(item) {
  const value = valueOf(item);
  if (value === null) throw new TrieProofError("a leaf without a value");
  return value;
}

function valueOf(item) {
  if (Array.isArray(item)) throw new TrieProofError("a value is malformed");
  return item === "" ? null : item;
}
