// ISSUER_IDENTITY: the issuer's domain names the registry that the document is anchored in.
import { isCheck, ISSUER_IDENTITY } from "../families.mjs";
import { UNKNOWN } from "../issuer.mjs";
import { dnsRecord } from "../registry.mjs";

const [UNEXPECTED, INVALID_IDENTITY, INVALID_ISSUERS, NO_MATCH] = [0, 1, 3, 4];

/** Compare the trusted DNS record, and snapshot and key of the bundle, with the document. */
export function checkIdentity(theCase, key) {
  if (theCase.stated === null) {
    return ISSUER_IDENTITY.invalid(INVALID_ISSUERS, "The document states no single issuer with a DNS identity.");
  }
  return snapshotDiffers(theCase) ?? (isCheck(key) ? key : trustedRecord(theCase));
}

/** The snapshot proves nothing; where it contradicts the document, the bundle is wrong. */
function snapshotDiffers({ bundle, issuer, stated }) {
  const { identity, anchor } = bundle;
  if (identity === null) return null;
  if (identity.location !== stated.location) {
    return ISSUER_IDENTITY.invalid(INVALID_IDENTITY, "The bundle's DNS snapshot is of another domain.");
  }
  const chainId = issuer?.chainId ?? anchor?.chainId ?? null;
  if (chainId === null) return null;
  const expected = dnsRecord(chainId, stated.store);
  const isExpected = identity.records.length > 0 && identity.records.every((record) => record === expected);
  return isExpected
    ? null
    : ISSUER_IDENTITY.invalid(NO_MATCH, `The bundle's DNS snapshot is not exactly '${expected}'.`);
}

function trustedRecord({ standing, issuer, stated }) {
  if (standing === UNKNOWN) {
    return ISSUER_IDENTITY.error(UNEXPECTED, `No trusted source says what the DNS of ${stated.location} holds.`);
  }
  if (issuer === null) {
    return ISSUER_IDENTITY.invalid(NO_MATCH, `${stated.location} names another registry than this document.`);
  }
  if (issuer.dnsTxt === null) {
    return ISSUER_IDENTITY.error(UNEXPECTED, `Nobody asked the DNS of ${stated.location}.`);
  }
  if (issuer.dnsTxt !== dnsRecord(issuer.chainId, stated.store)) {
    return ISSUER_IDENTITY.invalid(NO_MATCH, `The DNS record of ${stated.location} names another registry or chain.`);
  }
  return ISSUER_IDENTITY.valid({ name: stated.name, location: stated.location });
}
