// The four corners of a bed: drag them, or move them by keys; the field beside says the same in figures.
const SVG = "http://www.w3.org/2000/svg";
const form = document.querySelector("[data-bay]");
const drawing = form.querySelector("[data-bay-drawing]");
const polygon = drawing.querySelector("polygon");
const field = form.querySelector("#corners");
const [width, height] = [Number(form.dataset.width), Number(form.dataset.height)];
const corners = field.value.split(" ").map((pair) => pair.split(",").map(Number));
const clamp = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
const radius = Math.max(width, height) / 36;

const handles = corners.map((_, place) => {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "corner");
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "slider");
  group.setAttribute("aria-valuemin", "0");
  group.setAttribute("aria-valuemax", String(width));
  group.setAttribute("aria-label", `${form.dataset.corner} ${place + 1}: ${form.dataset.help}`);
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("r", radius);
  const number = document.createElementNS(SVG, "text");
  number.setAttribute("font-size", radius);
  number.textContent = place + 1;
  group.append(circle, number);
  group.addEventListener("pointerdown", (event) => {
    group.setPointerCapture(event.pointerId);
    group.focus();
    event.preventDefault();
  });
  group.addEventListener("pointermove", (event) => {
    if (!group.hasPointerCapture(event.pointerId)) return;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
    move(place, point.x, point.y);
  });
  group.addEventListener("keydown", (event) => {
    const by = event.shiftKey ? 10 : 1;
    const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    if (!moves[event.key]) return;
    event.preventDefault();
    move(place, corners[place][0] + moves[event.key][0], corners[place][1] + moves[event.key][1]);
  });
  drawing.append(group);
  return group;
});

function move(place, x, y) {
  corners[place] = [clamp(x, width), clamp(y, height)];
  field.value = corners.map((pair) => pair.join(",")).join(" ");
  show();
}

function show() {
  polygon.setAttribute("points", corners.map((pair) => pair.join(",")).join(" "));
  handles.forEach((handle, place) => {
    const [x, y] = corners[place];
    handle.setAttribute("aria-valuenow", String(x));
    handle.setAttribute("aria-valuetext", `${x}, ${y}`);
    handle.firstChild.setAttribute("cx", x);
    handle.firstChild.setAttribute("cy", y);
    handle.lastChild.setAttribute("x", x);
    handle.lastChild.setAttribute("y", y);
  });
}

field.addEventListener("change", () => {
  const typed = field.value.trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  if (typed.length !== 4 || typed.some((pair) => pair.length !== 2 || pair.some(Number.isNaN))) return;
  typed.forEach(([x, y], place) => { corners[place] = [clamp(x, width), clamp(y, height)]; });
  show();
});
show();
