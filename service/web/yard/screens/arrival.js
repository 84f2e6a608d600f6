// A truck arrives: by its code, its plate, its card, or from the list of bookings. Nothing needs a keyboard.

import { readPicture, viewfinder } from "../camera.js";
import { readCards } from "../card-reader.js";
import { edge, Refused, Unreachable } from "../edge.js";
import { day, instant, normalPlate, percent, plate as painted } from "../figures.js";
import { backButton, button, choices, keypad, mainButton, note, part, photoButton, picker, plateKeys, state } from "../parts.js";
import { app, form, go, now, partyName, record, refresh, siteName, wayOn } from "../state.js";
import { h } from "../view.js";
import { hasWord, language, w } from "../words.js";
import { materialWord } from "./queue.js";

const MATERIALS = ["heavy", "medium", "light", "shredded", "baled", "alloy", "cast", "mixed"];
const LONGEST_CHOICES = 9;
const BLANK = { kind: "", plate: "", plate_read: "", confidence_bp: null, code: "", booking_no: "", waybill_no: "", card_no: "", supplier_id: null, carrier_id: null, plant_id: null, distance_km: "", driver_id: null, material: null, by: "TYPED", visit_id: "" };

export function arrivalScreen({ booking }) {
  const arrival = form("arrival", BLANK);
  const { fields } = arrival;
  let finder = null;
  let problem = "";
  let busy = false;
  let typing = !booking && !fields.plate;

  const isPlant = () => app.hello?.site?.kind === "PLANT";
  const kinds = () => (isPlant() ? ["UNLOADING"] : ["RECEIVING", "LOADING"]);
  const kindNow = () => fields.kind || kinds()[0];
  const take = (more) => { Object.assign(fields, more); arrival.set("kind", kindNow()); };
  const parties = (kind) => app.yard.parties.filter((each) => each.kind?.toUpperCase() === kind).map((each) => [each.organisation_id, partyName(each.organisation_id, language())]);

  function takeBooking(found, by = "PLATE") {
    take({ ...BLANK, kind: "RECEIVING", by, code: found.code ?? found.booking_no, booking_no: found.booking_no, plate: normalPlate(found.plate ?? ""), supplier_id: found.supplier_id ?? null, carrier_id: found.carrier_id ?? null, driver_id: found.driver_id ?? null, material: found.material ?? null });
    typing = false;
  }
  const takeDelivery = (found, by) => { take({ ...BLANK, kind: "UNLOADING", by, code: found.code ?? found.waybill_no, waybill_no: found.waybill_no, plate: normalPlate(found.plate ?? ""), carrier_id: found.carrier_id ?? null }); typing = false; };

  function takePlate(text, by, confidence_bp = null) {
    const clean = normalPlate(text);
    const booked = app.yard.bookings.find((each) => normalPlate(each.plate ?? "") === clean);
    if (booked) takeBooking(booked, by);
    take({ plate: clean, plate_read: by === "PLATE" ? clean : fields.plate_read, confidence_bp, by: booked ? fields.by : by });
    typing = false;
  }

  function takeReading({ codes = [], plates = [] }) {
    for (const { text } of codes) {
      const found = app.yard.bookings.find((each) => [each.code, each.booking_no].includes(text));
      if (found) { close(); takeBooking(found, "QR"); return true; }
      const sent = app.yard.deliveries.find((each) => [each.code, each.waybill_no].includes(text));
      if (sent) { close(); takeDelivery(sent, "WAYBILL"); return true; }
      const card = app.yard.cards.find((each) => each.card_no === text);
      if (card) { close(); takePlate(card.plate, "CARD"); take({ card_no: text, driver_id: card.driver_id ?? null, by: "CARD" }); return true; }
    }
    if (plates.length) { close(); takePlate(plates[0].text, "PLATE", plates[0].confidence_bp); return true; }
    if (codes.length) { close(); take({ code: codes[0].text, by: "QR" }); problem = w("codeUnknown", { code: codes[0].text }); typing = true; return true; }
    return false;
  }

  function close() { finder?.stop(); finder = null; }
  async function reading(ask) {
    problem = "";
    try {
      if (!takeReading(await ask())) problem = w("nothingRead");
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      problem = error instanceof Refused ? error.message : w("needsUp");
    }
    refresh();
  }
  const scan = () => { problem = ""; typing = false; finder = viewfinder({ found: (seen) => { takeReading(seen); refresh(); }, failed: (why) => { close(); problem = w("noCamera", { why }); typing = true; refresh(); } }); refresh(); };
  const putAway = readCards((number) => { takeReading({ codes: [{ text: number }] }); refresh(); });
  const gate = () => reading(() => edge.readCamera(app.scale?.gate_camera ?? "gate"));

  const missing = () => (fields.plate.length < 5 ? w("plate") : kindNow() === "RECEIVING" && !fields.supplier_id ? w("seller") : kindNow() === "LOADING" && !fields.plant_id ? w("plantTo") : kindNow() === "LOADING" && !fields.carrier_id ? w("carrier") : kindNow() === "LOADING" && !Number(fields.distance_km) ? w("distance") : kindNow() === "UNLOADING" && !fields.code ? w("waybill") : null);

  async function open() {
    const next = wayOn();
    if (busy) return;
    busy = true;
    refresh();
    try {
      fields.visit_id ||= crypto.randomUUID();
      const { visit_id, plate, plate_read, code, card_no, supplier_id, carrier_id, plant_id, distance_km, driver_id, material } = fields;
      const said = { visit_id, visit_kind: kindNow(), plate, plate_read, identified_by: fields.by, code, card_no, supplier_id, carrier_id, plant_id, distance_km: kindNow() === "LOADING" ? distance_km : "", driver_id, material, arrived_at: instant(now()) };
      await record("visit.opened", Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== "")));
      await arrival.done();
      next("/queue");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
      busy = false;
      refresh();
    }
  }

  // Sellers and materials as big buttons while they are few, as the system's picker when they are many.
  function chooseFrom(id, label, options, value) {
    const set = (next) => arrival.set(id, next);
    return options.length > LONGEST_CHOICES ? picker(id, label, options, value, set) : h("div", { class: "field" }, h("span", { class: "label" }, label), options.length ? choices(label, options, value, set, { name: id }) : h("span", { class: "muted" }, w("none")));
  }

  function papers() {
    const due = [...(app.yard.vehicles.find((each) => each.plate === fields.plate)?.documents ?? []), ...(app.yard.drivers.find((each) => each.driver_id === fields.driver_id)?.documents ?? [])];
    return due.map((each) => (each.valid_to < day(now()) ? note("bad", w("expired", { what: each.kind, on: each.valid_to })) : null));
  }

  function known() {
    const elsewhere = app.yard.open_elsewhere?.find((each) => each.plate === fields.plate);
    return [fields.booking_no && state("ok", `${w("booking")} ${fields.booking_no}`), fields.waybill_no && state("ok", `${w("waybill")} ${fields.waybill_no}`), fields.card_no && state("ok", `${w("card")} ${fields.card_no}`),
      fields.confidence_bp !== null && state("now", w("readAs", { plate: painted(fields.plate_read), p: percent(fields.confidence_bp) })), elsewhere && note("bad", w("otherPlace", { site: elsewhere.site_id }))];
  }

  function details() {
    const kind = kindNow();
    return [kinds().length > 1 && choices(w("arrive"), kinds().map((each) => [each, w(`kind_${each}`)]), kind, (next) => arrival.set("kind", next), { name: "kind" }),
      kind === "RECEIVING" && [chooseFrom("supplier_id", w("seller"), parties("SUPPLIER"), fields.supplier_id), chooseFrom("material", w("material"), materials(), fields.material)],
      kind === "LOADING" && [chooseFrom("plant_id", w("plantTo"), parties("PLANT"), fields.plant_id), chooseFrom("carrier_id", w("carrier"), parties("CARRIER"), fields.carrier_id), keypad({ id: "distance", label: w("distance"), text: fields.distance_km, unit: "km", point: true, most: 6, onchange: (next) => arrival.set("distance_km", next) })],
      kind === "UNLOADING" && chooseFrom("code", w("waybill"), app.yard.deliveries.map((each) => [each.code ?? each.waybill_no, `${each.waybill_no} · ${painted(each.plate)}`]), fields.code),
      papers()];
  }
  const materials = () => { const all = MATERIALS.map((each) => [each, w(each)]); return fields.material && !hasWord(fields.material) ? [[fields.material, materialWord(fields.material)], ...all] : all; };

  const ways = () => h("div", { class: "ways" }, finder ? button(w("stopScan"), () => { close(); refresh(); }, { name: "x", kind: "tall", id: "stop-scan" }) : button(w("scan"), scan, { name: "scan", kind: "tall", id: "scan" }),
    app.up && button(w("gateCamera"), gate, { name: "camera", kind: "tall", id: "gate" }), app.up && photoButton(w("readPhoto"), (blob) => reading(() => readPicture(blob)), { kind: "tall", id: "scan-photo" }),
    button(w("typePlate"), () => { close(); typing = !typing; refresh(); }, { name: "pencil", kind: `tall ${typing ? "chosen" : ""}`, id: "type-plate" }));

  if (booking) {
    const found = app.yard.bookings.find((each) => each.booking_no === booking);
    if (found && fields.booking_no !== booking) takeBooking(found);
  }
  return {
    title: () => w("arrive"),
    leave: () => { close(); putAway(); },
    body: () => h("div", { class: "page gap5" }, h("h1", null, w("arrive")), ways(), problem && note("bad", problem), finder && finder.view(),
      h("div", { class: "cols two" }, h("div", { class: "stack gap5" }, part(w("plate"), null, fields.plate && !typing && h("b", { class: "plate huge" }, painted(fields.plate)), known(), typing && plateKeys({ id: "plate", text: fields.plate, home: home(), onchange: (next) => { Object.assign(fields, { by: "TYPED", confidence_bp: null }); arrival.set("plate", next); } }))),
        h("div", { class: "stack gap5" }, part(w("facts"), siteName(language()), details())))),
    actions: () => [backButton(() => go("/queue")), missing() ? mainButton(w("chooseWhat", { what: missing() }), null, { off: true }) : mainButton(`${w("openVisit")} · ${painted(fields.plate)}`, open, { busy })],
  };
}

// The province most trucks here come from stands first.
function home() {
  const seen = new Map();
  for (const each of [...app.yard.visits, ...app.yard.bookings, ...app.yard.vehicles]) if (/^[\u4e00-\u9fff]/.test(each.plate ?? "")) seen.set(each.plate[0], (seen.get(each.plate[0]) ?? 0) + 1);
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0];
}

