// The first page: hand files in, say who relies on them, and see what the answer will rest on.
import { h, icon, part, stateMark } from "./dom.mjs";
import { bytesOf, chosenFiles, droppedFiles } from "./intake.mjs";

/** The page before any answer. `app` has the words `t`, the state and the actions. */
export function startView(app) {
  const { t, state } = app;
  return [
    h("div.stack.tight", h("h1", t("title")), h("p.big.muted", t("lead"))),
    state.note && h("p.note", { "data-state": "warn", role: "alert" }, icon("ERROR"), h("span", state.note)),
    state.progress ? working(app) : dropZone(app),
    audienceChoice(app),
    beliefs(app),
    h("div.cols.even", paperTicket(app), fourAnswers(app)),
    about(app),
  ];
}

function working({ t, state }) {
  const { done, all } = state.progress;
  return h(
    "div.stack",
    { role: "status" },
    h("p.big", t("working", { done, all })),
    h("progress", { value: done, max: all, "aria-label": t("working", { done, all }) }),
  );
}

function dropZone(app) {
  const { t } = app;
  const zone = h(
    "div.drop",
    { id: "drop" },
    icon("upload"),
    h("span.big", h("b", t("drop_here"))),
    h("span.muted", t("drop_hint")),
    h(
      "div.row",
      fileButton("primary", t("choose_files"), "bundles", { multiple: true, accept: ".json" }, (input) =>
        app.take(chosenFiles(input)),
      ),
      fileButton("", [icon("folder"), t("choose_folder")], "folder", { webkitdirectory: true }, (input) =>
        app.take(chosenFiles(input)),
      ),
    ),
  );
  droppable(zone, (files) => app.take(files));
  return zone;
}

/** A button that opens the file chooser; the field itself is reached by keyboard. */
export function fileButton(tone, label, id, attributes, chosen) {
  const input = h("input.hidden-visually", {
    type: "file",
    id,
    ...attributes,
    onchange: (event) => {
      if (event.target.files.length > 0) chosen(event.target);
      event.target.value = ""; // the same file may be chosen again
    },
  });
  return h(tone ? `label.btn.${tone}` : "label.btn", label, input);
}

function droppable(zone, dropped) {
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.dataset.over = "";
    });
  }
  zone.addEventListener("dragleave", () => delete zone.dataset.over);
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    dropped(await droppedFiles(event.dataTransfer));
  });
}

function audienceChoice(app) {
  const { t, state } = app;
  const choice = (value, word) =>
    h(
      "label.choice",
      h("input", {
        type: "radio",
        name: "audience",
        value,
        checked: state.audience === (value || null),
        onchange: () => app.choose({ audience: value || null }),
      }),
      h("span", t(word)),
    );
  return h(
    "fieldset.field",
    h("legend", t("who_relies")),
    h("div.choices", choice("", "anybody"), choice("plant", "plant"), choice("bank", "bank")),
    h("p.hint", t("who_hint")),
  );
}

/** Trust file and query service: what the verifier believes. */
export function beliefs(app) {
  const { t } = app;
  return part(t("whom_to_believe"), null, h("div.rests", trustLine(app), serviceField(app)));
}

function trustLine(app) {
  const { t, state } = app;
  const { trust } = state;
  const said = trust
    ? stateMark("VALID", t(trust.file ? "trust_of_file" : "trust_of_site", { names: namesOf(trust), file: trust.file }))
    : stateMark("ERROR", t("trust_none"));
  said.classList.add("wrap");
  const take = async (input) => app.takeTrust(input.files[0].name, await bytesOf(input.files[0]));
  return h(
    "div.rest",
    h("div", h("b", t("trust_file")), h("p", { id: "trust-state" }, said)),
    h(
      "div.row",
      fileButton("", t("choose_trust"), "trust", { accept: ".json" }, take),
      trust?.file && h("button.btn", { type: "button", onclick: () => app.forgetTrust() }, t("trust_forget")),
    ),
    state.trustProblem && h("p.hint", { role: "alert" }, stateMark("INVALID", state.trustProblem)),
    h("p.hint", t("trust_hint")),
  );
}

function namesOf({ believed }) {
  const names = [...new Set(believed.issuers.map(({ name }) => name))];
  return names.slice(0, 3).join("、") + (names.length > 3 ? " …" : "");
}

function serviceField(app) {
  const { t, state } = app;
  const problem = h(
    "p.error",
    { id: "service-problem", hidden: !state.serviceProblem },
    icon("INVALID"),
    t("query_bad"),
  );
  return h(
    "div.field",
    h("label", { for: "service" }, t("query_service")),
    h("input.input", {
      id: "service",
      type: "url",
      inputmode: "url",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: t("query_example"),
      value: state.serviceUrl,
      "aria-describedby": "service-hint service-problem",
      "aria-invalid": state.serviceProblem ? "true" : null,
      onchange: (event) => app.chooseService(event.target.value),
    }),
    problem,
    h("p.hint", { id: "service-hint" }, t("query_hint")),
  );
}

function paperTicket(app) {
  const { t, isOnSite } = app;
  const input = h("input.input", { id: "paper", "aria-label": t("paper_label"), placeholder: "LN01-26-000000" });
  return part(
    t("paper"),
    null,
    h("p.muted", t("paper_hint")),
    h(
      "form.line",
      {
        onsubmit: (event) => {
          event.preventDefault();
          app.lookUp(input.value);
        },
      },
      input,
      h("button.btn", { type: "submit" }, icon("search"), t("paper_go")),
    ),
    !isOnSite && h("p.hint", t("paper_offline")),
  );
}

function fourAnswers({ t }) {
  const line = (status) =>
    h(
      "li.row",
      stateMark(status, t(status === "SKIPPED" ? "check_SKIPPED" : status)),
      h("span.muted", t(`${status}_hint`)),
    );
  return part(t("answers"), null, h("ul.stack.tight", ["VALID", "INVALID", "ERROR", "SKIPPED"].map(line)));
}

/** What this page is, and the fingerprint by which two copies of it are compared. */
export function about({ t, pageHash, isOnSite }) {
  return h(
    "footer.about.small.muted",
    h(
      "p",
      t("about_text"),
      isOnSite && [" ", h("a", { href: location.pathname, download: "ferrotrace-verify.html" }, t("save_page"))],
      isOnSite && [" · ", h("a", { href: "/log" }, t("the_record"))],
    ),
    h("p", t("page_hash"), " ", h("span.mono", { id: "page-hash" }, pageHash)),
    h("p", t("page_hash_hint")),
  );
}
