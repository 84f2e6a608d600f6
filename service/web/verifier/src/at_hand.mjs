// The other bundles that lie beside the one that is judged (service/proof/at_hand.py).
import { readBundle } from "./bundle_reader.mjs";
import { documentData } from "./document.mjs";
import { ProofError } from "./errors.mjs";

/**
 * Bundles by name, each judged once, and only when somebody asks for it.
 *
 * What a file says of itself (its data, what it supersedes) proves nothing before its verdict.
 */
export class FilesAtHand {
  #contents;
  #judge;
  #names = new Map();
  #data = new Map();
  #verdicts = new Map();
  #inProgress = new Set();

  /** `files` are [name, bytes]; `judge(bytes, filesAtHand)` verifies one of them. */
  constructor(files, judge) {
    this.#contents = new Map(files);
    this.#judge = judge;
    for (const [name, bytes] of files) {
      const { targetHash, data } = outlineOf(bytes);
      this.#names.set(targetHash, name);
      this.#data.set(targetHash, data);
    }
  }

  /** The verdict over a file by its name; null while that one waits for this answer. */
  verdictOf(name) {
    if (!this.#verdicts.has(name) && !this.#inProgress.has(name)) {
      this.#inProgress.add(name);
      this.#verdicts.set(name, this.#judge(this.#contents.get(name), this));
    }
    return this.#verdicts.get(name) ?? null;
  }

  /** The verdict over the document with this target hash, null where it is not at hand. */
  verdict(targetHash) {
    return this.#names.has(targetHash) ? this.verdictOf(this.#names.get(targetHash)) : null;
  }

  /** The unsalted data of that document; empty where it is not at hand or cannot be read. */
  data(targetHash) {
    return this.#data.get(targetHash) ?? new Map();
  }

  /** Target hashes of the documents that say they supersede this one. */
  successors(targetHash) {
    return [...this.#data].filter(([, data]) => supersedes(data) === targetHash).map(([hash]) => hash);
  }
}

function supersedes(data) {
  const links = data.get("links");
  return links instanceof Map ? links.get("supersedes") : undefined;
}

/** Target hash and data of a bundle, both empty where it cannot be read. */
function outlineOf(bytes) {
  let targetHash = "";
  try {
    const { document } = readBundle(bytes);
    targetHash = document.targetHash;
    return { targetHash, data: documentData(document.wrapped) };
  } catch (error) {
    if (error instanceof ProofError) return { targetHash, data: new Map() };
    throw error;
  }
}
