// What the tablet keeps for itself (IndexedDB): people, keys, the last yard, outbox, photographs, drafts.
// Small things are mirrored in memory when the app starts, so that a screen never waits for the disc.

const NAME = "ferrotrace-yard";
const VERSION = 1;
const TABLES = ["settings", "people", "outbox", "photographs", "drafts"];
const DRAFT_LIVES_MS = 24 * 60 * 60 * 1000;

const mirror = { settings: new Map(), people: new Map(), drafts: new Map() };
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => { for (const table of TABLES) request.result.createObjectStore(table); };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function within(table, mode, act) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(table, mode);
    const request = act(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const write = (table, key, value) => within(table, "readwrite", (all) => all.put(value, key));
const erase = (table, key) => within(table, "readwrite", (all) => all.delete(key));

async function everything(table) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const found = [];
    const cursor = db.transaction(table).objectStore(table).openCursor();
    cursor.onerror = () => reject(cursor.error);
    cursor.onsuccess = () => {
      if (!cursor.result) { resolve(found); return; }
      found.push([cursor.result.key, cursor.result.value]);
      cursor.result.continue();
    };
  });
}

/** Read the small tables into memory; drafts of yesterday are dropped. */
export async function openStore() {
  const tables = await Promise.all(Object.keys(mirror).map(async (table) => [table, await everything(table)]));
  for (const [table, rows] of tables) mirror[table] = new Map(rows);
  for (const [key, draft] of mirror.drafts) if (Date.now() - draft.at > DRAFT_LIVES_MS) dropDraft(key);
}

/** Ask the browser not to throw this away when space gets short; true where it promises. */
export const keepForGood = async () => Boolean(await navigator.storage?.persist?.());

export const setting = (key) => mirror.settings.get(key);
export function keepSetting(key, value) {
  mirror.settings.set(key, value);
  return write("settings", key, value);
}
export function dropSetting(key) {
  mirror.settings.delete(key);
  return erase("settings", key);
}

export const people = () => [...mirror.people.values()];
export const personById = (userId) => mirror.people.get(userId);
export function keepPerson(person) {
  mirror.people.set(person.user_id, person);
  return write("people", person.user_id, person);
}

export const draft = (key) => mirror.drafts.get(key)?.fields;
export function keepDraft(key, fields) {
  const row = { at: Date.now(), fields };
  mirror.drafts.set(key, row);
  return write("drafts", key, row);
}
export function dropDraft(key) {
  mirror.drafts.delete(key);
  return erase("drafts", key);
}

export const outboxRows = async () => (await everything("outbox")).map(([, row]) => row);
export const keepOutboxRow = (row) => write("outbox", row.place, row);
export const dropOutboxRow = (place) => erase("outbox", place);

export const keepPhotograph = (id, photograph) => write("photographs", id, photograph);
export const photograph = (id) => within("photographs", "readonly", (all) => all.get(id));
export const dropPhotograph = (id) => erase("photographs", id);
