// Signing keys of an issuer and the time in which each was valid (service/proof/key_epoch.py).
import { Part, refuse } from "./shape.mjs";

const PURPOSES = ["promise", "anchor"];

/** A key as the trust file states it: `address` (20 bytes), times in seconds, `validTo` null where it still holds. */
export function readKey(value, path) {
  const part = new Part(value, path, {
    required: ["key_id", "purpose", "address", "valid_from"],
    optional: ["site_id", "valid_to"],
  });
  const purpose = part.text("purpose");
  if (!PURPOSES.includes(purpose)) refuse(part.path("purpose"), `one of ${PURPOSES.join(", ")} was expected`);
  return {
    keyId: part.text("key_id"),
    purpose,
    address: part.address("address"),
    validFrom: part.time("valid_from"),
    validTo: part.has("valid_to") ? part.time("valid_to") : null,
    siteId: part.has("site_id") ? part.text("site_id") : null,
  };
}

/** Whether the key was valid at `seconds` since 1970; both ends included. */
export function wasValidAt(key, seconds) {
  return key.validFrom <= seconds && (key.validTo === null || seconds <= key.validTo);
}
