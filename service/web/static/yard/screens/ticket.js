// A ticket on the screen and on paper. Every print is counted; a copy never looks like the original.

import { edge, Refused, ticketPdfUrl, Unreachable } from "../edge.js";
import { figure, kg, plate } from "../figures.js";
import { backButton, button, icon, mainButton, note, state } from "../parts.js";
import { app, go, record, refresh } from "../state.js";
import { h } from "../view.js";
import { hasWord, w } from "../words.js";

export function ticketsScreen() {
  return {
    title: () => w("tickets"),
    body: () => h("div", { class: "page gap4" }, h("h1", null, w("tickets")), app.yard.tickets.length ? h("ul", { class: "ticket-list" }, app.yard.tickets.map((each) => h("li", { key: each.ticket_no }, h("a", { class: "btn tall between", href: `#/ticket/${encodeURIComponent(each.ticket_no)}`, "data-ticket": each.ticket_no },
      h("span", { class: "lines start" }, h("b", { class: "num" }, each.ticket_no), h("span", { class: "muted" }, plate(each.plate))), h("span", { class: "row" }, each.synced === false && state("skip", w("pending"), "upload"), each.status === "void" ? state("bad", w("status_void")) : state("ok", w("status_issued"))), h("b", { class: "num big" }, kg(each.net_kg)))))) : h("div", { class: "empty" }, icon("file"), h("h2", null, w("noTickets")), h("p", null, w("noTicketsHint")))),
    actions: () => [mainButton(w("queue"), () => go("/queue"), { kind: "", name: "back" })],
  };
}

export function ticketScreen({ ticket_no }) {
  let sheet = null;
  let problem = "";
  let said = "";
  let frame = null;

  async function load() {
    try {
      sheet = await edge.ticket(ticket_no);
      problem = "";
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      problem = error instanceof Refused ? error.message : w("needsUp");
    }
    refresh();
  }

  // On record first, then on paper: the number of the copy is the edge unit's.
  async function print(paper) {
    try {
      const { answer } = await record("ticket.printed", { ticket_no, paper });
      said = w("printed", { n: String(answer?.entry?.copy_no ?? answer?.copy_no ?? Number(sheet?.copy_no ?? 0) + 1) });
      await load();
      frame?.remove();
      frame = Object.assign(document.createElement("iframe"), { src: ticketPdfUrl(ticket_no, paper), title: w("print"), className: "print-frame" });
      frame.onload = () => { try { frame.contentWindow.print(); } catch { open(frame.src, "_blank"); } };
      document.body.append(frame);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    refresh();
  }

  load();
  const rows = () => Object.entries(sheetRows(sheet)).map(([word, value]) => [h("dt", { key: word }, word), h("dd", { key: `${word}:` }, value)]);
  return {
    title: () => ticket_no,
    leave: () => frame?.remove(),
    body: () => h("div", { class: "page medium gap4" }, problem && note("bad", problem), said && note("ok", said),
      sheet && h("article", { class: "paper ticket-sheet", "aria-label": ticket_no }, app.hello?.demo && h("p", { class: "sheet-mark" }, w("demo")),
        h("div", { class: "row between" }, h("h1", { class: "num" }, ticket_no), h("b", null, sheet.status === "void" ? w("status_void") : copyWord(sheet))),
        h("div", { class: "weights" }, weight(w("gross"), sheet.gross_kg), weight(w("tare"), sheet.tare_kg), weight(w("net"), sheet.net_kg)), h("dl", { class: "facts" }, rows()), codeOf(sheet))),
    actions: () => [backButton(() => go("/tickets"), w("tickets")), mainButton(w("print80"), () => print("80MM"), { name: "printer", off: !sheet, id: "print-80" }), button(w("printA4"), () => print("A4"), { name: "printer", off: !sheet, id: "print-a4" })],
  };
}

const copyWord = (sheet) => (Number(sheet.copy_no ?? 0) > 0 ? w("copy", { n: figure(sheet.copy_no) }) : "");
const weight = (word, mass) => h("div", null, h("span", null, word), h("b", { class: "num" }, mass === null || mass === undefined ? w("notWeighed") : kg(mass)));

// The sheet's own lines where it brings them in words, else its plain members.
function sheetRows(sheet) {
  if (Array.isArray(sheet.lines)) return Object.fromEntries(sheet.lines.map((line) => (Array.isArray(line) ? line : [line.label, line.value])));
  const known = { plate: plate(sheet.plate), grade: sheet.grade, accepted: sheet.accepted_kg !== undefined && kg(sheet.accepted_kg), deducted: sheet.deducted_kg !== undefined && kg(sheet.deducted_kg), settlement: sheet.settlement_kg !== undefined && kg(sheet.settlement_kg) };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value).map(([key, value]) => [hasWord(key) ? w(key) : key, value]));
}

// The QR with the signed receipt: rows of "0" and "1" as the edge unit drew them.
function codeOf(sheet) {
  const rows = sheet.qr ?? sheet.qr_rows;
  if (!Array.isArray(rows) || !rows.length) return null;
  const path = rows.flatMap((row, y) => [...row].map((bit, x) => (bit === "1" || bit === 1 || bit === true ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return h("div", { class: "qr-box dense" }, h("svg", { viewBox: `-2 -2 ${rows.length + 4} ${rows.length + 4}`, class: "qr", role: "img", "aria-label": w("confirmQr") }, h("path", { d: path })), h("span", { class: "small" }, w("confirmQr")));
}
