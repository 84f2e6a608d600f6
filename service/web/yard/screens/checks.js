// What is looked at before and after the scale: radiation, the load, the place of unloading.

import { Refused } from "../edge.js";
import { clock, day, figure, minutesBetween, plate } from "../figures.js";
import { session } from "../people.js";
import { backButton, button, choices, keypad, mainButton, note, part, photo, photoButton, state, textField, wayLine } from "../parts.js";
import { addPhotograph, app, form, go, now, record, refresh, visitById, wayOn } from "../state.js";
import { keepSetting, setting } from "../store.js";
import { h } from "../view.js";
import { w } from "../words.js";

const READINGS = 5;
const BACKGROUND_LASTS_MIN = 240;
const NANO = 1000;
const DECISIONS = ["OK", "NORM_RELEASE", "HOLD", "NOTIFY"];
const BAYS = 8;

/** A form about one visit: head, fields, one main button; `send()` gives kind and body of the entry. */
function sheet({ visit_id, title, body, missing, send, label, after }) {
  let problem = "";
  let busy = false;
  async function put() {
    const next = wayOn();
    if (busy) return;
    busy = true;
    refresh();
    try {
      const { kind, body: said } = await send();
      await record(kind, said);
      await after?.();
      next("/queue");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    busy = false;
    refresh();
  }
  const visit = () => visitById(visit_id);
  return {
    title: () => `${title()} · ${plate(visit()?.plate)}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body: () => (visit() ? h("div", { class: "page gap5" }, h("h1", null, `${title()} · `, h("span", { class: "plate inherit" }, plate(visit().plate))), problem && note("bad", problem), body(visit())) : h("p", { class: "page" }, w("loading"))),
    actions: () => [backButton(() => go("/queue")), missing() ? mainButton(missing(), null, { off: true }) : mainButton(label(), put, { busy })],
  };
}

export function radiationScreen({ visit_id }) {
  const last = setting("radiation") ?? {};
  const recent = last.at && minutesBetween(last.at, now()) < BACKGROUND_LASTS_MIN;
  const blank = { background: recent ? last.background : Array(READINGS).fill(""), max: "", alarm: last.alarm ?? "0.25", rescans: ["", ""], instrument: last.instrument ?? "", due: last.due ?? "", decision: null, at: recent ? "max" : "background0" };
  const check = form(`radiation:${visit_id}`, blank);
  const { fields } = check;
  const nano = (text) => Math.round(Number(text) * NANO);
  const over = () => fields.max !== "" && nano(fields.max) >= nano(fields.alarm);
  const decision = () => (over() ? fields.decision : "OK");

  const slots = () => [...(recent && fields.background.every(Boolean) && fields.at !== "background0" && !String(fields.at).startsWith("background") ? [] : fields.background.map((_, at) => [`background${at}`, w("backgroundN", { n: at + 1 })])), ["max", w("maxReading")], ...(over() ? [["rescan0", w("rescanN", { n: 1 })], ["rescan1", w("rescanN", { n: 2 })]] : []), ["alarm", w("alarmLevel")]];
  const valueOf = (slot) => (slot.startsWith("background") ? fields.background[slot.at(-1)] : slot.startsWith("rescan") ? fields.rescans[slot.at(-1)] : fields[slot]);
  function setSlot(slot, text) {
    if (slot.startsWith("background")) fields.background[slot.at(-1)] = text;
    else if (slot.startsWith("rescan")) fields.rescans[slot.at(-1)] = text;
    else fields[slot] = text;
    check.set("at", slot);
  }
  const missing = () => (fields.background.some((each) => each === "") ? w("background") : fields.max === "" ? w("maxReading") : !fields.instrument ? w("meter") : !fields.due ? w("calibratedTo") : over() && fields.rescans.some((each) => each === "") ? w("rescanN", { n: fields.rescans[0] === "" ? 1 : 2 }) : over() && (!fields.decision || fields.decision === "OK") ? w("decide") : null);
  const current = () => (slots().some(([slot]) => slot === fields.at) ? fields.at : "max");

  return sheet({
    visit_id, missing, title: () => w("radiationTitle"), label: () => `${w("decide")}: ${w(decision() === "HOLD" ? "HOLD_R" : decision())}`,
    body: () => h("div", { class: "cols even" },
      h("div", { class: "stack gap5" }, h("div", { class: "slots" }, slots().map(([slot, word]) => h("button", { type: "button", key: slot, class: `btn slot ${slot === current() ? "chosen" : ""}`, "data-slot": slot, "aria-pressed": slot === current() ? "true" : "false", onclick: () => check.set("at", slot) }, h("span", null, word), h("b", { class: "num" }, valueOf(slot) === "" ? "——" : `${valueOf(slot)} µSv/h`)))),
        recent && fields.background.every(Boolean) && !String(fields.at).startsWith("background") && h("p", { class: "row" }, state("ok", w("fromBefore", { at: clock(last.at) })), button(w("measureAgain"), () => { fields.background = Array(READINGS).fill(""); check.set("at", "background0"); }, { id: "measure-again" })),
        textField("meter", w("meter"), fields.instrument, (next) => check.set("instrument", next)), textField("calibrated", w("calibratedTo"), fields.due, (next) => check.set("due", next), { type: "date" })),
      h("div", { class: "stack gap5" }, keypad({ id: "reading", label: slots().find(([slot]) => slot === current())[1], text: valueOf(current()), unit: "µSv/h", point: true, most: 6, onchange: (next) => setSlot(current(), next) }),
        fields.max !== "" && (over() ? note("bad", w("overAlarm"), w("radiationStop")) : note("ok", w("under"))),
        over() && choices(w("decide"), DECISIONS.slice(1).map((each) => [each, w(each === "HOLD" ? "HOLD_R" : each)]), fields.decision, (next) => check.set("decision", next), { name: "decision" }))),
    async send() {
      const { person } = session();
      await keepSetting("radiation", { at: recent && last.background.join() === fields.background.join() ? last.at : now(), background: fields.background, alarm: fields.alarm, instrument: fields.instrument, due: fields.due });
      return { kind: "radiation.checked", body: { visit_id, check: { background_nsv_h: fields.background.map(nano), max_nsv_h: nano(fields.max), alarm_level_nsv_h: nano(fields.alarm), rescans_nsv_h: over() ? fields.rescans.map(nano) : [], decision: decision(), officer: person.name, instrument: fields.instrument, calibration_due: fields.due } } };
    },
    after: () => check.done(),
  });
}

/** Photographs of a visit, on record and still here, with the button that takes one more. */
export function photographs(visit, own, take) {
  const all = [...(visit.photographs ?? []).map((each) => ({ ...each, simulated: app.hello?.demo })), ...own.filter((each) => !visit.photographs?.some((known) => known.sha256 === each.sha256))];
  return part(w("photographs"), figure(all.length), h("div", { class: "photos" }, all.map((each) => photo(each, each.url ? w("photoKept") : ""))), !all.length && h("p", { class: "muted" }, w("noPhotos")), h("p", null, photoButton(w("addPhoto"), take)));
}

export function inspectScreen({ visit_id }) {
  const inspection = form(`inspect:${visit_id}`, { found: null, remark: "" });
  const own = [];
  const { fields } = inspection;
  const take = async (blob) => { own.push({ ...(await addPhotograph(visit_id, blob)), camera_id: "tablet" }); refresh(); };
  return sheet({
    visit_id, title: () => w("inspectTitle"), missing: () => (fields.found === null ? `${w("choose")}: ${w("vessels")}` : null), label: () => w("inspected"),
    body: (visit) => [photographs(visit, own, take),
      part(w("vessels"), null, choices(w("vessels"), [["no", w("vesselsNone")], ["yes", w("vesselsFound")]], fields.found, (next) => inspection.set("found", next), { name: "vessels" }), fields.found === "yes" && note("bad", w("vesselsStop"))),
      textField("remark", w("remark"), fields.remark, (next) => inspection.set("remark", next))],
    send: async () => ({ kind: "visit.inspected", body: { visit_id, sealed_vessels_ok: fields.found === "no", remark: fields.remark } }),
    after: () => inspection.done(),
  });
}

export function unloadScreen({ visit_id }) {
  const unloading = form(`unload:${visit_id}`, { place: null });
  const places = () => Array.from({ length: BAYS }, (_, at) => w("bay", { n: at + 1 })).map((each) => [each, each]);
  return sheet({
    visit_id, title: () => w("unloadTitle"), missing: () => (unloading.fields.place ? null : w("choosePlace")), label: () => w("unloadedAt", { place: unloading.fields.place }),
    body: () => choices(w("unloadTitle"), places(), unloading.fields.place, (next) => unloading.set("place", next), { name: "place" }),
    send: async () => ({ kind: "visit.unloaded", body: { visit_id, place: unloading.fields.place } }),
    after: () => unloading.done(),
  });
}

export function exitScreen({ visit_id }) {
  return sheet({
    visit_id, title: () => w("exitTitle"), missing: () => null, label: () => w("exitIt"),
    body: (visit) => h("dl", { class: "facts" }, visit.ended_no && [h("dt", null, w("ticketNo")), h("dd", null, visit.ended_no === "…" ? w("numberLater") : visit.ended_no)], h("dt", null, w("step_arrived")), h("dd", null, `${day(visit.arrived_at)} ${clock(visit.arrived_at)}`), visit.passes.filter((each) => each.effective).map((each) => [h("dt", null, w(each.pass)), h("dd", { class: "num" }, `${figure(each.kg)} kg`)])),
    send: async () => ({ kind: "visit.exited", body: { visit_id, at_gate: w("gate") } }),
  });
}

const VOIDS = ["NOT_UNLOADED", "SELLER_WITHDREW", "WRONG_TRUCK", "ENTERED_WRONGLY"];

export function voidScreen({ visit_id }) {
  let why = null;
  return sheet({
    visit_id, title: () => w("voidTitle"), missing: () => (why ? null : w("needReason")), label: () => w("voidIt"),
    body: () => [note("warn", w("voidHint")), choices(w("why"), VOIDS.map((each) => [each, w(each)]), why, (next) => { why = next; refresh(); }, { name: "void" })],
    send: async () => ({ kind: "ticket.voided", body: { visit_id, reason: w(why) } }),
  });
}

