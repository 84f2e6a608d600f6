// The live weight. The server words everything; here it is only shown, and a silence is never papered over.
const SILENT_AFTER_MS = 1500;
const page = document.querySelector("[data-scale]");
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const poll_ms = Number(page.dataset.pollMs);
let answered = Date.now();

function lamp(model) {
  const item = part("lamp-model").content.firstElementChild.cloneNode(true);
  if (model.state) item.dataset.state = model.state;
  const use = item.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#i-${model.icon}`);
  item.querySelector("b").textContent = model.word;
  item.querySelector("span").textContent = model.detail;
  return item;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function showNote(note) {
  const box = part("note");
  box.hidden = !note;
  if (!note) return;
  box.dataset.state = note.state;
  setText(box.querySelector("b"), note.title);
  setText(box.querySelector("span"), note.text);
}

function showButton(button) {
  const main = part("record");
  main.disabled = !button.enabled;
  main.classList.toggle("primary", button.enabled);
  setText(main.querySelector("span"), button.text);
  setText(main.querySelector("small"), button.hint);
}

function show(model) {
  const live = part("live");
  setText(live.querySelector("b"), model.weight);
  live.classList.toggle("moving", model.moving);
  live.toggleAttribute("data-silent", model.silent);
  part("lamps").replaceChildren(...model.lamps.map(lamp));
  part("trace").setAttribute("d", model.curve.path);
  part("zone").setAttribute("x", model.curve.stable_from);
  part("zone").setAttribute("width", 600 - model.curve.stable_from);
  setText(part("curve-left"), model.curve.caption);
  setText(part("curve-right"), model.curve.hint);
  const progress = part("progress");
  progress.value = model.window_percent;
  showNote(model.note);
  if (!("busy" in part("form").dataset)) showButton(model.button);
  const said = part("said");
  if (said.textContent !== model.said) said.textContent = model.said;
}

// The answer, or null where none came in time.
async function answer() {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), SILENT_AFTER_MS);
  try {
    const reply = await fetch(page.dataset.scale, { signal: late.signal, headers: { Accept: "application/json" }, cache: "no-store" });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function ask() {
  const model = await answer();
  if (model) answered = Date.now();
  if (model) show(model);
  else if (Date.now() - answered > SILENT_AFTER_MS) show(JSON.parse(part("unreachable").textContent));
  setTimeout(ask, document.hidden ? 2000 : poll_ms);
}

ask();
