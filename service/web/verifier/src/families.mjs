// The families of checks: names and code numbers that never change once shipped (service/proof/families.py).
import { tables } from "./tables.mjs";

export const [VALID, INVALID, ERROR, SKIPPED] = ["VALID", "INVALID", "ERROR", "SKIPPED"];

class Family {
  constructor({ type, name, codes }) {
    this.type = type;
    this.name = name;
    this.codes = codes;
  }

  /** The check holds. */
  valid(data) {
    return { name: this.name, type: this.type, status: VALID, reason: null, ...(data ? { data } : {}) };
  }

  /** The check fails for the reason `code`. */
  invalid(code, message) {
    return this.#check(INVALID, code, message);
  }

  /** Nobody here can tell. */
  error(code, message) {
    return this.#check(ERROR, code, message);
  }

  /** There is nothing to check. */
  skipped(message) {
    const [code] = Object.entries(this.codes).find(([, name]) => name === SKIPPED);
    return this.#check(SKIPPED, Number(code), message);
  }

  #check(status, code, message) {
    const reason = { code, codeString: this.codes[code], message };
    return { name: this.name, type: this.type, status, reason };
  }
}

export const ALL = tables.families.map((family) => new Family(family));

function family(type) {
  return ALL.find((each) => each.type === type);
}

export const DOCUMENT_INTEGRITY = family("DOCUMENT_INTEGRITY");
export const DOCUMENT_STATUS = family("DOCUMENT_STATUS");
export const ISSUER_IDENTITY = family("ISSUER_IDENTITY");
export const LOG_INCLUSION = family("LOG_INCLUSION");
export const LOG_CONSISTENCY = family("LOG_CONSISTENCY");
export const CHAIN_ANCHOR = family("CHAIN_ANCHOR");
export const DISCLOSURE_POLICY = family("DISCLOSURE_POLICY");
export const RECORD_SEMANTICS = family("RECORD_SEMANTICS");
export const LINEAGE = family("LINEAGE");

/** Types without a VALID of which no verdict is VALID. */
export const REQUIRED = tables.required;

/** Whether `value` is a check and not the thing that was asked for. */
export function isCheck(value) {
  return value !== null && typeof value === "object" && "status" in value && "type" in value;
}
