// The pieces that screens are made of. State is never colour alone: each carries an icon and a word.

import { cameraUrl, photographUrl } from "./edge.js";
import { clock, figure, grouped, kg, plate as painted } from "./figures.js";
import { h } from "./view.js";
import { hasWord, w } from "./words.js";
import { heldPass, isDone, isStopped, stepsOf } from "./way.js";

const ICON_OF = { ok: "okc", bad: "badc", warn: "warnc", skip: "skipc", now: "arrow" };

export const icon = (name) => h("svg", { class: "icon", "aria-hidden": "true" }, h("use", { href: `/static/icons.svg#i-${name}` }));
export const state = (kind, text, name) => h("span", { class: "state", "data-state": kind }, icon(name ?? ICON_OF[kind]), text);
export const plateText = (text) => h("b", { class: "plate" }, painted(text));

export function note(kind, title, text, ...more) {
  return h("div", { class: "note", "data-state": kind, role: kind === "bad" ? "alert" : "status" }, icon(ICON_OF[kind]), h("div", { class: "stack tight" }, h("b", null, title), text && h("p", { class: "ink" }, text), more));
}

export function button(text, onclick, { name, kind = "", off = false, small, id, busy = false, label } = {}) {
  const props = { class: `btn ${kind}`, type: "button", disabled: off, onclick, "data-id": id, "aria-busy": busy ? "true" : null, "aria-label": label };
  return h("button", props, name && icon(name), small ? h("span", { class: "lines" }, h("span", null, text), h("small", null, small)) : h("span", null, text));
}

/** The one main action of a screen; off, it says why. */
export const mainButton = (text, onclick, options = {}) => button(text, onclick, { ...options, kind: `main ${options.off ? "" : options.kind ?? "primary"}`, id: options.id ?? "main" });
export const backButton = (onclick, text = w("queue")) => button(text, onclick, { name: "back", id: "back" });

export const part = (title, side, ...children) => h("section", { class: "part" }, h("header", null, h("h2", null, title), side && h("span", { class: "muted" }, side)), children);

/** One of a few: a row of big buttons with the pressed one marked. `options` are [value, text]. */
export function choices(label, options, value, onchoose, { name } = {}) {
  return h("div", { class: "choices", role: "radiogroup", "aria-label": label }, options.map(([key, text]) => h("button", {
    key, type: "button", role: "radio", class: "btn pick-one", "aria-checked": key === value ? "true" : "false", "data-choice": name ? `${name}:${key}` : key, onclick: () => onchoose(key),
  }, key === value && icon("check"), h("span", null, text))));
}

/** A long list to choose from; the system's own picker is used, which needs no typing. */
export function picker(id, label, options, value, onchoose, empty = w("choose")) {
  return h("div", { class: "field" }, h("label", { for: id }, label), h("select", { id, class: "input", value: value ?? "", onchange: (event) => onchoose(event.target.value || null) }, h("option", { value: "" }, empty), options.map(([key, text]) => h("option", { key, value: key }, text))));
}

export function textField(id, label, value, oninput, { type = "text", hint, autocomplete = "off", error } = {}) {
  return h("div", { class: "field" }, h("label", { for: id }, label), h("input", { id, class: "input", type, value: value ?? "", autocomplete, "aria-invalid": error ? "true" : null, oninput: (event) => oninput(event.target.value) }), hint && h("span", { class: "hint" }, hint), error && h("span", { class: "error", role: "alert" }, icon("badc"), error));
}

const cap = (key, onclick, shown = key, label = null) => h("button", { type: "button", key, class: "btn key-cap", "data-key": key, "aria-label": label, onclick }, shown);
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Big digits for gloves. `text` is what was entered so far; a keyboard works as well.
 *  `secret` shows dots; `point` allows a decimal point. */
export function keypad({ id, label, text, onchange, unit, secret = false, point = false, most = 7, onenter }) {
  const add = (key) => () => { if (text.length < most && !(key === "." && text.includes("."))) onchange(text === "0" && key !== "." ? key : text + key); };
  const clean = (event) => onchange(event.target.value.replace(point ? /[^\d.]/g : /\D/g, "").slice(0, most));
  const shown = secret || point ? text : text && figure(Number(text));
  return h("div", { class: "keypad" },
    h("label", { class: "entered", for: id }, h("span", { class: "muted" }, label),
      h("span", { class: "row line" }, h("input", { id, class: "input figure", type: secret ? "password" : "text", inputmode: "none", autocomplete: "off", value: shown, oninput: clean, onkeydown: (event) => { if (event.key === "Enter") onenter?.(); } }), unit && h("span", { class: "big muted" }, unit))),
    h("div", { class: "keys", role: "group", "aria-label": w("digits") },
      KEYS.map((key) => cap(key, add(key))),
      point ? cap(".", add(".")) : cap("clear", () => onchange(""), icon("x"), w("clear")), cap("0", add("0")), cap("back", () => onchange(text.slice(0, -1)), icon("back"), w("delete"))));
}

const PROVINCES = [..."京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"];
const LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"];
const LAST = ["挂", "学", "警", "港", "澳"];
const DIGITS = [..."1234567890"];

/** Chinese plate keys: the province first, then letters and digits without I and O. */
export function plateKeys({ id, text, onchange, home }) {
  const key = (sign) => h("button", { type: "button", key: sign, class: "btn key-cap", "data-key": sign, onclick: () => { if (text.length < 8) onchange(text + sign); } }, sign);
  const provinces = home ? [home, ...PROVINCES.filter((each) => each !== home)] : PROVINCES;
  const signs = !text ? provinces : text.length === 1 ? LETTERS : [...DIGITS, ...LETTERS, ...(text.length >= 6 ? LAST : [])];
  return h("div", { class: "plate-keys" },
    h("div", { class: "row line" },
      h("label", { class: "hidden-visually", for: id }, w("plate")),
      h("input", { id, class: "input figure plate", inputmode: "none", autocomplete: "off", value: text, placeholder: w("plate"), oninput: (event) => onchange(event.target.value.toUpperCase()) }),
      button(w("delete"), () => onchange(text.slice(0, -1)), { name: "back", off: !text, id: "plate-delete" })),
    h("div", { class: "signs", role: "group", "aria-label": text ? w("plate") : w("province") }, signs.map(key)));
}

/** A picture taken with the tablet: the camera's own button, then the picture. */
export function photoButton(text, onphoto, { kind = "", id = "photo" } = {}) {
  return h("label", { class: `btn ${kind}`, "data-id": id }, icon("camera"), h("span", null, text), h("input", {
    class: "hidden-visually", type: "file", accept: "image/*", capture: "environment", onchange: async (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) onphoto(await smaller(file));
    },
  }));
}

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

/** The picture as a JPEG of at most 1,600 px a side, so that a bad link carries it. */
export async function smaller(blob) {
  const picture = await createImageBitmap(blob);
  const by = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * by), Math.round(picture.height * by));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

const cameraWord = (id) => (hasWord(id) ? w(id) : id);

/** A photograph with its caption; a simulated one says so. */
export function photo({ sha256, url, camera_id, simulated }, right = "") {
  return h("figure", { class: "photo", key: sha256 ?? url }, h("img", { src: url ?? photographUrl(sha256), alt: cameraWord(camera_id), loading: "lazy" }), simulated && h("span", { class: "tag" }, w("simulated")), h("figcaption", null, h("span", null, cameraWord(camera_id)), h("span", null, right)));
}
export const cameraPlace = (id) => h("figure", { class: "photo none small", key: id }, h("span", null, icon("camera"), cameraWord(id)), h("figcaption", null, h("span", null, w("photosOnRecord"))));
export { cameraUrl };

/** The way of the truck: one line of steps, done, now or blocked, with times. */
export function wayLine(visit, rules) {
  const steps = ["arrived", ...stepsOf(visit.kind, { ...rules, radiation: rules.radiation || Boolean(visit.radiation), calling: rules.calling || Boolean(visit.called_at), inspection: rules.inspection || Boolean(visit.inspected_at), unloading: rules.unloading || Boolean(visit.unloaded_at) })];
  const held = heldPass(visit);
  const waits = held ? `weigh-${held.pass}` : null;
  const done = (step) => step === "arrived" || (isDone(visit, step) && step !== waits);
  const current = waits ?? steps.find((step) => !done(step));
  const stopped = isStopped(visit);
  const blocked = held || stopped || ["HOLD", "NOTIFY"].includes(visit.radiation);
  const items = steps.map((step) => {
    const kind = done(step) ? "done" : step === current ? (blocked ? "blocked" : "now") : "";
    const said = done(step) ? h("time", null, clock(timeOf(visit, step))) : step === current && h("span", null, w(stopped ? "stopped" : blocked ? "held" : "now"));
    return h("li", { key: step, class: kind, "aria-current": step === current ? "step" : null }, h("span", { class: "dot" }, kind === "done" && icon("check"), kind === "blocked" && icon("hand")), h("b", null, w(`step_${step}`)), said);
  });
  const count = `${steps.filter(done).length}/${steps.length}`;
  return h("section", { class: "way-of", "aria-label": w("way") }, h("ol", { class: "way" }, items), h("p", { class: "way-now" }, `${w("nowAt")}: `, h("b", null, current ? w(`step_${current}`) : w("step_exit")), ` · ${count}`));
}

function timeOf(visit, step) {
  const pass = visit.passes.find((each) => each.effective && `weigh-${each.pass}` === step);
  return { arrived: visit.arrived_at, call: visit.called_at, inspect: visit.inspected_at, grade: visit.graded_at, unload: visit.unloaded_at, exit: visit.exited_at }[step] ?? pass?.taken_at;
}

/** What stands on every screen of a load that a possible hazard stops. */
export const stoppedNote = (visit) => note("bad", w("stoppedTitle", { at: clock(visit.stopped_at) }), w("stoppedText"));

const OUTCOME = { PASS: "ok", FLAG: "warn", HOLD: "bad", BLOCK: "bad", UNKNOWN: "skip" };
const GRAVITY = ["BLOCK", "HOLD", "FLAG", "UNKNOWN", "PASS"];
const MARKED = GRAVITY.slice(0, 3);

/** What the controls said, the gravest first. */
export function verdictList(verdicts) {
  const graver = [...verdicts].sort((a, b) => GRAVITY.indexOf(a.outcome) - GRAVITY.indexOf(b.outcome));
  return checkList(graver.filter((each) => MARKED.includes(each.outcome)));
}

/** Every verdict behind one line that counts them: passed, and not known for want of a sensor or of history. */
export function verdictSum(verdicts) {
  const count = (outcome) => verdicts.filter((each) => each.outcome === outcome).length;
  const said = [w("checksPassed", { n: count("PASS") }), count("UNKNOWN") && w("checksUnknown", { n: count("UNKNOWN") })].filter(Boolean).join(" · ");
  return h("details", null, h("summary", null, said), checkList(verdicts.filter((each) => !MARKED.includes(each.outcome))));
}

function checkList(verdicts) {
  return h("ul", { class: "checks" }, verdicts.map((each) => h("li", { "data-state": OUTCOME[each.outcome] }, icon(ICON_OF[OUTCOME[each.outcome]]),
    h("b", null, `${each.control} ${w(each.control)}`), h("span", { class: "state" }, w(each.outcome)),
    h("p", null, [MARKED.includes(each.outcome) && grouped(each.message), each.value && w("value", { value: grouped(each.value) }), each.limit && w("limit", { limit: grouped(each.limit) })].filter(Boolean).join(" · ")))));
}

export const passLine = (pass) => h("li", { class: "row between", key: pass.weighing_id }, h("span", null, h("b", null, w(pass.pass === "gross" ? "Gross" : pass.pass === "tare" ? "Tare" : "Check")), " ", h("span", { class: "muted" }, clock(pass.taken_at))), h("span", { class: "row" }, pass.source !== "LIVE" && state("warn", w(pass.source)), pass.stored && state("skip", w("stored")), pass.held && state("bad", w("held"), "hand"), pass.voided && state("skip", w("status_void")), h("b", { class: "num big" }, kg(pass.kg))));
