"""The scale itself: the one that was verified (C13), and checked by another scale (C14)."""

from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding, Outcome
from service.domain.delivery import ScalePair, compare_scales
from service.domain.metrology import LoadOutsideClassError
from service.domain.weighing import Instrument, WeighingPass

DRAW_TAG = b"ferrotrace check weighing "
"""Before the visit's identifier in the bytes that are hashed for the draw."""


def integrity(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C13: serial, interval and the rest as verified, verification valid, line and test in order.

    Rates of frames and the day's test are judged where they are known.
    """
    seen, registered = facts.instrument, facts.registered
    changed = None if registered is None else _changed(seen, registered)
    yield Finding(
        control="C13",
        field="instrument",
        broken=None if changed is None else changed != "",
        value=seen.serial_no if not changed else f"{changed} {getattr(seen, changed)}",
        limit="—" if registered is None else str(getattr(registered, changed or "serial_no")),
    )
    valid = registered or seen
    yield Finding(
        control="C13",
        field="valid_to",
        broken=not valid.verified_on <= facts.on <= valid.valid_to,
        value=facts.on.isoformat(),
        limit=f"{valid.verified_on.isoformat()}/{valid.valid_to.isoformat()}",
    )
    yield from _line(facts, policy)
    if facts.scale.tested_on is not None:
        yield Finding(
            control="C13",
            field="tested_on",
            broken=facts.scale.tested_on != facts.on,
            value=facts.scale.tested_on.isoformat(),
            limit=facts.on.isoformat(),
            at_most=Outcome.FLAG,
        )


def _changed(seen: Instrument, registered: Instrument) -> str:
    """Return the first member in which the scale differs from its record, else an empty text."""
    names = (field.name for field in fields(Instrument))
    return next((n for n in names if getattr(seen, n) != getattr(registered, n)), "")


def _line(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    now, usual = facts.scale.frames_per_min, facts.scale.usual_frames_per_min
    if now is not None and usual is not None:
        off_by = usual * policy.limit("C13", "frame_rate_bp") // 10_000
        yield Finding(
            control="C13",
            field="frame_rate",
            broken=abs(now - usual) > off_by,
            value=f"{now}/min",
            limit=f"{usual} ± {off_by}/min",
        )
    bad_bp = facts.scale.bad_frames_bp
    if bad_bp is not None:
        limit_bp = policy.limit("C13", "bad_frames_bp")
        yield Finding(
            control="C13",
            field="bad_frames",
            broken=bad_bp > limit_bp,
            value=f"{bad_bp} bp",
            limit=f"≤ {limit_bp} bp",
        )


def check_weighing(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C14: a visit that is drawn is weighed on a second scale; base and plant agree.

    Asked when the net is known. Between base and plant the limit is the root of the sum of the
    squares of the scales' own errors (``delivery.difference_limit_kg``).
    """
    if facts.net_kg is None or facts.earlier is None:
        return
    share_bp, drawn_at = policy.limit("C14", "check_share_bp"), check_draw(facts.visit_id)
    yield Finding(
        control="C14",
        field="draw",
        broken=drawn_at < share_bp and not facts.visit.checked,
        value=str(drawn_at),
        limit=f"≥ {share_bp}",
    )
    if facts.visit.base is not None:
        yield _against_base(facts, facts.visit.base, facts.earlier.kg)


def check_draw(visit_id: str) -> int:
    """A number from 0 to 9999 that the visit's identifier gives, the same for everybody.

    The first 8 bytes of SHA-256 over ``DRAW_TAG`` and the identifier (UTF-8), big-endian, modulo
    10,000: a visit is drawn where it is below the share in basis points.
    """
    digest = sha256(DRAW_TAG + visit_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000


def _against_base(facts: ControlFacts, base: ScalePair, earlier_kg: int) -> Finding:
    is_tare = facts.weighing_pass is WeighingPass.TARE
    gross_kg, tare_kg = (earlier_kg, facts.kg) if is_tare else (facts.kg, earlier_kg)
    plant = ScalePair(gross_kg=gross_kg, tare_kg=tare_kg, e_kg=facts.instrument.e_kg)
    try:
        compared = compare_scales(base=base, plant=plant)
    except LoadOutsideClassError:
        return Finding(control="C14", field="difference_kg", broken=None, value="—", limit="—")
    return Finding(
        control="C14",
        field="difference_kg",
        broken=compared.alarm,
        value=f"{compared.difference_kg:+d} kg",
        limit=f"±{compared.limit_kg} kg",
    )
