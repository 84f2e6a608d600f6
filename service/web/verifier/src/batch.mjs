// The batch tree: a sorted-pair keccak tree over target hashes (service/proof/batch.py).
import { keccak256 } from "./hashing.mjs";

/** Longest proof that anything here accepts: a tree of 2^64 documents. */
export const MAX_PROOF_LENGTH = 64;

/** `targetHash`, then every node on the way up; the last is the root that `proof` leads to. */
export function foldedNodes(targetHash, proof) {
  const nodes = [targetHash];
  for (const sibling of proof) nodes.push(pair(nodes.at(-1), sibling));
  return nodes;
}

function pair(one, other) {
  return keccak256(one < other ? one + other : other + one);
}
