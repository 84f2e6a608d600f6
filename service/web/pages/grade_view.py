"""What the inspector's page shows of a proposal: shares with their intervals, reasons, marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.grade import CATALOGUE
from service.web.pages.figures import named

SHARE_GRADES = ("HRS101", "MRS201", "LRS301", "SRS401", "BRS501")
"""Grades that have a slider from the start; the decided grade gets one too."""

_TOP = 3
FEW_BP, MAYBE_BP = 200, 1_000
"""A form with a smaller share, and an interval that ends below, is told behind the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the proposal has the share of a grade, and its 90 % interval, basis points."""

    at_bp: int
    low_bp: int
    high_bp: int

    @property
    def percents(self) -> tuple[int, int, int]:
        """Share, low and high in whole per cent."""
        return (self.at_bp + 50) // 100, self.low_bp // 100, -(-self.high_bp // 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A slider: the part of a grade in the load, in per cent; ``mark`` None: nothing proposed."""

    code: str
    name: str
    letter: str
    percent: int
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A hazard or inclusion that the engine saw in a picture, in pixels."""

    kind: str
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProposal:
    """What the engine said, as the page shows it.

    ``forms`` are the shares by form with their marks, the largest first; ``top`` the likeliest
    trade grades where there are no shares. ``layers`` number the pictures that are layers.
    """

    decision: str
    grade_class: str | None
    form: str | None
    confidence_bp: int | None
    top: Sequence[tuple[str, int]]
    forms: Sequence[tuple[str, Mark]]
    reasons: Sequence[str]
    coverage_bp: int | None
    thickness_evidence: str | None
    layers: Mapping[str, int]
    hazards: Mapping[str, Sequence[Box]]
    inclusions: Mapping[str, Sequence[Box]]
    overlays: frozenset[str]
    head_sha256: str

    @property
    def main_forms(self) -> Sequence[tuple[str, Mark]]:
        """The forms that matter: the likeliest, and each that may be more than a trace."""
        return [
            (form, mark)
            for place, (form, mark) in enumerate(self.forms)
            if place == 0 or mark.at_bp >= FEW_BP or mark.high_bp >= MAYBE_BP
        ]

    @property
    def other_forms(self) -> Sequence[tuple[str, Mark]]:
        """The forms of which at most a trace was seen."""
        main = self.main_forms
        return [each for each in self.forms if each not in main]


def seen_proposal(record: Mapping[str, Any] | None) -> SeenProposal | None:
    """The record of a grade proposal as the page shows it; None before there is one."""
    if record is None:
        return None
    classes: Mapping[str, int] = record.get("classes", {})
    likeliest = sorted(classes.items(), key=lambda entry: -entry[1])
    return SeenProposal(
        decision=record["decision"],
        grade_class=record.get("grade_class"),
        form=record.get("form"),
        confidence_bp=record.get("confidence_bp"),
        top=likeliest[:_TOP],
        forms=_forms(record),
        reasons=_in_order(record.get("reasons", {})),
        coverage_bp=record.get("coverage_bp"),
        thickness_evidence=record.get("thickness_evidence"),
        layers={
            layer["picture"]: number
            for number, layer in enumerate(_in_order(record.get("layers", {})), start=1)
        },
        hazards=_boxes(record.get("hazards", {})),
        inclusions=_boxes(record.get("inclusions", {})),
        overlays=frozenset(record.get("overlays", {})),
        head_sha256=record.get("model", {}).get("head_sha256", ""),
    )


def grade_marks(
    seen: SeenProposal | None, codes_by_form: Mapping[str, Sequence[str]]
) -> dict[str, Mark]:
    """Marks by catalogue code, of the forms that the site buys as exactly one grade.

    Forms of one grade add up, and so do their bounds: wider than the true interval, never narrower.
    """
    marks: dict[str, Mark] = {}
    for form, mark in seen.forms if seen else ():
        codes = codes_by_form.get(form, ())
        if len(codes) == 1:
            known = marks.get(codes[0], Mark(at_bp=0, low_bp=0, high_bp=0))
            marks[codes[0]] = Mark(
                at_bp=known.at_bp + mark.at_bp,
                low_bp=known.low_bp + mark.low_bp,
                high_bp=min(known.high_bp + mark.high_bp, 10_000),
            )
    return marks


def sliders(percents: Mapping[str, int], chosen: str, marks: Mapping[str, Mark]) -> list[Share]:
    """A slider for each grade that usually occurs, that has a share, or that is proposed.

    ``percents`` are those stated so far; without any the first grade, or the marks, fill the load.
    """
    wanted = [*SHARE_GRADES, *percents, *marks, *([chosen] if chosen in CATALOGUE else [])]
    codes = list(dict.fromkeys(wanted))
    shown = percents or _whole(marks) or {codes[0]: 100}
    return [
        Share(
            code=code,
            name=named(CATALOGUE[code]),
            letter=code[0],
            percent=shown.get(code, 0),
            mark=marks.get(code),
        )
        for code in codes
        if code in CATALOGUE
    ]


def _whole(marks: Mapping[str, Mark]) -> dict[str, int]:
    """The marks in whole per cent where they are all of the load, else nothing."""
    if sum(mark.at_bp for mark in marks.values()) != 10_000:  # noqa: PLR2004 - the whole
        return {}
    percents = {code: mark.at_bp // 100 for code, mark in marks.items()}
    by_rest = sorted(marks, key=lambda code: -(marks[code].at_bp % 100))
    for code in by_rest[: 100 - sum(percents.values())]:
        percents[code] += 1
    return percents


def _forms(record: Mapping[str, Any]) -> list[tuple[str, Mark]]:
    shares: Mapping[str, int] = record.get("shares", {})
    low, high = record.get("interval_low", {}), record.get("interval_high", {})
    return [
        (form, Mark(at_bp=at_bp, low_bp=low.get(form, at_bp), high_bp=high.get(form, at_bp)))
        for form, at_bp in sorted(shares.items(), key=lambda entry: -entry[1])
        if at_bp or high.get(form, 0)
    ]


def _boxes(areas: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Box]]:
    found: dict[str, list[Box]] = {}
    for area in _in_order(areas):
        box = Box(kind=area["kind"], x=area["x"], y=area["y"], w=area["w"], h=area["h"])
        found.setdefault(area["picture"], []).append(box)
    return found


def _in_order(members: Mapping[str, Any]) -> list[Any]:
    return [members[place] for place in sorted(members, key=int)]
