// The full record, as the site hands it out: every entry, one a line.
const ENTRIES_AT_ONCE = 10_000;

/** The bytes of all entries; `progress(done, all)` is told on the way. Throws where the site does not answer. */
export async function entriesOfSite(progress) {
  const { size } = await (await get("/v1/log")).json();
  const parts = [];
  for (let from = 0; from < size; from += ENTRIES_AT_ONCE) {
    const to = Math.min(from + ENTRIES_AT_ONCE, size);
    progress(from, size);
    parts.push(new Uint8Array(await (await get(`/v1/log/entries?from=${from}&to=${to}`)).arrayBuffer()));
  }
  return joined(parts);
}

async function get(path) {
  const answer = await fetch(path, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer;
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
