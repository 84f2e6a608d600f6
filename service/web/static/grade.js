// The one main button says what will be decided: the grade, and the deduction that follows from the inclusions.
const form = document.querySelector("#grade-form");

function said(button) {
  const grade = form.querySelector("input[name=grade]:checked")?.value;
  if (!grade) return button.dataset.first;
  const percent = Number(form.elements.namedItem("inclusions")?.value.replace(",", ".") || 0);
  const template = percent > 0 ? button.dataset.deduct : button.dataset.plain;
  return template.replace("{grade}", grade).replace("{percent}", `${percent.toFixed(2)} %`);
}

function show() {
  const button = document.querySelector("#decide[data-plain]");
  if (!button) return;
  button.querySelector("span").textContent = said(button);
  button.classList.toggle("primary", Boolean(form.querySelector("input[name=grade]:checked")));
}

form?.addEventListener("input", show);
form?.addEventListener("change", show);
addEventListener("ferrotrace:restored", show);
addEventListener("htmx:afterSettle", show);
show();
