// Who signed: the Ethereum address behind a signature over 32 bytes (service/proof/signature.py).
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { keccak256 } from "./hashing.mjs";

export const SIGNATURE_BYTES = 65;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIRST_V = 27;

/**
 * Address (20 bytes) that signed `digest` (32 bytes), null where no key can have done so.
 *
 * `signature` is r ‖ s ‖ v, 65 bytes, v 27 or 28; an s above half the order is nobody's, as on chain (EIP-2).
 */
export function recoverAddress(digest, signature) {
  if (signature.length !== 2 * SIGNATURE_BYTES) return null;
  const [r, s] = [signature.slice(0, 64), signature.slice(64, 128)].map((part) => BigInt(`0x${part}`));
  const recovery = Number.parseInt(signature.slice(128), 16) - FIRST_V;
  if ((recovery !== 0 && recovery !== 1) || s > ORDER / 2n) return null;
  try {
    const point = new secp256k1.Signature(r, s, recovery).recoverPublicKey(hexToBytes(digest));
    return keccak256(bytesToHex(point.toBytes(false)).slice(2)).slice(-40);
  } catch {
    return null;
  }
}
