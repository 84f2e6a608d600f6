// What a control holds, and the supervisor's word on it: the evidence side by side, a coded reason, a PIN.

import { Refused } from "../edge.js";
import { clock, kg, plate } from "../figures.js";
import { sealed } from "../keys.js";
import { checkedHere, may, session } from "../people.js";
import { backButton, choices, icon, keypad, mainButton, note, part, passLine, photo, photoButton, verdictList, wayLine } from "../parts.js";
import { addPhotograph, app, form, go, record, refresh, visitById, visits, wayOn } from "../state.js";
import { people } from "../store.js";
import { h } from "../view.js";
import { heldPass, isHeld } from "../way.js";
import { w } from "../words.js";
import { pinWords } from "./sign-in.js";

const DECISIONS = ["RELEASE", "REWEIGH", "REFUSE"];
const REASONS = ["SEEN_AND_CONFIRMED", "SECOND_SCALE", "VEHICLE_CHANGED", "DELAY_KNOWN", "SENSOR_FAULT", "WRONG_POSITION", "SUSPECTED_FRAUD"];
const DECIDE = "HOLD_DECIDE";

export const heldVisits = () => visits().filter(isHeld);

export function holdsScreen() {
  return {
    title: () => w("holds"),
    body() {
      const held = heldVisits();
      return h("div", { class: "page gap4" }, held.length ? [h("h1", null, w("holdsTitle", { n: held.length })), h("ul", { class: "ticket-list" }, held.map((visit) => h("li", { key: visit.visit_id }, h("a", { class: "btn tall between", href: `#/visit/${visit.visit_id}/hold` }, h("span", { class: "lines start" }, h("b", { class: "plate" }, plate(visit.plate)), h("span", { class: "muted" }, (visit.holds ?? []).filter((each) => each.outcome === "HOLD").map((each) => `${each.control} ${w(each.control)}`).join(", "))), h("span", { class: "muted" }, clock(heldPass(visit).taken_at)), h("b", { class: "num big" }, kg(heldPass(visit).kg))))))] : h("div", { class: "empty" }, icon("hand"), h("h1", null, w("noHolds")), h("p", null, w("noHoldsHint"))));
    },
    actions: () => [mainButton(w("queue"), () => go("/queue"), { kind: "", name: "back" })],
  };
}

export function holdScreen({ visit_id }) {
  const decision = form(`hold:${visit_id}`, { decision: null, reason_code: null, photographs: [], by: null });
  const { fields } = decision;
  const pictures = new Map();
  let pin = "";
  let problem = "";
  let busy = false;

  const visit = () => visitById(visit_id);
  const deciders = () => people().filter((each) => (each.actions?.includes(DECIDE) ?? each.role === "supervisor") && each.user_id !== session().person.user_id);
  const own = () => may(DECIDE);
  const missing = () => (!fields.decision ? w("choose") : !fields.reason_code ? w("needReason") : fields.decision === "RELEASE" && !fields.photographs.length ? w("needPhoto") : !own() && (!fields.by || pin.length < 4) ? w("supervisorPin") : null);

  async function take(blob) {
    const taken = await addPhotograph(visit_id, blob);
    pictures.set(taken.sha256, taken.url);
    decision.set("photographs", [...fields.photographs, taken.sha256]);
  }

  async function send() {
    const next = wayOn();
    busy = true;
    refresh();
    try {
      if (!own() && !app.up) await checkedHere(fields.by, pin);
      const as = own() ? undefined : { person: people().find((each) => each.user_id === fields.by), pin: await sealed(pin) };
      await record("hold.decided", { weighing_id: heldPass(visit()).weighing_id, decision: fields.decision, reason_code: fields.reason_code, reason: w(fields.reason_code), photographs: fields.photographs }, { as });
      await decision.done();
      next("/queue");
    } catch (error) {
      problem = error instanceof Refused ? error.message : pinWords(error);
    }
    [pin, busy] = ["", false];
    refresh();
  }

  function who() {
    if (own()) return null;
    const all = deciders();
    if (!all.length) return note("warn", w("noSupervisor"));
    return part(w("decideBy"), null, choices(w("decideBy"), all.map((each) => [each.user_id, each.name]), fields.by, (id) => decision.set("by", id), { name: "by" }), fields.by && keypad({ id: "decider-pin", label: w("pinOf", { name: all.find((each) => each.user_id === fields.by)?.name ?? "" }), text: pin, secret: true, most: 8, onchange: (next) => { [pin, problem] = [next, ""]; refresh(); } }));
  }

  return {
    title: () => `${w("heldTitle")} · ${plate(visit()?.plate)}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body() {
      const at = visit();
      if (!at || !heldPass(at)) return h("div", { class: "page" }, h("p", null, w("noHolds")));
      return h("div", { class: "page gap5" }, h("div", { class: "row between" }, h("h1", null, h("span", { class: "plate inherit" }, plate(at.plate)), ` · ${w(heldPass(at).pass)} `, h("span", { class: "num" }, kg(heldPass(at).kg)))), problem && note("bad", problem),
        h("div", { class: "cols even" }, h("div", { class: "stack gap5" }, part(w("heldBecause"), null, verdictList(at.holds ?? [])), part(w("weighings"), null, h("ul", { class: "stack" }, at.passes.map(passLine))), part(w("photographs"), null, h("div", { class: "photos" }, (at.photographs ?? []).map((each) => photo({ ...each, simulated: app.hello?.demo }))))),
          h("div", { class: "stack gap5" }, part(w("decide"), null, choices(w("decide"), DECISIONS.map((each) => [each, w(each)]), fields.decision, (next) => decision.set("decision", next), { name: "decision" })), part(w("reasonFor"), null, choices(w("reasonFor"), REASONS.map((code) => [code, w(code)]), fields.reason_code, (next) => decision.set("reason_code", next), { name: "reason" })),
            part(w("photographs"), null, h("div", { class: "row" }, photoButton(w("takePhoto"), take), [...pictures].map(([, url]) => photo({ url, camera_id: "tablet" })))), who())));
    },
    actions: () => [backButton(() => go("/queue")), missing() ? mainButton(missing(), null, { off: true }) : mainButton(w(fields.decision), send, { busy })],
  };
}
