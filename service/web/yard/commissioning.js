// The commissioning wizard: a known truck, the proofs one by one, a drive, the summary that is kept.

import "../static/theme.js";
import "./words-more.js";
import { c } from "./commissioning-words.js";
import { ask, Refused, Unreachable } from "./edge.js";
import { clock, day, figure } from "./figures.js";
import { holdLine } from "./line.js";
import { button, choices, icon, keypad, mainButton, note, part, state } from "./parts.js";
import { may, session } from "./people.js";
import { draft, dropDraft, keepDraft, openStore } from "./store.js";
import { h, render } from "./view.js";
import { language, setLanguage } from "./words.js";

const DRAFT = "commissioning";
const STEPS = ["truck", "proofs", "drive", "summary"];
const UNITS = ["kg", "t", "g", "lb"];
const SLOTS = [["known", "kg", false], ["within", "kg", false], ["display", null, true]];
const BLANK = { id: null, step: null, known: "", within: "40", display: "", unit: "kg", at: "known" };
const STATE_OF = { passed: "ok", failed: "bad", undecided: "warn", absent: "skip" };

let fields = { ...BLANK };
let check = { display: "", unit: "kg", answer: null };
let status = null;
let progress = null;
let live = null;
let problem = "";
let busy = false;
const at = (id) => document.getElementById(id);
const when = (text) => `${day(text)} ${clock(text)}`;

function set(changes) {
  Object.assign(fields, changes);
  keepDraft(DRAFT, { ...fields });
  draw();
}

/** Ask the edge unit; what it refuses stands on the page. */
async function put(work) {
  if (busy) return;
  busy = true;
  problem = "";
  draw();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    problem = error instanceof Unreachable ? c("noEdge") : error.message;
  }
  busy = false;
  draw();
}

const path = (rest = "") => `commissioning/${fields.id}${rest}`;
const readStatus = async () => { status = await ask("GET", "commissioning"); };

const prove = () => put(async () => {
  const body = { known_kg: Number(fields.known), within_kg: Number(fields.within), display: fields.display, unit: fields.unit };
  progress = await ask("POST", path("/loads"), { body });
  set({ step: "proofs" });
});
const drive = () => put(async () => { progress = await ask("POST", path("/motion"), { body: {} }); });
const close = () => put(async () => {
  progress = await ask("POST", path("/closing"), { body: {} });
  await readStatus();
});
const checkDay = () => put(async () => {
  const body = { check_id: crypto.randomUUID(), display: check.display, unit: check.unit };
  check = { display: "", unit: check.unit, answer: (status = await ask("POST", "commissioning/checks", { body })) };
});
function begin() {
  progress = null;
  set({ ...BLANK, id: crypto.randomUUID(), step: "truck" });
}
function leave() {
  dropDraft(DRAFT);
  progress = null;
  fields = { ...BLANK };
  put(readStatus);
}

// --- what is shown

const proofNamed = (name) => progress?.proofs.find((proof) => proof.name === name);
const closing = () => progress?.closing;

function proofRow(proof) {
  return h("li", { key: proof.name, "data-proof": proof.name, "data-proof-state": proof.state }, state(STATE_OF[proof.state], c(`state_${proof.state}`)), h("span", { class: "said" }, h("b", null, c(`proof_${proof.name}`)), proof.note && h("span", { class: "muted" }, c(`note_${proof.note}`))),
    h("span", { class: "found num" }, h("b", null, proof.value), h("small", null, c("limit", { limit: proof.limit }))));
}
const proofList = (proofs) => h("ul", { class: "proofs" }, proofs.map(proofRow));

function instrumentPart() {
  const { instrument, profile } = status;
  const told = instrument.reported_serial_no;
  const settings = Object.entries(profile.params).map(([key, value]) => `${key} = ${value}`).join(", ");
  const rows = [["make", `${instrument.make} ${instrument.model}`], ["serial", instrument.serial_no], ["reported", told ?? c("notTold")], ["dialect", profile.dialect], ["settings", settings || c("asDelivered")], ["division", `${instrument.d_kg} kg`]];
  return part(c("instrument"), instrument.instrument_id, h("dl", { class: "facts" }, rows.map(([key, value]) => [h("dt", { key }, c(key)), h("dd", { key: `${key}:` }, value)])),
    told && told !== instrument.serial_no && note("bad", c("otherSerial")), h("p", { class: "hash muted" }, `${c("profile")} ${profile.hash}`));
}

function fitNote() {
  const done = status.closing;
  const text = done ? c("provedOn", { at: when(done.at), who: done.person.name }) : c("never");
  if (status.is_fit) return note("ok", c(status.instrument.simulated && !done ? "fitSim" : "fit"), done && text);
  return note("bad", c("unfit"), text);
}

const displayKeys = (id, text, onchange) => keypad({ id, label: c("display"), text, point: true, most: 9, onchange });
const unitChoice = (value, onchoose) => h("div", { class: "field" }, h("span", { class: "label" }, c("unit")), choices(c("unit"), UNITS.map((each) => [each, each]), value, onchoose, { name: "unit" }));

function overview() {
  const last = status.check;
  const answer = check.answer;
  return h("div", { class: "page gap5" }, h("h1", null, c("title")), problem && note("bad", problem), fitNote(),
    h("div", { class: "cols even" },
      h("div", { class: "stack gap5" }, instrumentPart()),
      part(c("checkTitle"), status.is_check_due ? c("checkDue") : last && c("checkDone", { at: when(last.at), who: last.person.name }),
        h("p", { class: "muted" }, c("checkHint")), answer && note(answer.verdict === "passed" ? "ok" : "bad", c(answer.verdict === "passed" ? "checkPassed" : "checkFailed")), answer && proofList(answer.proofs),
        displayKeys("check-display", check.display, (display) => { check = { ...check, display, answer: null }; draw(); }), unitChoice(check.unit, (unit) => { check = { ...check, unit }; draw(); }),
        button(c("checkNow"), checkDay, { name: "check", off: !check.display || busy, id: "check", busy }))));
}

function truck() {
  const [slot, unit, point] = SLOTS.find(([name]) => name === fields.at);
  const shown = (name) => (fields[name] === "" ? "——" : name === "display" ? fields[name] : `${figure(Number(fields[name]))} kg`);
  const keys = slot === "display" ? displayKeys("entry", fields.display, (display) => set({ display })) : keypad({ id: "entry", label: c(slot), text: fields[slot], unit, point, most: slot === "within" ? 4 : 6, onchange: (text) => set({ [slot]: text }) });
  return h("div", { class: "page gap5" }, h("h1", null, c("step_truck")), problem && note("bad", problem), h("p", null, c("truckHint")), progress?.loads > 0 && h("p", { class: "muted" }, c("loadsN", { n: progress.loads })),
    h("div", { class: "cols even" },
      h("div", { class: "stack gap5" }, h("div", { class: "slots" }, SLOTS.map(([name]) => h("button", { type: "button", key: name, class: "btn slot", "data-slot": name, "aria-pressed": name === fields.at ? "true" : "false", onclick: () => set({ at: name }) }, h("span", null, c(name)), h("b", { class: "num" }, shown(name))))), unitChoice(fields.unit, (each) => set({ unit: each }))),
      keys));
}

function proofs() {
  const verdict = progress.verdict;
  const told = { passed: ["ok", "allPassed"], failed: ["bad", "someFailed"], undecided: ["warn", "anotherLoad"] }[verdict];
  return h("div", { class: "page medium gap5" }, h("h1", null, c("step_proofs")), problem && note("bad", problem), note(told[0], c(told[1])), proofList(progress.proofs.filter((proof) => proof.name !== "motion")));
}

function driveStep() {
  const proof = proofNamed("motion");
  const motion = live?.motion === null || live?.motion === undefined ? ["skip", "unknown"] : live.motion ? ["warn", "moving"] : ["ok", "standing"];
  const link = live ? [live.link === "fresh" ? "ok" : "bad", live.link] : ["skip", "unknown"];
  return h("div", { class: "page medium gap5" }, h("h1", null, c("step_drive")), problem && note("bad", problem), h("p", null, c("driveHint")),
    part(c("driveNow"), null, h("p", { class: "row" }, h("span", { class: "muted" }, c("link")), state(link[0], c(link[1])), state(motion[0], c(motion[1])))),
    proof && [proof.state === "undecided" && note("warn", c("driveUndecided")), proof.state === "failed" && note("bad", c("driveFailed")), proofList([proof])]);
}

function summary() {
  const done = closing();
  return h("div", { class: "page medium gap5" }, h("h1", null, c("step_summary")), problem && note("bad", problem),
    done ? note("ok", c("closed"), c("closedAt", { at: when(done.at), who: done.person.name })) : h("p", null, c("summaryHint")),
    status && instrumentPart(), part(c("step_proofs"), null, proofList(progress.proofs)), done && h("p", { class: "hash muted" }, `${c("record")} ${done.hash}`));
}

const SCREENS = { truck, proofs, drive: driveStep, summary };
const isReady = () => fields.step && (fields.step === "truck" || progress);

function missing() {
  const empty = ["known", "within", "display"].find((name) => fields[name] === "");
  return empty ? c("enter", { what: c(empty) }) : null;
}

function actions() {
  const back = button(fields.step ? c("restart") : c("toApp"), fields.step ? leave : () => { location.href = "./#/menu"; }, { name: "back", id: "back" });
  if (!isReady()) return [back, may("INSTRUMENT_COMMISSION") ? mainButton(c("begin"), begin, { id: "begin" }) : mainButton(c("mayNot"), null, { off: true, id: "begin" })];
  if (fields.step === "truck") return [back, missing() ? mainButton(missing(), null, { off: true, id: "prove" }) : mainButton(busy ? c("proving") : c("prove"), prove, { busy, id: "prove" })];
  if (fields.step === "proofs") {
    if (progress.verdict === "passed") return [back, mainButton(c("toDrive"), () => set({ step: "drive" }), { id: "next" })];
    return [back, mainButton(c(progress.verdict === "undecided" ? "another" : "restart"), progress.verdict === "undecided" ? () => set({ step: "truck", display: "", known: "", at: "known" }) : begin, { id: "next" })];
  }
  if (fields.step === "drive") {
    const proved = ["passed", "absent"].includes(proofNamed("motion")?.state);
    return [back, proved && button(c("again"), drive, { name: "refresh", id: "again" }), proved ? mainButton(c("toSummary"), () => set({ step: "summary" }), { id: "next" }) : mainButton(c("driven"), drive, { busy, id: "drive" })];
  }
  return closing() ? [mainButton(c("toApp"), () => { dropDraft(DRAFT); location.href = "./#/menu"; }, { id: "done" })] : [back, mainButton(c("close"), close, { busy, off: !progress.is_complete, id: "close" })];
}

function way() {
  if (!isReady()) return null;
  const now = STEPS.indexOf(fields.step);
  return h("ol", { class: "way", "aria-label": c("title") }, STEPS.map((step, place) => h("li", { key: step, class: place < now ? "done" : place === now ? "now" : "", "aria-current": place === now ? "step" : null }, h("span", { class: "dot" }, place < now && icon("check")), h("b", null, c(`step_${step}`)))));
}

function bar() {
  const other = language() === "zh" ? "en" : "zh";
  return [h("a", { class: "mark", href: "./" }, "Ferrotrace"), h("span", { class: "where" }, c("title")),
    h("div", { class: "end" }, session() && h("span", { class: "one-line name muted" }, session().person.name), h("button", { type: "button", class: "tool", lang: other === "zh" ? "zh-CN" : "en", "data-id": "language", onclick: async () => { await setLanguage(other); draw(); } }, other === "zh" ? "中文" : "EN"))];
}

function draw() {
  document.title = `${c("title")} · Ferrotrace`;
  render(at("bar"), bar());
  render(at("way"), way());
  if (!session()) {
    render(at("main"), h("div", { class: "page" }, note("warn", c("signInFirst"))));
    at("actions").hidden = false;
    render(at("actions"), mainButton(c("toApp"), () => { location.href = "./#/sign-in"; }, { id: "sign-in" }));
    return;
  }
  render(at("main"), isReady() ? SCREENS[fields.step]() : status ? overview() : h("div", { class: "page" }, problem && note("bad", problem)));
  at("actions").hidden = false;
  render(at("actions"), actions());
}

async function start() {
  await openStore();
  document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  fields = { ...BLANK, ...draft(DRAFT) };
  draw();
  if (!session()) return;
  holdLine({ heard: (event, data) => { if (event === "scale") { live = data; if (fields.step === "drive") draw(); } }, changed: () => {}, refused: () => {} });
  await put(async () => {
    await readStatus();
    if (fields.id) progress = await ask("GET", path());
  });
}

start();
