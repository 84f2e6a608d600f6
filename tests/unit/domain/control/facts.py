"""A weighing in order, from which each test takes away or adds one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from service.domain.control.facts import (
    ControlFacts,
    DeckView,
    KnownPictures,
    Measured,
    PeopleFacts,
    PictureFact,
    VehicleFacts,
    VisitSoFar,
)
from service.domain.control.judging import judge
from service.domain.control.policy import DEFAULT_POLICY, ControlPolicy
from service.domain.control.verdict import Outcome, Verdict
from service.domain.party import Role
from service.domain.visit import VisitKind
from service.domain.weighing import Instrument, Source, WeighingPass
from service.domain.yard import PassFact

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SCALE = Instrument(
    instrument_id="WB-1",
    make="Mettler Toledo",
    model="IND246",
    serial_no="S-1",
    dialect="toledo_cont",
    d_kg=20,
    e_kg=20,
    max_kg=100_000,
    accuracy_class="III",
    certificate_no="C-1",
    verified_on=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    simulated=False,
)
CURVE = ((0, 0), (140, 400), (280, 8_000), (420, 8_000), (560, 8_400), (700, 8_400))
MEASURED = Measured(window_ms=5_000, spread_kg=0, zero_before_kg=0, curve=CURVE)
PICTURES = tuple(
    PictureFact(camera_id=name, sha256=letter * 64, phash=letter * 16, nonce_ok=nonce_ok)
    for name, letter, nonce_ok in (("front", "1", None), ("rear", "6", True), ("load", "c", None))
)


def gross_pass(kg: int = 48_620, *, ago_s: int = 1_800) -> PassFact:
    return PassFact(
        weighing_id="W-1",
        weighing_pass=WeighingPass.GROSS,
        kg=kg,
        source="LIVE",
        taken_at=AT - timedelta(seconds=ago_s),
    )


def gross(**changes: Any) -> ControlFacts:
    """The first weighing of a truck that brings scrap, in order."""
    first = ControlFacts(
        visit_id="V-1",
        visit_kind=VisitKind.RECEIVING,
        weighing_pass=WeighingPass.GROSS,
        kg=48_620,
        source=Source.LIVE,
        demo=False,
        taken_at=AT,
        on=date(2026, 11, 22),
        instrument=SCALE,
        registered=SCALE,
        measured=MEASURED,
        vehicle=VehicleFacts(combo="辽E12345", legal_max_kg=49_000),
        people=PeopleFacts(
            operator_id="U-1", operator_role=Role.OPERATOR, overrides=0, weighings=40
        ),
        visit=VisitSoFar(radiation="OK", open_elsewhere=()),
        deck=DeckView(front_clear=True, back_clear=True, vehicles_seen=1),
        pictures=PICTURES,
        known_pictures=KnownPictures(),
    )
    return replace(first, **changes)


def tare(**changes: Any) -> ControlFacts:
    """Its second weighing, after it was unloaded."""
    second = gross(
        weighing_pass=WeighingPass.TARE,
        kg=16_140,
        visit=VisitSoFar(passes=(gross_pass(),), radiation="OK", unloaded=True, open_elsewhere=()),
    )
    return replace(second, **changes)


def said(
    control: str, facts: ControlFacts, policy: ControlPolicy = DEFAULT_POLICY
) -> Verdict | None:
    """What ``control`` says of ``facts``, None where it does not apply."""
    return next((v for v in judge(facts, policy) if v.control == control), None)


def outcome(control: str, facts: ControlFacts, policy: ControlPolicy = DEFAULT_POLICY) -> Outcome:
    verdict = said(control, facts, policy)
    assert verdict is not None
    return verdict.outcome


def policy_with(control: str, action: str | None = None, **limits: int) -> ControlPolicy:
    """The default policy, with another action or other limits of one control."""
    stated: dict[str, object] = {"limits": limits}
    return ControlPolicy.of({control: stated if action is None else {**stated, "action": action}})
