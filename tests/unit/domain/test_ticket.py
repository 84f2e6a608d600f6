import pytest

from service.domain.errors import FerrotraceError
from service.domain.ticket import (
    Deduction,
    DeductionExceedsWeightError,
    DeductionKind,
    DeductionOutOfRangeError,
    NegativeMassError,
    ReasonMissingError,
    RejectedExceedsNetError,
    ResidualOutsideNetError,
    TareNotBelowGrossError,
    TicketMasses,
    masses,
    rejection_reason,
    require_residual,
)

SOIL = Deduction(kind=DeductionKind.KG, kg=420, reason="soil")
ONE_AND_A_HALF_PERCENT = Deduction(kind=DeductionKind.PCT, bp=150, reason="moisture")


def test_net_accepted_and_settlement_mass_are_three_masses() -> None:
    assert masses(43_900, 15_440, 300, 60, SOIL) == TicketMasses(
        net_kg=28_460, accepted_kg=28_100, deducted_kg=420, settlement_kg=27_680
    )


def test_without_rejection_and_deduction_the_net_is_paid() -> None:
    assert masses(48_620, 16_140).settlement_kg == 32_480


def test_a_share_is_taken_off_the_accepted_mass_and_rounded_half_up() -> None:
    assert masses(46_020, 15_720, deduction=ONE_AND_A_HALF_PERCENT).deducted_kg == 455


def test_everything_may_be_rejected_or_deducted() -> None:
    assert masses(20_000, 15_000, 5_000).settlement_kg == 0
    whole = Deduction(kind=DeductionKind.PCT, bp=10_000, reason="refused")
    assert masses(20_000, 15_000, deduction=whole).settlement_kg == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((-1, 15_000), NegativeMassError),
        ((20_000, -1), NegativeMassError),
        ((20_000, 15_000, -1), NegativeMassError),
        ((20_000, 15_000, 0, -1), NegativeMassError),
        ((15_000, 15_000), TareNotBelowGrossError),
        ((15_000, 20_000), TareNotBelowGrossError),
        ((15_000, 0), TareNotBelowGrossError),
        ((20_000, 15_000, 5_001), RejectedExceedsNetError),
        ((20_000, 15_000, 4_000, 1_001), RejectedExceedsNetError),
        ((15_400, 15_000, 0, 0, SOIL), DeductionExceedsWeightError),
    ],
)
def test_impossible_masses_are_refused(
    arguments: tuple[int, ...], error: type[FerrotraceError]
) -> None:
    with pytest.raises(error) as refused:
        masses(*arguments)  # type: ignore[arg-type]
    assert {"value", "limit"} <= set(refused.value.values)
    assert refused.value.field


@pytest.mark.parametrize(
    ("kind", "kg", "bp"),
    [
        (DeductionKind.KG, -1, 0),
        (DeductionKind.NONE, 5, 0),
        (DeductionKind.PCT, 5, 0),
        (DeductionKind.PCT, 0, -1),
        (DeductionKind.PCT, 0, 10_001),
        (DeductionKind.KG, 0, 5),
    ],
)
def test_a_deduction_of_another_kind_or_range_is_refused(
    kind: DeductionKind, kg: int, bp: int
) -> None:
    with pytest.raises(DeductionOutOfRangeError):
        Deduction(kind=kind, kg=kg, bp=bp, reason="soil")


def test_a_deduction_needs_a_reason() -> None:
    with pytest.raises(ReasonMissingError):
        Deduction(kind=DeductionKind.KG, kg=5, reason="  ")


def test_a_deduction_is_recorded_as_it_was_entered() -> None:
    assert Deduction().record() == {"kind": "NONE"}
    assert SOIL.record() == {"kind": "KG", "kg": 420, "reason": "soil"}
    assert ONE_AND_A_HALF_PERCENT.record() == {"kind": "PCT", "bp": 150, "reason": "moisture"}


def test_a_rejection_needs_a_reason() -> None:
    assert rejection_reason(0, "") is None
    assert rejection_reason(300, " sealed vessel ") == "sealed vessel"
    with pytest.raises(ReasonMissingError):
        rejection_reason(300, " ")


def test_what_is_left_on_a_truck_counts_only_beside_a_stored_tare() -> None:
    require_residual(200, tare_is_stored=True)
    require_residual(0, tare_is_stored=False)
    with pytest.raises(ResidualOutsideNetError):
        require_residual(200, tare_is_stored=False)
