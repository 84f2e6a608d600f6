// Trucks on site, sorted by what comes next. One tap on a truck opens its next step.

import { edge } from "../edge.js";
import { day, figure, kg, minutesBetween, normalPlate } from "../figures.js";
import { may } from "../people.js";
import { button, icon, note, part, plateText, state } from "../parts.js";
import { app, go, now, partyName, record, refresh, scaleNow, visits } from "../state.js";
import { h } from "../view.js";
import { isHeld, isStopped, weighed } from "../way.js";
import { language, w } from "../words.js";

const FULL_BAR_MIN = 60;
const LONG_MIN = 45;
const SHOWN_AT_FIRST = 60;
const FIND_FROM = 12;
const ORDER = ["weigh-gross", "weigh-tare", "call", "check-radiation", "ticket", "delivery", "receipt", "decide-hold", "renew", "inspect", "grade", "unload", "exit", "void"];
const AT_THE_SCALE = ["weigh-gross", "weigh-tare"];
const MATERIALS = ["heavy", "medium", "light", "shredded", "baled", "alloy", "cast", "mixed", "bales", "turnings"];

export const materialWord = (material) => (MATERIALS.includes(material) ? w(material) : material ?? "");
const RIGHT = { "check-radiation": "VISIT_OPEN", call: "VISIT_OPEN", "weigh-gross": "WEIGHING_RECORD", "weigh-tare": "WEIGHING_RECORD", inspect: "PHOTOGRAPH_UPLOAD", grade: "GRADE_DECIDE", unload: "VISIT_OPEN", ticket: "TICKET_ISSUE", delivery: "DELIVERY_RECORD", receipt: "RECEIPT_RECORD", exit: "VISIT_OPEN", void: "TICKET_VOID" };

/** Whether the person at the tablet may do a step. */
export const mayDo = (step) => !RIGHT[step] || may(RIGHT[step]);
const mainStep = (visit) => visit.next_actions?.[0] ?? "exit";
const rank = (visit) => (isStopped(visit) ? -1 : (ORDER.indexOf(mainStep(visit)) + 100) % 100);
const byNext = (a, b) => rank(a) - rank(b) || a.arrived_at.localeCompare(b.arrived_at);

const SCREEN_OF = { "check-radiation": "radiation", "weigh-gross": "weigh/gross", "weigh-tare": "weigh/tare", "decide-hold": "hold" };

/** Where a tap on a truck leads: to its next step where this person may do it, else to its sheet. */
export function pathOf(visit) {
  const step = mainStep(visit);
  const base = `/visit/${visit.visit_id}`;
  const screen = SCREEN_OF[step] ?? step;
  return mayDo(step) && !isStopped(visit) && !["call", "renew", "void"].includes(step) ? `${base}/${screen}` : base;
}

export function queueScreen() {
  let limit = SHOWN_AT_FIRST;
  let wanted = "";
  let asked = null;
  let problem = "";

  // A truck that drives on is asked for its plate once: the camera's answer only suggests.
  async function look(scale) {
    const loaded = scale?.kg > 0 && scale.zero === false;
    if (!loaded) { [asked, app.plateOnDeck] = [null, null]; return; }
    const camera = scale.cameras?.find((each) => each === "front") ?? scale.cameras?.[0];
    if (asked || !camera) return;
    asked = camera;
    try {
      const { plates } = await edge.readCamera(camera);
      app.plateOnDeck = plates[0] ?? null;
      refresh();
    } catch { /* no suggestion then */ }
  }

  async function call(visit) {
    try {
      const order = Math.max(0, ...visits().map((each) => each.calling_order ?? 0)) + 1;
      await record("visit.called", { visit_id: visit.visit_id, place: w("scale1"), order });
      problem = "";
    } catch (error) { problem = error.message; }
    refresh();
  }

  function deck() {
    const scale = scaleNow();
    look(scale);
    const seen = app.plateOnDeck;
    const visit = seen && visits().find((each) => each.plate === normalPlate(seen.text));
    const fresh = scale?.link === "fresh";
    const text = fresh ? figure(scale.kg) : "——";
    const steady = fresh && scale.kg > 0 && (scale.stable ? ["ok", w("lampStable")] : ["warn", w("lampMoving"), "wave"]);
    return h("section", { class: "deck-strip", "aria-label": w("onDeck") }, h("span", { class: "muted" }, w("onDeck")), h("b", { class: "num strip-kg" }, `${text} kg`), steady && state(...steady),
      seen && h("span", { class: "muted" }, w("plateSeen", { plate: seen.text })),
      visit && AT_THE_SCALE.includes(mainStep(visit)) && h("a", { class: "btn primary", href: `#${pathOf(visit)}`, "data-id": "weigh-on-deck" }, w("weighThis", { plate: visit.plate })));
  }

  function dwell(visit, at) {
    const minutes = minutesBetween(visit.arrived_at, at);
    const kind = minutes >= FULL_BAR_MIN ? "bad" : minutes >= LONG_MIN ? "warn" : "ok";
    const words = w({ ok: "min", warn: "minLong", bad: "minOver" }[kind], { n: figure(minutes) });
    return h("div", { class: "dwell", "data-state": kind }, h("span", { class: "num" }, words), h("span", { class: "faint line-below" }, visit.unloaded_at_place ?? visit.called_to ?? w("gate")), h("meter", { min: "0", max: String(FULL_BAR_MIN), value: String(Math.min(minutes, FULL_BAR_MIN)), "aria-label": words }));
  }

  function row(visit, place, at) {
    const step = mainStep(visit);
    const ready = AT_THE_SCALE.includes(step) || step === "call";
    const stopped = isStopped(visit);
    const kind = stopped || isHeld(visit) || ["decide-hold", "renew", "void"].includes(step) || ["HOLD", "NOTIFY"].includes(visit.radiation) ? "bad" : ready ? "now" : "skip";
    const gross = weighed(visit, "gross");
    const said = [materialWord(visit.material), gross && `${w("gross")} ${kg(gross.kg)}`, visit.graded].filter(Boolean).join(" · ");
    const canCall = visit.next_actions?.includes("call") && may("VISIT_OPEN");
    return h("li", { key: visit.visit_id, "data-plate": visit.plate },
      h("span", { class: "seq", "aria-hidden": "true" }, ready ? String(place) : "–"),
      h("a", { class: "truck-open", href: `#${pathOf(visit)}` }, h("span", { class: "who-is" }, plateText(visit.plate), state(kind, w(stopped ? "ready_stopped" : `ready_${step}`), kind === "bad" ? "hand" : undefined), visit.waiting && h("span", { class: "faint" }, w("waitsN", { n: visit.waiting }))),
        h("span", { class: "what-is" }, h("span", null, said || w(`kind_${visit.kind}`)), h("span", { class: "faint" }, partyName(visit.supplier_id ?? visit.carrier_id ?? visit.plant_id, language()) || w("walkIn")))),
      dwell(visit, at),
      canCall ? button(w("call"), () => call(visit), { name: "horn", id: `call:${visit.plate}`, label: `${w("call")} ${visit.plate}` }) : h("a", { class: `btn ${ready ? "primary" : ""}`, href: `#${pathOf(visit)}`, tabindex: "-1", "aria-hidden": "true" }, w(mayDo(step) && !stopped ? `do_${step}` : "view")));
  }

  // The list is made again only when the yard or the minute changed: with 500 trucks the scale's pace would be felt.
  let memory = { key: "" };
  function list(all) {
    const at = now();
    const shown = all.slice(0, limit);
    const key = [language(), Math.floor(at / 60_000), limit, wanted];
    if (memory.all !== all || String(memory.key) !== String(key)) memory = { all, key, node: h("ol", { class: "trucks yard-queue" }, shown.map((visit, index) => row(visit, index + 1, at))) };
    return memory.node;
  }

  let sorted = { from: null, all: [] };
  function trucks() {
    const from = visits();
    if (sorted.from !== from || sorted.wanted !== wanted) sorted = { from, wanted, all: [...from].sort(byNext).filter((visit) => visit.plate.includes(wanted)) };
    return sorted.all;
  }

  function expected() {
    const here = new Set(visits().map((visit) => visit.booking_no));
    const today = app.yard.bookings.filter((each) => !here.has(each.booking_no) && (each.expected_on ?? day(now())) <= day(now()));
    return part(w("expected"), String(today.length), today.length ? h("ul", { class: "bookings" }, today.slice(0, 30).map((each) => h("li", { key: each.booking_no }, h("a", { class: "btn tall", href: `#/arrival?booking=${encodeURIComponent(each.booking_no)}` }, plateText(each.plate), h("span", { class: "muted" }, [materialWord(each.material), partyName(each.supplier_id, language())].filter(Boolean).join(" · ")))))) : h("p", { class: "muted" }, w("expectedNone")));
  }

  return {
    live: true,
    title: () => w("trucks"),
    body() {
      const all = trucks();
      const ready = all.filter((visit) => AT_THE_SCALE.includes(mainStep(visit))).length;
      const total = visits().length;
      const average = total ? Math.round(visits().reduce((sum, visit) => sum + minutesBetween(visit.arrived_at, now()), 0) / total) : 0;
      return h("div", { class: "page gap4" }, deck(), problem && note("bad", problem),
        total ? h("div", { class: "row between" }, h("h1", null, w(total === 1 ? "queueTitleOne" : "queueTitle", { n: total, ready })), h("span", { class: "muted" }, w("queueNote", { avg: w("minutes", { n: average }) }))) : null,
        total >= FIND_FROM && h("div", { class: "field find" }, h("label", { for: "find", class: "hidden-visually" }, w("find")), h("input", { id: "find", class: "input", type: "search", autocomplete: "off", placeholder: w("find"), value: wanted, oninput: (event) => { wanted = normalPlate(event.target.value); refresh(); } })),
        total ? (all.length ? list(all) : h("p", null, w("noMatch"))) : h("div", { class: "empty compact" }, icon("truck"), h("h1", null, w("emptyQueue")), h("p", null, w("emptyQueueHint"))),
        all.length > limit && button(w("more", { n: all.length - limit }), () => { limit += 200; refresh(); }, { id: "more" }),
        total > 0 && h("p", { class: "faint" }, w("queueFoot")), app.hello?.site?.kind !== "PLANT" && expected());
    },
    actions: () => (may("VISIT_OPEN") ? [button(w("arrive"), () => go("/arrival"), { kind: "main primary", name: "plus", id: "arrive" })] : null),
  };
}
