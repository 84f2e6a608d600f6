// Who is at the tablet: enrolled once with the password, signed in with a PIN, also while the edge unit is out of reach.

import { edge, Refused, Unreachable } from "./edge.js";
import { pinVerifier, publicJwk, sealed, signed, tabletKeys, unsealed } from "./keys.js";
import { dropSetting, keepPerson, keepSetting, people, personById, setting } from "./store.js";

const RIGHTS_LAST_MS = 12 * 60 * 60 * 1000;
const LOCKED_FOR_MS = 5 * 60 * 1000;
const WRONG_ALLOWED = 5;

/** A PIN that does not fit, or may not be tried now: `code` names why. */
export class PinRefused extends Error {
  constructor(code, left = 0) {
    super(code);
    Object.assign(this, { code, left });
  }
}

let acting = null; // whose session the edge unit holds for this tablet, as far as this page knows

/** The person at the tablet: `{person, actions, expires_at, offline, pin}`; null where nobody is. */
export const session = () => {
  const kept = setting("session");
  const open = kept && sessionStorage.getItem("open") === kept.person.user_id && Date.parse(kept.expires_at) > Date.now();
  return open ? kept : null;
};

export const may = (action) => session()?.actions.includes(action) ?? false;

/** Enrol a person on this tablet; the edge unit asks the server, so both must be reached. */
export async function enrol({ email, password, pin, name }) {
  const { tablet_id } = await tabletKeys();
  const { person } = await edge.enrol({ email, password, pin, tablet: { tablet_id, name, public_jwk: await publicJwk() } });
  await keepPerson({ ...(personById(person.user_id) ?? {}), ...person, seen_at: Date.now(), wrong: 0, verifier: await pinVerifier(person.user_id, pin) });
  return person;
}

/** Open the tablet to a person: by the edge unit where it answers, by what it said last where it does not. */
export async function signIn(userId, pin) {
  let opened;
  try {
    opened = await openSession(userId, pin);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    opened = await openHere(userId, pin);
  }
  const kept = { ...opened, pin: await sealed(pin) };
  await keepSetting("session", kept);
  sessionStorage.setItem("open", userId);
  return kept;
}

async function openSession(userId, pin) {
  const { tablet_id } = await tabletKeys();
  const { nonce } = await edge.challenge();
  const answer = await edge.signIn({ user_id: userId, pin, tablet_id, nonce, signature: await signed(nonce) });
  acting = userId;
  await keepPerson({ ...(personById(userId) ?? {}), ...answer.person, actions: answer.actions, seen_at: Date.now(), wrong: 0, verifier: await pinVerifier(userId, pin) });
  return { person: answer.person, actions: answer.actions, expires_at: answer.expires_at, offline: false };
}

async function openHere(userId, pin) {
  const person = await checkedHere(userId, pin);
  if (!person.actions) throw new PinRefused("never");
  const { user_id, name, role, site_ids } = person;
  return { person: { user_id, name, role, site_ids }, actions: person.actions, expires_at: new Date(person.seen_at + RIGHTS_LAST_MS).toISOString(), offline: true };
}

/** The person whose PIN fits what this tablet knows; raises PinRefused. Five wrong ones lock for five minutes. */
export async function checkedHere(userId, pin) {
  const person = personById(userId);
  if (!person?.verifier) throw new PinRefused("never");
  if (Date.now() - person.seen_at > RIGHTS_LAST_MS) throw new PinRefused("old");
  if ((person.locked_until ?? 0) > Date.now()) throw new PinRefused("locked");
  const { digest } = await pinVerifier(userId, pin, person.verifier.salt);
  if (digest === person.verifier.digest) {
    await keepPerson({ ...person, wrong: 0 });
    return person;
  }
  const wrong = (person.wrong ?? 0) + 1;
  const locked = wrong >= WRONG_ALLOWED;
  await keepPerson({ ...person, wrong: locked ? 0 : wrong, locked_until: locked ? Date.now() + LOCKED_FOR_MS : 0 });
  throw new PinRefused(locked ? "locked" : "wrong", WRONG_ALLOWED - wrong);
}

/** Make the edge unit's session that of the person who did what a row says; who has signed in meanwhile stays. */
export async function actAs({ user_id, pin }, { anew = false } = {}) {
  const at = session();
  const here = at?.person.user_id === user_id && !at.offline;
  if (!anew && (acting === user_id || (acting === null && here))) return;
  await openSession(user_id, await unsealed(pin));
}

/** Once the edge unit answers again: turn a sign-in that only this tablet saw into one of the edge unit. */
export async function renew({ anew = false } = {}) {
  const at = session();
  if (!at || (!anew && !at.offline && (acting === null || acting === at.person.user_id))) return;
  const opened = await openSession(at.person.user_id, await unsealed(at.pin));
  await keepSetting("session", { ...opened, pin: at.pin });
}

export async function signOut() {
  sessionStorage.removeItem("open");
  acting = null;
  await dropSetting("session");
  try { await edge.signOut(); } catch (error) { if (!(error instanceof Unreachable || error instanceof Refused)) throw error; }
}

/** Everybody who may stand by as a second person for `at`: enrolled here, with another role. */
export const witnesses = (at) => people().filter((each) => each.user_id !== at.user_id && each.role !== at.role && each.name);

/** The PIN of a second person, so that only this tablet can read it until the edge unit has checked it. */
export async function witness(userId, pin, { isUp }) {
  if (!isUp) await checkedHere(userId, pin);
  return { user_id: userId, pin: await sealed(pin) };
}
