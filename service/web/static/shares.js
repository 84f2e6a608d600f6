// Shares always sum to 100: what one slider gains, the others give in proportion.
const sliders = [...document.querySelectorAll("[data-shares] input[type=range]")];

function show() {
  for (const slider of sliders) slider.closest(".share").querySelector("output").textContent = `${slider.value} %`;
}

function rebalance(moved) {
  const others = sliders.filter((slider) => slider !== moved);
  const left = 100 - Number(moved.value);
  const before = others.reduce((sum, slider) => sum + Number(slider.value), 0);
  const exact = others.map((slider) => (before ? (slider.value * left) / before : left / others.length));
  const whole = exact.map(Math.floor);
  let rest = left - whole.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((x, i) => [x - whole[i], i]).sort((a, b) => b[0] - a[0]);
  for (const [, i] of byRemainder) if (rest-- > 0) whole[i] += 1;
  others.forEach((slider, i) => { slider.value = whole[i]; });
  show();
}

for (const slider of sliders) slider.addEventListener("input", () => rebalance(slider));

// Choosing a grade gives its row everything until a slider has been moved by hand, or shares were stated before.
let moved = document.querySelector("[data-shares][data-stated]") !== null;
for (const slider of sliders) slider.addEventListener("pointerdown", () => { moved = true; });
for (const slider of sliders) slider.addEventListener("keydown", () => { moved = true; });
addEventListener("change", (event) => {
  if (moved || event.target.name !== "grade") return;
  const own = sliders.find((slider) => slider.dataset.grade === event.target.value);
  if (!own) return;
  own.value = 100;
  rebalance(own);
});
addEventListener("ferrotrace:restored", show);
show();
