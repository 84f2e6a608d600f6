// The tablet app: opens what is kept, holds the line to the edge unit, shows one screen at a time.

import "../static/theme.js";
import { edge, Refused, Unreachable } from "./edge.js";
import { clock } from "./figures.js";
import { holdLine } from "./line.js";
import { kept, openOutbox, send, waiting } from "./outbox.js";
import { tabletKeys } from "./keys.js";
import { actAs, renew, session, signOut } from "./people.js";
import { icon } from "./parts.js";
import { enrolScreen, signInScreen } from "./screens/sign-in.js";
import { app, fetchYard, go, siteName, visitById } from "./state.js";
import { keepForGood, keepSetting, openStore, setting } from "./store.js";
import { h, render } from "./view.js";
import { isStopped } from "./way.js";
import { language, setLanguage, w } from "./words.js";

const HELLO_EVERY_MS = 15_000;
const TICKS_EVERY_MS = 250;
const LATER_AT_MOST_MS = 2_000;
const FIRST = { signInScreen, enrolScreen };
const SCREENS = {
  "sign-in": "signInScreen", enrol: "enrolScreen", queue: "queueScreen", arrival: "arrivalScreen", holds: "holdsScreen", tickets: "ticketsScreen",
  outputs: "outputsScreen", sync: "syncScreen", menu: "menuScreen",
};
const OF_VISIT = {
  "": "visitScreen", radiation: "radiationScreen", inspect: "inspectScreen", unload: "unloadScreen", exit: "exitScreen", void: "voidScreen", grade: "gradeScreen",
  ticket: "ticketForm", receipt: "receiptForm", delivery: "deliveryForm", hold: "holdScreen", weigh: "weighScreen", typed: "typedScreen",
};
const GOES_ON_WHEN_STOPPED = ["visitScreen", "voidScreen", "exitScreen"];
const OPEN_TO_ALL = ["sign-in", "enrol"];

let screen = null;
let shownPath = null;
let shownName = null;
let line = null;
let update = null; // a newer version of this program that waits
const at = (id) => document.getElementById(id);

/** Which screen a path names, and what it is about. */
function route(path) {
  const [place, query] = path.split("?");
  const [first, second, third, fourth] = place.split("/").slice(1).map(decodeURIComponent);
  const given = Object.fromEntries(new URLSearchParams(query ?? ""));
  if (first === "visit" && OF_VISIT[third ?? ""]) return { name: OF_VISIT[third ?? ""], given: { ...given, visit_id: second, pass: fourth } };
  if (first === "ticket" && second) return { name: "ticketScreen", given: { ticket_no: second } };
  return SCREENS[first] ? { name: SCREENS[first], given, open: OPEN_TO_ALL.includes(first) } : null;
}

/** The screen that `found` leads to now: a load that a hazard stops goes no step further. */
function nameOf({ name, given }) {
  const visit = given.visit_id && visitById(given.visit_id);
  return visit && isStopped(visit) && !GOES_ON_WHEN_STOPPED.includes(name) ? "visitScreen" : name;
}

async function show() {
  const path = location.hash.slice(1) || "/queue";
  const found = route(path);
  if (!found) { go("/queue"); return; }
  if (!session() && !found.open) { go("/sign-in"); return; }
  const name = nameOf(found);
  const make = FIRST[name] ?? (await import("./rest.js"))[name];
  if ((location.hash.slice(1) || "/queue") !== path) return;
  screen?.leave?.();
  screen = make({ ...found.given, signedIn });
  const moved = shownPath !== null && shownPath !== path;
  [shownPath, shownName] = [path, name];
  draw();
  scrollTo(0, 0);
  if (moved) at("main").focus({ preventScroll: true });
}

let asked = false;
function refresh() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

function draw() {
  if (!screen) return;
  const due = route(shownPath);
  if (due && nameOf(due) !== shownName) { show(); return; }
  document.title = `${screen.title()} · Ferrotrace`;
  render(at("bar"), bar());
  at("banner").setAttribute("aria-label", w("status"));
  render(at("banner"), banners());
  render(at("way"), screen.way?.() ?? null);
  render(at("main"), screen.body());
  const actions = screen.actions?.() ?? null;
  at("actions").hidden = !actions?.filter?.(Boolean).length;
  render(at("actions"), actions);
}


function bar() {
  const person = session()?.person;
  const other = language() === "zh" ? "en" : "zh";
  const n = waiting().length;
  const state = !app.up ? ["bad", "unlink", w("edgeDown")] : app.sync?.state === "down" ? ["warn", "cloudoff", w("upDown")] : ["ok", "cloud", app.sync?.synced_at ? w("syncedAt", { at: clock(app.sync.synced_at) }) : w("synced")];
  return [h("a", { class: "mark", href: "#/queue" }, "Ferrotrace"), h("span", { class: "where" }, siteName(language())),
    h("div", { class: "end" },
      h("a", { class: "tool state", href: person ? "#/sync" : "#/sign-in", "data-state": state[0], "data-id": "link-state" }, icon(state[1]), h("span", { class: "wide" }, state[2]), n > 0 && h("b", { class: "num" }, String(n))),
      person && h("a", { class: "tool", href: "#/menu", "data-id": "menu", "aria-label": `${w("menu")} · ${person.name}` }, icon("menu"), h("span", { class: "wide one-line name" }, person.name)),
      h("button", { type: "button", class: "tool", lang: other === "zh" ? "zh-CN" : "en", "data-id": "language", onclick: () => chooseLanguage(other) }, other === "zh" ? "中文" : "EN"),
      h("button", { type: "button", class: "tool", "data-theme-switch": true, "aria-label": w("theme") }, icon("moon")))];
}

function banners() {
  const all = [];
  if (app.hello?.demo) all.push(h("p", { class: "demo-band", key: "demo" }, w("demo")));
  if (!app.up && session()) all.push(band("bad", "unlink", w("bannerEdge", { at: clock(app.upSince) }), w("bannerEdgeMore"), "/sync", "edge"));
  else if (app.sync?.refused) all.push(band("bad", "warnc", w("bannerRefused", { why: app.sync.refused }), "", "/sync", "refused"));
  else if (app.sync?.state === "down" && session()) all.push(band("warn", "cloudoff", w("bannerUp"), w("bannerUpMore", { n: app.sync.queued, at: clock(app.sync.since) }), "/sync", "server"));
  if (app.up && waiting().length && session()) all.push(band("now", "upload", w("waitingHere", { n: waiting().length }), "", "/sync", "waiting"));
  if (update) all.push(h("div", { class: "banner", "data-state": "now", role: "status", key: "update" }, icon("refresh"), h("span", null, w("newVersion")), h("button", { type: "button", class: "btn end", onclick: () => update.postMessage("take over") }, w("reload"))));
  return all;
}

function band(kind, name, title, text, path, id) {
  return h("div", { class: "banner", "data-state": kind, role: "status", "data-id": `banner-${id}`, key: id }, icon(name), h("span", null, h("b", null, title), " ", text), h("a", { class: "end", href: `#${path}` }, w("show")));
}

async function chooseLanguage(next) {
  await setLanguage(next);
  const person = session()?.person;
  if (person) keepSetting(`language:${person.user_id}`, next);
  refresh();
  if (session() && app.up) fetchYard().catch(() => {});
}

async function signedIn({ person }) {
  const own = setting(`language:${person.user_id}`);
  if (own) await setLanguage(own);
  startLine();
  await fetchYard().catch(() => { /* shown as it was last */ });
  go("/queue");
}

// --- the line

function startLine() {
  line?.stop();
  line = holdLine({ heard, changed: lineChanged, refused: sessionGone });
}

function heard(event, data) {
  if (event === "scale") {
    app.scale = data;
    app.scaleAt = performance.now();
    if (screen?.live) refresh();
  } else if (event === "sync") {
    app.sync = data;
    refresh();
  } else if (event === "yard" && data.revision !== app.yard.revision && session()) {
    fetchYard().catch(() => {});
  }
}

function lineChanged(up) {
  setUp(up);
  if (!up) return;
  hello();
  if (!session()) return;
  renew().catch(() => {}).then(() => send()).then(() => fetchYard()).catch(() => {});
}

function setUp(up) {
  if (app.up === up) return;
  app.up = up;
  app.upSince = Date.now();
  if (!up) app.scale = null;
  refresh();
}

// The edge unit knows this session no more: it is opened anew with the sealed PIN, or the person is asked.
async function sessionGone() {
  try {
    await renew({ anew: true });
    startLine();
  } catch (error) {
    if (error instanceof Unreachable) { setTimeout(startLine, TICKS_EVERY_MS * 4); return; }
    await signOut();
    go("/sign-in");
  }
}

async function hello() {
  try {
    const { tablet_id } = await tabletKeys();
    const answer = await edge.hello(tablet_id);
    app.hello = answer;
    app.sync = answer.upstream ?? app.sync;
    keepSetting("hello", answer);
    keepSetting("clock_offset_ms", Math.round(Date.parse(answer.now) - Date.now()));
    if (!session()) setUp(true);
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    if (!session()) setUp(false);
  }
  refresh();
}

// --- start

async function watchVersion() {
  if (!("serviceWorker" in navigator)) return;
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (had) location.reload(); });
  const registration = await navigator.serviceWorker.register("sw.js", { type: "module" });
  const offer = () => { if (registration.waiting && had) { update = registration.waiting; refresh(); } };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
}

// Whether this browser has never held the app; where it cannot tell, it has.
function isNewHere() {
  try {
    const isNew = localStorage.getItem("yard") === null;
    localStorage.setItem("yard", "kept");
    return isNew;
  } catch { return false; }
}

async function start() {
  app.refresh = refresh;
  const opened = openStore();
  if (isNewHere()) await show(); // nothing is kept that the screen would have to wait for
  await opened;
  setLanguage(language());
  app.hello = setting("hello") ?? null;
  app.yard = setting("yard") ?? app.yard;
  await openOutbox({ changed: refresh, isUp: () => app.up, actAs, backToOwn: () => renew(), delivered: () => refresh() });
  addEventListener("hashchange", () => show());
  addEventListener("online", () => line?.again());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) line?.again(); });
  setInterval(() => { if (screen?.live || kept().length) refresh(); }, TICKS_EVERY_MS);
  setInterval(hello, HELLO_EVERY_MS);
  if (session()) startLine();
  await show();
  hello();
  requestIdleCallback(later, { timeout: LATER_AT_MOST_MS });
}

// What the first screen does not wait for: the other screens, the copy for outages, the promise of its keeping.
async function later() {
  await import("./rest.js").catch(() => { /* asked for again when a screen is opened */ });
  watchVersion();
  keepForGood().then((promised) => keepSetting("persisted", promised)).catch(() => {});
}

start();
