// From two weighings to a ticket: what is sent back, what is deducted, each with reason and photograph. And its sisters.

import { Refused } from "../edge.js";
import { figure, kg, percent, plate } from "../figures.js";
import { backButton, button, choices, keypad, mainButton, note, part, photo, photoButton, state, wayLine } from "../parts.js";
import { addPhotograph, app, form, go, record, refresh, visitById, wayOn } from "../state.js";
import { h } from "../view.js";
import { weighed } from "../way.js";
import { w } from "../words.js";
import { missingInSplit, splitBody, splitSection } from "./load-lines.js";

const KINDS = ["KG", "IMPURITY", "PCT", "MOISTURE"];
const BY_SHARE = ["PCT", "MOISTURE"];
const REASONS = ["SOIL", "NONMETAL", "OIL", "MOISTURE", "PLAIN", "DOUBLE", "ADULTERATION", "OTHER"];
const REJECTED = ["WRONG_GRADE", "HAZARD", "NOT_SCRAP"];
const WHOLE_BP = 10_000;
const PER_CENT_BP = 100;

const masses = (visit) => ({ gross: weighed(visit, "gross")?.kg ?? 0, tare: weighed(visit, "tare")?.kg ?? 0 });
const halfUp = (value, over) => Math.floor((2 * value + over) / (2 * over));

/** What the lines come to, as domain/ticket.py computes it: whole kilograms, a share rounded half up. */
function sums(visit, rejected, residual, lines) {
  const { gross, tare } = masses(visit);
  const net = gross - tare;
  const accepted = net - rejected - residual;
  const deducted = lines.reduce((sum, line) => sum + (BY_SHARE.includes(line.kind) ? halfUp(accepted * bpOf(line), WHOLE_BP) : Number(line.figure || 0)), 0);
  return { gross, tare, net, accepted, deducted, settlement: accepted - deducted };
}
const bpOf = (line) => Math.round(Number(line.figure || 0) * PER_CENT_BP);

/** A stored tare stands for the empty truck: only then something may be left on it that is inside the net mass. */
const hasStoredTare = (visit) => Boolean(weighed(visit, "tare")?.stored);

/** A ticket (`kind` ticket.issued) or a plant receipt (`receipt.issued`): the same questions. */
export function ticketForm({ visit_id, receipt = false }) {
  const ticket = form(`ticket:${visit_id}`, { rejected: "", rejected_reason: null, residual: "", lines: [], open: null, split: null });
  const { fields } = ticket;
  const pictures = new Map();
  let problem = "";
  let busy = false;

  const visit = () => visitById(visit_id);
  const residual = () => (!receipt && hasStoredTare(visit()) ? Number(fields.residual) : 0);
  const outcomes = () => sums(visit(), Number(fields.rejected), residual(), fields.lines);
  const setLine = (at, more) => { fields.lines[at] = { ...fields.lines[at], ...more }; ticket.set("open", at); };
  const add = () => { fields.lines.push({ kind: "KG", figure: "", reason_code: null, photographs: [] }); ticket.set("open", fields.lines.length - 1); };
  const remove = (at) => { fields.lines.splice(at, 1); ticket.set("open", null); };

  function missing() {
    if (Number(fields.rejected) && !fields.rejected_reason) return `${w("rejected")}: ${w("reasonFor")}`;
    const bad = fields.lines.find((line) => !Number(line.figure) || !line.reason_code);
    if (bad) return `${w("deductions")}: ${w(Number(bad.figure) ? "reasonFor" : "needKg")}`;
    if (fields.lines.filter((line) => BY_SHARE.includes(line.kind)).length > 1) return w("onePercent");
    const { accepted, settlement } = outcomes();
    if (accepted < 0) return `${w("rejected")}: ${w("moreThanNet")}`;
    if (settlement < 0) return w("deductions");
    return fields.split && missingInSplit(fields.split, settlement);
  }

  async function take(at, blob) {
    const taken = await addPhotograph(visit_id, blob);
    pictures.set(taken.id, taken.url);
    setLine(at, { photographs: [...fields.lines[at].photographs, taken.id] });
  }

  const lineBody = (line) => ({ kind: line.kind, ...(BY_SHARE.includes(line.kind) ? { bp: bpOf(line) } : { kg: Number(line.figure) }), reason_code: line.reason_code, reason: "", photographs: line.photographs });
  async function send() {
    const next = wayOn();
    if (busy) return;
    busy = true;
    refresh();
    try {
      const body = { visit_id, rejected_kg: Number(fields.rejected), rejected_reason: Number(fields.rejected) ? w(fields.rejected_reason) : "", deductions: fields.lines.map(lineBody), ...(residual() ? { residual_kg: residual() } : {}), ...(fields.split ? { lines: splitBody(fields.split) } : {}) };
      const outcome = await record(receipt ? "receipt.issued" : "ticket.issued", body);
      await ticket.done();
      const no = outcome.answer?.body?.ticket_no;
      next(!receipt && no ? `/ticket/${no}` : "/queue");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
      busy = false;
      refresh();
    }
  }

  function line(each, at) {
    const share = BY_SHARE.includes(each.kind);
    if (fields.open !== at) return h("li", { key: at, class: "row between" }, h("button", { type: "button", class: "btn tall", onclick: () => ticket.set("open", at) }, `${w(each.kind)} · ${each.reason_code ? w(each.reason_code) : "——"} · ${share ? percent(bpOf(each)) : kg(Number(each.figure || 0))}`), button(w("remove"), () => remove(at), { name: "x" }));
    return h("li", { key: at, class: "stack open-line" }, choices(w("deductions"), KINDS.map((kind) => [kind, w(kind)]), each.kind, (kind) => setLine(at, { kind, figure: "" }), { name: "kind" }),
      keypad({ id: `line-${at}`, label: w(each.kind), text: each.figure, unit: share ? "%" : "kg", point: share, most: 6, onchange: (next) => setLine(at, { figure: next }) }),
      choices(w("reasonFor"), REASONS.map((code) => [code, w(code)]), each.reason_code, (code) => setLine(at, { reason_code: code }), { name: "why" }),
      h("div", { class: "row" }, photoButton(w("takePhoto"), (blob) => take(at, blob), { id: `line-photo-${at}` }), each.photographs.map((id) => (pictures.has(id) ? photo({ url: pictures.get(id), camera_id: "tablet" }) : state("ok", "1", "camera"))), button(w("remove"), () => remove(at), { name: "x" }), button(w("close"), () => ticket.set("open", null), { name: "check" })));
  }

  const sumLine = (word, mass, kind = "") => [h("dt", { class: kind }, word), h("dd", { class: `num ${kind}` }, kg(mass))];
  function outcome() {
    const { gross, tare, net, accepted, deducted, settlement } = outcomes();
    return h("dl", { class: "facts sums" }, sumLine(w("Gross"), gross), sumLine(`− ${w("tare")}`, tare), sumLine(w("net"), net, "sum"), sumLine(`− ${w("rejected")}`, Number(fields.rejected)), residual() > 0 && sumLine(`− ${w("residual")}`, residual()), sumLine(w("accepted"), accepted, "sum"), sumLine(`− ${w("deducted")}`, deducted), sumLine(w("settlement"), settlement, "sum big"));
  }

  return {
    title: () => `${w(receipt ? "do_receipt" : "ticketTitle")} · ${plate(visit()?.plate)}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body: () => (visit() ? h("div", { class: "page gap5" }, h("div", { class: "row between" }, h("h1", null, `${w(receipt ? "do_receipt" : "ticketTitle")} · `, h("span", { class: "plate inherit" }, plate(visit().plate))), visit().graded && state("ok", visit().graded)), problem && note("bad", problem),
      h("div", { class: "cols two" }, h("div", { class: "stack gap5" },
        part(w("deductions"), null, h("ul", { class: "stack" }, fields.lines.map(line)), h("p", null, button(w("addDeduction"), add, { name: "plus", id: "add-deduction" }))),
        part(w("rejected"), null, fields.rejected === "" ? h("p", { class: "row" }, h("span", { class: "muted" }, w("none")), button(w("rejected"), () => ticket.set("rejected", "0"), { name: "pencil", id: "reject" })) : [keypad({ id: "rejected", label: w("rejected"), text: fields.rejected, unit: "kg", onchange: (next) => ticket.set("rejected", next) }), choices(w("reasonFor"), REJECTED.map((code) => [code, w(code)]), fields.rejected_reason, (code) => ticket.set("rejected_reason", code), { name: "rejected" })]),
        !receipt && hasStoredTare(visit()) && part(w("residual"), w("residualHint"), fields.residual === "" ? h("p", { class: "row" }, h("span", { class: "muted" }, w("none")), button(w("residual"), () => ticket.set("residual", "0"), { name: "pencil", id: "residual" })) : keypad({ id: "residual-kg", label: w("residual"), text: fields.residual, unit: "kg", onchange: (next) => ticket.set("residual", next) })),
        !receipt && splitSection(visit(), fields.split, Math.max(0, outcomes().settlement), (next) => ticket.set("split", next))),
      h("div", { class: "stack gap5 stays" }, part(w("whatComesOut"), null, outcome(), !app.up && note("warn", w("numberLater")))))) : h("p", { class: "page" }, w("loading"))),
    actions: () => [backButton(() => go("/queue")), !visit() ? null : missing() ? mainButton(missing(), null, { off: true }) : mainButton(w(receipt ? "accept" : "issue", { kg: kg(outcomes().settlement) }), send, { busy })],
  };
}

/** The same for a truck that brings a delivery to the plant. */
export const receiptForm = (given) => ticketForm({ ...given, receipt: true });

/** The delivery note of a loaded truck: lots and kilograms that together are what the scale says. */
export function deliveryForm({ visit_id }) {
  const delivery = form(`delivery:${visit_id}`, { lines: {}, lot: null });
  const { fields } = delivery;
  let problem = "";
  let busy = false;
  const visit = () => visitById(visit_id);
  const net = () => { const { gross, tare } = masses(visit()); return gross - tare; };
  const left = () => net() - Object.values(fields.lines).reduce((sum, each) => sum + Number(each || 0), 0);

  function choose(lot) {
    fields.lot = lot.lot_id;
    if (!(lot.lot_id in fields.lines)) fields.lines[lot.lot_id] = String(Math.max(0, Math.min(left(), lot.kg)) || "");
    delivery.set("lot", lot.lot_id);
  }
  async function send() {
    const next = wayOn();
    if (busy) return;
    busy = true;
    try {
      const lines = Object.entries(fields.lines).filter(([, each]) => Number(each)).map(([lot_id, each]) => ({ lot_id, kg: Number(each) }));
      await record("delivery.issued", { visit_id, lines });
      await delivery.done();
      next("/queue");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    busy = false;
    refresh();
  }
  return {
    title: () => `${w("do_delivery")} · ${plate(visit()?.plate)}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body: () => (visit() ? h("div", { class: "page gap5" }, h("h1", null, `${w("net")} `, h("span", { class: "num" }, kg(net()))), problem && note("bad", problem), h("div", { class: "cols even" },
      part(w("lots"), w("lotsLeft", { kg: kg(left()) }), h("ul", { class: "stack" }, app.yard.lots.map((lot) => h("li", { key: lot.lot_id }, button(`${lot.grade} · ${lot.lot_id}`, () => choose(lot), { small: `${w("lotHas", { kg: kg(lot.kg) })} · ${figure(Number(fields.lines[lot.lot_id] || 0))} kg`, kind: `tall ${fields.lot === lot.lot_id ? "chosen" : ""}` }))))),
      fields.lot && keypad({ id: "lot-kg", label: fields.lot, text: fields.lines[fields.lot] ?? "", unit: "kg", onchange: (next) => { fields.lines[fields.lot] = next; delivery.set("lines", fields.lines); } }))) : h("p", { class: "page" }, w("loading"))),
    actions: () => [backButton(() => go("/queue")), visit() && (left() === 0 ? mainButton(w("issueNote", { kg: kg(net()) }), send, { busy }) : mainButton(w("lotsLeft", { kg: kg(left()) }), null, { off: true }))],
  };
}
