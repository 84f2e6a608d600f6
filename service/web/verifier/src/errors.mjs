// What the evidence refuses (service/proof/errors.py). The classes under ProofError make a check INVALID.

/** A document, a proof or a file of the evidence is not what it must be. */
export class ProofError extends Error {}

/** A bundle or trust file breaks its format. */
export class FileShapeError extends ProofError {
  constructor(limit) {
    super(`The file breaks its format: ${limit}.`);
  }
}

/** A bundle or trust file has a format version that this verifier does not know. */
export class FileVersionError extends ProofError {
  constructor(value, limit) {
    super(`Format version ${value}; this verifier reads version ${limit}.`);
  }
}

/** A leaf of a document is not `uuid4:type:value`. */
export class LeafFormatError extends ProofError {
  constructor(value) {
    super(`The leaf ${value} is not salted as uuid4:type:value.`);
  }
}

/** Bytes are not one item of canonical RLP. */
export class RlpError extends ProofError {
  constructor(limit) {
    super(`The bytes are not canonical RLP: ${limit}.`);
  }
}

/** The nodes do not prove a value, nor its absence, under the root. */
export class TrieProofError extends ProofError {
  constructor(limit) {
    super(`The trie proof does not hold: ${limit}.`);
  }
}

/** Bytes are not a block header. */
export class HeaderError extends ProofError {
  constructor(limit) {
    super(`The block header is malformed: ${limit}.`);
  }
}

/** Bytes are not a transaction receipt, or carry no such event. */
export class ReceiptError extends ProofError {
  constructor(limit) {
    super(`The receipt is malformed: ${limit}.`);
  }
}

/** The storage proofs do not show this document's state in this registry. */
export class StateProofError extends ProofError {
  constructor(limit) {
    super(`The state proof does not hold: ${limit}.`);
  }
}

/** A rule of the trade refuses the figures: they cannot have been computed. */
export class RuleBrokenError extends Error {}

/** A figure that a rule needs does not stand in the record; it may be hidden. */
export class MissingFigureError extends Error {
  constructor(name) {
    super(`${name} is missing.`);
    this.figure = name;
  }
}

/** No chain answered: the state is unknown, not wrong. */
export class ChainSilentError extends Error {}
