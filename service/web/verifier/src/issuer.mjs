// The issuer as a document states it, and what the trust file knows of it (service/proof/issuer.py).
import { FileShapeError } from "./errors.mjs";
import { Part } from "./shape.mjs";

export const [TRUSTED, CONTRADICTED, UNKNOWN] = ["trusted", "contradicted", "unknown"];

/** The one issuer of the unsalted `data` with a DNS-TXT identity, or null. */
export function statedIssuer(data) {
  const issuers = data.get("issuers");
  if (!Array.isArray(issuers) || issuers.length !== 1) return null;
  try {
    const issuer = new Part(issuers[0], "issuers.0", { required: ["name", "documentStore", "identityProof"] });
    const identity = new Part(issuer.get("identityProof"), "identityProof", { required: ["type", "location"] });
    if (identity.text("type") !== "DNS-TXT") return null;
    return { name: issuer.text("name"), store: issuer.address("documentStore"), location: identity.text("location") };
  } catch (error) {
    if (error instanceof FileShapeError) return null;
    throw error;
  }
}

/** Standing and entry of the trust file for the location, registry and chain that the document states. */
export function trustedIssuer(trust, stated, chainId) {
  const known = stated ? trust.issuersAt(stated.location) : [];
  const found = known.find(
    (issuer) => issuer.registry === stated.store && (chainId === null || chainId === issuer.chainId),
  );
  if (found) return [TRUSTED, found];
  return [known.length > 0 ? CONTRADICTED : UNKNOWN, null];
}
