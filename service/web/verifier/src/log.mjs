// The log: one SHA-256 tree over all entries (service/proof/log.py; RFC 6962, RFC 9162).
//
// Sizes and places are integers up to 2^53; they are halved by arithmetic, JavaScript's shifts end at 32 bits.
import { hexOfText, sha256 } from "./hashing.mjs";

export const ENTRY_VERSION = 1;
export const EMPTY_ROOT = sha256("");
export const MAX_PROOF_LENGTH = 64;

/** The bytes of an entry that are hashed: its canonical JSON, as hex. */
export function entryBytes({ kind, seq, targetHash, batch }) {
  const text = `{"batch":${batch},"seq":${seq},"targetHash":"${targetHash}","type":${JSON.stringify(kind)},"v":1}`;
  return hexOfText(text);
}

/** Leaf of an entry: SHA-256 of 0x00 and the entry bytes. */
export function leafHash(entry) {
  return sha256(`00${entry}`);
}

/** Inner node: SHA-256 of 0x01, the left and the right child. */
export function nodeHash(left, right) {
  return sha256(`01${left}${right}`);
}

/** Roots of a growing log: full subtrees are kept, so that each entry costs one or two hashes. */
export class LogRoots {
  #peaks = []; // [height, hash], the tallest first
  size = 0;

  add(leaf) {
    let [height, hash] = [0, leaf];
    while (this.#peaks.at(-1)?.[0] === height) {
      hash = nodeHash(this.#peaks.pop()[1], hash);
      height += 1;
    }
    this.#peaks.push([height, hash]);
    this.size += 1;
  }

  /** The head over all entries so far. */
  root() {
    const hashes = this.#peaks.map(([, hash]) => hash);
    return hashes.length ? hashes.reduceRight((right, left) => nodeHash(left, right)) : EMPTY_ROOT;
  }
}

/** Whether `leaf` is entry `index` of the log with `size` entries and `root` (RFC 9162, section 2.1.3.2). */
export function inclusionHolds({ leaf, index, size, proof, root }) {
  if (index < 0 || index >= size || proof.length > MAX_PROOF_LENGTH) return false;
  let [fn, sn, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      node = nodeHash(sibling, node);
      [fn, sn] = upToLeftBranch(fn, sn);
    } else {
      node = nodeHash(node, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && node === root;
}

/**
 * Whether the log of size `first` is the beginning of the log of size `second` (RFC 9162, section 2.1.4.2).
 *
 * A head of size 0 is refused: it is the beginning of everything.
 */
export function consistencyHolds({ first, second, firstRoot, secondRoot, proof }) {
  if (first <= 0 || first > second || proof.length > MAX_PROOF_LENGTH) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  if (proof.length === 0) return false;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [older, newer] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [older, newer] = [nodeHash(sibling, older), nodeHash(sibling, newer)];
      [fn, sn] = upToLeftBranch(fn, sn);
    } else {
      newer = nodeHash(newer, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && older === firstRoot && newer === secondRoot;
}

function upToLeftBranch(fn, sn) {
  while (fn !== 0 && !isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  return [fn, sn];
}

function isOdd(number) {
  return number % 2 === 1;
}

function half(number) {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number) {
  return /^10*$/.test(number.toString(2));
}
