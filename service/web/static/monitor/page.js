// The page of the record: compares with what this browser saw before, and checks everything when asked.
import { Recomputation, chain, comparedWithChain, comparedWithMemory } from "./check.js";
import { Log, Node, SilentError } from "./source.js";

const monitor = document.querySelector("[data-monitor]");
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const told = JSON.parse(part("told").textContent);
const ICONS = { ok: "okc", bad: "badc", warn: "warnc", skip: "skipc", now: "clock" };
const WORDS = { ok: told.passed, bad: told.failed, warn: told.unknown, skip: told.skipped, now: told.running };
const WORST_FIRST = ["bad", "warn", "ok", "skip"];
const ENTRIES_BETWEEN_BREATHS = 500;

const shown = {
  size: Number(monitor.dataset.size),
  seq: Number(monitor.dataset.seq),
  head: monitor.dataset.head,
  chainId: Number(monitor.dataset.chain),
  registry: monitor.dataset.registry,
};
const memory = `ferrotrace-log:${shown.chainId}:${shown.registry.toLowerCase()}`;
const moment = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium" });
const number = new Intl.NumberFormat("en-GB");

function say(code, values = {}) {
  return told[code].replace(/%\((\w+)\)s/g, (_place, name) => said(values[name]));
}

// Some findings have a title and a longer text.
function explained(code, values) {
  return say(`${code}_text` in told ? `${code}_text` : code, values);
}

function said(value) {
  return typeof value === "number" ? number.format(value) : String(value);
}

function mark(item, state) {
  item.dataset.state = state;
  item.querySelector("use").setAttribute("href", `${monitor.dataset.icons}#i-${ICONS[state]}`);
}

function showCheck({ check, state, code, values }) {
  const item = document.querySelector(`[data-check="${check}"]`);
  mark(item, state);
  item.querySelector(".state").textContent = WORDS[state];
  const text = item.querySelector("p");
  text.hidden = code === null;
  if (code !== null) text.textContent = explained(code, values);
}

function showVerdict(state, answer, sentence) {
  mark(part("verdict"), state);
  part("answer").textContent = answer;
  part("sentence").textContent = sentence;
}

function shout({ code, values }) {
  showVerdict("bad", say(`${code}_text` in told ? code : "wrong"), explained(code, values));
}

function count(code, values, share) {
  part("count").textContent = say(code, values);
  if (share !== undefined) part("progress").querySelector("progress").value = 100 * share;
}

function breath() {
  return new Promise((done) => setTimeout(done));
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(memory));
    return kept && Number.isInteger(kept.size) && /^[0-9a-f]{64}$/.test(kept.head) ? kept : null;
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(memory, JSON.stringify({ size: shown.size, head: shown.head, at: moment.format() }));
  } catch { /* private mode: nothing is kept, and the next visit is a first one */ }
}

// At every visit: is this the history that was shown before? What contradicts it is never forgotten.
async function compareWithMemory(log) {
  const kept = remembered();
  const grown = kept && shown.size > kept.size;
  let found;
  try {
    found = comparedWithMemory(kept, shown, grown ? await log.proof(kept.size, shown.size) : []);
  } catch (error) {
    if (!(error instanceof SilentError)) throw error;
    return { check: "memory", state: "warn", code: "broken_off", values: { why: error.message } };
  }
  if (found.state !== "bad") remember();
  return found;
}

async function recompute(log) {
  const heads = await log.heads(shown.seq);
  const again = new Recomputation(heads);
  for await (const texts of log.entries(shown.size)) {
    count("loading", { done: again.size + texts.length, total: shown.size }, again.size / shown.size);
    for (const text of texts) {
      again.add(text);
      if (again.size % ENTRIES_BETWEEN_BREATHS) continue;
      count("computing", { done: again.size, total: shown.size }, again.size / shown.size);
      await breath();
      log.signal.throwIfAborted();
    }
  }
  return [heads, again.findings()];
}

async function askNode(url, heads, signal) {
  if (!url) return chain("skip", "no_node", {});
  const node = new Node(url, shown.registry, signal);
  try {
    const found = await node.chainId();
    if (found !== shown.chainId) return chain("warn", "node_other", { found, expected: shown.chainId });
    const contract = await node.contract();
    const tells = (done) => count("asking", { done, total: heads.length }, done / heads.length);
    return comparedWithChain(heads, await node.events(heads, tells), contract);
  } catch (error) {
    if (!(error instanceof SilentError)) throw error;
    return chain("warn", "node_silent", { why: error.message });
  }
}

function conclude(findings, heads) {
  const worst = WORST_FIRST.find((state) => findings.some((found) => found.state === state));
  const first = findings.find((found) => found.state === worst);
  if (worst === "bad") return shout(first);
  const counts = say("right_text", { entries: shown.size, heads: heads.length });
  if (worst === "warn") return showVerdict("warn", say("unsure"), `${counts} ${say(first.code, first.values)}`);
  const asked = findings.some((found) => found.code === "node_right");
  return showVerdict("ok", say("right"), asked ? `${counts} ${say("right_chain")}` : counts);
}

async function checkEverything(url, signal) {
  const log = new Log({ signal, waits: (seconds) => count("waiting", { seconds }) });
  for (const check of ["entries", "heads", "roots", "proofs", "chain"]) {
    showCheck({ check, state: "now", code: null });
  }
  const [heads, findings] = await recompute(log);
  findings.forEach(showCheck);
  findings.push(await sinceLastVisit, await askNode(url, heads, signal));
  findings.forEach(showCheck);
  conclude(findings, heads);
}

function busy(is) {
  part("start").disabled = is;
  part("stop").hidden = !is;
  part("progress").hidden = !is;
}

let running = null;
part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  running = new AbortController();
  busy(true);
  try {
    await checkEverything(part("form").elements.rpc.value.trim(), running.signal);
  } catch (error) {
    const why = error.name === "AbortError" ? "–" : error.message;
    for (const item of document.querySelectorAll('[data-check][data-state="now"]')) {
      showCheck({ check: item.dataset.check, state: "warn", code: "broken_off", values: { why } });
    }
    if (error.name !== "AbortError") showVerdict("warn", say("broken_off", { why }), "");
  } finally {
    busy(false);
  }
});
part("stop").addEventListener("click", () => running?.abort());

const sinceLastVisit = compareWithMemory(new Log({ signal: new AbortController().signal, waits: () => {} }));
const found = await sinceLastVisit;
showCheck(found);
if (found.state === "bad") shout(found);
