// The inspector decides: photographs first, then grade, shares that always sum to 100 %, inclusions.

import { Refused } from "../edge.js";
import { kg, plate } from "../figures.js";
import { backButton, button, choices, icon, keypad, mainButton, note, part, photo, photoButton, textField, wayLine } from "../parts.js";
import { addPhotograph, app, form, go, record, refresh, visitById, wayOn } from "../state.js";
import { h } from "../view.js";
import { weighed } from "../way.js";
import { w } from "../words.js";

const COMMON = ["HRS101", "HRS102", "MRS201", "MRS202", "LRS301", "SRS401", "BRS501"];
const WHOLE_BP = 10_000;
const STEP_BP = 500;
const PER_CENT_BP = 100;

export function gradeScreen({ visit_id }) {
  const grading = form(`grade:${visit_id}`, { grade: null, shares: {}, inclusions: "", reason: "", all: false });
  const { fields } = grading;
  const own = [];
  let shown = 0;
  let problem = "";
  let busy = false;

  const codes = () => app.yard.grades.map((each) => (typeof each === "string" ? each : each.code));
  const nameOf = (code) => w(code.slice(0, 3));
  const visit = () => visitById(visit_id);

  function choose(code) {
    fields.grade = code;
    if (Object.keys(fields.shares).length <= 1) fields.shares = { [code]: WHOLE_BP };
    else if (!(code in fields.shares)) fields.shares[code] = 0;
    grading.set("grade", code);
  }

  // What one grade gains, the others give, the largest first.
  function share(code, bp) {
    const next = { ...fields.shares, [code]: Math.max(0, Math.min(WHOLE_BP, bp)) };
    let over = Object.values(next).reduce((sum, each) => sum + each, 0) - WHOLE_BP;
    const others = Object.keys(next).filter((each) => each !== code).sort((a, b) => next[b] - next[a]);
    for (const each of others) {
      const give = over > 0 ? Math.min(over, next[each]) : over;
      next[each] -= give;
      over -= give;
    }
    if (over) next[code] -= over;
    grading.set("shares", next);
  }

  const slider = (code) => h("div", { class: "share-row", key: code }, h("label", { for: `share-${code}` }, h("b", null, code), " ", h("span", { class: "faint" }, nameOf(code))),
    button("", () => share(code, fields.shares[code] - STEP_BP), { name: "minus", kind: "step", label: `${code} −`, id: `less:${code}` }),
    h("input", { id: `share-${code}`, type: "range", min: "0", max: "100", step: "1", value: String(fields.shares[code] / PER_CENT_BP), oninput: (event) => share(code, Number(event.target.value) * PER_CENT_BP) }),
    button("", () => share(code, fields.shares[code] + STEP_BP), { name: "plus", kind: "step", label: `${code} +`, id: `more:${code}` }), h("output", { for: `share-${code}`, class: "num big" }, `${fields.shares[code] / PER_CENT_BP} %`));

  async function take(blob) {
    own.push({ ...(await addPhotograph(visit_id, blob)), camera_id: "tablet" });
    shown = 0;
    refresh();
  }

  async function send() {
    const next = wayOn();
    busy = true;
    refresh();
    try {
      const shares = Object.fromEntries(Object.entries(fields.shares).filter(([, bp]) => bp > 0));
      await record("grade.decided", { visit_id, grade: fields.grade, shares, inclusions_bp: Math.round(Number(fields.inclusions || 0) * PER_CENT_BP), reason: fields.reason });
      await grading.done();
      next("/queue");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    busy = false;
    refresh();
  }

  function look() {
    const all = [...own, ...[...(visit().photographs ?? [])].reverse().map((each) => ({ ...each, simulated: app.hello?.demo }))];
    const first = all[Math.min(shown, all.length - 1)];
    const gross = weighed(visit(), "gross");
    return h("section", { class: "look", "aria-label": w("photographs") },
      h("div", { class: "row between head" }, h("span", { class: "big" }, h("h1", { class: "plate inherit" }, plate(visit().plate)), gross && h("span", { class: "muted" }, ` ${w("gross")} `, h("b", { class: "num" }, kg(gross.kg)))), photoButton(w("addPhoto"), take)),
      first ? photo(first) : h("div", { class: "photo none" }, h("span", { class: "stack" }, icon("camera"), w("noPhotos"))),
      all.length > 1 && h("div", { class: "strip" }, all.slice(0, 8).map((each, at) => h("button", { type: "button", key: each.sha256, class: "photo", "aria-current": at === shown ? "true" : null, "aria-label": `${w("photographs")} ${at + 1}`, onclick: () => { shown = at; refresh(); } }, photo(each).children[0]))));
  }

  function decision() {
    const rest = codes().filter((code) => !COMMON.includes(code));
    const common = COMMON.filter((code) => codes().includes(code) || !codes().length);
    return h("div", { class: "form pad" }, problem && note("bad", problem),
      part(w("grade"), null, choices(w("grade"), [...common, ...(fields.all || rest.includes(fields.grade) ? rest : [])].map((code) => [code, code]), fields.grade, choose, { name: "grade" }), rest.length > 0 && !fields.all && h("p", null, button(w("allGrades"), () => grading.set("all", true), { name: "plus", id: "all-grades" }))),
      fields.grade && part(w("shares"), w("sum100"), Object.keys(fields.shares).map(slider), Object.keys(fields.shares).length < 6 && h("div", { class: "choices" }, [...common].filter((code) => !(code in fields.shares)).slice(0, 4).map((code) => button(code, () => { fields.shares[code] = 0; share(code, STEP_BP * 2); }, { name: "plus", id: `share:${code}` })))),
      part(w("inclusions"), w("inclusionsHint"), keypad({ id: "inclusions", label: w("inclusions"), text: fields.inclusions, unit: "%", point: true, most: 5, onchange: (next) => grading.set("inclusions", next) })),
      textField("reason", w("why"), fields.reason, (next) => grading.set("reason", next)));
  }

  return {
    title: () => `${w("gradeTitle")} · ${plate(visit()?.plate)}`,
    way: () => visit() && wayLine(visit(), app.yard.rules ?? {}),
    body: () => (visit() ? h("div", { class: "grade" }, look(), decision()) : h("p", { class: "page" }, w("loading"))),
    actions: () => [backButton(() => go("/queue")), fields.grade ? mainButton(w("decideGrade", { grade: fields.grade }), send, { busy }) : mainButton(w("chooseGrade"), null, { off: true })],
  };
}
