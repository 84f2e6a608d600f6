import pytest

from service.domain.lien import (
    MAY_FOLLOW,
    CapExceedsError,
    CapMissingError,
    LienState,
    OrderOutOfTurnError,
    ReleaseExceedsError,
    require_cap,
    require_in_turn,
    require_releasable,
    state_after,
)

FITS = {
    ("reserve", LienState.FREE),
    ("reserve", LienState.CANCELLED),
    ("reserve", LienState.RESERVED),
    ("finance", LienState.RESERVED),
    ("release", LienState.FINANCED),
    ("cancel", LienState.RESERVED),
}


@pytest.mark.parametrize("kind", sorted(MAY_FOLLOW))
@pytest.mark.parametrize("state", list(LienState))
def test_an_order_fits_a_state_or_is_refused(kind: str, state: LienState) -> None:
    if (kind, state) in FITS:
        require_in_turn(kind, state)
    else:
        with pytest.raises(OrderOutOfTurnError):
            require_in_turn(kind, state)


@pytest.mark.parametrize(
    ("kind", "released_bp", "state"),
    [
        ("reserve", 0, LienState.RESERVED),
        ("finance", 0, LienState.FINANCED),
        ("release", 9_999, LienState.FINANCED),
        ("release", 10_000, LienState.RELEASED),
        ("cancel", 0, LienState.CANCELLED),
    ],
)
def test_what_an_order_leads_to(kind: str, released_bp: int, state: LienState) -> None:
    assert state_after(kind, released_bp) is state


def test_no_more_is_released_than_there_is() -> None:
    require_releasable(4_000, released_bp=6_000)
    with pytest.raises(ReleaseExceedsError):
        require_releasable(4_001, released_bp=6_000)


def test_a_cap_lies_between_a_fen_and_what_is_payable() -> None:
    assert require_cap(1_000, payable_fen=1_000) == 1_000
    for nothing in (None, 0):
        with pytest.raises(CapMissingError):
            require_cap(nothing, payable_fen=1_000)
    with pytest.raises(CapExceedsError):
        require_cap(1_001, payable_fen=1_000)
