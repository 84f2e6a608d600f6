// The rest: what is where (sync), the yard's barriers and lights, the menu.

import { edge, Refused, Unreachable } from "../edge.js";
import { clock, figure, plate } from "../figures.js";
import { again, discard, kept, refusedRows, send, waiting } from "../outbox.js";
import { may, session, signOut } from "../people.js";
import { button, icon, mainButton, note, part, state } from "../parts.js";
import { app, go, refresh, visitById } from "../state.js";
import { setting } from "../store.js";
import { h } from "../view.js";
import { w } from "../words.js";
import { heldVisits } from "./holds.js";

const toQueue = () => [mainButton(w("queue"), () => go("/queue"), { kind: "", name: "back" })];

export function menuScreen() {
  const items = () => [["/queue", "truck", w("trucks")], ["/holds", "hand", `${w("holds")} · ${heldVisits().length}`], ["/tickets", "file", w("tickets")], ["/outputs", "barrier", w("outputs")], ["/sync", "cloud", w("sync")]];
  return {
    title: () => w("menu"),
    body: () => h("div", { class: "page narrow gap4" }, h("h1", null, session()?.person.name ?? w("menu")), h("nav", { "aria-label": w("menu") }, h("ul", { class: "names" }, items().map(([path, name, text]) => h("li", { key: path }, h("a", { class: "btn tall", href: `#${path}` }, icon(name), text))),
      may("WEIGHING_RECORD") && h("li", null, h("a", { class: "btn tall", href: "commissioning.html" }, icon("key"), w("commissioning")))))),
    actions: () => [...toQueue(), button(w("signOut"), async () => { await signOut(); go("/sign-in"); }, { name: "logout", id: "sign-out" })],
  };
}

export function syncScreen() {
  const line = (up, since, more) => h("p", { class: "row" }, state(up ? "ok" : "bad", w(up ? "up" : "down"), up ? "link" : "unlink"), since && h("span", { class: "muted" }, w("since", { at: clock(since) })), more);
  const row = (each) => h("li", { key: each.place, class: "row between sync-row" }, h("span", { class: "lines start" }, h("b", null, w(each.kind)), h("span", { class: "muted" }, [plate(visitById(each.visit_id ?? each.body.visit_id)?.plate ?? each.body.plate), clock(each.at), each.by].filter(Boolean).join(" · ")), each.problem && h("span", { class: "error-text" }, each.problem.message)), each.state === "refused" ? h("span", { class: "row" }, button(w("tryAgain"), () => again(each), { name: "refresh" }), button(w("letGo"), () => discard(each), { name: "x" })) : state("skip", w("pending"), "upload"));
  return {
    title: () => w("sync"),
    body() {
      const sync = app.sync ?? {};
      return h("div", { class: "page medium gap5" }, h("h1", null, w("syncTitle")),
        part(w("tabletEdge"), w("keptN", { n: figure(kept().length) }), line(app.up, app.upSince), waiting().length ? h("ul", null, waiting().map(row)) : h("p", null, state("ok", w("allSent"))), refusedRows().length > 0 && [h("h3", null, w("refusedRows")), h("ul", null, refusedRows().map(row))]),
        part(w("edgeServer"), w("queuedN", { n: figure(sync.queued ?? 0) }), line(sync.state === "up", sync.since, sync.synced_at && h("span", { class: "muted" }, w("lastUpload", { at: clock(sync.synced_at) }))), sync.held > 0 && [note("warn", w("heldN", { n: figure(sync.held) })), h("ul", null, (app.yard.held_entries ?? []).map((each) => h("li", { key: each.entry_seq, class: "sync-row" }, h("b", { class: "num" }, `${each.entry_seq} · ${each.code}`), h("p", { class: "muted" }, each.message))))], sync.refused && note("bad", w("bannerRefused", { why: sync.refused }))),
        h("p", { class: "faint" }, w(setting("persisted") ? "storageKept" : "storageMay")));
    },
    actions: () => [...toQueue(), waiting().length > 0 && button(w("sendNow"), () => send(), { name: "upload", off: !app.up, id: "send-now" })],
  };
}

export function outputsScreen() {
  let outputs = null;
  let problem = "";
  async function load() {
    try { outputs = await edge.outputs(); problem = ""; } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      problem = error instanceof Unreachable ? w("needsUp") : "";
    }
    refresh();
  }
  const isClear = (clear) => state(clear ? "ok" : "warn", w(clear ? "beamClear" : "beamBroken"));
  const row = (name, value) => [h("dt", { key: name }, w(`out_${name}`)), h("dd", { key: `${name}:` }, value)];
  const rows = ({ link, phase, entry, exit, display, beams, override }) => [row("link", state(link === "up" ? "ok" : "bad", w(link))), row("phase", w(phase)), row("entry_light", w(entry.light)), row("entry_barrier", w(entry.barrier)), row("exit_light", w(exit.light)), row("exit_barrier", w(exit.barrier)),
    row("display", display.join(" · ")), beams.configured && [row("front_clear", isClear(beams.front_clear)), row("back_clear", isClear(beams.back_clear)), row("loop", isClear(!beams.loop_occupied))], override && row("override", override.reason)];
  load();
  const timer = setInterval(load, 2_000);
  return {
    title: () => w("outputs"),
    leave: () => clearInterval(timer),
    body: () => h("div", { class: "page medium gap5" }, h("h1", null, w("outputs")), problem && note("bad", problem), outputs?.configured ? part(w("stateNow"), null, (outputs.alarms ?? []).map((each) => note("bad", each.device, each.message)), h("dl", { class: "facts" }, rows(outputs))) : outputs && h("div", { class: "empty" }, icon("barrier"), h("h2", null, w("noOutputs")), h("p", null, w("noOutputsHint")))),
    actions: toQueue,
  };
}
