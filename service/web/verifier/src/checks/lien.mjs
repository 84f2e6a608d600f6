// What a lien claims of its delivery: the key in the lien registry, and the bank that holds it.
import { productKind } from "../case.mjs";
import { LINEAGE } from "../families.mjs";
import { hexOfNumber, hexOfText, keccak256, keccakOfText } from "../hashing.mjs";
import { CORRECTION } from "../policy.mjs";
import { isEqual } from "./codes.mjs";

const [LIEN, DELIVERY] = ["lien", "delivery"];
const [ALREADY_PLEDGED, NULLIFIER_MISMATCH] = [5, 6];
const HOLDING = ["reserved", "financed"];
const TAG = keccakOfText("ferrotrace.delivery.v1");
const HEAD_BYTES = 4 * 32; // tag, place of the purpose, place of the identifier, secret
const HEX = /^[ \t\n\v\f\r]*(?:[0-9a-fA-F]{2}[ \t\n\v\f\r]*)*$/;

/** Who holds the key of this lien; null where it claims none or no lien registry is trusted. */
export function lienQuestion(data, issuer) {
  const record = recordOf(LIEN, data);
  const key = hashOf(record.get("lien_key"));
  if (!issuer?.lienRegistry || key === null || !HOLDING.includes(record.get("state"))) return null;
  return { lienRegistry: issuer.lienRegistry, key };
}

/** Why the lien is not one on its delivery, or not this bank's; null where nothing is wrong. */
export function checkLien(theCase, parents) {
  const record = recordOf(LIEN, theCase.fields);
  if (record.size === 0) return null;
  return keyDiffers(record) ?? deliveryDiffers(theCase, record, parents) ?? pledged(theCase, record);
}

/** Key of a delivery in the lien registry: keccak-256 of the ABI's encoding of all that names it. */
export function lienKey(purpose, deliveryId, secret) {
  const tails = [purpose, deliveryId].map(tailOf);
  const places = [HEAD_BYTES, HEAD_BYTES + tails[0].length / 2].map((place) => hexOfNumber(place));
  return keccak256(TAG + places.join("") + secret + tails.join(""));
}

function keyDiffers(record) {
  const [purpose, deliveryId] = [record.get("purpose"), record.get("delivery_id")];
  const secret = hashOf(record.get("delivery_secret"));
  if (typeof purpose !== "string" || typeof deliveryId !== "string" || secret === null) return null;
  const stated = record.get("lien_key") ?? null;
  if (stated === null || stated === lienKey(purpose, deliveryId, secret)) return null;
  return mismatch("The key of the lien is not that of its delivery.");
}

/** The delivery's own document, where it is at hand, names the same delivery and secret. */
function deliveryDiffers(theCase, record, parents) {
  for (const hash of parents) {
    const data = theCase.parents?.data(hash) ?? new Map();
    if (isAnother(data)) return mismatch("The lien names a document that is no delivery.");
    const delivery = recordOf(DELIVERY, data);
    for (const name of ["delivery_id", "delivery_secret"]) {
      const isStated = record.has(name) && delivery.has(name);
      if (isStated && !isEqual(record.get(name), delivery.get(name))) {
        return mismatch(`The delivery's own document states another ${name}.`);
      }
    }
  }
  return null;
}

function pledged({ answers }, record) {
  const holder = answers?.lienHolder ?? null;
  if (holder === null || !record.has("financier") || record.get("financier") === holder) return null;
  return LINEAGE.invalid(ALREADY_PLEDGED, `The delivery is held by another bank, ${holder}.`);
}

/** Whether a document shows that it is neither a delivery nor one put right. */
function isAnother(data) {
  const [kind, record] = [productKind(data), data.get("record")];
  if (kind === CORRECTION && record instanceof Map)
    return record.has("corrects") && record.get("corrects") !== DELIVERY;
  return ![null, DELIVERY, CORRECTION].includes(kind);
}

/** The record of a document of `kind`, or the values of it put right; empty for another document. */
function recordOf(kind, data) {
  const [stated, record] = [productKind(data), data.get("record")];
  if (!(record instanceof Map)) return new Map();
  if (stated === CORRECTION && record.get("corrects") === kind) {
    const values = record.get("values");
    return values instanceof Map ? values : new Map();
  }
  return stated === kind ? record : new Map();
}

/** A string in the ABI's dynamic part: its length in bytes, then UTF-8 filled to whole words. */
function tailOf(text) {
  const hex = hexOfText(text);
  return hexOfNumber(hex.length / 2) + hex.padEnd(Math.ceil(hex.length / 64) * 64, "0");
}

/** 32 bytes of hex; null for anything else, which RECORD_SEMANTICS refuses. */
function hashOf(text) {
  if (typeof text !== "string" || !HEX.test(text)) return null;
  const hex = text.replace(/\s/g, "").toLowerCase();
  return hex.length === 64 ? hex : null;
}

function mismatch(message) {
  return LINEAGE.invalid(NULLIFIER_MISMATCH, message);
}
