// A bundle file, read strictly: what is not exactly of the format is refused (service/proof/bundle_reader.py).
import { MAX_PROOF_LENGTH } from "./batch.mjs";
import { SCHEMA_URL, SIGNATURE_TYPE } from "./document.mjs";
import { FileVersionError } from "./errors.mjs";
import { ENTRY_VERSION } from "./log.mjs";
import { SLOT_NAMES } from "./registry.mjs";
import { Part, parseEvmBytes, refuse } from "./shape.mjs";
import { SIGNATURE_BYTES } from "./signature.mjs";
import { parseJson } from "./strict_json.mjs";

const FORMAT_VERSION = 1;
const FINALITIES = ["trusted-hash", "k-blocks", "finalized", "qbft-seals", "witness"];
const MOST_HIDDEN = 10_000;
const MOST_NODES = 64;
const MOST_SLOTS = 128;
const MOST_RECORDS = 16;
const MOST_SEALS = 256;
const SNAPSHOT = ["location", "records", "queriedAt"];

/** The bundle in the file `bytes`; absent parts are null. Throws FileShapeError and FileVersionError. */
export function readBundle(bytes) {
  const value = parseJson(bytes);
  if (!(value instanceof Map) || !value.has("v") || !value.has("document")) {
    refuse("bundle", "an object with v and document was expected");
  }
  if (value.get("v") !== FORMAT_VERSION) {
    throw new FileVersionError(String(value.get("v")).slice(0, 40), FORMAT_VERSION);
  }
  const part = new Part(value, "bundle", {
    required: ["v", "document"],
    optional: ["log", "anchor", "status", "identity", "promise"],
  });
  const document = readDocument(value.get("document"));
  const bundle = {
    document,
    log: part.has("log") ? logOf(part.get("log")) : null,
    anchor: part.has("anchor") ? anchorOf(part.get("anchor")) : null,
    status: part.has("status") ? statusOf(part.get("status")) : null,
    ...(part.has("identity") ? identityOf(part.get("identity")) : { identity: null, keyEpoch: null }),
    promise: part.has("promise") ? promiseOf(part.get("promise"), document) : null,
  };
  if (bundle.status && !bundle.anchor) refuse(part.path("status"), "it needs an anchor beside it");
  if (bundle.keyEpoch && !bundle.log) refuse(part.path("identity.keyEpoch"), "it needs a log beside it");
  return bundle;
}

/** A wrapped document with its signature decoded; throws FileShapeError. */
export function readDocument(value, path = "bundle.document") {
  const part = new Part(value, path, { required: ["version", "data", "signature"], optional: ["privacy"] });
  if (part.text("version") !== SCHEMA_URL) refuse(part.path("version"), `only ${SCHEMA_URL} is read`);
  if (!(part.get("data") instanceof Map) || part.get("data").size === 0) {
    refuse(part.path("data"), "an object with fields was expected");
  }
  const signature = new Part(part.get("signature"), part.path("signature"), {
    required: ["type", "targetHash", "proof", "merkleRoot"],
  });
  if (signature.text("type") !== SIGNATURE_TYPE) refuse(signature.path("type"), `only ${SIGNATURE_TYPE} is read`);
  if (part.has("privacy")) {
    const privacy = new Part(part.get("privacy"), part.path("privacy"), { required: ["obfuscatedData"] });
    privacy.hashes("obfuscatedData", MOST_HIDDEN);
  }
  return {
    wrapped: part.members,
    targetHash: signature.hash("targetHash"),
    proof: signature.hashes("proof", MAX_PROOF_LENGTH),
    merkleRoot: signature.hash("merkleRoot"),
  };
}

function logOf(value) {
  const part = new Part(value, "bundle.log", {
    required: ["entry", "index", "size", "root", "proof"],
    optional: ["consistency"],
  });
  return {
    entry: readEntry(part.get("entry"), part.path("entry")),
    index: part.uint("index"),
    head: { size: part.uint("size"), root: part.hash("root") },
    proof: part.hashes("proof", MAX_PROOF_LENGTH),
    consistency: part.has("consistency") ? consistencyOf(part.get("consistency"), part.path("consistency")) : null,
  };
}

/** The log entry in the JSON `value`; throws FileShapeError. */
export function readEntry(value, path) {
  const part = new Part(value, path, { required: ["v", "type", "seq", "targetHash", "batch"] });
  if (part.uint("v") !== ENTRY_VERSION) refuse(part.path("v"), `only version ${ENTRY_VERSION} is read`);
  return {
    kind: part.text("type"),
    seq: part.uint("seq"),
    targetHash: part.hash("targetHash"),
    batch: part.uint("batch"),
  };
}

function consistencyOf(value, path) {
  const part = new Part(value, path, { required: ["size", "root", "proof"] });
  return {
    head: { size: part.uint("size"), root: part.hash("root") },
    proof: part.hashes("proof", MAX_PROOF_LENGTH),
  };
}

function blockOf(value, path) {
  const part = new Part(value, path, { required: ["number", "hash", "headerRlp"], optional: ["seals"] });
  return {
    number: part.uint("number"),
    hash: part.evmBytes("hash", 32),
    headerRlp: part.evmBytes("headerRlp"),
    seals: part.has("seals") ? sealsOf(part.get("seals"), part.path("seals")) : null,
  };
}

function sealsOf(value, path) {
  const part = new Part(value, path, { required: ["round", "signatures"] });
  const where = part.path("signatures");
  return {
    round: part.uint("round"),
    signatures: part.items("signatures", MOST_SEALS).map((item) => parseEvmBytes(item, where, SIGNATURE_BYTES)),
  };
}

function anchorOf(value) {
  const part = new Part(value, "bundle.anchor", {
    required: [
      ...["chainId", "address", "seq", "oldSize", "newSize", "head", "batchRoot", "txHash"],
      ...["txIndex", "logIndex", "block", "receipt", "receiptProof", "finality"],
    ],
  });
  return {
    chainId: part.uint("chainId"),
    address: part.address("address"),
    seq: part.uint("seq"),
    oldSize: part.uint("oldSize"),
    newSize: part.uint("newSize"),
    head: part.evmBytes("head", 32),
    batchRoot: part.evmBytes("batchRoot", 32),
    txHash: part.evmBytes("txHash", 32),
    txIndex: part.uint("txIndex"),
    logIndex: part.uint("logIndex"),
    block: blockOf(part.get("block"), part.path("block")),
    receipt: part.evmBytes("receipt"),
    receiptProof: part.evmNodes("receiptProof", MOST_NODES),
    finality: finalityOf(part.get("finality"), part.path("finality")),
  };
}

function finalityOf(value, path) {
  const part = new Part(value, path, { required: ["kind"] });
  const kind = part.text("kind");
  if (!FINALITIES.includes(kind)) refuse(part.path("kind"), `one of ${FINALITIES.join(", ")} was expected`);
  return kind;
}

function statusOf(value) {
  const part = new Part(value, "bundle.status", {
    required: ["asOfBlock", "accountProof", "storageHash", "codeHash", "storage"],
  });
  const path = part.path("storage");
  return {
    block: blockOf(part.get("asOfBlock"), part.path("asOfBlock")),
    accountProof: part.evmNodes("accountProof", MOST_NODES),
    storageHash: part.evmBytes("storageHash", 32),
    codeHash: part.evmBytes("codeHash", 32),
    storage: part.items("storage", MOST_SLOTS).map((item) => storageOf(item, path)),
  };
}

function storageOf(value, path) {
  const part = new Part(value, path, { required: ["name", "slot", "value", "proof"], optional: ["key"] });
  const name = part.text("name");
  if (!SLOT_NAMES.includes(name)) refuse(part.path("name"), `one of ${SLOT_NAMES.join(", ")} was expected`);
  return {
    name,
    key: part.has("key") ? part.evmBytes("key", 32) : null,
    slot: part.evmBytes("slot", 32),
    value: part.quantity("value"),
    proof: part.evmNodes("proof", MOST_NODES),
  };
}

/** The DNS snapshot and the key epoch; either may be absent, not both. */
function identityOf(value) {
  const part = new Part(value, "bundle.identity", { optional: [...SNAPSHOT, "dnssec", "keyEpoch"] });
  const keyEpoch = part.has("keyEpoch") ? keyEpochOf(part.get("keyEpoch"), part.path("keyEpoch")) : null;
  const snapshot = new Map([...part.members].filter(([name]) => name !== "keyEpoch"));
  return { identity: snapshot.size > 0 || !keyEpoch ? snapshotOf(snapshot) : null, keyEpoch };
}

function snapshotOf(value) {
  const part = new Part(value, "bundle.identity", { required: SNAPSHOT, optional: ["dnssec"] });
  const records = part.items("records", MOST_RECORDS);
  if (!records.every((record) => typeof record === "string")) {
    refuse(part.path("records"), "a list of texts was expected");
  }
  if (part.has("dnssec") && typeof part.get("dnssec") !== "boolean") {
    refuse(part.path("dnssec"), "true or false was expected");
  }
  return { location: part.text("location"), records, queriedAt: part.time("queriedAt") };
}

function keyEpochOf(value, path) {
  const part = new Part(value, path, { required: ["document", "log"] });
  const log = new Part(part.get("log"), part.path("log"), { required: ["entry", "index", "proof"] });
  return {
    document: readDocument(part.get("document"), part.path("document")),
    entry: readEntry(log.get("entry"), log.path("entry")),
    index: log.uint("index"),
    proof: log.hashes("proof", MAX_PROOF_LENGTH),
  };
}

function promiseOf(value, document) {
  const part = new Part(value, "bundle.promise", { required: ["recordedAt", "includeBy", "signature"] });
  return {
    targetHash: document.targetHash,
    recordedAt: part.uint("recordedAt"),
    includeBy: part.uint("includeBy"),
    signature: part.evmBytes("signature", SIGNATURE_BYTES),
  };
}
