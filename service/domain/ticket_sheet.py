"""What a printed ticket shows, worked out once for paper of every size and for the screen.

It is made from a plain document (JSON values), so that the program at the scale and the service
print the same sheet. No place is left blank: a weight that was not found says NOT WEIGHED
(weighbridge.md, section 7.3: UK core and Chinese practice).

The document: ``ticket_no status version issued_at demo site{name_zh,name_en,site_id} issuer kind
plate``; optional ``supplier carrier {name_zh,name_en} driver material booking_no grade
grade_standard lot_id radiation (OK, NORM_RELEASE, HOLD, NOTIFY) inspector void_reason
correction_reason fee``; the masses and ``deduction`` of the ticket's record, ``lines`` where the
load was split; ``gross tare check``, each null or ``{kg, taken_at, source, instrument{…}, weigher,
witness?, alibi_no?, stored_on?, controls?[verdicts]}``; ``target_hash``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from service.domain.deduction import deduction_of, entries
from service.domain.instants import BUSINESS_ZONE, parse_utc
from service.domain.load_lines import in_order
from service.domain.ticket_words import word

Document = Mapping[str, Any]

MINUS = "\N{MINUS SIGN}"
TOLD_OUTCOMES = frozenset({"FLAG", "HOLD", "BLOCK"})
"""Outcomes of controls that a ticket shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One fact; ``figure`` is set to the right, ``strong`` is a sum."""

    label: str
    value: str
    figure: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSection:
    """Facts under a title."""

    title: str
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBox:
    """A weight with what must be known of it; ``found`` is false for NOT WEIGHED."""

    label: str
    weight: str
    notes: tuple[str, ...] = ()
    found: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A counted print: its number from 1 on, when, by whom, and the seller's code on it."""

    copy_no: int
    printed_at: datetime
    printed_by: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSheet:
    """Everything that stands on the paper, in one language.

    ``marks`` are to be set loud (void, simulated, typed by hand); ``edition`` says original or
    COPY n, and of a sheet that was not printed that it is none. ``qr_text`` is the signed receipt.
    """

    language: str
    title: str
    ticket_no: str
    edition: str
    issuer: str
    site: str
    marks: tuple[str, ...]
    boxes: tuple[WeightBox, ...]
    sections: tuple[SheetSection, ...]
    notes: tuple[str, ...]
    signatures: tuple[str, str]
    scan: str
    qr_text: str
    code_label: str
    code: str
    code_note: str
    issued: str
    target_hash: str = ""
    is_void: bool = False

    def document(self) -> dict[str, Any]:
        """The sheet as JSON values."""
        return asdict(self)


def ticket_sheet(
    document: Document, *, language: str, copy: Copy | None = None, qr_text: str = ""
) -> TicketSheet:
    """The sheet of a ticket in ``language`` (zh or en); without ``copy`` it is for the screen."""
    page = _Page(document, language)
    is_void = document["status"] == "void"
    return TicketSheet(
        language=language,
        title=page.word("ticket"),
        ticket_no=document["ticket_no"],
        edition=page.edition(copy),
        issuer=document["issuer"],
        site=page.name(document["site"]),
        marks=tuple(page.marks()),
        boxes=() if is_void else tuple(page.boxes()),
        sections=tuple(page.void_sections() if is_void else page.sections(copy)),
        notes=tuple(page.notes()),
        signatures=(page.word("sign_seller"), page.word("sign_weigher")),
        scan=page.word("scan"),
        qr_text=qr_text,
        code_label=page.word("code"),
        code=copy.code if copy else "",
        code_note=page.word("code_note"),
        issued=f"{page.word('issued')} {page.moment(document['issued_at'])}",
        target_hash=document.get("target_hash", ""),
        is_void=is_void,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """The document with the language in which it is told."""

    document: Document
    language: str
    passes: Sequence[str] = field(default=("gross", "tare"))

    def word(self, key: str, **values: object) -> str:
        return word(key, self.language, **values)

    def name(self, party: Document | None) -> str:
        if not party:
            return self.word("not_stated")
        return str(party[f"name_{self.language}"])

    def moment(self, text: str) -> str:
        """2026-11-20 14:32:06 at the base."""
        return f"{parse_utc(text).astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M:%S}"

    def edition(self, copy: Copy | None) -> str:
        version = self.word("version", n=self.document["version"])
        if copy is None:
            return f"{version} · {self.word('view')}"
        which = "original" if copy.copy_no == 1 else "copy"
        return f"{version} · {self.word(which, n=copy.copy_no)}"

    def marks(self) -> Iterator[str]:
        """What nobody may overlook."""
        if self.document["status"] == "void":
            yield self.word("void")
        if self.document["demo"]:
            yield self.word("simulated")
        for part in (*self.passes, "check"):
            weighed = self.document.get(part)
            if weighed and weighed["source"] == "MANUAL":
                yield f"{self.word(part)} {self.word('MANUAL')}"

    def boxes(self) -> Iterator[WeightBox]:
        for part in self.passes:
            yield self._weighed(part)
        days = {self._day(part) for part in self.passes if self.document.get(part)}
        yield WeightBox(
            label=self.word("net"),
            weight=kg_text(self.document["net_kg"]),
            notes=(self.word("other_day"),) if len(days) > 1 else (),
        )
        yield self._weighed("check")

    def _weighed(self, part: str) -> WeightBox:
        weighed = self.document.get(part)
        if not weighed:
            return WeightBox(label=self.word(part), weight=self.word("not_weighed"), found=False)
        notes = [self.moment(weighed["taken_at"]), self.word(weighed["source"])]
        if weighed.get("stored_on"):
            notes.append(self.word("stored_tare", on=weighed["stored_on"]))
        if weighed.get("alibi_no"):
            notes.append(f"{self.word('alibi')} {weighed['alibi_no']}")
        return WeightBox(label=self.word(part), weight=kg_text(weighed["kg"]), notes=tuple(notes))

    def _day(self, part: str) -> str:
        return self.moment(self.document[part]["taken_at"])[:10]

    def sections(self, copy: Copy | None) -> Iterator[SheetSection]:
        yield SheetSection(title=self.word("goods"), lines=tuple(self._goods()))
        yield SheetSection(title=self.word("settled"), lines=tuple(self._masses()))
        if self.document.get("lines"):
            yield SheetSection(title=self.word("lines"), lines=tuple(self._lines()))
        yield SheetSection(title=self.word("instrument"), lines=tuple(self._instrument()))
        yield SheetSection(title=self.word("remarks"), lines=tuple(self._remarks(copy)))

    def void_sections(self) -> Iterator[SheetSection]:
        yield SheetSection(
            title=self.word("void"),
            lines=(
                self._line("plate", self.document.get("plate")),
                self._line("remarks", self.document.get("void_reason")),
            ),
        )

    def _line(self, key: str, value: object) -> SheetLine:
        """A fact, which says that it is not stated where it is unknown."""
        return SheetLine(
            label=self.word(key), value=str(value) if value else self.word("not_stated")
        )

    def _goods(self) -> Iterator[SheetLine]:
        facts = self.document
        grade = " · ".join(filter(None, (facts.get("grade"), facts.get("grade_standard"))))
        yield self._line("plate", facts.get("plate"))
        yield self._line("way", self.word(facts["kind"]))
        yield self._line("seller", self.name(facts.get("supplier")))
        yield self._line("buyer", facts["issuer"])
        yield self._line("carrier", self.name(facts.get("carrier")))
        yield self._line("driver", facts.get("driver"))
        yield self._line("material", self.word(facts.get("material") or "scrap"))
        yield self._line("grade", grade)
        yield self._line("lot", facts.get("lot_id"))
        yield self._line("booking", facts.get("booking_no"))
        radiation = facts.get("radiation")
        yield self._line("radiation", radiation and self.word(f"radiation_{radiation}"))

    def _masses(self) -> Iterator[SheetLine]:
        facts = self.document
        yield _figure(self.word("net_short"), kg_text(facts["net_kg"]))
        yield _figure(self.word("rejected"), _less(facts["rejected_kg"]))
        if facts["residual_kg"]:
            yield _figure(self.word("residual"), _less(facts["residual_kg"]))
        yield _figure(self.word("accepted"), kg_text(facts["accepted_kg"]))
        for entry in entries(dict(facts["deduction"])):
            yield _figure(
                self.deduction(entry), _less(deduction_of(entry).of(facts["accepted_kg"]))
            )
        yield _figure(self.word("deducted"), _less(facts["deducted_kg"]))
        yield _figure(self.word("settled"), kg_text(facts["settlement_kg"]), strong=True)
        yield self._line("price", self.word("price_elsewhere"))
        yield self._line("fee", facts.get("fee") or self.word("none"))

    def _lines(self) -> Iterator[SheetLine]:
        """What of the settlement mass is which grade or material; together all of it."""
        for entry in in_order(self.document["lines"]):
            share = percent_text(entry["bp"]) if "bp" in entry else ""
            named = " · ".join(filter(None, (entry.get("grade"), entry.get("material"), share)))
            yield _figure(named, kg_text(entry["kg"]))
        yield _figure(self.word("settled"), kg_text(self.document["settlement_kg"]), strong=True)

    def deduction(self, entry: Document) -> str:
        """An entry in words: share 1.20 %, soil, 2 photographs."""
        figure = percent_text(entry["bp"]) if "bp" in entry else ""
        if entry["kind"] == "IMPURITY":
            figure = f"{kg_text(entry['kg'])} × {_hundredths(entry['multiplier_e2'])}"
        free = entry.get("free_bp")
        photographs = len(entry.get("photographs", ()))
        parts = (
            f"{self.word(entry['kind'])} {figure}".strip(),
            self.word("free", free=percent_text(free)) if free else "",
            self.word(f"reason_{entry['reason_code']}") if "reason_code" in entry else "",
            str(entry.get("reason", "")),
            self.word("photographs", n=photographs) if photographs else self.word("no_photograph"),
        )
        return ", ".join(filter(None, parts))

    def _instrument(self) -> Iterator[SheetLine]:
        weighed = [self.document.get(part) for part in self.passes]
        scales = [self._scale(each["instrument"]) for each in weighed if each]
        if len(set(scales)) <= 1:
            yield self._line("scale", scales[0] if scales else None)
        else:
            yield self._line("scale_gross", scales[0])
            yield self._line("scale_tare", scales[1])
        for part in self.passes:
            named = self.document.get(part) or {}
            yield self._line(f"weigher_{part}", named.get("weigher"))
        seen = [each["witness"] for each in weighed if each and each.get("witness")]
        yield self._line("witness", ", ".join(dict.fromkeys(seen)) or self.word("none"))
        engine = self.word("engine") if self.document.get("decided_by_engine") else None
        yield self._line("inspector", self.document.get("inspector") or engine)

    def _scale(self, instrument: Document) -> str:
        figures = {
            "max": f"{instrument['max_kg']:,}",
            "e": instrument["e_kg"],
            "class": instrument["accuracy_class"],
        }
        return " · ".join(
            (
                f"{instrument['instrument_id']} {instrument['make']} {instrument['model']}"
                f" {instrument['serial_no']}",
                self.word("scale_line", **figures),
                f"{self.word('certificate')} {instrument['certificate_no']},"
                f" {self.word('valid_to', on=instrument['valid_to'])}",
            )
        )

    def _remarks(self, copy: Copy | None) -> Iterator[SheetLine]:
        facts = self.document
        if facts["rejected_kg"]:
            yield self._line("rejected_reason", facts.get("rejected_reason"))
        yield self._line("flags", "; ".join(self._flags()) or self.word("none"))
        if facts.get("correction_reason"):
            yield self._line("corrected", facts["correction_reason"])
        if copy is not None:
            at = f"{copy.printed_at.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M:%S}"
            told = self.word("printed", at=at, by=copy.printed_by)
            yield self._line("prints", f"{copy.copy_no} · {told}")

    def _flags(self) -> Iterator[str]:
        for part in (*self.passes, "check"):
            for verdict in (self.document.get(part) or {}).get("controls", ()):
                if verdict["outcome"] in TOLD_OUTCOMES:
                    told = {name: verdict[name] for name in ("control", "outcome")}
                    yield self.word("flag", **{"pass": self.word(part), **told})

    def notes(self) -> Iterator[str]:
        if self.document["status"] == "void":
            yield self.word("void_note")


def kg_text(value_kg: int) -> str:
    """48,620 kg."""
    return f"{value_kg:,} kg"


def percent_text(value_bp: int) -> str:
    """120 basis points are 1.20 %."""
    return f"{value_bp // 100}.{value_bp % 100:02d} %"


def _hundredths(value_e2: int) -> str:
    """200 is 2, 150 is 1.5."""
    text = f"{value_e2 // 100}.{value_e2 % 100:02d}"
    return text.rstrip("0").rstrip(".")


def _less(value_kg: int) -> str:
    return f"{MINUS} {kg_text(value_kg)}"


def _figure(label: str, value: str, *, strong: bool = False) -> SheetLine:
    return SheetLine(label=label, value=value, figure=True, strong=strong)
