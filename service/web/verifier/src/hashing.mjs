// The hash functions of the evidence, over byte strings written as lower-case hex (service/proof/hashing.py).
//
// Every byte string of this verifier is such a text without 0x: two of them are equal where `===` says so.
import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Keccak-256 of the bytes `hex`: documents, batch trees and everything of the chain. */
export function keccak256(hex) {
  return bytesToHex(keccak_256(hexToBytes(hex)));
}

/** Keccak-256 of `text` in UTF-8. */
export function keccakOfText(text) {
  return bytesToHex(keccak_256(utf8ToBytes(text)));
}

/** SHA-256 of the bytes `hex`: the log. */
export function sha256(hex) {
  return bytesToHex(sha256Of(hexToBytes(hex)));
}

/** SHA-256 of `text` in UTF-8. */
export function sha256OfText(text) {
  return bytesToHex(sha256Of(utf8ToBytes(text)));
}

/** Bytes as hex. */
export function hexOfBytes(bytes) {
  return bytesToHex(bytes);
}

/** `text` in UTF-8, as hex. */
export function hexOfText(text) {
  return bytesToHex(utf8ToBytes(text));
}

/** `number` (a BigInt or an integer of a file) as `length` bytes, big-endian. */
export function hexOfNumber(number, length = 32) {
  return number.toString(16).padStart(2 * length, "0");
}

/** The integer that the bytes `hex` spell, big-endian. */
export function numberOfHex(hex) {
  return hex === "" ? 0n : BigInt(`0x${hex}`);
}

/** `address` (20 bytes) as 0x and 40 hex digits in mixed case (EIP-55). */
export function checksumAddress(address) {
  const mask = keccakOfText(address);
  const digits = [...address].map((digit, place) => (mask[place] >= "8" ? digit.toUpperCase() : digit));
  return `0x${digits.join("")}`;
}
