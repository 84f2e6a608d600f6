"""A grade computed again is identical, the same within a basis point, or different."""

import pytest

from service.domain.regrade import Verdict, compared

STORED = {
    "proposal_id": "1",
    "decision": "auto",
    "confidence_bp": 9_120,
    "shares": {"heavy_mixed": 9_000, "bales": 1_000},
    "reasons": {},
    "coverage_bp": None,
    "boxes": [[1, 2], [3, 4]],
    "model": {"head_sha256": "aa", "code_version": "1"},
    "overlays": {"p": "ff"},
}


def test_the_same_record_is_identical_whenever_it_was_made() -> None:
    outcome = compared(STORED, {**STORED, "proposal_id": "2", "proposed_at": "later"})
    assert (outcome.verdict, outcome.same_engine) == (Verdict.IDENTICAL, True)


def test_nothing_and_an_empty_object_say_the_same() -> None:
    assert compared(STORED, {**STORED, "reasons": None}).verdict is Verdict.IDENTICAL


@pytest.mark.parametrize(
    "again",
    [
        {"shares": {"heavy_mixed": 8_999, "bales": 1_001}},
        {"confidence_bp": 9_121},
        {"overlays": {"p": "00"}},
        {"boxes": [[1, 2], [3, 5]]},
        {"model": {"head_sha256": "aa", "code_version": "2"}},
        {"model": {"head_sha256": "aa", "code_version": "2", "settings_sha256": "more limits"}},
        {"model": {"head_sha256": "aa", "code_version": "2", "calibration_sha256": "more"}},
    ],
)
def test_one_unit_another_version_or_another_packing_is_within_a_basis_point(
    again: dict[str, object],
) -> None:
    assert compared(STORED, {**STORED, **again}).verdict is Verdict.WITHIN_1_BP


@pytest.mark.parametrize(
    ("again", "path"),
    [
        ({"shares": {"heavy_mixed": 8_998, "bales": 1_002}}, "shares.bales"),
        ({"decision": "manual"}, "decision"),
        ({"coverage_bp": 0}, "coverage_bp"),
        ({"boxes": [[1, 2]]}, "boxes"),
        ({"reasons": {"0": "Q_BLUR"}}, "reasons.0"),
        ({"model": {"head_sha256": "bb", "code_version": "1"}}, "model.head_sha256"),
        ({"decision": True}, "decision"),
        (
            {"model": {"head_sha256": "aa", "code_version": "1", "settings_sha256": "bent"}},
            "model.settings_sha256",
        ),
        (
            {"model": {"head_sha256": "bb", "code_version": "2", "settings_sha256": "other"}},
            "model.head_sha256",
        ),
    ],
)
def test_anything_else_is_different_and_named_by_its_place(
    again: dict[str, object], path: str
) -> None:
    outcome = compared(STORED, {**STORED, **again})
    assert outcome.verdict is Verdict.DIFFERENT
    assert path in [difference.path for difference in outcome.differences]


def test_another_head_is_another_engine() -> None:
    again = {**STORED, "model": {"head_sha256": "bb", "code_version": "1"}}
    assert not compared(STORED, again).same_engine
