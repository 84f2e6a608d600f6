// What a file says of itself, for people to read; nulls where it cannot be read.
const { decodeHeader, documentData, flattened, hiddenHashes, readBundle } = globalThis.Ferrotrace;

/** `{bundle, data, sealedAt, fields, hidden}`; `sealedAt` in seconds since 1970. */
export function openedFile(bytes) {
  const bundle = attempt(() => readBundle(bytes));
  if (!bundle) return { bundle: null, data: null, sealedAt: null, fields: 0, hidden: 0 };
  const { wrapped } = bundle.document;
  return {
    bundle,
    data: attempt(() => documentData(wrapped)),
    sealedAt: bundle.anchor && attempt(() => decodeHeader(bundle.anchor.block.headerRlp).timestamp),
    fields: [...flattened(wrapped.get("data"))].length,
    hidden: hiddenHashes(wrapped).length,
  };
}

function attempt(read) {
  try {
    return read();
  } catch {
    return null;
  }
}
