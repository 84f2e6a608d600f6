// Rules of the records that state no masses: appeals, liens, keys, policies, factor sets.
import { RECORD_SEMANTICS } from "../families.mjs";
import { checksumAddress, keccak256 } from "../hashing.mjs";
import { tables } from "../tables.mjs";
import { differs, FACTOR_VERSION_UNKNOWN, figure, isEqual, RECORD_SCHEMA, WHOLE_BP } from "./codes.mjs";

const DECISION = ["answer", "decided_at", "decided_by"];

/** An appeal that was decided says by whom, when and why; one only raised says none of it. */
export function appealDecision(record) {
  if (figure(record, "state") !== "raised") {
    for (const name of DECISION) figure(record, name);
    return null;
  }
  const early = DECISION.find((name) => record.has(name));
  return early ? refused(`${early} stands in an appeal that is only raised.`) : null;
}

/** A reservation ends and has released nothing; a lien is released when all of it is. */
export function lienState(record) {
  const state = figure(record, "state");
  if (state === "reserved") {
    figure(record, "expires_at");
    return differs(RECORD_SCHEMA, [["released_bp", figure(record, "released_bp"), 0n]]);
  }
  const released = figure(record, "released_bp");
  const agrees = (state === "released") === (released === WHOLE_BP);
  return agrees ? null : refused(`${released} bp are released in state ${state}.`);
}

/** Financier and contract carry their checksum. */
export function lienAddresses(record) {
  return checksums(record, "financier", "contract");
}

/** The address carries its checksum and is that of the public key, where one is stated. */
export function keyAddress(record) {
  const finding = checksums(record, "address");
  if (finding || !record.has("public_key")) return finding;
  const point = record.get("public_key").replace(/^0x04/, "").toLowerCase();
  const computed = checksumAddress(keccak256(point).slice(-40));
  return differs(RECORD_SCHEMA, [["address", figure(record, "address"), computed]]);
}

/** `valid_to` is not before `valid_from`; RFC 3339 times in UTC sort as text. */
export function keyEndsAfterItsBeginning(record) {
  const from = figure(record, "valid_from");
  return (record.get("valid_to") ?? from) < from ? refused("The key ends before it begins.") : null;
}

/** A policy that is known here by its name says what is known here. */
export function knownPolicy(record) {
  const { id, audiences } = tables.policy_document;
  if (figure(record, "policy_id") !== id || isEqual(figure(record, "audiences"), inMaps(audiences))) return null;
  return refused(`The policy ${id} is known here with other fields.`);
}

/** The factor set is one that is known here, by this hash. */
export function knownFactorSet(record) {
  const id = figure(record, "factor_set_id");
  if (!Object.hasOwn(tables.carbon.sets, id)) {
    return RECORD_SEMANTICS.error(FACTOR_VERSION_UNKNOWN, `Factor set ${id.slice(0, 64)} is unknown.`);
  }
  return differs(RECORD_SCHEMA, [["sha256", figure(record, "sha256"), tables.carbon.sets[id].sha256]]);
}

function checksums(record, ...names) {
  for (const name of names) {
    const address = figure(record, name);
    if (checksumAddress(address.replace(/^0x/, "").toLowerCase()) !== address) {
      return refused(`${name} does not carry its checksum (EIP-55).`);
    }
  }
  return null;
}

function inMaps(value) {
  if (typeof value !== "object") return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, inMaps(member)]));
}

function refused(message) {
  return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, message);
}
