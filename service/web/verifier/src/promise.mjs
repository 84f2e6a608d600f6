// The signed receipt: a base's promise that a document will be in the log in time (service/proof/promise.py).
import { hexOfNumber, keccak256, keccakOfText } from "./hashing.mjs";
import { refuse } from "./shape.mjs";
import { SIGNATURE_BYTES } from "./signature.mjs";

const PREFIX = "FT1.";
const COMPACT_BYTES = 107;
const MOST_PROMISES = 16;
const DOMAIN_TYPE = keccakOfText("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const PROMISE_TYPE = keccakOfText("InclusionPromise(bytes32 targetHash,uint64 recordedAt,uint64 includeBy)");
const [NAME, VERSION] = [keccakOfText("Ferrotrace"), keccakOfText("1")];

/** The 32 bytes that the base's key signs, for the registry (20 bytes) on its chain. */
export function promiseDigest({ targetHash, recordedAt, includeBy }, chainId, registry) {
  const domain = keccak256(DOMAIN_TYPE + NAME + VERSION + hexOfNumber(chainId) + registry.padStart(64, "0"));
  const struct = keccak256(PROMISE_TYPE + targetHash + hexOfNumber(recordedAt) + hexOfNumber(includeBy));
  return keccak256(`1901${domain}${struct}`);
}

/** The promises of the text of a QR code, which may follow a `#`; throws FileShapeError. */
export function readPromises(text) {
  const compact = text.trim().split("#").at(-1);
  if (!compact.startsWith(PREFIX)) refuse("promise", `a text that begins with ${PREFIX} was expected`);
  const parts = compact.slice(PREFIX.length).split(".");
  if (parts.length > MOST_PROMISES) refuse("promise", `at most ${MOST_PROMISES} promises were expected`);
  return parts.map(promiseOf);
}

function promiseOf(part) {
  const raw = bytesOf(part);
  if (raw.length !== 2 * COMPACT_BYTES) refuse("promise", `${raw.length / 2} bytes, expected ${COMPACT_BYTES}`);
  if (!raw.startsWith("01")) refuse("promise", "only version 1 is read");
  const recordedAt = Number.parseInt(raw.slice(66, 76), 16);
  return {
    targetHash: raw.slice(2, 66),
    recordedAt,
    includeBy: recordedAt + Number.parseInt(raw.slice(76, 84), 16),
    signature: raw.slice(-2 * SIGNATURE_BYTES),
  };
}

/** Bytes of base64url without padding, spelled in the one way that encodes them. */
function bytesOf(part) {
  const wrong = () => refuse("promise", "base64url without padding was expected");
  if (!/^[A-Za-z0-9_-]*$/.test(part)) wrong();
  let binary = "";
  try {
    binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    wrong();
  }
  const spelled = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  if (spelled !== part) wrong();
  return [...binary].map((sign) => hexOfNumber(sign.charCodeAt(0), 1)).join("");
}
