// What was done on this tablet and is not yet at the edge unit: kept before it is sent, sent in order, never twice.
// Each row names itself (entry_id), so that an answer that got lost is only asked for again.

import { edge, Refused, Unreachable } from "./edge.js";
import { canonical, signed, unsealed } from "./keys.js";
import { dropOutboxRow, dropPhotograph, keepOutboxRow, outboxRows, photograph } from "./store.js";

const waitingFor = new Map();
let rows = [];
let sending = null;
let hooks = { changed() {}, isUp: () => false, actAs: async () => {}, backToOwn: async () => {}, delivered() {} };

/** Read what was left from before. `hooks.actAs(row)` makes the session that of the person of the row. */
export async function openOutbox(given) {
  hooks = { ...hooks, ...given };
  rows = (await outboxRows()).sort((a, b) => a.place - b.place);
}

export const kept = () => rows;
export const waiting = () => rows.filter((row) => row.state === "waiting");
export const refusedRows = () => rows.filter((row) => row.state === "refused");

/** Take in a row. The answer: `{answer}` once the edge unit has it, `{kept: true}` where it is not reached.
 *  Throws Refused where the edge unit says no at once; then nothing is kept. */
export async function put(row) {
  const whole = { place: Math.max(Date.now() * 1000, (rows.at(-1)?.place ?? 0) + 1), state: "waiting", offline: !hooks.isUp(), ...row };
  if (whole.offline) await sign(whole);
  await keepOutboxRow(whole);
  rows.push(whole);
  hooks.changed();
  if (whole.offline) return { kept: true };
  const outcome = new Promise((resolve, reject) => waitingFor.set(whole.place, { resolve, reject }));
  send();
  return outcome;
}

// What the tablet alone vouches for is signed with its key, over what it says and when.
async function sign(row) {
  row.offline = true;
  if (row.type !== "entry" || row.signature) return;
  row.signature = await signed(canonical({ entry_id: row.id, kind: row.kind, body: row.body, at: row.at }));
}

/** Send what waits, oldest first, until the line breaks. Harmless when called again. */
export function send() {
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

/** Resolves when nothing is under way, and the edge unit's session is again that of who is here. */
export const quiet = async () => sending;

async function sendAll() {
  for (let row = waiting()[0]; row; row = waiting()[0]) {
    try {
      settle(row, { answer: await deliverAs(row) });
      await forget(row);
      hooks.delivered(row);
    } catch (error) {
      if (error instanceof Refused) await refuse(row, error);
      else if (error instanceof Unreachable) { await leave(); return; }
      else throw error;
    }
  }
  await hooks.backToOwn().catch(() => {});
}

// A session that has run out is opened anew, once, with the PIN that was sealed with the row.
async function deliverAs(row) {
  await hooks.actAs(row);
  try {
    return await deliver(row);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error;
    await hooks.actAs(row, { anew: true });
    return deliver(row);
  }
}

async function deliver(row) {
  if (row.type === "photograph") {
    const { bytes } = (await photograph(row.id)) ?? {};
    if (!bytes) throw new Refused(410, { code: "PhotographGone" });
    return edge.photograph({ visit_id: row.visit_id, photograph_id: row.id, camera_id: row.camera_id, taken_at: row.at }, bytes);
  }
  const body = { entry_id: row.id, kind: row.kind, body: row.body };
  if (row.offline) Object.assign(body, { at: row.at, tablet_offline: true, signature: row.signature });
  if (row.witness) {
    const pin = await unsealed(row.witness.pin);
    body.witness_token = (await edge.witness({ user_id: row.witness.user_id, pin })).witness_token;
  }
  return edge.entry(body);
}

// The line is gone: what waits stays, and whoever waits for it is told that it is kept.
async function leave() {
  for (const row of waiting()) {
    await sign(row);
    await keepOutboxRow(row);
    settle(row, { kept: true });
  }
  hooks.changed();
}

async function refuse(row, error) {
  const asker = waitingFor.get(row.place);
  if (asker) {
    waitingFor.delete(row.place);
    await forget(row);
    asker.reject(error);
    return;
  }
  row.state = "refused";
  row.problem = { code: error.code, message: error.message };
  await keepOutboxRow(row);
  hooks.changed();
}

function settle(row, outcome) {
  waitingFor.get(row.place)?.resolve(outcome);
  waitingFor.delete(row.place);
}

async function forget(row) {
  rows = rows.filter((each) => each.place !== row.place);
  await dropOutboxRow(row.place);
  if (row.type === "photograph") await dropPhotograph(row.id);
  hooks.changed();
}

/** Try a refused row once more, or let it go for good. */
export async function again(row) {
  row.state = "waiting";
  delete row.problem;
  await keepOutboxRow(row);
  hooks.changed();
  send();
}
export const discard = (row) => forget(row);
