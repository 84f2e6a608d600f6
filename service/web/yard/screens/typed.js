// A weight that no line brought: read off the indicator by two people, photographed, and marked for good.

import { Refused } from "../edge.js";
import { kg, plate } from "../figures.js";
import { session, witness, witnesses } from "../people.js";
import { button, choices, keypad, mainButton, backButton, note, part, photo, photoButton, state } from "../parts.js";
import { addPhotograph, app, form, go, record, refresh, visitById, wayOn } from "../state.js";
import { h } from "../view.js";
import { w } from "../words.js";
import { pinWords } from "./sign-in.js";

const REASONS = ["LINK_CUT", "INDICATOR_SILENT", "INDICATOR_FAULT", "POWER_CUT"];

export function typedScreen({ visit_id, pass }) {
  const typed = form(`typed:${visit_id}:${pass}`, { kg: "", reason_code: app.up ? "" : "LINK_CUT", photographs: [], witness_id: null, weighing_id: crypto.randomUUID() });
  const pictures = new Map();
  let pin = "";
  let error = "";
  let busy = false;

  const { fields } = typed;
  const missing = () => (!Number(fields.kg) ? "needKg" : !fields.reason_code ? "needReason" : !fields.photographs.length ? "needPhoto" : !fields.witness_id || pin.length < 4 ? "needWitness" : null);

  async function take(blob) {
    const taken = await addPhotograph(visit_id, blob);
    pictures.set(taken.sha256, taken.url);
    typed.set("photographs", [...fields.photographs, taken.sha256]);
  }

  async function send() {
    const next = wayOn();
    busy = true;
    refresh();
    try {
      const beside = await witness(fields.witness_id, pin, { isUp: app.up });
      const { user_id, name, role } = witnesses(session().person).find((each) => each.user_id === fields.witness_id);
      const body = { visit_id, weighing_id: fields.weighing_id, pass, kg: Number(fields.kg), reason_code: fields.reason_code, reason: w(fields.reason_code), witness: { user_id, name, role }, photographs: fields.photographs, controls: [] };
      await record("weighing.typed", body, { witness: beside });
      await typed.done();
      next(`/visit/${visit_id}`);
    } catch (reason) {
      error = reason instanceof Refused ? reason.message : pinWords(reason);
    }
    [pin, busy] = ["", false];
    refresh();
  }

  const people = () => {
    const all = witnesses(session().person);
    if (!all.length) return note("warn", w("noWitness"));
    return [choices(w("secondPerson"), all.map((each) => [each.user_id, `${each.name} · ${w(`role_${each.role}`)}`]), fields.witness_id, (id) => typed.set("witness_id", id), { name: "witness" }),
      fields.witness_id && keypad({ id: "witness-pin", label: w("pinOf", { name: all.find((each) => each.user_id === fields.witness_id)?.name ?? "" }), text: pin, secret: true, most: 8, onchange: (next) => { [pin, error] = [next, ""]; refresh(); } })];
  };

  return {
    title: () => `${w("manualTitle", { pass: w(pass) })} · ${plate(visitById(visit_id)?.plate)}`,
    body: () => h("div", { class: "page typed" },
      h("div", { class: "row between" }, h("h1", null, `${w("manualTitle", { pass: w(pass) })} · `, h("span", { class: "plate inherit" }, plate(visitById(visit_id)?.plate))), state("warn", w("manualMark"))),
      h("p", { class: "muted" }, w("manualHint")), error && note("bad", error),
      h("div", { class: "cols even" },
        h("div", { class: "stack gap5" }, keypad({ id: "kg", label: w("stepKg"), text: String(fields.kg), unit: "kg", most: 6, onchange: (next) => typed.set("kg", next) })),
        h("div", { class: "stack gap5" },
          part(w("manualWhy"), null, choices(w("manualWhy"), REASONS.map((code) => [code, w(code)]), fields.reason_code, (code) => typed.set("reason_code", code), { name: "reason" })),
          part(w("indicatorPhoto"), null, h("div", { class: "row" }, photoButton(w(fields.photographs.length ? "retake" : "takePhoto"), take), [...pictures].map(([sha256, url]) => photo({ url, camera_id: "tablet" })), fields.photographs.length > 0 && state("ok", String(fields.photographs.length)))),
          part(w("secondPerson"), null, people())))),
    actions: () => [backButton(() => go(`/visit/${visit_id}`), w("back")), missing() ? mainButton(w(missing()), null, { off: true }) : mainButton(w("recordManual", { pass: w(pass), kg: kg(Number(fields.kg)) }), send, { busy })],
  };
}
