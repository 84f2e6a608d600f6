// The registry contract as a verifier sees it: storage slots and the DNS record that names it
// (service/proof/registry.py).
import { checksumAddress, hexOfNumber, keccak256 } from "./hashing.mjs";

const NUMBERS = { size_seq: 4, head: 5, issuedAt: 6, revokedAt: 7, revokeReason: 8, supersededBy: 9 };
export const SLOT_NAMES = Object.keys(NUMBERS).sort();

/** The slot of the variable `name`; of a mapping, keccak-256 of key and slot number. */
export function registrySlot(name, key = null) {
  const number = hexOfNumber(NUMBERS[name]);
  return { name, key, slot: key === null ? number : keccak256(key + number) };
}

/** Every slot that tells the state of a document, in the order of a bundle. */
export function slotsOfDocument(nodes) {
  const [targetHash, root] = [nodes[0], nodes.at(-1)];
  return [
    registrySlot("size_seq"),
    registrySlot("head"),
    registrySlot("issuedAt", root),
    ...nodes.map((node) => registrySlot("revokedAt", node)),
    registrySlot("revokeReason", targetHash),
    registrySlot("supersededBy", targetHash),
  ];
}

/** Log size in the word `size_seq` (the low 8 bytes), a BigInt. */
export function sizeOf(word) {
  return word & ((1n << 64n) - 1n);
}

/** The DNS TXT record by which an issuer's domain names its registry. */
export function dnsRecord(chainId, registry) {
  return `openatts net=ethereum netId=${chainId} addr=${checksumAddress(registry)}`;
}
