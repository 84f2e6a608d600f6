// The receipt on a ticket: whether what it promises was kept.
import { factList, h, icon, part, stateMark, TONES } from "./dom.mjs";
import { moment } from "./facts.mjs";
import { bytesOf } from "./intake.mjs";
import { about, beliefs, fileButton } from "./view_start.mjs";

const { worst } = globalThis.Ferrotrace;
const NAMES = { zh: ["毛重", "皮重", "磅单"], en: ["Gross", "Tare", "Ticket"] };

/** The page of the promises that `app.state.promises` holds. */
export function promiseView(app) {
  const { t, state } = app;
  const { list, verdicts, progress } = state.promises;
  return [
    h("div.stack.tight", h("h1", t("promise_title")), h("p.big.muted", t("promise_lead"))),
    verdicts ? banner(app, verdicts) : h("p.big", { role: "status" }, t("promise_fetching", progress)),
    h(
      "div.cols.even",
      list.map((promise, place) => onePromise(app, promise, verdicts?.[place], place)),
    ),
    part(t("promise_entries"), null, entriesLine(app)),
    beliefs(app),
    h(
      "div.row.no-print",
      h("button.btn", { type: "button", onclick: () => app.startAgain() }, icon("upload"), t("another")),
      h("button.btn", { type: "button", onclick: () => print() }, icon("printer"), t("print")),
    ),
    about(app),
  ];
}

function banner(app, verdicts) {
  const overall = worst(verdicts);
  const decisive = verdicts.find(({ verdict }) => verdict === overall);
  return h(
    "section.verdict",
    { "data-state": TONES[overall], role: "status" },
    icon(overall),
    h(
      "div",
      h("h1", { id: "answer", tabindex: "-1" }, app.t(`promise_headline_${overall}`)),
      h("p", sentence(app, decisive, app.state.promises.list[verdicts.indexOf(decisive)])),
    ),
  );
}

function onePromise(app, promise, verdict, place) {
  const { t, state, language } = app;
  const names = NAMES[language];
  const isTicket = state.promises.list.length === names.length;
  const title = isTicket ? names[place] : t("promise_part", { n: place + 1 });
  const mark = verdict && stateMark(verdict.verdict, t(`check_${verdict.verdict}`));
  return part(
    title,
    mark,
    verdict && h("p", sentence(app, verdict, promise)),
    factList([
      { word: t("promise_made"), value: moment(promise.recordedAt) },
      { word: t("promise_by"), value: moment(promise.includeBy) },
      { word: t("fingerprint"), value: promise.targetHash, isCode: true },
    ]),
  );
}

function sentence({ t, isOnSite }, { verdict, checks: [check], hint }, { includeBy }) {
  if (verdict === "VALID") return t(check.data.promise === "kept" ? "promise_VALID" : "promise_VALID_unsigned");
  if (verdict === "INVALID") return t(`promise_INVALID_${check.reason.code}`);
  const why = hint === "entries" && isOnSite ? "silent" : hint;
  return t(`promise_ERROR_${why}`, { by: moment(includeBy) });
}

function entriesLine(app) {
  const { t } = app;
  const put = async (input) => app.checkPromises({ entries: await bytesOf(input.files[0]) });
  return h(
    "div.row",
    app.isOnSite &&
      h(
        "button.btn",
        { type: "button", onclick: () => app.checkPromises({}) },
        icon("refresh"),
        t("promise_entries_site"),
      ),
    fileButton("", t("promise_entries_file"), "entries", { accept: ".jsonl,.json,.txt" }, put),
  );
}
