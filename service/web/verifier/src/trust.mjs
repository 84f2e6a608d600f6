// The trust file: what a verifier believes before it opens any bundle (service/proof/trust.py).
import { FileVersionError } from "./errors.mjs";
import { KEY_MEMBERS, readKey } from "./key_epoch.mjs";
import { Part, parseEvmBytes, refuse } from "./shape.mjs";
import { MAX_BYTES, parseJson } from "./strict_json.mjs";

const FORMAT_VERSION = 1;
const MOST_ISSUERS = 1_000;
const MOST_KEYS = 10_000;
const MOST_VALIDATORS = 256;
const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/;

/** Trusted issuers, block hashes by chain id and number, validators by chain id. */
export class Trust {
  constructor(issuers = [], knownBlocks = new Map(), validators = new Map()) {
    this.issuers = issuers;
    this.knownBlocks = knownBlocks;
    this.validators = validators;
  }

  /** All that is known of `location`: one registry, or several after a migration. */
  issuersAt(location) {
    return this.issuers.filter((issuer) => issuer.location === location);
  }

  /** Hash of a block, or null where this file does not name it. */
  blockHash(chainId, number) {
    return this.knownBlocks.get(`${chainId}/${number}`) ?? null;
  }
}

/** The trust file in `bytes`; throws FileShapeError and FileVersionError. */
export function readTrust(bytes) {
  const part = new Part(parseJson(bytes, { maxBytes: 4 * MAX_BYTES }), "trust", {
    required: ["v", "issuers", "known_blocks"],
    optional: ["qbft_validators"],
  });
  if (part.uint("v") !== FORMAT_VERSION) throw new FileVersionError(part.uint("v"), FORMAT_VERSION);
  const issuers = part.items("issuers", MOST_ISSUERS).map((item) => issuerOf(item, part.path("issuers")));
  return new Trust(issuers, blocksOf(part), validatorsOf(part));
}

function issuerOf(value, path) {
  const part = new Part(value, path, {
    required: ["name", "location", "chain_id", "registry", "code_hash"],
    optional: ["dns_txt", "head", "keys", "lien_registry"],
  });
  const keysPath = part.path("keys");
  return {
    name: part.text("name"),
    location: part.text("location"),
    chainId: part.uint("chain_id"),
    registry: part.address("registry"),
    codeHash: part.evmBytes("code_hash", 32),
    dnsTxt: part.has("dns_txt") ? part.text("dns_txt") : null,
    ...headOf(part),
    keys: part.has("keys")
      ? part.items("keys", MOST_KEYS).map((item) => readKey(new Part(item, keysPath, KEY_MEMBERS)))
      : [],
    lienRegistry: part.has("lien_registry") ? part.address("lien_registry") : null,
  };
}

function headOf(issuer) {
  if (!issuer.has("head")) return { head: null, headTime: null };
  const part = new Part(issuer.get("head"), issuer.path("head"), { required: ["size", "root"], optional: ["time"] });
  return {
    head: { size: part.uint("size"), root: part.hash("root") },
    headTime: part.has("time") ? part.time("time") : null,
  };
}

function blocksOf(part) {
  const known = new Map();
  for (const [chainId, blocks] of membersOf(part.get("known_blocks"), part.path("known_blocks"))) {
    const path = `${part.path("known_blocks")}.${chainId}`;
    requireNumber(chainId, part.path("known_blocks"));
    for (const [number, hash] of membersOf(blocks, path)) {
      requireNumber(number, path);
      known.set(`${chainId}/${number}`, parseEvmBytes(hash, path, 32));
    }
  }
  return known;
}

function validatorsOf(trust) {
  const named = new Map();
  if (!trust.has("qbft_validators")) return named;
  const path = trust.path("qbft_validators");
  for (const [chainId, listed] of membersOf(trust.get("qbft_validators"), path)) {
    requireNumber(chainId, path);
    const where = `${path}.${chainId}`;
    const items = new Part(new Map([["addresses", listed]]), where, { required: ["addresses"] });
    const addresses = items.items("addresses", MOST_VALIDATORS).map((item) => {
      return new Part(new Map([["each", item]]), where, { required: ["each"] }).address("each");
    });
    named.set(Number(chainId), addresses);
  }
  return named;
}

function membersOf(value, path) {
  if (!(value instanceof Map)) refuse(path, "an object was expected");
  return value;
}

function requireNumber(text, path) {
  if (!NUMBER.test(text)) refuse(path, `${text.slice(0, 40)} is no number`);
}
