// CHAIN_ANCHOR: the batch stands in a block that a trusted source knows, by the issuer's registry.
//
// What the bundle can be caught at by itself is checked first, so that a damaged file is INVALID also where nobody is
// trusted; only then is asked who stands for the blocks.
import {
  BATCH_ROOT_MISMATCH,
  consistentHeader,
  EVENT_MISMATCH,
  expectedContract,
  NOT_EXPECTED,
  NOT_FINAL,
  provenEvent,
  sealedByValidators,
  trustedHeader,
} from "../evidence.mjs";
import { CHAIN_ANCHOR, isCheck } from "../families.mjs";

/** Follow header, receipt and event; then hold contract, code and blocks against the trusted. */
export function checkAnchor(theCase, state) {
  const { anchor } = theCase.bundle;
  if (anchor === null) return CHAIN_ANCHOR.skipped("The bundle carries no anchor.");
  const header = consistentHeader(anchor.block);
  if (isCheck(header)) return header;
  const damage = eventDiffers(theCase, anchor, header);
  if (damage) return damage;
  if (isCheck(state)) return state;
  const blocks = [[header, anchor.block]];
  if (state) blocks.push([state.header, theCase.bundle.status.block]);
  const findings = [
    expectedContract(theCase),
    ...blocks.map((each) => trustedHeader(theCase, anchor.chainId, ...each)),
  ];
  return findings.find(Boolean) ?? finality(theCase, anchor);
}

function eventDiffers(theCase, anchor, header) {
  const event = provenEvent(anchor, header);
  if (isCheck(event)) return event;
  if (anchor.address !== theCase.stated?.store || anchor.address !== event.address) {
    return CHAIN_ANCHOR.invalid(
      NOT_EXPECTED,
      "The event comes from another contract than the document's issuer names.",
    );
  }
  const isStated =
    event.seq === BigInt(anchor.seq) &&
    event.oldSize === BigInt(anchor.oldSize) &&
    event.newSize === BigInt(anchor.newSize) &&
    event.head === anchor.head;
  if (!isStated) return CHAIN_ANCHOR.invalid(EVENT_MISMATCH, "The event says otherwise than the bundle.");
  if (event.batchRoot !== anchor.batchRoot || anchor.batchRoot !== theCase.nodes.at(-1)) {
    return CHAIN_ANCHOR.invalid(BATCH_ROOT_MISMATCH, "The event anchors another batch than the document's.");
  }
  return null;
}

function finality(theCase, anchor) {
  const { number } = anchor.block;
  if (theCase.trust.blockHash(anchor.chainId, number) !== null) {
    return CHAIN_ANCHOR.valid({ finality: "trusted-hash", block: number });
  }
  if (sealedByValidators(theCase, anchor.chainId, anchor.block)) {
    return CHAIN_ANCHOR.valid({ finality: "qbft-seals", block: number });
  }
  const final = theCase.answers?.finalBlock ?? null;
  if (final === null || final < BigInt(number)) {
    return CHAIN_ANCHOR.error(NOT_FINAL, `Block ${number} is not final yet; ask again later.`);
  }
  return CHAIN_ANCHOR.valid({ finality: "finalized", block: number });
}
