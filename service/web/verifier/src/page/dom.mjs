// Elements of the page. Text from files enters as text alone, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  moon: [
    "M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401",
  ],
  upload: ["M12 3v12", "m17 8-5-5-5 5", "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"],
  download: ["M12 15V3", "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4", "m7 10 5 5 5-5"],
  printer: [
    "M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2",
    "M6 9V3a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v6",
    "M7 14h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z",
  ],
  refresh: [
    "M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8",
    "M21 3v5h-5",
    "M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16",
    "M8 16H3v5",
  ],
  back: ["m12 19-7-7 7-7", "M19 12H5"],
  folder: [
    "M20 20a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-7.9a2 2 0 0 1-1.69-.9L9.6 3.9A2 2 0 0 0 7.93 3H4a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2Z",
  ],
  search: ["m21 21-4.34-4.34", "M3 11a8 8 0 1 0 16 0 8 8 0 1 0-16 0"],
  VALID: ["M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0", "m16 9-5.5 5.5L8 12"],
  INVALID: ["M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0", "m15 9-6 6", "m9 9 6 6"],
  ERROR: ["M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0", "M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3", "M12 17h.01"],
  SKIPPED: ["M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0", "M8 12h8"],
};

/** The tone of a status in the style sheet. */
export const TONES = { VALID: "ok", INVALID: "bad", ERROR: "warn", SKIPPED: "skip" };

/**
 * An element: `h("p.muted", {id: "x", onclick: f}, "text", other)`.
 *
 * Names that begin with `on` are listeners, other values attributes; null, undefined and false leave one out.
 */
export function h(selector, ...rest) {
  const [name, ...classes] = selector.split(".");
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(" ");
  const attributes = isAttributes(rest[0]) ? rest.shift() : {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...rest.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the page's set; it says nothing by itself, a word stands beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Icon, word and colour of a status. */
export function stateMark(status, word) {
  return h("span.state", { "data-state": TONES[status] }, icon(status), word);
}

/** A heading over a hairline, and what stands under it. */
export function part(title, aside, ...children) {
  return h("section.part", h("header", h("h2", title), aside), ...children);
}

/** Two columns of words and values. */
export function factList(facts, selector = "dl.facts") {
  return h(
    selector,
    facts.map(({ word, value, isSum, isCode }) => [
      h(isSum ? "dt.sum" : "dt", word),
      h(`dd.break${isSum ? ".sum" : ""}${isCode ? ".mono" : ""}`, value),
    ]),
  );
}

function isAttributes(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Node);
}
