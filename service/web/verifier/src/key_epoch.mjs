// Signing keys of an issuer and the time in which each was valid (service/proof/key_epoch.py).
import { refuse } from "./shape.mjs";

export const KEY_EPOCH = "key-epoch";
export const KEY_MEMBERS = {
  required: ["key_id", "purpose", "address", "valid_from"],
  optional: ["site_id", "valid_to"],
};
export const [PROMISE, ANCHOR] = ["promise", "anchor"]; // what a key signs

/** The key that `part` states: `address` (20 bytes), times in seconds, `validTo` null where it still holds. */
export function readKey(part) {
  const purpose = part.text("purpose");
  if (purpose !== PROMISE && purpose !== ANCHOR) {
    refuse(part.path("purpose"), `one of ${PROMISE}, ${ANCHOR} was expected`);
  }
  return {
    keyId: part.text("key_id"),
    purpose,
    address: part.address("address"),
    validFrom: part.time("valid_from"),
    validTo: part.has("valid_to") ? part.time("valid_to") : null,
    siteId: part.has("site_id") ? part.text("site_id") : null,
  };
}

/** Whether the key was valid at `seconds` since 1970 (a number or a BigInt); both ends included. */
export function wasValidAt(key, seconds) {
  return key.validFrom <= seconds && (key.validTo === null || seconds <= key.validTo);
}
