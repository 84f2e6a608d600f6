// One pass over the scale: the live weight, the lamps, the curve, one main button that says why when it is off.

import { readCards } from "../card-reader.js";
import { edge, Refused, Unreachable } from "../edge.js";
import { clock, clockSeconds, figure, kg, plate } from "../figures.js";
import { quiet } from "../outbox.js";
import { may } from "../people.js";
import { backButton, button, cameraPlace, icon, mainButton, note, photo, verdictList, verdictSum, wayLine } from "../parts.js";
import { app, fetchYard, go, partyName, refresh, scaleNow, visitById } from "../state.js";
import { h } from "../view.js";
import { weighed } from "../way.js";
import { hasWord, language, w } from "../words.js";
import { materialWord, mayDo, pathOf } from "./queue.js";

const WAIT_MS = 2_000; // the window may close while the tap is under way
const CURVE = { width: 600, height: 72 };
const seconds = (ms) => w("seconds", { n: (ms / 1000).toFixed(ms < 10_000 ? 1 : 0) });
const EMPTYISH = ["BelowMinimum"];

export function weighScreen({ visit_id, pass }) {
  let attempt = null; // {entry_id} while the edge unit is asked
  let done = null; // its answer
  let refusal = null;
  let lost = false;
  let card = null; // the card that was held to the reader for this pass
  const putAway = readCards((number) => { card = number; refresh(); });

  const visit = () => visitById(visit_id);
  const passWord = () => w(pass);
  const needsAttest = (scale) => !scale?.beams;

  async function capture() {
    const scale = scaleNow();
    if (attempt || !scale?.capture.allowed) return;
    attempt = crypto.randomUUID();
    [refusal, lost] = [null, false];
    refresh();
    try {
      await quiet();
      const body = { entry_id: attempt, visit_id, pass, wait_ms: WAIT_MS };
      if (needsAttest(scale)) body.attested = true;
      if (card) body.card_no = card;
      done = await edge.weigh(body);
      done.at = Date.now();
      fetchYard().catch(() => {});
    } catch (error) {
      if (error instanceof Refused) refusal = error;
      else if (error instanceof Unreachable) lost = true;
      else throw error;
    } finally {
      attempt = null;
      refresh();
    }
  }

  // What the page may say of the scale at this moment.
  function model() {
    const scale = scaleNow();
    if (!app.up || !scale) return { scale: null, weight: "——", cut: !app.up, silent: app.up };
    if (scale.link !== "fresh") return { scale, weight: "——", silent: true };
    return { scale, weight: figure(scale.kg), moving: scale.stable !== true };
  }

  const lamp = (kind, name, word, detail) => h("li", { class: "lamp", "data-state": kind, key: name }, h("i", null, icon(name)), h("b", null, word), h("span", null, detail));

  function lamps({ scale, cut }) {
    if (!scale) return h("ul", { class: "lamps" }, lamp("bad", "unlink", w("lampDown"), cut ? w("edgeDown") : w("loading")), ["wave", "zero", "weight", "over"].map((name) => lamp(null, name, w("lampUnknown"), "——")));
    const fresh = scale.link === "fresh";
    const age = scale.age_ms === null ? w("never") : w("ago", { s: seconds(scale.age_ms) });
    const link = fresh ? lamp("ok", "link", w("lampLink"), age) : lamp(scale.link === "stale" ? "warn" : "bad", "unlink", w(scale.link === "stale" ? "lampStale" : "lampDown"), age);
    if (!fresh) return h("ul", { class: "lamps" }, link, ["wave", "zero", "weight", "over"].map((name) => lamp(null, name, w("lampUnknown"), "——")));
    const loaded = scale.zero === false;
    const zero = loaded ? (scale.zero_before_kg === null || scale.zero_before_kg === undefined ? lamp("warn", "zero", w("lampNotZero"), w("zeroUnknown")) : lamp("ok", "zero", w("lampZero"), w("zeroBefore", { kg: kg(scale.zero_before_kg) }))) : lamp("ok", "zero", w("lampZero"), w("zeroNow"));
    return h("ul", { class: "lamps" },
      scale.stable ? lamp("ok", "check", w("lampStable"), w("stillFor", { s: seconds(scale.window.elapsed_ms), kg: kg(scale.window.spread_kg) })) : lamp("warn", "wave", w("lampMoving"), scale.window.elapsed_ms > 0 ? w("stillFor", { s: seconds(scale.window.elapsed_ms), kg: kg(scale.window.spread_kg) }) : "——"),
      zero, scale.mode === "gross" ? lamp("ok", "weight", w("lampGross"), w("noPreset")) : lamp("bad", "weight", scale.mode === "net" ? w("lampNet") : w("lampUnknown"), scale.mode ?? ""),
      scale.over ? lamp("bad", "over", w("lampOver"), w("noMax")) : lamp(null, "minus", w("lampNotOver"), w("noMax")), link);
  }

  function curve({ scale }) {
    const points = (scale?.curve ?? []).filter(([, value]) => value !== null);
    const fresh = scale?.link === "fresh" && points.length > 1;
    const last = points.at(-1) ?? [0, 0];
    const first = points[0] ?? [0, 0];
    const most = Math.max(1, ...points.map(([, value]) => value));
    const span = Math.max(1, last[0] - first[0]);
    const x = (ms) => (((ms - first[0]) * CURVE.width) / span).toFixed(1);
    const path = points.map(([ms, value], at) => `${at ? "L" : "M"}${x(ms)},${(CURVE.height - 2 - (Math.max(0, value) * (CURVE.height - 10)) / most).toFixed(1)}`).join("");
    const from = fresh && scale.stable ? Math.max(0, Number(x(last[0] - scale.window.elapsed_ms))) : CURVE.width;
    return h("figure", { class: "curve" }, h("svg", { viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, preserveAspectRatio: "none", role: "img", "aria-label": w("curveEmpty") },
      h("rect", { class: "zone", x: String(from), y: "0", width: String(CURVE.width - from), height: String(CURVE.height) }), h("path", { class: "base", d: `M0 ${CURVE.height - 1}H${CURVE.width}`, "vector-effect": "non-scaling-stroke" }), fresh && h("path", { class: "trace", d: path, "vector-effect": "non-scaling-stroke" })),
    h("figcaption", null, h("span", null, fresh && scale.kg > 0 ? w("curve", { kg: kg(scale.kg), s: seconds(span) }) : w("curveEmpty")), h("span", null, fresh && scale.stable ? w("curveGreen") : "")));
  }

  function why({ scale, cut, silent }) {
    if (cut || !scale) return w("wait_cut");
    if (silent) return w("wait_silent");
    const reason = scale.capture.reasons[0];
    if (!reason) return "";
    if (reason.code === "StillnessTooShort") return w("wait_still", { s: seconds(scale.window.elapsed_ms), left: seconds(Math.max(0, scale.window.needed_ms - scale.window.elapsed_ms)) });
    if (EMPTYISH.includes(reason.code) && scale.zero) return w("wait_empty");
    return hasWord(reason.code) ? w(reason.code) : reason.message;
  }

  function notes(at) {
    if (refusal) return [note("bad", w("refusedTitle"), refusal.verdicts.length ? null : refusal.reasons.map((each) => (hasWord(each.code) ? w(each.code) : each.message)).join("; ") || refusal.message, refusal.verdicts.length > 0 && verdictList(refusal.verdicts))];
    if (lost) return [note("warn", w("unknownAnswer"))];
    if (at.cut) return [note("bad", w("cutTitle"), w("cutText", { at: clock(app.upSince) }))];
    if (at.silent && at.scale) return [note("bad", w("silentTitle"), w("silentText", { s: at.scale.age_ms === null ? "——" : seconds(at.scale.age_ms) }))];
    return [];
  }

  function who() {
    const at = visit();
    const booking = at.booking_no && `${w("booking")} ${at.booking_no}`;
    return h("div", { class: "who" }, h("h1", { class: "plate" }, plate(at.plate)), h("span", { class: "big muted one-line" }, [partyName(at.supplier_id ?? at.carrier_id, language()), materialWord(at.material), booking, card && `${w("card")} ${card}`].filter(Boolean).join(" · ")));
  }

  function result() {
    const { kg: mass } = done;
    const said = visit()?.holds ?? []; // the yard is asked again when the language changes, the weighing is not
    const verdicts = (done.verdicts ?? []).map((each) => said.find((other) => other.control === each.control) ?? each);
    const held = verdicts.some((each) => each.outcome === "HOLD");
    return [h("p", { class: "live done" }, figure(mass), h("span", { class: "unit" }, "kg")),
      held ? note("bad", w("heldTitle"), w("heldText")) : note("ok", w("doneTitle", { pass: w(pass === "gross" ? "Gross" : pass === "tare" ? "Tare" : "Check"), kg: kg(mass) })),
      verdictList(verdicts), verdictSum(verdicts)];
  }

  function pictures() {
    const taken = (visit()?.photographs ?? []).slice(-3);
    const cameras = (app.scale?.cameras ?? ["front", "rear", "load"]).filter((each) => each !== "gate").slice(0, 3);
    const show = done && taken.length ? taken.map((each) => photo({ ...each, simulated: app.hello?.demo }, clockSeconds(done.at))) : cameras.map(cameraPlace);
    return h("section", { class: "pass", "aria-label": w("photographs") }, show);
  }

  function next() {
    const at = visit();
    const held = done.verdicts?.some((each) => each.outcome === "HOLD");
    const step = at?.next_actions?.[0];
    const weighing = step?.startsWith("weigh-");
    if (held) return [backButton(() => go("/queue")), mainButton(w("do_decide-hold"), () => go(`/visit/${visit_id}/hold`), { name: "hand" })];
    if (!step || weighing || step === "call" || !mayDo(step)) return [mainButton(w("queue"), () => go("/queue"), { name: "check" })];
    return [backButton(() => go("/queue")), mainButton(w(`do_${step}`), () => go(pathOf(at)))];
  }

  return {
    live: true,
    leave: putAway,
    title: () => `${w(`do_weigh-${pass}`)} · ${plate(visit()?.plate ?? "")}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body() {
      if (!visit()) return h("p", { class: "page" }, w("loading"));
      const at = model();
      const said = done ? w("recorded") : at.scale?.capture?.allowed ? w("record", { pass: passWord(), kg: `${at.weight} kg` }) : why(at);
      const simulated = at.scale?.simulated;
      return h("div", { class: "weigh" }, h("section", { class: "deck", "aria-label": w("scale") }, who(),
        done ? result() : [h("p", { class: `live ${at.moving ? "moving" : ""}`, "data-silent": at.weight === "——", "data-live": true }, at.weight, h("span", { class: "unit" }, "kg"), simulated && h("span", { class: "mark-sim" }, w("SIM"))), notes(at), lamps(at), curve(at)],
        h("p", { class: "hidden-visually", role: "status" }, said)), pictures());
    },
    actions() {
      const at = visit();
      if (!at) return [backButton(() => go("/queue"))];
      if (done) return next();
      const past = weighed(at, pass);
      if (past && pass !== "check") return [backButton(() => go("/queue")), mainButton(w("doneTitle", { pass: passWord(), kg: kg(past.kg) }), () => go(`/visit/${visit_id}`), { kind: "" })];
      const live = model();
      const allowed = Boolean(live.scale?.capture?.allowed) && !live.silent && may("WEIGHING_RECORD");
      const main = attempt ? mainButton(w("recording"), null, { off: true, busy: true })
        : allowed ? mainButton(w("record", { pass: passWord(), kg: kg(live.scale.kg) }), capture, { small: needsAttest(live.scale) ? w("attestSmall") : null })
          : mainButton(may("WEIGHING_RECORD") ? why(live) : w("notAllowed"), null, { off: true });
      const typed = !live.scale || live.silent || live.scale.link !== "fresh";
      return [backButton(() => go("/queue")), main, typed && may("WEIGHING_RECORD") && button(w("typeWeight"), () => go(`/visit/${visit_id}/typed/${pass}`), { name: "pencil", id: "typed" })];
    },
  };
}
