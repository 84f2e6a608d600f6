// Where the check gets its material: this service's log, and the node that the visitor names.
import { ChainSilentError, entriesOf, readHead, readHeadAdvanced, rpcAt } from "../verifier/log-check.js";

const ENTRIES_AT_ONCE = 10000;
const HEADS_AT_ONCE = 500;
const TOO_MANY_REQUESTS = 429;

export class SilentError extends Error {}

/** The service's log. `waits(seconds)` is told whenever the service asks to wait. */
export class Log {
  constructor({ signal, waits }) {
    this.signal = signal;
    this.waits = waits;
  }

  /** Every final head up to `seq`, oldest first. */
  async heads(seq) {
    const heads = [];
    let before = seq + 1;
    while (before) {
      const page = await (await this.#get(`/v1/log/heads?limit=${HEADS_AT_ONCE}&before=${before}`)).json();
      heads.push(...page.items);
      before = page.next;
    }
    return heads.reverse().map(headOf);
  }

  /** The texts of all entries up to `size`, a part at a time. */
  async *entries(size) {
    for (let from = 0; from < size; from += ENTRIES_AT_ONCE) {
      const to = Math.min(from + ENTRIES_AT_ONCE, size);
      const text = await (await this.#get(`/v1/log/entries?from=${from}&to=${to}`)).text();
      yield entriesOf(text);
    }
  }

  /** The consistency proof from one size to another. */
  async proof(first, second) {
    return (await (await this.#get(`/v1/log/consistency?first=${first}&second=${second}`)).json()).proof;
  }

  async #get(path) {
    for (;;) {
      const answer = await fetch(path, { signal: this.signal, credentials: "omit" });
      if (answer.ok) return answer;
      if (answer.status !== TOO_MANY_REQUESTS) throw new SilentError(`${answer.status} ${path.split("?")[0]}`);
      const seconds = Number(answer.headers.get("Retry-After")) || 60;
      this.waits(seconds);
      await pause(seconds * 1000, this.signal);
    }
  }
}

function headOf(item) {
  const { seq, old_size: oldSize, new_size: newSize, head, batch_root: batchRoot, proof, block } = item;
  return { seq, oldSize, newSize, head, batchRoot, proof, block };
}

function pause(ms, signal) {
  return new Promise((done, broken) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      broken(signal.reason);
    });
  });
}

/** A node of the chain. Throws SilentError where it gives no usable answer. */
export class Node {
  #rpc;

  constructor(url, registry, signal) {
    this.#rpc = rpcAt(url);
    this.registry = registry;
    this.signal = signal;
  }

  async chainId() {
    return Number(await this.#asked(() => this.#rpc("eth_chainId", [])));
  }

  /** Size and head that the contract holds now. */
  async contract() {
    const { size, head } = await this.#asked(() => readHead(this.#rpc, this.registry));
    return { size: Number(size), head };
  }

  /** HeadAdvanced events by seq, of the blocks in which `heads` stand; `tells(count)` hears how many there are. */
  async events(heads, tells) {
    const found = new Map();
    await this.#collect(heads.map((head) => head.block), found, tells);
    return found;
  }

  // Nodes limit the span of a question, each in its own way: a refused question is asked again in halves.
  async #collect(blocks, found, tells) {
    this.signal.throwIfAborted();
    const span = { address: this.registry, fromBlock: blocks[0], toBlock: blocks.at(-1) };
    let events;
    try {
      events = await readHeadAdvanced(this.#rpc, span);
    } catch (error) {
      if (blocks.length === 1 || error instanceof ChainSilentError) throw new SilentError(error.message);
      const middle = Math.ceil(blocks.length / 2);
      await this.#collect(blocks.slice(0, middle), found, tells);
      await this.#collect(blocks.slice(middle), found, tells);
      return;
    }
    for (const event of events) found.set(Number(event.seq), eventOf(event));
    tells(found.size);
  }

  async #asked(question) {
    try {
      return await question();
    } catch (error) {
      throw new SilentError(error.message);
    }
  }
}

function eventOf({ oldSize, newSize, head, batchRoot, block }) {
  return { oldSize: Number(oldSize), newSize: Number(newSize), head, batchRoot, block: Number(block) };
}
