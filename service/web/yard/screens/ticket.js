// A ticket on the screen and on paper. Every print is counted; a copy never looks like the original.

import { edge, Refused, ticketPdfUrl, Unreachable } from "../edge.js";
import { kg, plate } from "../figures.js";
import { backButton, button, icon, mainButton, note, state } from "../parts.js";
import { app, go, record, refresh } from "../state.js";
import { h } from "../view.js";
import { language, w } from "../words.js";

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
  let spoken = null; // the language that the sheet was asked for in
  let problem = "";
  let said = "";
  let printed = false;

  async function load() {
    spoken = language();
    try {
      const answer = await edge.ticket(ticket_no, { printed });
      sheet = { ...answer.sheet, qr_rows: answer.qr_rows, prints: answer.prints ?? [] };
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
      if (!answer) { said = w("keptHere"); refresh(); return; }
      printed = true;
      await load();
      said = w("printed", { edition: sheet?.edition ?? "" });
      if (paper === "A4" || !sheet?.prints.length) open(ticketPdfUrl(ticket_no, paper, language()), "_blank");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem = error.message;
    }
    refresh();
  }

  load();
  return {
    title: () => ticket_no,
    body() {
      if (spoken !== language()) load();
      return h("div", { class: "page medium gap4" }, problem && note("bad", problem), said && note("ok", said), sheet?.prints.length > 0 && onRoll(sheet.prints), sheet && paper(sheet));
    },
    actions: () => [backButton(() => go("/tickets"), w("tickets")), mainButton(w("print80"), () => print("80MM"), { name: "printer", off: !sheet, id: "print-80" }), button(w("printA4"), () => print("A4"), { name: "printer", off: !sheet, id: "print-a4" })],
  };
}

const ROLL_STATE = { PRINTED: "ok", WAITING: "now", FAILED: "bad" };

// What the printer beside the scale made of each copy.
function onRoll(prints) {
  return h("ul", { class: "row", "data-id": "prints" }, prints.map((each) => h("li", { key: each.copy_no }, state(ROLL_STATE[each.state], `${w("copyN", { n: each.copy_no })} · ${w(`print_${each.state}`)}${each.why ? ` · ${each.why}` : ""}`, "printer"))));
}

// The sheet as it is printed, in the words of the sheet itself.
function paper(sheet) {
  const fact = (line) => [h("dt", { class: line.strong ? "sum" : "" }, line.label), h("dd", { class: `${line.figure ? "num" : ""} ${line.strong ? "sum" : ""}` }, line.value)];
  return h("article", { class: "paper ticket-sheet", "aria-label": sheet.ticket_no },
    h("div", { class: "row between" }, h("div", null, h("h1", null, sheet.title), h("b", { class: "num" }, sheet.ticket_no)), h("div", { class: "right" }, h("b", null, sheet.issuer), h("br"), sheet.site, h("br"), h("b", null, sheet.edition))),
    sheet.marks.length > 0 && h("ul", { class: "sheet-marks" }, sheet.marks.map((mark) => h("li", null, mark))),
    sheet.boxes.length > 0 && h("div", { class: "weights" }, sheet.boxes.map((box) => h("div", null, h("span", null, box.label), h("b", { class: "num" }, box.weight), box.notes.map((each) => h("span", { class: "small" }, each))))),
    h("div", { class: "cols even" }, sheet.sections.map((section) => h("section", { class: "stack tight" }, h("h2", null, section.title), h("dl", { class: "facts" }, section.lines.map(fact))))),
    sheet.qr_rows?.length > 0 && code(sheet),
    sheet.notes.map((each) => h("p", { class: "small" }, each)),
    h("p", { class: "small" }, sheet.issued));
}

// The signed receipt, for the seller's own phone: rows of 0 and 1 as the edge unit has worked them out.
function code({ qr_rows: qr, scan }) {
  const path = qr.flatMap((row, y) => [...row].map((bit, x) => (bit === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return h("div", { class: "qr-box large" }, h("svg", { viewBox: `-4 -4 ${qr.length + 8} ${qr.length + 8}`, class: "qr", role: "img", "aria-label": scan }, h("path", { d: path })), h("span", { class: "small" }, scan));
}
