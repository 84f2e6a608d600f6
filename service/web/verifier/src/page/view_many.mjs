// Many files at once: one answer over all of them, and a table to find those that need a look.
import { h, icon, part, stateMark, TONES } from "./dom.mjs";
import { kindWord } from "./facts.mjs";
import { openedFile } from "./opened.mjs";
import { about } from "./view_start.mjs";
import { whyOf } from "./view_file.mjs";

const { worst } = globalThis.Ferrotrace;
const STATUSES = ["INVALID", "ERROR", "VALID"];
const SUFFIX = ".ferrotrace.json";

/** The page of all files. */
export function manyView(app) {
  const { t, state } = app;
  const rows = state.rows ?? (state.rows = rowsOf(app));
  const overall = worst(state.verdicts.values());
  return [
    h(
      "section.verdict",
      { "data-state": TONES[overall], role: "status" },
      icon(overall),
      h("div", h("h1", { id: "answer", tabindex: "-1" }, t(`headline_${overall}`)), h("p", summary(app, rows))),
    ),
    table(app, rows),
    h(
      "div.row.no-print",
      h("button.btn", { type: "button", onclick: () => app.startAgain() }, icon("upload"), t("another")),
      h("button.btn", { type: "button", onclick: () => print() }, icon("printer"), t("print")),
      h(
        "button.btn",
        { type: "button", onclick: () => app.download("verdicts.json", report(app)) },
        icon("download"),
        t("download_report"),
      ),
    ),
    about(app),
  ];
}

/** Worst first, then by name. */
function rowsOf(app) {
  const { state, language } = app;
  const rows = state.files.map(([name, bytes]) => {
    const verdict = state.verdicts.get(name);
    const opened = openedFile(bytes);
    const { data } = opened;
    return {
      name,
      status: verdict.verdict,
      kind: data ? kindWord(data, language) : "——",
      number: typeof data?.get("id") === "string" ? data.get("id") : "——",
      why: verdict.verdict === "VALID" ? "" : whyOf(verdict, opened, app),
    };
  });
  return rows.sort((one, other) => STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status));
}

function countOf(rows, status) {
  return rows.filter((row) => row.status === status).length;
}

function summary({ t }, rows) {
  const parts = STATUSES.map((status) => [status, countOf(rows, status)]).filter(([, n]) => n > 0);
  return t("many_says", {
    n: rows.length,
    parts: parts.map(([status, n]) => t(`many_${status}`, { n })).join(t("separator")),
  });
}

function table(app, rows) {
  const { t, state } = app;
  const body = h("tbody");
  const nothing = h("p.muted", { hidden: true }, t("none_found"));
  const show = () => {
    const found = rows.filter((row) => fits(row, state.filter));
    body.replaceChildren(...found.map((row) => line(app, row)));
    nothing.hidden = found.length > 0;
  };
  show();
  const heads = ["file", "kind", "number", "answer", "why"].map((name) => h("th", { scope: "col" }, t(name)));
  return part(
    t("files"),
    null,
    filters(app, rows, show),
    h("div.files", h("table.table", h("thead", h("tr", heads)), body)),
    nothing,
  );
}

function filters(app, rows, show) {
  const { t, state } = app;
  const set = (change) => {
    Object.assign(state.filter, change);
    show();
  };
  const choice = (status, word) =>
    h(
      "label.choice",
      h("input", {
        type: "radio",
        name: "status",
        value: status,
        checked: state.filter.status === status,
        onchange: () => set({ status }),
      }),
      h("span", word),
    );
  return h(
    "div.filters.no-print",
    h("input.input", {
      type: "search",
      id: "find",
      "aria-label": t("find"),
      placeholder: t("find"),
      value: state.filter.text,
      oninput: (event) => set({ text: event.target.value }),
    }),
    h(
      "div.choices",
      { role: "radiogroup", "aria-label": t("answer") },
      choice("", `${t("all")} ${rows.length}`),
      STATUSES.filter((status) => countOf(rows, status) > 0).map((status) =>
        choice(status, `${t(status)} ${countOf(rows, status)}`),
      ),
    ),
  );
}

function fits(row, { text, status }) {
  const wanted = text.trim().toLowerCase();
  const said = `${row.name} ${row.kind} ${row.number} ${row.why}`.toLowerCase();
  return (status === "" || row.status === status) && said.includes(wanted);
}

function line(app, row) {
  return h(
    "tr",
    { "data-status": row.status },
    h("td", h("button.linkish", { type: "button", onclick: () => app.open(row.name) }, row.name.replace(SUFFIX, ""))),
    h("td", row.kind),
    h("td.break", row.number.length > 24 ? `…${row.number.slice(-12)}` : row.number),
    h("td", stateMark(row.status, app.t(row.status))),
    h("td.muted", row.why),
  );
}

function report({ state }) {
  const bundles = [...state.verdicts].map(([bundle, verdict]) => ({ bundle, ...verdict }));
  return JSON.stringify({ verdict: worst(state.verdicts.values()), checked_at: state.checkedAt, bundles }, null, 2);
}
