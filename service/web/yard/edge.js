// The edge unit's answers. Two things can go wrong, and they are never mixed up: it refused, or it was not reached.

import { language } from "./words.js";

const ANSWERS_WITHIN_MS = 8_000;
const CAPTURES_WITHIN_MS = 20_000;

/** The edge unit answered no: `status`, `code`, `message`, and for weighings `reasons` and `verdicts`. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.message ?? problem.detail ?? problem.title ?? problem.code ?? String(status));
    Object.assign(this, { status, code: problem.code ?? "", field: problem.field ?? "", reasons: problem.reasons ?? [], verdicts: problem.verdicts ?? [] });
  }
}

/** No answer came: whether it was done is unknown. */
export class Unreachable extends Error {}

export async function ask(method, path, { body, bytes, type, within = ANSWERS_WITHIN_MS } = {}) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), within);
  const headers = { Accept: "application/json", "Accept-Language": language() === "zh" ? "zh" : "en" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (bytes) headers["Content-Type"] = type;
  try {
    const answer = await fetch(`v1/${path}`, { method, headers, body: bytes ?? (body === undefined ? undefined : JSON.stringify(body)), signal: late.signal, cache: "no-store", credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, parsed(text));
    return parsed(text);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Unreachable(error.message);
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text) {
  try { return text ? JSON.parse(text) : {}; } catch { return {}; }
}

const jpeg = "image/jpeg";
export const edge = {
  hello: (tabletId) => ask("GET", `hello?tablet_id=${encodeURIComponent(tabletId)}`),
  enrol: (body) => ask("POST", "enrolments", { body }),
  challenge: () => ask("POST", "challenges", { body: {} }),
  signIn: (body) => ask("POST", "sessions", { body }),
  signOut: () => ask("DELETE", "sessions"),
  witness: (body) => ask("POST", "witnesses", { body }),
  yard: () => ask("GET", "yard"),
  entry: (body) => ask("POST", "entries", { body }),
  weigh: (body) => ask("POST", "weighings", { body, within: CAPTURES_WITHIN_MS }),
  photograph: (query, bytes) => ask("POST", `photographs?${new URLSearchParams(query)}`, { bytes, type: jpeg, within: CAPTURES_WITHIN_MS }),
  read: (bytes) => ask("POST", "readings", { bytes, type: jpeg }),
  readCamera: (camera) => ask("POST", `cameras/${encodeURIComponent(camera)}/readings`, { body: {} }),
  ticket: (no, { printed }) => ask("GET", `tickets/${encodeURIComponent(no)}${printed ? "?print=1" : ""}`),
  outputs: () => ask("GET", "outputs"),
  setOutputs: (body) => ask("PUT", "outputs", { body }),
};
export const photographUrl = (sha256) => `v1/photographs/${sha256}`;
export const cameraUrl = (camera) => `v1/cameras/${encodeURIComponent(camera)}.jpg`;
export const ticketPdfUrl = (no, paper, language) => `tickets/${encodeURIComponent(no)}.pdf?paper=${paper}&language=${language}`;
