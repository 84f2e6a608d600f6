// The tablet's own keys. None of them can be read out, not even by this program: a copied profile signs nothing.

import { keepSetting, setting } from "./store.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const ROUNDS = 210_000;

const bytesOf = (text) => new TextEncoder().encode(text);
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** SHA-256 of bytes, 64 hex digits. */
export const sha256Hex = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

/** Canonical JSON (RFC 8785) of text, whole numbers, booleans, null, lists and objects with ASCII keys. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** The keys of this tablet, made at the first call: P-256 for signing, HMAC and AES for what stays here. */
export async function tabletKeys() {
  const kept = setting("keys");
  if (kept) return kept;
  const [signing, binding, sealing] = await Promise.all([
    crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]),
    crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
  ]);
  const keys = { tablet_id: `T-${crypto.randomUUID()}`, signing, binding, sealing };
  await keepSetting("keys", keys);
  return keys;
}

/** The public half as the edge unit registers it. */
export async function publicJwk() {
  const { signing } = await tabletKeys();
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", signing.publicKey);
  return { kty, crv, x, y };
}

/** Signature of the tablet over UTF-8 `text`, P1363, base 64. */
export async function signed(text) {
  const { signing } = await tabletKeys();
  return base64(await crypto.subtle.sign(SIGNING, signing.privateKey, bytesOf(text)));
}

/** What tells the right PIN from a wrong one while the edge unit is out of reach: PBKDF2, then an HMAC
 *  with a key that never leaves this tablet, so that a stolen copy cannot be tried out elsewhere. */
export async function pinVerifier(userId, pin, salt = hex(crypto.getRandomValues(new Uint8Array(16)))) {
  const { tablet_id, binding } = await tabletKeys();
  const secret = await crypto.subtle.importKey("raw", bytesOf(pin), "PBKDF2", false, ["deriveBits"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(`${tablet_id} ${userId} ${salt}`), iterations: ROUNDS };
  const bits = await crypto.subtle.deriveBits(derivation, secret, 256);
  return { salt, digest: hex(await crypto.subtle.sign("HMAC", binding, bits)) };
}

/** `text` so that only this tablet can read it again. */
export async function sealed(text) {
  const { sealing } = await tabletKeys();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, sealing, bytesOf(text)) };
}

export async function unsealed({ iv, data }) {
  const { sealing } = await tabletKeys();
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, sealing, data));
}
