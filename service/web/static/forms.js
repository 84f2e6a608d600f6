// Forms lose nothing: what was typed survives reload, sign-out and a dead link; a second click sends nothing twice.
const DAY_MS = 24 * 60 * 60 * 1000;
const PREFIX = "draft:";
const KEEP = "input[name]:not([type=hidden]):not([type=password]):not([type=file]), select[name], textarea[name]";

function stored(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key));
    return draft && Date.now() - draft.at < DAY_MS ? draft : null;
  } catch { return null; }
}

function keep(form) {
  const fields = {};
  for (const field of form.querySelectorAll(KEEP)) {
    if (field.type === "radio" || field.type === "checkbox") {
      (fields[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    } else fields[field.name] = field.value;
  }
  const sent = form.querySelector("input[name=idempotency_key]")?.value;
  try { localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), fields, sent })); } catch { /* private mode */ }
}

function restore(form) {
  const draft = stored(form.dataset.draft);
  if (!draft || "refused" in form.dataset) return;
  for (const field of form.querySelectorAll(KEEP)) {
    const value = draft.fields[field.name];
    if (value === undefined) continue;
    if (Array.isArray(value)) field.checked = value.includes(field.value);
    else field.value = value;
  }
  const key = form.querySelector("input[name=idempotency_key]");
  if (key && draft.submitted && draft.sent) key.value = draft.sent;
  dispatchEvent(new CustomEvent("ferrotrace:restored"));
}

function markSubmitted(form) {
  keep(form);
  const draft = stored(form.dataset.draft);
  if (!draft) return;
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ ...draft, submitted: true }));
    sessionStorage.setItem("submitted", form.dataset.draft);
  } catch { /* private mode */ }
}

function dropAnsweredDraft() {
  let key = null;
  try { key = sessionStorage.getItem("submitted"); } catch { return; }
  const stillHere = [...document.querySelectorAll("form[data-draft]")].some((form) => form.dataset.draft === key);
  if (!key || stillHere) return;
  localStorage.removeItem(PREFIX + key);
  sessionStorage.removeItem("submitted");
}

dropAnsweredDraft();
for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("busy" in form.dataset) { event.preventDefault(); return; }
  form.dataset.busy = "";
  if (form.dataset.draft) markSubmitted(form);
  (event.submitter ?? form.querySelector("button"))?.setAttribute("aria-busy", "true");
});

// Coming back by the browser's own button finds the form usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// The first field that was refused gets the keyboard.
document.querySelector("[aria-invalid=true]")?.focus();
