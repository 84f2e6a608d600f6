// Areas drawn on the photograph: by finger, pen or mouse, or by keys alone. They are sent as boxes in 1/10,000 of
// the picture's sides, and survive a change of the photograph.
const WHOLE = 10_000;
const STEP = 100;
const LEAST = 100;
const SVG = "http://www.w3.org/2000/svg";
const tools = document.querySelector("[data-draw]");
const marks = document.querySelector("[data-marks]");
const list = tools.querySelector("[data-draw-list]");
const toggle = tools.querySelector("[data-draw-toggle]");
const kept = `areas:${tools.dataset.visit}`;
const [width, height] = marks.getAttribute("viewBox").split(" ").slice(2).map(Number);

const parsed = (text) => {
  const [picture, kind, ...box] = text.split("|");
  return { picture, kind, box: box.map(Number) };
};
const written = ({ picture, kind, box }) => [picture, kind, ...box].join("|");

function stored() {
  try { return JSON.parse(sessionStorage.getItem(kept) ?? "[]"); } catch { return []; }
}

const sent = [...list.querySelectorAll("input[name=area]")].map((input) => input.value);
const areas = (sent.length ? sent : stored()).map(parsed);
const chosenKind = () => tools.querySelector("input[name=draw-kind]:checked");
const wordOf = (kind) => tools.querySelector(`input[value="${kind}"]`)?.nextElementSibling.textContent ?? kind;
const clamp = (value, least, most) => Math.min(Math.max(Math.round(value), least), most);

function fitted([x, y, w, h]) {
  const [wide, tall] = [clamp(w, LEAST, WHOLE), clamp(h, LEAST, WHOLE)];
  return [clamp(x, 0, WHOLE - wide), clamp(y, 0, WHOLE - tall), wide, tall];
}

function show(focused = null) {
  try { sessionStorage.setItem(kept, JSON.stringify(areas.map(written))); } catch { /* private mode */ }
  for (const old of marks.querySelectorAll(".by-hand")) old.remove();
  list.replaceChildren(...areas.map(line));
  areas.forEach((area, place) => {
    if (area.picture === tools.dataset.picture) marks.append(drawn(area, place));
  });
  if (focused !== null) marks.querySelector(`[data-place="${focused}"]`)?.focus();
}

function line(area, place) {
  const item = document.createElement("li");
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "area", value: written(area) });
  const word = document.createElement("span");
  word.textContent = `${wordOf(area.kind)} · ${area.box.slice(2).map((side) => `${Math.round(side / STEP)} %`).join(" × ")}`;
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "tool" });
  remove.textContent = tools.dataset.remove;
  remove.setAttribute("aria-label", `${tools.dataset.remove}: ${word.textContent}`);
  remove.addEventListener("click", () => { areas.splice(place, 1); show(); });
  item.append(input, word, remove);
  return item;
}

function drawn(area, place) {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "by-hand");
  const box = document.createElementNS(SVG, "rect");
  const [x, y, w, h] = area.box;
  const sides = { x: (x * width) / WHOLE, y: (y * height) / WHOLE, width: (w * width) / WHOLE, height: (h * height) / WHOLE };
  for (const [name, value] of Object.entries(sides)) box.setAttribute(name, value);
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", `${wordOf(area.kind)}. ${tools.dataset.box}`);
  group.dataset.place = place;
  group.addEventListener("keydown", (event) => keyed(event, area, place));
  group.append(box);
  return group;
}

const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

function keyed(event, area, place) {
  if (event.key === "Delete" || event.key === "Backspace") {
    areas.splice(place, 1);
    show();
    toggle.focus();
  } else if (MOVES[event.key]) {
    const [dx, dy] = MOVES[event.key];
    const [x, y, w, h] = area.box;
    area.box = fitted(event.shiftKey ? [x, y, w + dx, h + dy] : [x + dx, y + dy, w, h]);
    show(place);
  } else return;
  event.preventDefault();
}

function add(box) {
  areas.push({ picture: tools.dataset.picture, kind: chosenKind().value, box: fitted(box) });
  show(areas.length - 1);
}

/** Where the pointer is, in 1/10,000 of the picture's sides. */
function at(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(marks.getScreenCTM().inverse());
  return [clamp((point.x / width) * WHOLE, 0, WHOLE), clamp((point.y / height) * WHOLE, 0, WHOLE)];
}

let start = null;
let band = null;
const between = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x1 - x2), Math.abs(y1 - y2)];

marks.addEventListener("pointerdown", (event) => {
  if (toggle.getAttribute("aria-pressed") !== "true") return;
  start = at(event);
  marks.setPointerCapture(event.pointerId);
  event.preventDefault();
});
marks.addEventListener("pointermove", (event) => {
  if (!start) return;
  band?.remove();
  band = drawn({ kind: chosenKind().value, box: between(start, at(event)) }, -1);
  marks.append(band);
});
marks.addEventListener("pointerup", (event) => {
  if (!start) return;
  const box = between(start, at(event));
  [start, band] = [null, void band?.remove()];
  if (box[2] >= LEAST && box[3] >= LEAST) add(box);
});
marks.addEventListener("pointercancel", () => { [start, band] = [null, void band?.remove()]; });

toggle.addEventListener("click", () => {
  const on = toggle.getAttribute("aria-pressed") !== "true";
  toggle.setAttribute("aria-pressed", String(on));
  marks.toggleAttribute("data-drawing", on);
  if (on) marks.scrollIntoView({ block: "nearest" });
});
tools.querySelector("[data-draw-add]").addEventListener("click", () => add([4_000, 4_000, 2_000, 2_000]));
tools.hidden = false;
show();
