// LOG_CONSISTENCY: history was not rewritten since the verifier last looked.
//
// The remembered head is the verifier's own (kept from before, or that of the trust file). It is compared with every
// head at hand; where no proof leads from one to the other, nothing is said.
import { isCheck, LOG_CONSISTENCY } from "../families.mjs";
import { consistencyHolds } from "../log.mjs";

const [NOT_CONSISTENT, WENT_BACK, SPLIT_VIEW] = [1, 2, 3];

/** Fold the bundle's own proof, then compare all heads, the remembered one among them. */
export function checkConsistency(theCase, state) {
  const { log } = theCase.bundle;
  const remembered = theCase.remembered && comparable(theCase.remembered);
  if (log && ownProofFails(log)) {
    return LOG_CONSISTENCY.invalid(NOT_CONSISTENT, "The newer log does not continue the older.");
  }
  const live = theCase.answers ? comparable(theCase.answers.head) : null;
  const shown = shownHeads(log, state, live);
  const finding = contradiction(remembered ? [...shown, remembered] : shown);
  if (finding) return finding;
  if (!remembered) return LOG_CONSISTENCY.skipped("No head was remembered to compare with.");
  if (live && live.size < remembered.size) {
    return LOG_CONSISTENCY.invalid(WENT_BACK, `The log has ${live.size} entries, it had ${remembered.size}.`);
  }
  if (shown.some((head) => head.size === remembered.size && head.root === remembered.root)) {
    return LOG_CONSISTENCY.valid({ size: Number(remembered.size) });
  }
  return LOG_CONSISTENCY.skipped("No proof leads between the remembered head and this one.");
}

function ownProofFails({ head, consistency }) {
  if (consistency === null) return false;
  return !consistencyHolds({
    first: head.size,
    second: consistency.head.size,
    firstRoot: head.root,
    secondRoot: consistency.head.root,
    proof: consistency.proof,
  });
}

function shownHeads(log, state, live) {
  const heads = [log?.head, log?.consistency?.head].filter(Boolean).map(comparable);
  if (state !== null && !isCheck(state)) heads.push(state.head);
  return live ? [...heads, live] : heads;
}

/** Two heads of one size and two roots, or, as a root binds its size, of one root and two sizes. */
function contradiction(heads) {
  for (const [place, one] of heads.entries()) {
    for (const other of heads.slice(place + 1)) {
      if (one.size === other.size && one.root !== other.root) {
        return LOG_CONSISTENCY.invalid(SPLIT_VIEW, `Two different logs of ${one.size} entries were shown.`);
      }
      if (one.root === other.root && one.size !== other.size) {
        return LOG_CONSISTENCY.invalid(NOT_CONSISTENT, `One root was shown for ${one.size} and ${other.size} entries.`);
      }
    }
  }
  return null;
}

/** Sizes of a file are numbers, those of the chain BigInts. */
function comparable({ size, root }) {
  return { size: BigInt(size), root };
}
