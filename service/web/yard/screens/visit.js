// One truck: where it stands, what may be done, what is on record.

import { Refused } from "../edge.js";
import { clock, kg, plate } from "../figures.js";
import { may } from "../people.js";
import { backButton, button, mainButton, note, part, passLine, state, stoppedNote, verdictList, wayLine } from "../parts.js";
import { addPhotograph, app, go, partyName, record, refresh, visitById } from "../state.js";
import { h } from "../view.js";
import { isStopped, weighed } from "../way.js";
import { language, w } from "../words.js";
import { photographs } from "./checks.js";
import { materialWord, mayDo, pathOf } from "./queue.js";

const PATH = { "check-radiation": "radiation", "weigh-gross": "weigh/gross", "weigh-tare": "weigh/tare", "decide-hold": "hold" };
const REASONS = ["WRONG_POSITION", "ENTERED_WRONGLY", "SENSOR_FAULT"];

export function visitScreen({ visit_id }) {
  const own = [];
  let voiding = null;
  let problem = "";
  const visit = () => visitById(visit_id);

  async function attempt(act) {
    try { await act(); problem = ""; } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    refresh();
  }
  const call = () => attempt(() => record("visit.called", { visit_id, place: w("scale1"), order: 1 }));
  const voidIt = (code) => attempt(async () => { await record("weighing.voided", { weighing_id: voiding, reason: w(code) }); voiding = null; });
  const open = (step) => (step === "call" ? call() : go(`/visit/${visit_id}/${PATH[step] ?? step}`));
  const take = async (blob) => { own.push({ ...(await addPhotograph(visit_id, blob)), camera_id: "tablet" }); refresh(); };

  const useStored = (tare) => attempt(() => record("stored_tare.used", { visit_id, tare_id: tare.tare_id, kg: tare.kg }));

  // A truck whose empty weight is on file need not come back: its ticket then asks what is left on it.
  function storedTares(at) {
    if (at.kind !== "RECEIVING" || weighed(at, "tare") || !at.next_actions?.includes("weigh-tare") || !may("WEIGHING_RECORD")) return null;
    const tares = app.yard.vehicles.find((vehicle) => vehicle.plate === at.plate)?.tares ?? [];
    return tares.map((tare) => h("p", { key: tare.tare_id }, button(w("useStored", { kg: kg(tare.kg) }), () => useStored(tare), { name: "weight", small: w("storedUntil", { on: tare.expires_on }), kind: "tall", id: `stored:${tare.tare_id}` })));
  }

  function weighings(at) {
    return part(w("weighings"), null, h("ul", { class: "stack" }, at.passes.map((pass) => h("li", { key: pass.weighing_id, class: "stack tight" }, h("ul", null, passLine(pass)), pass.effective && !at.ended_no && may("WEIGHING_VOID") && (voiding === pass.weighing_id
      ? h("div", { class: "choices" }, REASONS.map((code) => button(w(code), () => voidIt(code), { id: `void-why:${code}` })), button(w("cancel"), () => { voiding = null; refresh(); }, { name: "x" }))
      : h("p", null, button(w("voidWeighing"), () => { voiding = pass.weighing_id; refresh(); }, { name: "x", id: `void:${pass.pass}` })))))), !at.passes.length && h("p", { class: "muted" }, w("none")), storedTares(at));
  }

  function facts(at) {
    const rows = { booking: at.booking_no, seller: partyName(at.supplier_id, language()), carrier: partyName(at.carrier_id, language()), plantTo: partyName(at.plant_id, language()), material: materialWord(at.material), radiationTitle: at.radiation && w(at.radiation === "HOLD" ? "HOLD_R" : at.radiation), grade: at.graded, unloadTitle: at.unloaded_at_place, ticketNo: at.ended_no === "…" ? w("numberLater") : at.ended_no };
    return part(w("facts"), null, h("dl", { class: "facts" }, Object.entries(rows).filter(([, value]) => value).map(([key, value]) => [h("dt", { key }, w(key)), h("dd", { key: `${key}:`, class: "break" }, value)])));
  }

  return {
    title: () => plate(visit()?.plate ?? ""),
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body() {
      const at = visit();
      if (!at) return h("div", { class: "page" }, h("p", null, w("none")));
      const others = (at.next_actions ?? []).slice(isStopped(at) ? 0 : 1).filter(mayDo);
      return h("div", { class: "page gap5" }, h("div", { class: "row between" }, h("h1", { class: "plate" }, plate(at.plate)), h("span", { class: "row" }, isStopped(at) ? state("bad", w("ready_stopped"), "hand") : state("now", w(`ready_${at.next_actions?.[0] ?? "exit"}`)), h("span", { class: "muted" }, `${w("step_arrived")} ${clock(at.arrived_at)}`))), isStopped(at) && stoppedNote(at), problem && note("bad", problem), at.waiting && note("warn", w("waitsN", { n: at.waiting }), w("keptHere")),
        h("div", { class: "cols even" }, h("div", { class: "stack gap5" }, weighings(at), facts(at)), h("div", { class: "stack gap5" }, photographs(at, own, take), at.holds?.length > 0 && part(w("heldBecause"), null, verdictList(at.holds)), others.length > 0 && part(w("actionsMore"), null, h("div", { class: "choices" }, others.map((step) => button(w(`do_${step}`), () => open(step), { id: `do:${step}` })))))));
    },
    actions() {
      const at = visit();
      const step = at?.next_actions?.[0];
      const ticket = at?.ticket_no && button(w("print"), () => go(`/ticket/${at.ticket_no}`), { name: "printer", id: "ticket" });
      if (!step) return [backButton(() => go("/queue"))];
      if (isStopped(at)) return [backButton(() => go("/queue")), mainButton(w("ready_stopped"), null, { off: true, small: w("stoppedSmall") })];
      return [backButton(() => go("/queue")), mayDo(step) ? mainButton(w(`do_${step}`), () => (step === "call" ? call() : go(pathOf(at)))) : mainButton(w("notAllowed"), null, { off: true, small: w(`ready_${step}`) }), ticket];
    },
  };
}
