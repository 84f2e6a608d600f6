"""Held weighings on the pages: the queue, the evidence, the decision; overrides and policies."""

import re

import pytest
from flask import Flask

from service.domain.control.facts import TareFact
from service.domain.control.tare import tare_band
from service.domain.visit import VisitKind
from service.storage import views
from service.storage.sight import SightRow, add_sight
from service.storage.weighing import WeighingLeftRow, add_weighing_left
from service.usecases.control_policy import SetControlPolicy, set_control_policy
from service.usecases.visit import OpenVisit, open_visit
from service.usecases.weighing import Weighing
from service.web.pages.figures import grouped
from service.web.pages.hold_drawing import HEIGHT, WIDTH, Frame, tare_chart
from tests.support.company import START, Company
from tests.support.pages import Person, forms_of, pages_of, text_of


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


def held(company: Company) -> Weighing:
    """A gross weighing that is held, because the site asks for a longer window than it got."""
    command = SetControlPolicy(
        site_id="BASE01",
        policy={"C4": {"action": "HOLD", "limits": {"window_ms": 10_000}}},
        reason="a windy site",
    )
    set_control_policy(command, company.people["administrator"], company.deps)
    arrival = OpenVisit(
        site_id="BASE01", kind=VisitKind.RECEIVING, plate="辽E77777", supplier_id="SU-QINGHE"
    )
    visit = open_visit(arrival, company.people["operator"], company.deps)
    return company.weigh(visit.visit_id, "BASE01", "gross", 48_620, "operator")


def seen(weighing: Weighing) -> SightRow:
    """Two plates on the deck, and no figure at the rear."""
    return SightRow(
        weighing_id=weighing.weighing_id,
        plates={"front": ["辽E77777"], "rear": ["京B77777"]},
        look=None,
        card_no=None,
        nonce="12345678",
        nonce_ok={"rear": False},
    )


def test_a_supervisor_sees_the_evidence_and_decides(company: Company, app: Flask) -> None:
    weighing = held(company)
    left = WeighingLeftRow(
        weighing_id=weighing.weighing_id,
        empty_after_ms=4_000,
        rise_kg=120,
        curve=b"0 48620\n900 -\n2000 48740\n4000 0\n",
        left_at=START,
        recorded_at=START,
    )
    with company.deps.db.transaction() as tx:
        add_weighing_left(tx, left)
        add_sight(tx, seen(weighing))
    page = f"/holds/{weighing.weighing_id}"
    supervisor = Person(app, "supervisor")
    assert "Stable weight (C4)" in supervisor.read("/holds")
    assert "After it: Gross empty after 4.0 s, 120 kg added" in supervisor.read(page)
    shown = supervisor.read(page)
    assert "The load stood still for too short a time." in shown
    assert "Gross, 48,620 kg" in shown
    assert "What the cameras saw This weighing Plate 京B·77777, 辽E·77777 Vehicles seen 2" in shown
    assert "Figure on the display 12345678 not in the picture: Rear" in shown
    assert "Gross: Stable weight (C4) · 5,040 ms" in Person(app, "operator").read(
        f"/visits/{weighing.visit_id}"
    )
    assert "A supervisor who did not weigh" in Person(app, "operator").read(page)
    assert "停稳的时间太短" in Person(app, "supervisor", "zh").read(page)

    form = next(f for f in forms_of(supervisor.get(page).text) if f.action == page)
    given = {"decision": "RELEASE", "reason_code": "SEEN_AND_CONFIRMED"}
    refused = supervisor.send(form, page, given)
    assert refused.status_code == 422
    assert "A release needs 1 photograph(s); there are 0." in text_of(refused.text)
    picture = {"photograph_ids": weighing.photograph_ids[0]}
    assert supervisor.send(form, page, given | picture).status_code == 303
    assert "released, with its mark" in supervisor.read(page)
    assert "Load and truck seen" in supervisor.read("/holds")
    assert "100 %" in supervisor.read("/overrides").replace("\N{NO-BREAK SPACE}", " ")
    assert "Beihe base 1" in Person(app, "auditor").read("/overrides")


def test_the_administrator_sets_what_a_site_does(app: Flask) -> None:
    page = "/sites/BASE02/controls"
    administrator = Person(app, "administrator")
    assert "as the product has them" in administrator.read(page)
    unsaid = administrator.fill(page, page, C7="FLAG", C7__band_kg="150")
    assert unsaid.status_code == 422
    wrong = administrator.fill(page, page, C7__band_kg="much", reason="trailers")
    assert wrong.status_code == 422
    assert "allowed is 0–1000000" in text_of(wrong.text)
    done = administrator.fill(page, page, C7="FLAG", C7__band_kg="150", reason="trailers")
    assert done.status_code == 303
    fields = next(f for f in forms_of(administrator.get(page).text) if f.action == page).fields
    assert (fields["C7"], fields["C7.band_kg"], fields["C5"]) == ("FLAG", "150", "HOLD")
    seen = Person(app, "supervisor")
    assert "trailers" in seen.read(page)
    assert not re.search(r"<select", seen.get(page).text)


def test_empty_pages_say_what_will_stand_there(app: Flask) -> None:
    supervisor = Person(app, "supervisor")
    assert "Nothing is held" in supervisor.read("/holds")
    assert "No weighing in this shift" in supervisor.read("/overrides")


def test_curves_of_a_page_share_one_frame() -> None:
    still = tuple((ms, 20_000) for ms in range(0, 100_000, 140))
    jumped = (*((ms, 30_000) for ms in range(0, 2_800, 140)), (2_800, 40_000), (2_940, None))
    frame = Frame.of([still, jumped])
    assert (frame.longest_ms, frame.heaviest_kg) == (99_960, 40_000)
    low = frame.drawn(still, "still", "a").path
    assert low.startswith(f"M0,{HEIGHT // 2} ")
    assert low.endswith(f" {WIDTH},{HEIGHT // 2}")
    assert len(low.split()) <= 301
    assert frame.drawn(jumped, "jumped", "b", with_jump=True).jump == "M15,30 16,0"
    tail = [(0, 40_000), (900, None), (4_000, 50_000), (8_000, 0)]
    wide = Frame.of([still], [tail])
    assert (wide.longest_ms, wide.heaviest_kg) == (frame.longest_ms, 50_000)
    assert wide.tail(tail, "after", "d").path == f"M0,{HEIGHT // 5} 300,0 600,{HEIGHT} 600,{HEIGHT}"
    assert Frame.of([]).drawn((), "none", "c", with_jump=True).path == ""


@pytest.mark.parametrize(("kg", "is_inside"), [(16_140, True), (17_140, False)])
def test_the_tare_stands_in_or_beside_its_band(kg: int, *, is_inside: bool) -> None:
    tares = [TareFact(kg=weight, taken_at=START, combo="A") for weight in (16_100, 16_140, 16_180)]
    chart = tare_chart(kg, tares, tare_band([tare.kg for tare in tares]))
    assert chart.is_inside is is_inside
    assert 0 <= chart.low_x < chart.median_x < chart.high_x <= WIDTH
    assert (chart.low_x <= chart.x <= chart.high_x) is is_inside
    assert len(chart.dots) == 3
    assert chart.band_width == chart.high_x - chart.low_x


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("16011–16269 kg", "16,011–16,269 kg"),
        ("≤ 4000 kg/s", "≤ 4,000 kg/s"),
        ("2026-01-01/2026-12-31", "2026-01-01/2026-12-31"),
        ("6391", "6391"),
    ],
)
def test_measures_are_grouped_and_dates_are_not(text: str, shown: str) -> None:
    assert grouped(text) == shown


def test_a_hold_is_nothing_to_a_stranger(company: Company) -> None:
    weighing = held(company)
    elsewhere = views.Reader(site_ids=frozenset({"BASE02"}))
    with company.deps.db.transaction() as tx:
        assert views.hold(tx, elsewhere, weighing.weighing_id) is None
        assert views.holds(tx, elsewhere) == []
        assert views.overrides(tx, elsewhere, company.clock(), site_id="BASE01") == []
        assert views.hold(tx, views.EVERYTHING, "no weighing") is None
