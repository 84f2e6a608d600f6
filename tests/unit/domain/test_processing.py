"""Mass is conserved in a processing run; much loss needs a reason."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from service.domain.processing import (
    LossReasonMissingError,
    LotMass,
    MassNotConservedError,
    MeterBackwardsError,
    MeterReading,
    MeterUnit,
    ProcessingKind,
    ProcessingRun,
    RunBackwardsError,
    RunEmptyError,
    RunLotRepeatedError,
    RunMassNotPositiveError,
)

STARTED = datetime(2026, 3, 1, 6, tzinfo=UTC)


def run(taken_kg: list[int], made_kg: list[int], **changes: Any) -> ProcessingRun:
    fields: dict[str, Any] = {
        "kind": ProcessingKind.SHREDDING,
        "started_at": STARTED,
        "ended_at": STARTED + timedelta(hours=1),
        "inputs": [LotMass(lot_id=f"IN-{place}", kg=kg) for place, kg in enumerate(taken_kg)],
        "outputs": [LotMass(lot_id=f"OUT-{place}", kg=kg) for place, kg in enumerate(made_kg)],
    }
    return ProcessingRun(**{**fields, **changes})


def test_what_does_not_come_out_is_the_loss() -> None:
    made = run([12_000, 8_000], [19_000])
    assert (made.input_kg, made.output_kg, made.loss_kg) == (20_000, 19_000, 1_000)


@pytest.mark.parametrize(
    ("inputs", "outputs", "changes", "error"),
    [
        ([], [1], {}, RunEmptyError),
        ([1], [], {}, RunEmptyError),
        ([100], [101], {}, MassNotConservedError),
        ([0], [0], {}, RunMassNotPositiveError),
        ([20_000], [18_999], {}, LossReasonMissingError),
        ([20_000], [18_999], {"loss_reason": "  "}, LossReasonMissingError),
        ([1], [1], {"ended_at": STARTED - timedelta(seconds=1)}, RunBackwardsError),
        (
            [1, 1],
            [2],
            {"inputs": [LotMass(lot_id="A", kg=1), LotMass(lot_id="A", kg=1)]},
            RunLotRepeatedError,
        ),
    ],
)
def test_a_run_that_cannot_be_is_refused(
    inputs: list[int], outputs: list[int], changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(inputs, outputs, **changes)


def test_a_large_loss_is_taken_with_its_reason_and_one_of_five_percent_without() -> None:
    assert run([20_000], [18_999], loss_reason="earth").loss_kg == 1_001
    assert run([20_000], [19_000]).loss_kg == 1_000


def test_a_lot_may_be_taken_from_two_places() -> None:
    places = [LotMass(lot_id="A", kg=1, place=place) for place in ("B1", "B2")]
    assert run([1], [2], inputs=places).input_kg == 2


def test_a_meter_tells_what_was_used_and_never_runs_backwards() -> None:
    meter = MeterReading(
        meter_id="M1", unit=MeterUnit.KWH, before=Decimal("1000.0"), after=Decimal("1812.5")
    )
    assert meter.used == Decimal("812.5")
    with pytest.raises(MeterBackwardsError):
        MeterReading(meter_id="M1", unit=MeterUnit.LITRE, before=Decimal(2), after=Decimal(1))
