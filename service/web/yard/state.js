// What every screen looks at, and the few things that every screen does.

import { edge } from "./edge.js";
import { instant } from "./figures.js";
import { sha256Hex } from "./keys.js";
import { kept, put, waiting } from "./outbox.js";
import { session } from "./people.js";
import { dropDraft, draft, keepDraft, keepPhotograph, keepSetting, setting } from "./store.js";
import { projected } from "./way.js";

const STALE_AFTER_MS = 1_000;
const EMPTY_YARD = { revision: 0, visits: [], bookings: [], deliveries: [], parties: [], vehicles: [], drivers: [], cards: [], grades: [], lots: [], tickets: [], policy: {} };

export const app = {
  up: false, // whether the edge unit is reached
  upSince: Date.now(),
  hello: null,
  sync: null, // the edge unit's own link upstream
  scale: null, // the newest state of the scale, never shown when older than a second
  scaleAt: 0,
  yard: EMPTY_YARD,
  plateOnDeck: null,
  refresh() {},
};

/** Show what is now; many calls in one frame are one. */
export const refresh = () => app.refresh();

/** Open another screen. */
export function go(path) {
  if (location.hash === `#${path}`) refresh();
  else location.hash = path;
}

/** The way on from the screen that is open now; it leads nowhere once the person has opened another. */
export function wayOn() {
  const here = location.hash;
  return (path) => (location.hash === here ? go(path) : refresh());
}

/** Time of the yard: the edge unit's clock as far as it is known, ms. */
export const now = () => Date.now() + (setting("clock_offset_ms") ?? 0);

/** State of the scale, or null where this tablet does not know it: cut off, or nothing heard for a second. */
export function scaleNow() {
  return app.up && app.scale && performance.now() - app.scaleAt < STALE_AFTER_MS ? app.scale : null;
}

let memory = { yard: null, rows: null, visits: [] };

/** The trucks on site, with what waits on this tablet taken in. */
export function visits() {
  const rows = waiting().map((row) => row.place).join();
  if (memory.yard !== app.yard || memory.rows !== rows) {
    const site = { siteId: app.hello?.site?.site_id, rules: app.yard.rules ?? {} };
    memory = { yard: app.yard, rows, visits: projected(app.yard.visits, kept(), site) };
  }
  return memory.visits;
}

export const visitById = (id) => visits().find((visit) => visit.visit_id === id);

const nameIn = (entry, language) => (entry ? (language === "zh" ? entry.name_zh : entry.name_en) ?? entry.name ?? "" : "");
/** Name of a company by its id, in the language on the screen; the id where it is not known. */
export const partyName = (id, language) => nameIn(app.yard.parties.find((party) => party.organisation_id === id), language) || id || "";
export const siteName = (language) => nameIn(app.hello?.site, language) || app.hello?.site?.site_id || "";

/** Ask the edge unit for the yard and keep it for when it cannot be asked. */
export async function fetchYard() {
  const yard = { ...EMPTY_YARD, ...(await edge.yard()) };
  app.yard = yard;
  app.sync = yard.sync ?? app.sync;
  refresh();
  keepSetting("yard", yard);
}

/** Put on record: `{answer}` or `{kept: true}`; throws Refused. `pin` stays sealed on this tablet until it is sent. */
export async function record(kind, body, { witness, as } = {}) {
  const at = instant(now());
  const { person, pin } = as ?? session();
  const outcome = await put({ type: "entry", id: crypto.randomUUID(), kind, body, at, user_id: person.user_id, by: person.name, pin, witness });
  if (outcome.answer) await fetchYard().catch(() => {});
  return outcome;
}

/** Put a photograph on record; it is kept here until the edge unit has it. Returns `{id, sha256, url}`. */
export async function addPhotograph(visitId, blob, cameraId = "tablet") {
  const bytes = await blob.arrayBuffer();
  const photo = { id: crypto.randomUUID(), sha256: await sha256Hex(bytes), url: URL.createObjectURL(blob) };
  const { person, pin } = session();
  await keepPhotograph(photo.id, { bytes });
  await put({ type: "photograph", kind: "photograph.added", id: photo.id, visit_id: visitId, camera_id: cameraId, at: instant(now()), user_id: person.user_id, by: person.name, pin, body: {} });
  return photo;
}

/** A half-filled form that survives reload, sign-out and a dead link. `fields` is changed in place, then `keep()`. */
export function form(key, initial) {
  const fields = { ...initial, ...draft(key) };
  return {
    fields,
    set(name, value) {
      fields[name] = value;
      keepDraft(key, structuredClone(fields));
      refresh();
    },
    done() { return dropDraft(key); },
  };
}
