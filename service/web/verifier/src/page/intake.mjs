// Files and folders as people hand them in: bundles, and perhaps the trust file among them.
const SUFFIX = ".ferrotrace.json";
const LARGEST_BUNDLE = 4 * 1024 * 1024;
const LARGEST_TRUST = 4 * LARGEST_BUNDLE;

/** [path, File] of everything in a file field. */
export function chosenFiles(input) {
  return [...input.files].map((file) => [file.webkitRelativePath || file.name, file]);
}

/** [path, File] of everything that was dropped, folders opened. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return [...transfer.files].map((file) => [file.name, file]);
  return (await Promise.all(entries.map(filesUnder))).flat();
}

/** `{bundles: [[name, bytes]], trust: [name, bytes] | null, tooLarge: [name, File] | null}` of what was handed in. */
export async function sorted(files) {
  const named = withShortNames(files);
  const bundles = [];
  let trust = null;
  for (const [name, file] of named) {
    const isBundle = name.endsWith(SUFFIX);
    if (!isBundle && file.size <= LARGEST_TRUST && (await looksLikeTrust(file))) {
      trust = [name, await bytesOf(file)];
    } else if (isBundle || files.length === 1) {
      if (file.size > LARGEST_BUNDLE) return { bundles: [], trust, tooLarge: [name, file] };
      bundles.push([name, await bytesOf(file)]);
    }
  }
  return { bundles: bundles.sort(([one], [other]) => (one < other ? -1 : 1)), trust, tooLarge: null };
}

export async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}

async function looksLikeTrust(file) {
  return file.name.endsWith(".json") && (await file.text()).includes('"known_blocks"');
}

/** Names without the folder that all of them share, none twice. */
function withShortNames(files) {
  const counts = new Map();
  const paths = files.map(([path]) => path.replace(/^\//, "").split("/"));
  const top = paths[0]?.[0];
  const isShared = paths.length > 0 && paths.every((path) => path.length > 1 && path[0] === top);
  return files.map(([, file], place) => {
    const name = (isShared ? paths[place].slice(1) : paths[place]).join("/");
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return [count === 1 ? name : name.replace(/(?=\.|$)/, ` (${count})`), file];
  });
}

async function filesUnder(entry) {
  if (entry.isFile) return [[entry.fullPath, await new Promise((found, failed) => entry.file(found, failed))]];
  const reader = entry.createReader();
  const children = [];
  for (;;) {
    const some = await new Promise((found, failed) => reader.readEntries(found, failed));
    if (some.length === 0) break;
    children.push(...some);
  }
  return (await Promise.all(children.map(filesUnder))).flat();
}
