// The signed receipt behind the # of the address: checked here, with the key of the scale and the figures on this
// page; where the browser knows no Ed25519 the service is asked, and the page says so.
const place = document.querySelector("[data-receipt]");
const parts = location.hash.slice(1).split(".");

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (each) => each.charCodeAt(0));
}

function hex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

async function isSigned(payload, signature, keyId) {
  const known = JSON.parse(place.dataset.keys)[keyId];
  if (!known) return false;
  const key = await crypto.subtle.importKey("raw", hex(known), { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, payload);
}

function differing(members) {
  const record = JSON.parse(place.dataset.record);
  return Object.keys(record).filter((name) => record[name] !== members[name]);
}

async function checkedHere() {
  const [payload, signature] = [bytes(parts[0]), bytes(parts[1])];
  const members = JSON.parse(new TextDecoder().decode(payload));
  return { signed: await isSigned(payload, signature, parts[2]), differing: differing(members), here: true };
}

async function checkedThere() {
  const body = new URLSearchParams({ receipt: parts.join("."), csrf_token: place.dataset.token });
  const answer = await fetch(place.dataset.ask, { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return { ...(await answer.json()), here: false };
}

function show(name, fields = []) {
  for (const said of place.querySelectorAll("[data-said]")) said.hidden = said.dataset.said !== name;
  const list = place.querySelector("[data-fields]");
  if (list) list.textContent = fields.join(", ");
  place.hidden = false;
  place.dataset.found = name;
}

async function check() {
  let finding;
  try {
    finding = await checkedHere();
  } catch {
    try {
      finding = await checkedThere();
    } catch {
      return show("unknown");
    }
  }
  if (!finding.signed) return show("forged");
  if (finding.differing.length) return show("differs", finding.differing);
  return show(finding.here ? "holds" : "holds-there");
}

if (place && parts.length === 3) check();
