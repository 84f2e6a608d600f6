import pytest

from service.domain.visit import (
    PassOutOfOrderError,
    PassRepeatedError,
    VisitKind,
    VisitKindError,
    require_kind,
    require_pass_in_order,
)
from service.domain.weighing import WeighingPass

GROSS, TARE, CHECK = WeighingPass.GROSS, WeighingPass.TARE, WeighingPass.CHECK


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (VisitKind.RECEIVING, GROSS, TARE),
        (VisitKind.LOADING, TARE, GROSS),
        (VisitKind.UNLOADING, GROSS, TARE),
    ],
)
def test_each_kind_of_visit_has_its_order(
    kind: VisitKind, first: WeighingPass, second: WeighingPass
) -> None:
    require_pass_in_order(kind, first, {})
    require_pass_in_order(kind, second, {first: 16_140})
    with pytest.raises(PassOutOfOrderError):
        require_pass_in_order(kind, second, {})
    with pytest.raises(PassRepeatedError) as refusal:
        require_pass_in_order(kind, first, {first: 16_140})
    assert refusal.value.values == {"value": first.value, "limit": 16_140}


def test_a_check_weighing_may_come_at_any_time() -> None:
    require_pass_in_order(VisitKind.RECEIVING, CHECK, {})
    require_pass_in_order(VisitKind.RECEIVING, CHECK, {GROSS: 48_620, TARE: 16_140})


def test_a_step_belongs_to_its_kind_of_visit() -> None:
    require_kind("LOADING", VisitKind.LOADING)
    with pytest.raises(VisitKindError):
        require_kind("RECEIVING", VisitKind.LOADING)
