// Ticks of the smaller copy: an object goes with everything in it, and what stays is counted.
const form = document.querySelector("[data-picks]");
const boxes = [...form.querySelectorAll("input[name=show]")];
const byPath = new Map(boxes.map((box) => [box.value, box]));
const locked = new Set(boxes.filter((box) => box.disabled));
const tally = form.querySelector('[data-part="tally"]');

function isUnder(box, hidden) {
  const above = byPath.get(box.dataset.parent);
  return Boolean(above) && (hidden.has(above) || isUnder(above, hidden));
}

function refresh() {
  const hidden = new Set(boxes.filter((box) => !box.checked && !locked.has(box)));
  const total = Number(form.dataset.total);
  let gone = 0;
  for (const box of boxes) {
    const goesAlong = isUnder(box, hidden);
    box.disabled = locked.has(box) || goesAlong;
    box.closest("li").toggleAttribute("data-hidden", goesAlong || hidden.has(box));
    if (hidden.has(box) && !goesAlong) gone += Number(box.dataset.leaves);
  }
  tally.textContent = tally.dataset.text.replace("{visible}", total - gone).replace("{total}", total);
}

form.addEventListener("change", refresh);
// The answer is a file, so this page stays: let it be sent again.
form.addEventListener("submit", () => setTimeout(() => {
  delete form.dataset.busy;
  form.querySelector("button[aria-busy]")?.removeAttribute("aria-busy");
}, 1500));
document.querySelector("select[name=audience]").addEventListener("change", (event) => event.target.form.requestSubmit());
refresh();
