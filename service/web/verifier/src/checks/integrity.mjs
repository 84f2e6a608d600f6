// DOCUMENT_INTEGRITY: every visible field and every hidden hash gives the signed fingerprint.
import { hiddenHashes, targetHash } from "../document.mjs";
import { DOCUMENT_INTEGRITY } from "../families.mjs";

const TAMPERED = 0;

export function checkIntegrity(theCase) {
  const { document } = theCase.bundle;
  if (theCase.data === null) {
    return DOCUMENT_INTEGRITY.invalid(TAMPERED, "A field is not salted as uuid4:type:value.");
  }
  if (!hasForm(theCase.data)) {
    return DOCUMENT_INTEGRITY.invalid(TAMPERED, "The document states its form in part only.");
  }
  if (targetHash(document.wrapped.get("data"), hiddenHashes(document.wrapped)) !== document.targetHash) {
    return DOCUMENT_INTEGRITY.invalid(TAMPERED, "The fields do not give the fingerprint that was sealed.");
  }
  if (theCase.nodes.at(-1) !== document.merkleRoot) {
    return DOCUMENT_INTEGRITY.invalid(TAMPERED, "The fingerprint is not part of the batch it claims.");
  }
  return DOCUMENT_INTEGRITY.valid();
}

/** Whether `$template` is whole or absent: stock verifiers take no document without either. */
function hasForm(data) {
  if (!data.has("$template")) return true;
  const template = data.get("$template");
  return (
    template instanceof Map && typeof template.get("name") === "string" && template.get("type") === "EMBEDDED_RENDERER"
  );
}
