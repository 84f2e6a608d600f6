"""A week is held against the first trucks of a head; too few loads say nothing."""

from service.domain.grading_drift import SeenLoad, drift, mean_shares_bp, psi

HEAVY = SeenLoad(shares_bp={"heavy_mixed": 8_000, "plate_structural": 2_000}, reasons=frozenset())
BALES = SeenLoad(shares_bp={"bales": 10_000}, reasons=frozenset({"FORMS_SEVERAL"}))
STRANGE = SeenLoad(shares_bp={}, reasons=frozenset({"OUT_OF_DISTRIBUTION"}))


def test_the_same_loads_have_an_index_of_nothing() -> None:
    seen = drift([HEAVY] * 60, [HEAVY] * 30)
    assert (seen.psi_bp, seen.alarm) == (0, False)


def test_other_loads_raise_the_alarm() -> None:
    seen = drift([HEAVY] * 60, [BALES] * 30)
    assert seen.psi_bp is not None
    assert seen.psi_bp > 2_500
    assert seen.alarm


def test_the_index_is_that_of_the_textbook() -> None:
    before, now = {"a": 5_000, "b": 5_000}, {"a": 6_000, "b": 4_000}
    assert psi(before, now) == 405  # 0.1 · ln 1.2 + (−0.1) · ln 0.8 = 0.0405


def test_a_form_that_was_never_seen_counts_with_half_a_per_cent() -> None:
    assert psi({"a": 10_000}, {"a": 9_950, "b": 50}) == psi({"a": 10_000, "b": 50}, {"a": 9_950})


def test_loads_unlike_the_training_raise_the_alarm_by_themselves() -> None:
    seen = drift([], [STRANGE] * 7 + [HEAVY] * 13)
    assert (seen.psi_bp, seen.unfamiliar_bp, seen.alarm) == (None, 3_500, True)


def test_few_loads_say_nothing() -> None:
    seen = drift([HEAVY] * 60, [STRANGE] * 19)
    assert (seen.psi_bp, seen.alarm) == (None, False)
    assert drift([], []).reference_unfamiliar_bp == 0


def test_mean_shares_are_over_the_loads_of_which_something_was_seen() -> None:
    assert mean_shares_bp([HEAVY, BALES, STRANGE]) == {
        "bales": 5_000,
        "heavy_mixed": 4_000,
        "plate_structural": 1_000,
    }
