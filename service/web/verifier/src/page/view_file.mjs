// The answer about one file: first the answer, then the checks in plain words, then the raw proof.
import { checkWords } from "./check_words.mjs";
import { detailsOf } from "./details.mjs";
import { factList, h, icon, part, stateMark, TONES } from "./dom.mjs";
import { factsOf, kindWord, moment, thousands } from "./facts.mjs";
import { openedFile } from "./opened.mjs";
import { ANSWERED, OTHER, SILENT } from "./run.mjs";
import { about, beliefs } from "./view_start.mjs";

const STATUSES = ["VALID", "INVALID", "ERROR", "SKIPPED"];
const WORST_FIRST = ["INVALID", "ERROR", "VALID", "SKIPPED"];

/** The page of the file `name` with these `bytes` and this `verdict`. */
export function fileView(app, name, bytes, verdict) {
  const { t } = app;
  const opened = openedFile(bytes);
  return [
    app.state.files.length > 1 && backButton(app),
    banner(app, verdict, opened),
    h(
      "div.cols.two",
      part(t("checks"), h("span.muted", countsOf(app, verdict)), checkList(app, verdict, opened)),
      h("div.stack.roomy", content(app, opened), next(app, verdict)),
    ),
    verdict.verdict === "ERROR" && beliefs(app),
    rawProof(app, name, verdict, opened),
    about(app),
  ];
}

/** One sentence of why, for a file that is not valid; who issued it comes first where nobody can tell. */
export function whyOf(verdict, opened, { language, state }) {
  const failed = verdict.checks.filter((check) => check.status === verdict.verdict);
  const first = (verdict.verdict === "ERROR" && failed.find(({ type }) => type === "ISSUER_IDENTITY")) || failed[0];
  const details = detailsOf(opened, verdict, language);
  return first ? checkWords(first, language, { hasTrust: state.trust !== null, details }).answer : "";
}

function backButton(app) {
  return h(
    "div.no-print",
    h("button.btn", { type: "button", onclick: () => app.open(null) }, icon("back"), app.t("to_list")),
  );
}

function banner(app, verdict, opened) {
  const { verdict: status } = verdict;
  return h(
    "section.verdict",
    { "data-state": TONES[status], role: "status" },
    icon(status),
    h(
      "div",
      h("h1", { id: "answer", tabindex: "-1" }, app.t(`headline_${status}`)),
      h("p", sentence(app, verdict, opened)),
    ),
  );
}

function sentence(app, verdict, opened) {
  const { t, language, state } = app;
  const service = { [SILENT]: "says_silent", [OTHER]: "says_other_chain", [ANSWERED]: "says_live" }[state.service];
  const asked = service ? ` ${t(service)}` : "";
  if (verdict.verdict !== "VALID") return t(`says_${verdict.verdict}`, { why: whyOf(verdict, opened, app) }) + asked;
  const at = moment(Date.parse(verdict.as_of.time) / 1000);
  const { sealed } = detailsOf(opened, verdict, language);
  return t("says_VALID", { kind: kindWord(opened.data, language), sealed, at }) + asked;
}

function countsOf({ t }, { checks }) {
  const counted = STATUSES.map((status) => [status, checks.filter((check) => check.status === status).length]);
  return counted
    .filter(([, n]) => n > 0)
    .map(([status, n]) => t(`count_${status}`, { n }))
    .join(t("separator"));
}

function checkList({ t, language, state }, verdict, opened) {
  const words = { hasTrust: state.trust !== null, details: detailsOf(opened, verdict, language) };
  const inOrder = [...verdict.checks].sort(
    (one, other) => WORST_FIRST.indexOf(one.status) - WORST_FIRST.indexOf(other.status),
  );
  const line = (check) => {
    const { title, answer } = checkWords(check, language, words);
    const mark = stateMark(check.status, t(`check_${check.status}`));
    mark.querySelector(".icon").remove(); // it stands at the beginning of the line
    return h(
      "li",
      { "data-state": TONES[check.status], "data-check": check.type },
      icon(check.status),
      h("b", title),
      mark,
      h("p", answer),
    );
  };
  return h("ul.checks", inOrder.map(line));
}

function content({ t, language }, { data }) {
  return part(t("content"), null, data ? factList(factsOf(data, language)) : h("p.muted", t("no_content")));
}

function next(app, { verdict: status }) {
  const { t } = app;
  const button = (name, label, action) =>
    h("button.btn.no-print", { type: "button", onclick: action }, icon(name), label);
  return part(
    t("next"),
    null,
    h(
      "div.stack",
      h("p.muted", t(`advice_${status}`)),
      status === "ERROR" && button("refresh", t("again"), () => app.judge()),
      button("printer", t("print"), () => print()),
      button("upload", t("another"), () => app.startAgain()),
    ),
  );
}

function rawProof(app, name, verdict, opened) {
  const { t } = app;
  const report = JSON.stringify({ file: name, checked_at: app.state.checkedAt, ...verdict }, null, 2);
  const download = h(
    "button.btn.no-print",
    {
      type: "button",
      onclick: () => app.download(`${name.replace(/(\.ferrotrace)?\.json$/, "")}.verdict.json`, report),
    },
    icon("download"),
    t("download_report"),
  );
  return part(
    t("raw"),
    download,
    h(
      "details",
      h("summary", t("fingerprint_part")),
      factList(sealingFacts(app, opened)),
      opened.bundle &&
        h(
          "details",
          h("summary", t("steps")),
          h(
            "ul.stack.tight.muted",
            stepsOf(app, opened).map((step) => h("li", step)),
          ),
          h("details", h("summary", t("engineers")), h("pre.raw", { tabindex: "0" }, report)),
        ),
      !opened.bundle && h("pre.raw", { tabindex: "0" }, report),
    ),
  );
}

function sealingFacts({ t, state }, { bundle, sealedAt, hidden }) {
  const facts = [{ word: t("fingerprint"), value: bundle?.document.targetHash ?? "——", isCode: true }];
  if (sealedAt !== null) facts.push({ word: t("sealed_at"), value: moment(sealedAt) });
  if (bundle?.log) facts.push({ word: t("place"), value: thousands(bundle.log.index + 1) });
  if (hidden > 0) facts.push({ word: t("hidden_fields"), value: thousands(hidden) });
  facts.push({ word: t("checked_at"), value: moment(Date.parse(state.checkedAt) / 1000) });
  return facts;
}

function stepsOf({ t }, { bundle, fields, hidden }) {
  const { document, log, status } = bundle;
  return [
    t("step_leaves", { n: fields }),
    hidden > 0 && t("step_hidden", { hidden }),
    t("step_batch", { n: document.proof.length }),
    log && t("step_log", { place: thousands(log.index + 1), size: thousands(log.head.size), n: log.proof.length }),
    status && t("step_state", { n: status.storage.length }),
  ].filter(Boolean);
}
