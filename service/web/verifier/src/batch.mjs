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

/** The root over `targetHashes` (at least one, any order, none twice). */
export function batchRoot(targetHashes) {
  let layer = [...targetHashes].sort();
  while (layer.length > 1) {
    layer = Array.from({ length: Math.ceil(layer.length / 2) }, (_, place) =>
      2 * place + 1 < layer.length ? pair(layer[2 * place], layer[2 * place + 1]) : layer[2 * place],
    );
  }
  return layer[0];
}

function pair(one, other) {
  return keccak256(one < other ? one + other : other + one);
}
