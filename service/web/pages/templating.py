"""What every template may use: figures, words, the reader's menu and language."""

from dataclasses import dataclass
from typing import Any

import segno
from flask import Flask, g, request, url_for
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from service.domain.access import Action
from service.domain.control.hold import REASONS
from service.domain.control.words import TITLES
from service.domain.party import Actor
from service.web.context import allowed, deps, signed_in
from service.web.pages import figures, forms, language, words, yard_words
from service.web.pages.language import _l

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A page in the menu: who may see it decides the table of rights."""

    endpoint: str
    word: LazyString
    action: Action | None
    demo_only: bool = False


_PLACES = (
    _Place("yard.queue", _l("Trucks on site"), Action.VISIT_VIEW),
    _Place("plant.queue", _l("Plant yard"), Action.RECEIPT_RECORD),
    _Place("supplier.bookings", _l("Bookings"), Action.BOOKING_VIEW),
    _Place("ticket.tickets", _l("Tickets"), Action.TICKET_VIEW),
    _Place("register.vehicles", _l("Vehicles"), Action.REGISTER_VIEW),
    _Place("register.drivers", _l("Drivers"), Action.REGISTER_VIEW),
    _Place("hold.holds", _l("Held weighings"), Action.HOLD_VIEW),
    _Place("appeal.appeals", _l("Appeals"), Action.APPEAL_VIEW),
    _Place("review.reviews", _l("Blind reviews"), Action.GRADE_REVIEW),
    _Place("appeal_figures.figures", _l("Figures of the appeals"), Action.APPEAL_FIGURES),
    _Place("bay.bays", _l("Bays"), Action.BAY_SET),
    _Place("stock.lots", _l("Lots"), Action.LOT_VIEW),
    _Place("office.deliveries", _l("Deliveries"), Action.DELIVERY_VIEW),
    _Place("office.settlements", _l("Settlements"), Action.SETTLEMENT_VIEW),
    _Place("lien.liens", _l("Liens"), Action.LIEN_VIEW),
    _Place("prices.price_lists", _l("Price lists"), Action.PRICE_LIST_VIEW),
    _Place("grade_rules.rules", _l("Grades and prices of the sites"), Action.GRADE_RULES_VIEW),
    _Place("control.dashboard", _l("Dashboard"), Action.DASHBOARD_VIEW),
    _Place("control.alarms", _l("Alarms"), Action.ALARM_VIEW),
    _Place("model.models", _l("Image engine"), Action.MODEL_VIEW),
    _Place("held_entry.held_entries", _l("Held entries"), Action.ENTRY_VIEW),
    _Place("control.audit", _l("Audit"), Action.AUDIT_RUN),
    _Place("hold.overrides", _l("Overrides"), Action.OVERRIDE_VIEW),
    _Place("people.accounts", _l("Users"), Action.USER_MANAGE),
    _Place("demo.yard", _l("Simulated yard"), Action.SIMULATOR_DRIVE, demo_only=True),
    _Place("catalogue.catalogues", _l("Grade catalogues"), None),
    _Place("public.verify", _l("Verify"), None),
    _Place("monitor.log", _l("The record"), None),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the menu. ``first`` ones stand in the bar of a wide screen."""

    url: str
    word: str
    current: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages."""

    code: str
    tag: str
    name: str


_IN_THE_BAR = 6


def menu() -> list[MenuItem]:
    """The pages that the reader may open, in the order of a truck's way."""
    open_to_reader = [
        place
        for place in _PLACES
        if (place.action is None or allowed(place.action)) and (deps().demo or not place.demo_only)
    ]
    return [
        MenuItem(
            url=url_for(place.endpoint),
            word=str(place.word),
            current=request.endpoint == place.endpoint,
            first=number < _IN_THE_BAR,
        )
        for number, place in enumerate(open_to_reader)
    ]


def may(action: str) -> bool:
    """Whether the reader has the right ``action`` over anything; for buttons."""
    return allowed(Action(action))


def here(**changes: Any) -> str:
    """The address of this page, with some of its query changed."""
    if request.endpoint is None:
        return "/"
    query = {**request.args.to_dict(), **(request.view_args or {}), **changes}
    return url_for(request.endpoint, **query)


def qr(text: str) -> Markup:
    """A QR code as SVG, error correction M, with its quiet zone; colours come from the style."""
    return Markup(  # noqa: S704 - the library's own drawing, no text of anybody in it
        segno.make(text, error="m", micro=False).svg_inline(
            svgclass="qr", lineclass=None, omitsize=True, border=2
        )
    )


def _everywhere() -> dict[str, Any]:
    code = "en" if figures.is_english() else "zh"
    other = "zh" if code == "en" else "en"
    person = signed_in()
    return {
        "actor": person,
        "reader_name": _reader_name(person, code),
        "demo": deps().demo,
        "nav": menu(),
        "language_tag": LANGUAGE_TAGS[code],
        "other_language": Language(other, LANGUAGE_TAGS[other], words.language_name(other)),
    }


def _reader_name(person: Actor | None, code: str) -> str:
    """The reader's name in the language of the page, where the account has it."""
    if person is None:
        return ""
    return str(g.get("name_en") or person.name) if code == "en" else person.name


def init_templates(app: Flask) -> None:
    """Give the templates of ``app`` their filters, functions and common values."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_everywhere)
    app.jinja_env.globals.update(
        here=here,
        may=may,
        qr=qr,
        tone_icon=words.tone_icon,
        typed=forms.typed,
        refusals=forms.refusals,
        any_refusal=forms.any_refusal,
        idempotency_key=forms.idempotency_key,
    )
    app.jinja_env.filters.update(
        {
            "kg": figures.kg,
            "signed_kg": figures.signed_kg,
            "tonnes": figures.tonnes,
            "yuan": figures.yuan,
            "percent": figures.percent,
            "decimal": figures.decimal,
            "thousandths": figures.thousandths,
            "basis_word": lambda code: words.word(words.BASES, code),
            "clock": figures.clock,
            "moment": figures.moment,
            "day": figures.day,
            "span": figures.span,
            "plate": figures.plate,
            "difference": lambda told: language._(told.message, **told.values),
            "hex": figures.hexed,
            "short_hash": figures.short_hash,
            "short_id": figures.short_id,
            "named": figures.named,
            "site_name": figures.named,
            "step_word": lambda code: words.word(words.STEPS, code),
            "yard_mark": lambda code: words.mark(yard_words.STATES, code),
            "yard_step": lambda code: words.word(yard_words.STEP_NAMES, code),
            "done_word": lambda code: words.word(yard_words.DONE, code),
            "radiation_word": lambda code: words.word(yard_words.RADIATION, code),
            "pass_word": lambda code: words.word(words.PASSES, code),
            "visit_word": lambda code: words.word(words.VISITS, code),
            "role_word": lambda code: words.word(words.ROLES, code),
            "kind_word": lambda code: words.word(words.KINDS, code),
            "source_word": lambda code: words.word(words.SOURCES, code),
            "camera_word": lambda code: words.word(words.CAMERAS, code),
            "form_word": lambda code: words.word(words.FORMS, code),
            "form_letter": lambda code: words.FORM_LETTERS.get(code, "?"),
            "abstention_word": lambda code: words.word(words.ABSTENTIONS, code),
            "hazard_word": lambda code: words.word(words.HAZARDS, code),
            "inclusion_word": lambda code: words.word(words.INCLUSIONS, code),
            "material_word": lambda code: words.word(
                {**words.MATERIALS, **words.MATERIALS_OF_TABLETS}, code
            ),
            "deduction_word": lambda code: words.word(words.DEDUCTIONS, code),
            "process_word": lambda code: words.word(words.PROCESSES, code),
            "proof_mark": lambda code: words.mark(words.PROOFS, code),
            "settlement_mark": lambda code: words.mark(words.SETTLEMENTS, code),
            "stage_mark": lambda code: words.mark(words.STAGES, code),
            "part_word": lambda code: words.word(words.PARENTS, code),
            "promise_mark": lambda code: words.mark(words.PROMISES, code),
            "fulfilment_mark": lambda code: words.mark(words.FULFILMENTS, code),
            "ticket_mark": lambda code: words.mark(words.TICKETS, code),
            "appeal_reason": lambda code: words.word(words.APPEAL_REASONS, code),
            "appeal_mark": lambda code: words.mark(words.APPEALS, code),
            "answer_mark": lambda code: words.mark(words.ANSWERS, code),
            "ground_word": lambda code: words.word(words.GROUNDS, code),
            "lien_mark": lambda code: words.mark(words.LIENS, code),
            "order_mark": lambda code: words.mark(words.ORDERS, code),
            "order_word": lambda code: words.word(words.ORDER_KINDS, code),
            "outcome_mark": lambda code: words.mark(words.OUTCOMES, code),
            "hold_mark": lambda code: words.mark(words.HOLDS, code),
            "hold_word": lambda code: words.word(words.HOLD_DECISIONS, code),
            "control_title": lambda code: language._(TITLES[code]),
            "control_says": lambda verdict: language._(verdict.message),
            "hold_reason": lambda code: language._(REASONS.get(code, code)),
            "limit_word": lambda name: words.word(words.LIMITS, name),
            "grouped": figures.grouped,
            "paid_mark": lambda code: words.mark(words.PAID, code),
        }
    )
