// JSON from outside, read strictly: one meaning for each byte (service/proof/strict_json.py).
//
// Objects become Maps: their keys keep the order of the file and mean nothing to JavaScript.
import { FileShapeError } from "./errors.mjs";

export const MAX_BYTES = 4 * 1024 * 1024;
export const MAX_DEPTH = 16;

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/**
 * The value that `bytes` (UTF-8) spell: Maps, arrays, strings, integers, booleans and null.
 *
 * Throws FileShapeError for more than `maxBytes`, nesting beyond `maxDepth`, keys that stand twice, numbers that are
 * no integers within ±(2^53 − 1), lone surrogates, and text that is no JSON.
 */
export function parseJson(bytes, { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = {}) {
  if (bytes.length > maxBytes) throw new FileShapeError(`${bytes.length} bytes, at most ${maxBytes}`);
  return new Reader(decoded(bytes), maxDepth).document();
}

function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileShapeError("not JSON in UTF-8");
  }
}

class Reader {
  #text;
  #place = 0;
  #maxDepth;

  constructor(text, maxDepth) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document() {
    const value = this.#value(0);
    this.#match(WHITE_SPACE);
    if (this.#place < this.#text.length) this.#refuse();
    return value;
  }

  #value(depth) {
    this.#match(WHITE_SPACE);
    const first = this.#text[this.#place];
    if (first === "{") return this.#object(depth + 1);
    if (first === "[") return this.#list(depth + 1);
    if (first === '"') return this.#string();
    for (const [word, value] of WORDS) if (this.#skip(word)) return value;
    return this.#integer();
  }

  #object(depth) {
    this.#enter(depth);
    const members = new Map();
    if (this.#closes("}")) return members;
    for (;;) {
      this.#match(WHITE_SPACE);
      if (this.#text[this.#place] !== '"') this.#refuse();
      const name = this.#string();
      this.#match(WHITE_SPACE);
      if (!this.#skip(":")) this.#refuse();
      const value = this.#value(depth);
      if (members.has(name)) throw new FileShapeError(`the key ${name.slice(0, 40)} stands twice`);
      members.set(name, value);
      if (this.#closes("}")) return members;
      if (!this.#skip(",")) this.#refuse();
    }
  }

  #list(depth) {
    this.#enter(depth);
    const items = [];
    if (this.#closes("]")) return items;
    for (;;) {
      items.push(this.#value(depth));
      if (this.#closes("]")) return items;
      if (!this.#skip(",")) this.#refuse();
    }
  }

  #enter(depth) {
    this.#place += 1;
    if (depth > this.#maxDepth) throw new FileShapeError(`nested deeper than ${this.#maxDepth} levels`);
  }

  #closes(bracket) {
    this.#match(WHITE_SPACE);
    return this.#skip(bracket);
  }

  #string() {
    this.#place += 1;
    let text = this.#match(PLAIN_TEXT);
    while (this.#text[this.#place] === "\\") text += this.#escape() + this.#match(PLAIN_TEXT);
    if (!this.#skip('"')) this.#refuse();
    if (!isWellFormed(text)) throw new FileShapeError("lone surrogates are no text");
    return text;
  }

  #escape() {
    const sign = this.#text[this.#place + 1];
    if (sign !== "u") {
      if (!Object.hasOwn(ESCAPES, sign ?? "")) this.#refuse();
      this.#place += 2;
      return ESCAPES[sign];
    }
    const digits = this.#text.slice(this.#place + 2, this.#place + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#refuse();
    this.#place += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #integer() {
    const text = this.#match(NUMBER);
    if (text === "") this.#refuse();
    const value = Number(text);
    if (!/^-?[0-9]+$/.test(text) || !Number.isSafeInteger(value)) {
      throw new FileShapeError(`the number ${text.slice(0, 40)} is no integer within ±(2^53 - 1)`);
    }
    return value === 0 ? 0 : value; // -0 is 0
  }

  #skip(expected) {
    if (!this.#text.startsWith(expected, this.#place)) return false;
    this.#place += expected.length;
    return true;
  }

  #match(pattern) {
    pattern.lastIndex = this.#place;
    const [found] = pattern.exec(this.#text) ?? [""];
    this.#place += found.length;
    return found;
  }

  #refuse() {
    throw new FileShapeError(`not JSON in UTF-8 (character ${this.#place})`);
  }
}

function isWellFormed(text) {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
