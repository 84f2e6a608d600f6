// DOCUMENT_STATUS: the batch root is issued, and neither it nor anything beneath is revoked.
import { expectedContract, trustedHeader } from "../evidence.mjs";
import { DOCUMENT_STATUS, isCheck } from "../families.mjs";
import { formatUnixTime } from "../shape.mjs";

const [UNEXPECTED, NOT_ISSUED, REVOKED, INVALID_ISSUERS] = [0, 1, 5, 7];

/** `state` where registry, code and block are those a trusted source names, else null. */
export function knownState(theCase, state) {
  const { anchor, status } = theCase.bundle;
  if (!anchor || state === null || isCheck(state)) return null;
  const isUnknown = expectedContract(theCase) || trustedHeader(theCase, anchor.chainId, state.header, status.block);
  return isUnknown ? null : state;
}

/** The block whose state decided: the live chain's newest, else that of the state proof. */
export function asOf(theCase, known) {
  if (isLive(theCase)) return { block: Number(theCase.answers.block), time: formatUnixTime(theCase.answers.time) };
  return known ? { block: Number(known.header.number), time: formatUnixTime(known.header.timestamp) } : null;
}

/** Ask the live chain where it answers, else the state proof; otherwise nobody can tell. */
export function checkStatus(theCase, known) {
  if (theCase.stated === null) {
    return DOCUMENT_STATUS.invalid(INVALID_ISSUERS, "The document states no single issuer with a registry.");
  }
  if (isLive(theCase)) return judged(theCase.answers.issued, theCase.answers.revoked.size > 0);
  if (known) return judged(known.issuedAt > 0n, known.revoked.length > 0, ` (reason ${known.revokeReason})`);
  return DOCUMENT_STATUS.error(
    UNEXPECTED,
    "Neither a live chain nor a trusted state proof tells the document's status.",
  );
}

/** Whether the chain answered for the trusted registry with its published code. */
function isLive({ answers, issuer }) {
  return Boolean(answers && issuer && answers.codeHash === issuer.codeHash);
}

function judged(issued, revoked, why = "") {
  if (!issued) return DOCUMENT_STATUS.invalid(NOT_ISSUED, "The registry never issued this batch.");
  if (revoked) return DOCUMENT_STATUS.invalid(REVOKED, `The document was withdrawn${why}.`);
  return DOCUMENT_STATUS.valid();
}
