// RLP as Ethereum hashes it, read strictly over hex: one byte string has one meaning (service/proof/rlp.py).
//
// A byte string is hex text, a list is an array.
import { RlpError } from "./errors.mjs";
import { hexOfNumber } from "./hashing.mjs";

const MAX_DEPTH = 16;
const SHORT = 55;
const [TEXT, LIST] = [0x80, 0xc0]; // first byte of an empty byte string, of an empty list

/** The one item that `raw` encodes; throws RlpError. */
export function decodeRlp(raw) {
  const [item, end] = itemAt(raw, 0, 0);
  if (end !== raw.length / 2) throw new RlpError(`${raw.length / 2 - end} bytes after the end`);
  return item;
}

/** The list that `raw` encodes; throws RlpError also where it is a byte string. */
export function decodeRlpList(raw) {
  const item = decodeRlp(raw);
  if (!Array.isArray(item)) throw new RlpError("a byte string in place of a list");
  return item;
}

/** The RLP of `item`: keys of the receipt trie, headers as validators signed them. */
export function encodeRlp(item) {
  if (Array.isArray(item)) return prefixed(LIST, item.map(encodeRlp).join(""));
  return item.length === 2 && Number.parseInt(item, 16) < TEXT ? item : prefixed(TEXT, item);
}

function prefixed(kind, body) {
  const length = body.length / 2;
  if (length <= SHORT) return hexOfNumber(kind + length, 1) + body;
  const size = encodeUint(length);
  return hexOfNumber(kind + SHORT + size.length / 2, 1) + size + body;
}

/** `number` big-endian without leading zeros; zero is the empty string. */
export function encodeUint(number) {
  const hex = number.toString(16);
  return number === 0 ? "" : hex.padStart(hex.length + (hex.length % 2), "0");
}

/** The integer that `item` holds, at most `maxBytes` long, without leading zeros. */
export function decodeUint(item, maxBytes = 32) {
  if (Array.isArray(item) || item.length > 2 * maxBytes || item.startsWith("00")) {
    throw new RlpError(`no integer of at most ${maxBytes} bytes`);
  }
  return item === "" ? 0n : BigInt(`0x${item}`);
}

/** `item` where it is a byte string of exactly `length` bytes. */
export function decodeFixed(item, length) {
  if (Array.isArray(item) || item.length !== 2 * length) throw new RlpError(`no byte string of ${length} bytes`);
  return item;
}

function itemAt(raw, start, depth) {
  if (depth > MAX_DEPTH) throw new RlpError(`nested deeper than ${MAX_DEPTH} levels`);
  if (2 * start >= raw.length) throw new RlpError("it ends too early");
  const first = byteAt(raw, start);
  if (first < TEXT) return [slice(raw, start, start + 1), start + 1];
  if (first < LIST) {
    const [body, end] = extent(raw, start, first - TEXT);
    if (end - body === 1 && byteAt(raw, body) < TEXT) throw new RlpError("a single byte written long");
    return [slice(raw, body, end), end];
  }
  const [body, end] = extent(raw, start, first - LIST);
  const members = [];
  let position = body;
  while (position < end) {
    const [member, next] = itemAt(raw, position, depth + 1);
    members.push(member);
    position = next;
  }
  if (position !== end) throw new RlpError("a member reaches beyond its list");
  return [members, end];
}

/** Where the body of the item at `start` begins and ends. */
function extent(raw, start, code) {
  let [body, length] = [start + 1, code];
  if (code > SHORT) {
    const size = slice(raw, body, body + code - SHORT);
    body += size.length / 2;
    length = size === "" ? 0 : Number.parseInt(size, 16);
    if (size.startsWith("00") || length <= SHORT) throw new RlpError("a length not in its shortest form");
  }
  if (2 * (body + length) > raw.length) throw new RlpError("it ends too early");
  return [body, body + length];
}

function byteAt(raw, place) {
  return Number.parseInt(slice(raw, place, place + 1), 16);
}

function slice(raw, start, end) {
  return raw.slice(2 * start, 2 * end);
}
