// The signed receipt inside LOG_INCLUSION: by whom it was signed, and whether it was kept.
import { isCheck, LOG_INCLUSION } from "../families.mjs";
import { decodeHeader } from "../header.mjs";
import { PROMISE, wasValidAt } from "../key_epoch.mjs";
import { promiseDigest } from "../promise.mjs";
import { formatUnixTime } from "../shape.mjs";
import { recoverAddress } from "../signature.mjs";

export const [OVERDUE, PROMISE_INVALID] = [5, 6];

/** What is known of who signed a promise. */
export const [KNOWN, STRANGER, NO_KEYS] = ["known", "stranger", "no key at hand"];

/** Whether one of the promise keys among `keys`, valid when it was recorded, signed the promise for that registry. */
export function signerOf(promise, { chainId, registry, keys }) {
  const promiseKeys = keys.filter((key) => key.purpose === PROMISE);
  if (promiseKeys.length === 0) return NO_KEYS;
  const signer = recoverAddress(promiseDigest(promise, chainId, registry), promise.signature);
  const isKnown = promiseKeys.some((key) => key.address === signer && wasValidAt(key, promise.recordedAt));
  return isKnown ? KNOWN : STRANGER;
}

/**
 * LOG_INCLUSION of an entry whose `anchor` holds, at `place`: the promise is left.
 *
 * The keys are those of the trust file; where it names none, that of the bundle's key epoch.
 */
export function checkPromise(theCase, anchor, key, place) {
  const { promise } = theCase.bundle;
  if (promise === null) return LOG_INCLUSION.valid(place);
  const keys = keysFor(theCase.issuer, key);
  const signer = signerOf(promise, { chainId: anchor.chainId, registry: anchor.address, keys });
  if (signer === STRANGER) {
    return LOG_INCLUSION.invalid(PROMISE_INVALID, "The promise is not signed by a key that the issuer had then.");
  }
  if (signer !== KNOWN) return LOG_INCLUSION.valid({ ...place, promise: signer });
  const anchoredAt = decodeHeader(anchor.block.headerRlp).timestamp;
  if (anchoredAt > promise.includeBy) {
    return LOG_INCLUSION.invalid(
      OVERDUE,
      `Promised by ${formatUnixTime(promise.includeBy)}, anchored ${formatUnixTime(anchoredAt)}.`,
    );
  }
  return LOG_INCLUSION.valid({ ...place, promise: "kept" });
}

function keysFor(issuer, key) {
  const trusted = issuer?.keys ?? [];
  if (trusted.some((each) => each.purpose === PROMISE)) return trusted;
  return key === null || isCheck(key) ? [] : [key];
}
