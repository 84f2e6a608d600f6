// Evidence documents: OpenAttestation v2 wrapped documents, as they stand in a file (service/proof/document.py).
import { LeafFormatError } from "./errors.mjs";
import { keccakOfText } from "./hashing.mjs";
import { fieldHash, flattened, leafValue } from "./leaves.mjs";

export const SCHEMA_URL = "https://schema.openattestation.com/2.0/schema.json";
export const SIGNATURE_TYPE = "SHA3MerkleProof";

/** Keccak-256 over the sorted leaf hashes of `saltedData` and those `hidden`. */
export function targetHash(saltedData, hidden = []) {
  const hashes = [...hidden];
  for (const [path, leaf] of flattened(saltedData)) hashes.push(fieldHash(path, leaf));
  return keccakOfText(JSON.stringify(hashes.sort()));
}

/** Leaf hashes of the hidden fields; empty where everything is visible. */
export function hiddenHashes(wrapped) {
  return wrapped.get("privacy")?.get("obfuscatedData") ?? [];
}

/** The data of `wrapped` without salts, in Maps and lists; throws LeafFormatError. */
export function documentData(wrapped) {
  return unsalted(wrapped.get("data"));
}

/** Paths of the leaves that are not `uuid4:type:value`; a product document has none. */
export function unsaltedPaths(wrapped) {
  const paths = [];
  for (const [path, leaf] of flattened(wrapped.get("data"))) {
    try {
      unsalted(leaf);
    } catch (error) {
      if (!(error instanceof LeafFormatError)) throw error;
      paths.push(path);
    }
  }
  return paths;
}

function unsalted(node) {
  if (node instanceof Map) return new Map([...node].map(([key, member]) => [key, unsalted(member)]));
  if (Array.isArray(node)) return node.map(unsalted);
  return leafValue(node);
}
