// The verifier without its page, under one global name: Ferrotrace.
export { readBundle } from "./bundle_reader.mjs";
export { askChain } from "./chain_view.mjs";
export { documentData, hiddenHashes } from "./document.mjs";
export { ChainSilentError, FileShapeError, FileVersionError } from "./errors.mjs";
export { sha256OfText } from "./hashing.mjs";
export { parseJson } from "./strict_json.mjs";
export { readTrust } from "./trust.mjs";
export { questionsOf, verify, verifyTogether, worst } from "./verify.mjs";
