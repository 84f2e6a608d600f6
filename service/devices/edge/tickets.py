"""Tickets drawn here: their documents, signed receipts and prints, also with the link cut."""

import json
import secrets
from collections.abc import Callable
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.devices.edge.book import TICKET_KINDS, YardBook
from service.devices.edge.entries import Envelope, parsed_instant
from service.devices.edge.log import YardLog
from service.devices.edge.log_key import public_bytes
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.ticket_document import TicketDocuments
from service.domain.errors import NotFoundError
from service.domain.seller_code import new_seller_code
from service.domain.ticket_sheet import Copy, TicketSheet, ticket_sheet
from service.domain.weighing import Instrument
from service.proof.signed_receipt import receipt_payload, receipt_text

CODE_BYTES = 24
MOST_CODES = 200
WEIGHING_KINDS = frozenset({"weighing.recorded", "weighing.typed", "stored_tare.used"})

SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
  ticket_no TEXT PRIMARY KEY,
  document TEXT NOT NULL
) STRICT;
"""


class TicketDesk:
    """Keeps what a ticket said when it was drawn, so that a later print says the same.

    The seller's code of a print is known to this process until it ends, and to nobody else.
    """

    def __init__(
        self, file: SqliteFile, log: YardLog, key: Ed25519PrivateKey, instrument: Instrument
    ) -> None:
        self._file = file
        self._log = log
        self._key = key
        self._documents = TicketDocuments(instrument)
        self._codes: dict[tuple[str, int], str] = {}
        self._lock = Lock()
        file.prepare(SCHEMA)

    def keep(self, entry: Envelope, book: YardBook) -> None:
        """Keep the document of the ticket that ``entry`` issues or voids, if it does."""
        if entry.kind in TICKET_KINDS:
            self._kept(entry, book)

    def document(self, ticket_no: str, book: YardBook) -> dict[str, Any]:
        """The ticket as it was drawn; raises NotFoundError for a number not drawn here."""
        row = self._file.row("SELECT document FROM tickets WHERE ticket_no = ?", ticket_no)
        if row is None:
            return self._kept(book.ticket(ticket_no), book)
        kept: dict[str, Any] = json.loads(row[0])
        return kept

    def code_of_print(self) -> tuple[str, dict[str, str]]:
        """A new code for the seller: its digits, and what the entry of the print says of it."""
        code = new_seller_code(secrets.token_bytes(CODE_BYTES))
        return code.digits, {"code_salt": code.salt.hex(), "code_digest": code.digest.hex()}

    def remember_code(self, entry: Envelope, digits: str) -> None:
        """Have ``digits`` ready for the paper of this print."""
        with self._lock:
            self._codes[entry.body["ticket_no"], entry.body["copy_no"]] = digits
            while len(self._codes) > MOST_CODES:
                del self._codes[next(iter(self._codes))]

    def sheet(
        self, ticket_no: str, book: YardBook, *, language: str, is_print: bool
    ) -> TicketSheet:
        """The sheet of a ticket: its newest print, or the view on the screen."""
        document = self.document(ticket_no, book)
        copy = self._newest_copy(ticket_no) if is_print else None
        text = self._receipt(document, book)
        return ticket_sheet(document, language=language, copy=copy, qr_text=text)

    def _newest_copy(self, ticket_no: str) -> Copy:
        prints = [
            entry
            for entry in self._log.about("ticket_no", ticket_no)
            if entry.kind == "ticket.printed"
        ]
        if not prints:
            raise NotFoundError(field="ticket_no", what="print", key=ticket_no)
        newest = prints[-1]
        with self._lock:
            code = self._codes.get((ticket_no, newest.body["copy_no"]), "")
        return Copy(
            copy_no=newest.body["copy_no"],
            printed_at=parsed_instant(newest.at),
            printed_by=newest.person.name,
            code=code,
        )

    def _kept(self, entry: Envelope, book: YardBook) -> dict[str, Any]:
        visit_id = entry.body["visit_id"]
        weighings = {
            each.body["weighing_id"]: each
            for each in self._log.about("visit_id", visit_id)
            if each.kind in WEIGHING_KINDS
        }
        document = self._documents.of(entry, book.visit(visit_id), weighings, book)
        with self._file.transaction():
            self._file.rows(
                "INSERT OR IGNORE INTO tickets VALUES (?, ?)",
                document["ticket_no"],
                json.dumps(document, ensure_ascii=False),
            )
        return document

    def _receipt(self, document: dict[str, Any], book: YardBook) -> str:
        """The text of the QR code; nothing where a weighing has no capture to point at."""
        hashes = [(document[part] or {}).get("capture_hash") for part in ("gross", "tare")]
        brief = book.brief
        if document["status"] != "issued" or None in hashes or brief is None:
            return ""
        record = {**document, "site_id": document["site"]["site_id"]}
        payload = receipt_payload(record, gross_hash=str(hashes[0]), tare_hash=str(hashes[1]))
        sign: Callable[[bytes], bytes] = self._key.sign
        return receipt_text(
            brief.public_url, payload, sign=sign, public_key=public_bytes(self._key)
        )


def made_today(
    desk: TicketDesk, log: YardLog, book: YardBook, midnight: str
) -> list[dict[str, Any]]:
    """The tickets drawn here since ``midnight``, in order, as the tablet lists them."""
    entries = log.entries(kinds=(*TICKET_KINDS, "ticket.printed"), since=midnight, limit=2_000)
    printed = [each.body["ticket_no"] for each in entries if each.kind == "ticket.printed"]
    synced = log.acknowledged()
    return [
        _listed(entry, desk.document(entry.body["ticket_no"], book))
        | {
            "synced": entry.entry_seq <= synced,
            "copies": printed.count(entry.body["ticket_no"]),
        }
        for entry in entries
        if entry.kind in TICKET_KINDS
    ]


def _listed(entry: Envelope, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "ticket_no": document["ticket_no"],
        "visit_id": document["visit_id"],
        "plate": document["plate"],
        "net_kg": document.get("net_kg"),
        "settlement_kg": document.get("settlement_kg"),
        "status": document["status"],
        "at": entry.at,
    }
