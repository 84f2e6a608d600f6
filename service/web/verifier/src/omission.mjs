// A promise alone: was the document in the log in time, or is its absence proof of omission?
// (service/proof/omission.py)
import { batchRoot } from "./batch.mjs";
import { readEntry } from "./bundle_reader.mjs";
import { askChain, issuedAt } from "./chain_view.mjs";
import { KNOWN, NO_KEYS, OVERDUE, PROMISE_INVALID, signerOf, STRANGER } from "./checks/promise.mjs";
import { ChainSilentError, FileShapeError } from "./errors.mjs";
import { LOG_INCLUSION } from "./families.mjs";
import { hexOfBytes } from "./hashing.mjs";
import { entryBytes, leafHash, LogRoots } from "./log.mjs";
import { formatUnixTime } from "./shape.mjs";
import { parseJson } from "./strict_json.mjs";
import { Trust } from "./trust.mjs";

const UNEXPECTED = 0;
const NO_ROOT = "00".repeat(32);
const [LINE_FEED, RETURN] = [10, 13];

/**
 * Whether `promise` was kept, by the log's `entries` (a file of one canonical entry a line): `{verdict, as_of, checks}`.
 *
 * The one check is LOG_INCLUSION: VALID where the entry was anchored in time, INVALID 5 where it came late or is
 * missing though its time is over, INVALID 6 where no key of a trusted issuer signed it, else ERROR. `rpc` asks a
 * live chain, null where none is asked. `hint` says in one word why nobody can tell.
 */
export async function verifyPromise(promise, { trust = new Trust(), entries = null, rpc = null }) {
  const [signer, issuer] = issuerOf(promise, trust);
  if (signer === STRANGER) {
    return verdictOf(
      LOG_INCLUSION.invalid(PROMISE_INVALID, "No key that a trusted issuer had then signed the promise."),
    );
  }
  if (issuer === null) return open(`Nobody here can tell who signed the promise: ${signer}.`, "who");
  if (entries === null) {
    const by = signer === KNOWN ? `of ${issuer.name}` : `(${signer})`;
    return open(`The promise ${by} runs to ${time(promise)}; give the log's entries.`, "entries");
  }
  const answers = await answersOf(issuer, rpc);
  const all = linesOf(entries);
  const seen = matching(all, sightings(issuer, answers));
  if (seen === null) {
    return open("These are not the entries of that head: no trusted head has their root.", "other-entries");
  }
  const lines = all.slice(0, Number(seen.head.size));
  const entry = entryOf(promise.targetHash, lines);
  if (entry === null) return { ...verdictOf(absent(promise, seen, signer), seen), hint: absenceHint(promise, seen) };
  const anchoredAt = answers ? await anchorTime(entry, lines, rpc, issuer.registry) : null;
  return { ...verdictOf(present(promise, seen, signer, entry, anchoredAt), seen), hint: "when" };
}

/** Who signed, and the issuer it is: the signer's, or the only one where nobody can tell. */
function issuerOf(promise, { issuers }) {
  const signers = issuers.map((issuer) => signerOf(promise, issuer));
  if (signers.includes(KNOWN)) return [KNOWN, issuers[signers.indexOf(KNOWN)]];
  if (signers.includes(NO_KEYS)) return [NO_KEYS, issuers.length === 1 ? issuers[0] : null];
  return [issuers.length > 0 ? STRANGER : NO_KEYS, null];
}

/** What the live chain says of the registry, where it has its published code. */
async function answersOf(issuer, rpc) {
  if (rpc === null) return null;
  const questions = { chainId: issuer.chainId, registry: issuer.registry, root: NO_ROOT, nodes: [], heights: [] };
  const answers = await askChain(rpc, questions);
  return answers?.codeHash === issuer.codeHash ? answers : null;
}

/** Heads that a trusted source names, each with a time (seconds since 1970, or null) at which it was so. */
function sightings({ head, headTime }, answers) {
  const live = answers && {
    head: answers.head,
    time: answers.time,
    asOf: { block: Number(answers.block), time: formatUnixTime(answers.time) },
  };
  const trusted = head && { head, time: headTime === null ? null : BigInt(headTime), asOf: null };
  return [live, trusted].filter(Boolean);
}

/** The first sighting whose head is the root over as many of the entries, or null. */
function matching(lines, seen) {
  const sizes = new Set(seen.map(({ head }) => Number(head.size)));
  const roots = new Map();
  const log = new LogRoots();
  if (sizes.has(0)) roots.set(0, log.root());
  for (const line of lines) {
    log.add(leafHash(hexOfBytes(line)));
    if (sizes.has(log.size)) roots.set(log.size, log.root());
  }
  return seen.find(({ head }) => roots.get(Number(head.size)) === head.root) ?? null;
}

/** The document's entry, null where the log has none. */
function entryOf(targetHash, lines) {
  const texts = new TextDecoder("latin1");
  for (const [index, line] of lines.entries()) {
    const entry = texts.decode(line).includes(targetHash) ? entryOn(line) : null;
    if (entry?.targetHash === targetHash && entry.seq === index) return entry;
  }
  return null;
}

/** The entry on a line, null where it is not one in its canonical form. */
function entryOn(line) {
  try {
    const entry = readEntry(parseJson(line), "entry");
    return entryBytes(entry) === hexOfBytes(line) ? entry : null;
  } catch (error) {
    if (error instanceof FileShapeError) return null;
    throw error;
  }
}

/** When the registry issued the batch of `entry`; null where it does not say. */
async function anchorTime(entry, lines, rpc, registry) {
  const before = batchMembers(lines.slice(0, entry.seq).reverse(), entry.batch);
  const after = batchMembers(lines.slice(entry.seq), entry.batch);
  const hashes = [...before, ...after];
  if (new Set(hashes).size !== hashes.length) return null;
  try {
    return await issuedAt(rpc, registry, batchRoot(hashes));
  } catch (error) {
    if (error instanceof ChainSilentError) return null;
    throw error;
  }
}

/** Target hashes of the entries from the first line on, as long as they are of `batch`. */
function batchMembers(lines, batch) {
  const members = [];
  for (const line of lines) {
    const entry = entryOn(line);
    if (entry?.batch !== batch) break;
    members.push(entry.targetHash);
  }
  return members;
}

function present(promise, seen, signer, entry, anchoredAt) {
  const wasThereBy = anchoredAt ?? seen.time;
  if (wasThereBy !== null && wasThereBy <= promise.includeBy) {
    const told = signer === KNOWN ? "kept" : signer;
    return LOG_INCLUSION.valid({ index: entry.seq, size: Number(seen.head.size), promise: told });
  }
  if (anchoredAt === null) {
    return LOG_INCLUSION.error(UNEXPECTED, "It is in the log; whether in time, its bundle or the chain tells.");
  }
  const late = `Promised by ${time(promise)}, anchored ${formatUnixTime(anchoredAt)}.`;
  if (signer !== KNOWN) return LOG_INCLUSION.error(UNEXPECTED, `${late} This proves nothing: ${signer}.`);
  return LOG_INCLUSION.invalid(OVERDUE, late);
}

function absent(promise, seen, signer) {
  if (seen.time === null) {
    return LOG_INCLUSION.error(UNEXPECTED, "It is not in the log, but nobody says of what time these entries are.");
  }
  if (seen.time < promise.includeBy) {
    return LOG_INCLUSION.error(UNEXPECTED, `It may still come: ask again after ${time(promise)}.`);
  }
  const gone = `It is not in the log of ${formatUnixTime(seen.time)}.`;
  if (signer !== KNOWN) return LOG_INCLUSION.error(UNEXPECTED, `${gone} This proves nothing: ${signer}.`);
  return LOG_INCLUSION.invalid(OVERDUE, `Proof of omission: promised by ${time(promise)}. ${gone}`);
}

function time({ includeBy }) {
  return formatUnixTime(includeBy);
}

function absenceHint({ includeBy }, { time: seenAt }) {
  if (seenAt === null) return "undated";
  return seenAt < includeBy ? "wait" : "unsigned";
}

function open(message, hint) {
  return { ...verdictOf(LOG_INCLUSION.error(UNEXPECTED, message)), hint };
}

function verdictOf(check, seen = null) {
  return { verdict: check.status, as_of: seen?.asOf ?? null, checks: [check] };
}

/** The lines of a file: they end with a line feed, a return, or both. */
function linesOf(bytes) {
  const lines = [];
  let start = 0;
  for (let place = 0; place < bytes.length; place += 1) {
    if (bytes[place] !== LINE_FEED && bytes[place] !== RETURN) continue;
    lines.push(bytes.subarray(start, place));
    if (bytes[place] === RETURN && bytes[place + 1] === LINE_FEED) place += 1;
    start = place + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}
