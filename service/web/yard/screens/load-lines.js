// A load of several grades or materials, split into lines by share or by mass: together exactly the settlement mass.

import { kg, percent } from "../figures.js";
import { button, choices, keypad, part, textField } from "../parts.js";
import { h } from "../view.js";
import { w } from "../words.js";

const WHOLE_BP = 10_000;
const PER_CENT_BP = 100;
const [FEWEST, MOST] = [2, 12];
const MATERIAL = "";

const isShare = (split) => split.by === "PCT";
const amountOf = (split, line) => (isShare(split) ? Math.round(Number(line.figure || 0) * PER_CENT_BP) : Number(line.figure || 0));
const asText = (split, amount) => String(isShare(split) ? amount / PER_CENT_BP : amount);
const wholeOf = (split, settlement) => (isShare(split) ? WHOLE_BP : settlement);
const sum = (parts) => parts.reduce((total, each) => total + each, 0);
const nameOf = (line) => line.grade || line.material.trim();

/** `total` by `weights`, the largest remainders first, in a tie the earlier: domain/units.py. */
function apportion(total, weights) {
  const whole = sum(weights);
  const parts = weights.map((weight) => Math.floor((total * weight) / whole));
  const rest = (place) => (total * weights[place]) % whole;
  const order = weights.map((_, place) => place).sort((a, b) => rest(b) - rest(a) || a - b);
  for (const place of order.slice(0, total - sum(parts))) parts[place] += 1;
  return parts;
}

/** What each line comes to, kg; of lines by share that are not the whole yet, about. */
function kilograms(split, settlement) {
  const amounts = split.lines.map((line) => amountOf(split, line));
  if (!isShare(split)) return amounts;
  return sum(amounts) === WHOLE_BP ? apportion(settlement, amounts) : amounts.map((bp) => Math.floor((settlement * bp) / WHOLE_BP));
}

/** A split that begins with what the grade decision found, the decided grade first. */
export function newSplit(visit) {
  const shares = (visit.shares ?? []).filter(([, bp]) => bp > 0);
  const lines = shares.map(([grade, bp]) => ({ grade, material: "", figure: asText({ by: "PCT" }, bp) }));
  if (!lines.length) lines.push({ grade: visit.graded ?? MATERIAL, material: "", figure: "" });
  while (lines.length < FEWEST) lines.push({ grade: MATERIAL, material: "", figure: "" });
  return { by: "PCT", lines, open: shares.length > 1 ? null : 1 };
}

/** Why the split cannot go on record yet; null where it can. */
export function missingInSplit(split, settlement) {
  const names = split.lines.map(nameOf);
  if (names.some((name) => !name)) return w("lineNeedsName");
  if (new Set(names).size < names.length) return w("lineTwice");
  const left = wholeOf(split, settlement) - sum(split.lines.map((line) => amountOf(split, line)));
  if (left) return leftText(split, left);
  return split.lines.some((line) => amountOf(split, line) <= 0) ? w("lineNeedsMass") : null;
}

const leftText = (split, left) => w(left > 0 ? "linesLeft" : "linesOver", { n: isShare(split) ? percent(Math.abs(left)) : kg(Math.abs(left)) });

/** The lines as an entry states them. */
export const splitBody = (split) => split.lines.map((line) => ({ ...(line.grade ? { grade: line.grade } : { material: nameOf(line) }), [isShare(split) ? "bp" : "kg"]: amountOf(split, line) }));

/** The section of the form: `split` is null, or what was entered; `change(next)` keeps it. */
export function splitSection(visit, split, settlement, change) {
  if (!split) return part(w("lines"), null, h("p", { class: "row" }, h("span", { class: "muted" }, w("linesNone")), button(w("splitLoad"), () => change(newSplit(visit)), { name: "plus", id: "split" })));
  const whole = wholeOf(split, settlement);
  const left = whole - sum(split.lines.map((line) => amountOf(split, line)));
  const masses = kilograms(split, settlement);
  const set = (more) => change({ ...split, ...more });
  const lines = (amounts) => split.lines.map((line, at) => ({ ...line, figure: asText(split, amounts[at]) }));
  const stated = () => split.lines.map((line) => amountOf(split, line));
  const restated = (by) => { const next = { ...split, by }; const parts = by === "PCT" ? apportion(WHOLE_BP, masses.map((each) => each || 1)) : masses; change({ ...next, lines: split.lines.map((line, at) => ({ ...line, figure: line.figure && asText(next, parts[at]) })) }); };
  const balance = (at) => set({ lines: lines(stated().map((amount, place) => (place === at ? Math.max(0, amount + left) : amount))) });
  const remove = (at) => { const rest = split.lines.filter((_, place) => place !== at); change(rest.length < FEWEST ? null : { ...split, lines: rest, open: null }); };
  const deal = { set, remove, balance, left };
  return part(w("lines"), w("linesSum", { kg: kg(settlement) }),
    choices(w("lines"), [["PCT", w("byShare")], ["KG", w("byMass")]], split.by, (by) => by !== split.by && restated(by), { name: "split" }),
    h("ul", { class: "stack" }, split.lines.map((line, at) => (split.open === at ? openLine(visit, split, line, at, deal) : closedLine(split, line, at, masses[at], deal)))),
    h("p", { class: "row" }, button(w("addLine"), () => change({ ...split, lines: [...split.lines, { grade: MATERIAL, material: "", figure: "" }], open: split.lines.length }), { name: "plus", id: "add-line", off: split.lines.length >= MOST }),
      button(w("makeEqual"), () => set({ lines: lines(apportion(whole, split.lines.map(() => 1))) }), { id: "make-equal" }), button(w("noSplit"), () => change(null), { name: "x", id: "no-split" })),
    left !== 0 && h("p", { class: "big", role: "status" }, leftText(split, left)));
}

const figureText = (split, line) => (isShare(split) ? percent(amountOf(split, line)) : "");

function closedLine(split, line, at, mass, { set, balance, left }) {
  const text = [nameOf(line) || "——", figureText(split, line), kg(mass)].filter(Boolean).join(" · ");
  return h("li", { key: at, class: "row between" }, h("button", { type: "button", class: "btn tall", "data-id": `line:${at}`, onclick: () => set({ open: at }) }, text), left !== 0 && button(w("applyBalance"), () => balance(at), { id: `balance:${at}` }));
}

function openLine(visit, split, line, at, { set, remove, balance, left }) {
  const grades = [...new Set([visit.graded, ...(visit.shares ?? []).map(([code]) => code)])].filter(Boolean);
  const change = (more) => set({ lines: split.lines.map((each, place) => (place === at ? { ...each, ...more } : each)) });
  return h("li", { key: at, class: "stack open-line" },
    choices(w("grade"), [...grades.map((code) => [code, code]), [MATERIAL, w("otherMaterial")]], line.grade, (grade) => change({ grade, material: "" }), { name: `line-${at}` }),
    !line.grade && textField(`material-${at}`, w("material"), line.material, (material) => change({ material: material.slice(0, 60) })),
    keypad({ id: `load-line-${at}`, label: nameOf(line) || w("lineN", { n: at + 1 }), text: line.figure, unit: isShare(split) ? "%" : "kg", point: isShare(split), most: 6, onchange: (figure) => change({ figure }) }),
    h("div", { class: "row" }, left !== 0 && button(w("applyBalance"), () => balance(at), { id: `balance:${at}` }), button(w("remove"), () => remove(at), { name: "x" }), button(w("close"), () => set({ open: null }), { name: "check", id: `close-line:${at}` })));
}
