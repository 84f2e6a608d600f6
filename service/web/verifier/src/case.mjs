// One verification as the checks see it: the bundle, what is trusted, what the chain said (service/proof/case.py).
import { foldedNodes } from "./batch.mjs";
import { documentData, hiddenHashes } from "./document.mjs";
import { LeafFormatError } from "./errors.mjs";
import { statedIssuer, trustedIssuer } from "./issuer.mjs";
import { tables } from "./tables.mjs";

/**
 * Everything the checks may read.
 *
 * `data` is the document without salts, null where a leaf is malformed. `nodes` are the target hash and the folded
 * nodes above it, the last being the root that the proof leads to.
 */
export class Case {
  constructor(bundle, { trust, answers = null, audience = null, remembered = null, parents = null }) {
    const { document, anchor } = bundle;
    this.bundle = bundle;
    this.trust = trust;
    this.data = dataOf(document.wrapped);
    this.fields = this.data ?? new Map();
    this.isRedacted = hiddenHashes(document.wrapped).length > 0;
    this.nodes = foldedNodes(document.targetHash, document.proof);
    this.stated = statedIssuer(this.fields);
    [this.standing, this.issuer] = trustedIssuer(trust, this.stated, anchor ? anchor.chainId : null);
    this.answers = this.issuer ? answers : null;
    this.audience = audience;
    this.remembered = remembered ?? this.issuer?.head ?? null;
    this.parents = parents;
  }

  /** Kind of a document of this product, null for a foreign or hidden template. */
  get productKind() {
    return productKind(this.fields);
  }
}

/** Kind that the unsalted `data` state, where their template is this product's for it, else null. */
export function productKind(data) {
  const [kind, template] = [data.get("kind"), data.get("$template")];
  if (typeof kind !== "string" || !(template instanceof Map)) return null;
  const part = kind.toUpperCase().replaceAll("-", "_");
  return template.get("name") === tables.template.replace("{}", () => part) ? kind : null;
}

function dataOf(wrapped) {
  try {
    return documentData(wrapped);
  } catch (error) {
    if (error instanceof LeafFormatError) return null;
    throw error;
  }
}
