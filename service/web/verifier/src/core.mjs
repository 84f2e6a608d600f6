// The verifier without its page, under one global name: Ferrotrace.
export { readBundle } from "./bundle_reader.mjs";
export { askChain } from "./chain_view.mjs";
export { documentData, hiddenHashes } from "./document.mjs";
export { ChainSilentError, FileShapeError, FileVersionError } from "./errors.mjs";
export { sha256OfText } from "./hashing.mjs";
export { decodeHeader } from "./header.mjs";
export { flattened } from "./leaves.mjs";
export { verifyPromise } from "./omission.mjs";
export { readPromises } from "./promise.mjs";
export { rpcAt } from "./rpc.mjs";
export { readTrust } from "./trust.mjs";
export { questionsOf, verify, verifyEach, verifyTogether, worst } from "./verify.mjs";
