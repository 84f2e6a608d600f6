// Reading the parts of a bundle or trust file: closed objects, canonical hex, exact types (service/proof/shape.py).
import { FileShapeError } from "./errors.mjs";
import { checksumAddress } from "./hashing.mjs";

const HEX = /^(?:[0-9a-f]{2})*$/;
const HASH = /^[0-9a-f]{64}$/;
const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/;
const TIME = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;
const LAST_SECOND = 253_402_300_799n;
export const MAX_NODE_BYTES = 64 * 1024;

/** One JSON object of a file with its path, read member by member; unknown members are refused. */
export class Part {
  constructor(value, path, { required = [], optional = [] } = {}) {
    if (!(value instanceof Map)) refuse(path, "an object was expected");
    const known = new Set([...required, ...optional]);
    for (const name of value.keys()) {
      if (!known.has(name)) refuse(`${path}.${name}`, "this member is not part of the format");
    }
    for (const name of required) if (!value.has(name)) refuse(`${path}.${name}`, "this member is missing");
    for (const [name, member] of value) {
      if (member === null) refuse(`${path}.${name}`, "null stands for nothing here; leave the member out");
    }
    this.members = value;
    this.where = path;
  }

  path(name) {
    return `${this.where}.${name}`;
  }

  has(name) {
    return this.members.has(name);
  }

  get(name) {
    return this.members.get(name);
  }

  text(name) {
    const value = this.get(name);
    if (typeof value !== "string") refuse(this.path(name), "a text was expected");
    return value;
  }

  uint(name) {
    const value = this.get(name);
    if (typeof value !== "number" || value < 0) refuse(this.path(name), "an integer of 0 or more was expected");
    return value;
  }

  items(name, most) {
    const value = this.get(name);
    if (!Array.isArray(value) || value.length > most) {
      refuse(this.path(name), `a list of at most ${most} members was expected`);
    }
    return value;
  }

  /** 32 bytes, written as 64 lower-case hex digits without 0x. */
  hash(name) {
    return parseHash(this.get(name), this.path(name));
  }

  hashes(name, most) {
    return this.items(name, most).map((item) => parseHash(item, this.path(name)));
  }

  /** Bytes written as 0x and lower-case hex, exactly `length` where given. */
  evmBytes(name, length) {
    return parseEvmBytes(this.get(name), this.path(name), length);
  }

  evmNodes(name, most) {
    return this.items(name, most).map((item) => parseEvmBytes(item, this.path(name)));
  }

  /** An integer of at most 256 bits as 0x hex without leading zeros. */
  quantity(name) {
    const value = this.text(name);
    if (!QUANTITY.test(value)) refuse(this.path(name), "an integer in 0x hex without leading zeros was expected");
    return BigInt(value);
  }

  /** An address of 20 bytes, written with its checksum (EIP-55). */
  address(name) {
    const value = this.text(name);
    const address = parseEvmBytes(value.toLowerCase(), this.path(name), 20);
    if (checksumAddress(address) !== value) {
      refuse(this.path(name), "the address does not carry its checksum (EIP-55)");
    }
    return address;
  }

  /** An instant YYYY-MM-DDTHH:MM:SSZ, in seconds since 1970. */
  time(name) {
    const seconds = secondsOf(this.text(name));
    if (seconds === null) refuse(this.path(name), "a time YYYY-MM-DDTHH:MM:SSZ was expected");
    return seconds;
  }
}

/** Seconds since 1970 of an instant YYYY-MM-DDTHH:MM:SSZ, null where it is none. */
export function secondsOf(text) {
  if (!TIME.test(text)) return null;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || formatUnixTime(instant.getTime() / 1000) !== text) return null;
  return instant.getTime() / 1000;
}

/** Seconds since 1970 as YYYY-MM-DDTHH:MM:SSZ, at most the end of the year 9999. */
export function formatUnixTime(seconds) {
  const whole = BigInt(seconds);
  const shown = whole < LAST_SECOND ? whole : LAST_SECOND;
  return new Date(Number(shown) * 1000).toISOString().replace(".000Z", "Z");
}

export function parseHash(value, path) {
  if (typeof value !== "string" || !HASH.test(value)) refuse(path, "64 lower-case hex digits were expected");
  return value;
}

export function parseEvmBytes(value, path, length) {
  if (typeof value !== "string" || !value.startsWith("0x") || !HEX.test(value.slice(2))) {
    refuse(path, "0x and lower-case hex digits were expected");
  }
  const bytes = (value.length - 2) / 2;
  if (bytes > MAX_NODE_BYTES || (length !== undefined && length !== bytes)) {
    refuse(path, `${bytes} bytes, expected ${length ?? `at most ${MAX_NODE_BYTES}`}`);
  }
  return value.slice(2);
}

/** Throw FileShapeError for the member at `path`. */
export function refuse(path, limit) {
  throw new FileShapeError(`${path}: ${limit}`);
}
