// The log computed again from its entries, and held against the heads, the chain and what was seen before.
//
// Nothing here asks the network or touches the page: values in, findings out. Hashes are lower-case hex without 0x;
// sizes and places are integers. A finding is {check, state, code, values}; state is ok, bad, warn or skip.
import { Log, consistencyHolds, keccak256 } from "../verifier/log-check.js";

const ENTRY = /^\{"batch":(\d+),"seq":(\d+),"targetHash":"([0-9a-f]{64})","type":"[a-z-]+","v":1\}$/;

/** The root of a batch: sorted hashes, sorted pairs, a lone last node is carried up unchanged. */
export function batchRoot(targetHashes) {
  let layer = [...targetHashes].sort();
  while (layer.length > 1) {
    const above = [];
    for (let place = 0; place < layer.length; place += 2) {
      const pair = layer.slice(place, place + 2).sort();
      above.push(pair.length === 2 ? keccak256(pair.join("")) : pair[0]);
    }
    layer = above;
  }
  return layer[0];
}

/** The log growing entry by entry; `heads` are its final heads, oldest first. */
export class Recomputation {
  #log = new Log();
  #batch = [];
  #next = 0;
  #before = { newSize: 0 };
  #wrong = new Map();

  constructor(heads) {
    this.heads = heads;
  }

  get size() {
    return this.#log.size;
  }

  /** Take the next entry (its exact text). */
  add(text) {
    const place = this.#log.size;
    const [, batch, seq, targetHash] = ENTRY.exec(text) ?? [];
    const head = this.heads[this.#next];
    if (Number(seq) !== place || Number(batch) !== head?.seq) this.#note("entries", "entry_wrong", { place });
    this.#log.add(text);
    this.#batch.push(targetHash ?? "");
    if (this.#log.size === head?.newSize) this.#seal(head);
  }

  #seal(head) {
    const { seq } = head;
    if (head.oldSize !== this.#before.newSize) this.#note("proofs", "order_wrong", { seq });
    if (this.#log.root() !== head.head) this.#note("heads", "head_wrong", { seq });
    if (batchRoot(this.#batch) !== head.batchRoot) this.#note("roots", "root_wrong", { seq });
    if (!follows(this.#before, head)) this.#note("proofs", "proof_wrong", { seq });
    this.#batch = [];
    this.#before = head;
    this.#next += 1;
  }

  #note(check, code, values) {
    if (!this.#wrong.has(check)) this.#wrong.set(check, { check, state: "bad", code, values });
  }

  /** What was found; call it when every entry was added. */
  findings() {
    const done = { entries: this.size, heads: this.#next, roots: this.#next, proofs: this.#next };
    const missing = this.heads[this.#next];
    if (missing) this.#note("heads", "head_wrong", { seq: missing.seq });
    return Object.entries(done).map(
      ([check, count]) =>
        this.#wrong.get(check) ?? { check, state: "ok", code: `${check}_right`, values: { done: count } },
    );
  }
}

function follows(before, head) {
  if (before.newSize === 0) return head.proof.length === 0;
  const ends = { first: before.newSize, second: head.newSize, firstRoot: before.head, secondRoot: head.head };
  return consistencyHolds({ ...ends, proof: head.proof });
}

/**
 * What a browser that kept `remembered` ({size, head, at}, or null) finds in the log of `size` with `head`.
 *
 * `proof` leads from the remembered size to `size`; it is needed where the log has grown.
 */
export function comparedWithMemory(remembered, { size, head }, proof = []) {
  if (!remembered) return { check: "memory", state: "skip", code: "first_time", values: {} };
  const { at } = remembered;
  if (size < remembered.size) {
    return { check: "memory", state: "bad", code: "shrunk", values: { at, then: remembered.size, now: size } };
  }
  if (size === remembered.size && head !== remembered.head) {
    const values = { at, size, then: remembered.head, now: head };
    return { check: "memory", state: "bad", code: "split", values };
  }
  const ends = { first: remembered.size, second: size, firstRoot: remembered.head, secondRoot: head };
  const holds = consistencyHolds({ ...ends, proof });
  const values = { at, size: remembered.size };
  return { check: "memory", state: holds ? "ok" : "bad", code: holds ? "same" : "not_grown", values };
}

/**
 * The heads held against what a node says: `events` by seq, and the contract's own size and head.
 *
 * The contract may be ahead of `heads`, never at another head of the same size.
 */
export function comparedWithChain(heads, events, contract) {
  const newest = heads.at(-1);
  if (contract.size < newest.newSize) return chain("warn", "node_behind", { seq: newest.seq });
  if (contract.size === newest.newSize && contract.head !== newest.head) return chain("bad", "node_head", {});
  for (const head of heads) {
    const event = events.get(head.seq);
    const agrees =
      event &&
      ["oldSize", "newSize", "head", "batchRoot"].every((member) => event[member] === head[member]) &&
      event.block === head.block;
    if (!agrees) return chain("bad", "node_wrong", { seq: head.seq });
  }
  return chain("ok", "node_right", { done: heads.length });
}

export function chain(state, code, values) {
  return { check: "chain", state, code, values };
}
