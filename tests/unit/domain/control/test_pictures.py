from dataclasses import replace

import pytest

from service.domain.control.facts import KnownPictures
from service.domain.control.pictures import nearest_bits
from service.domain.control.verdict import Outcome
from tests.unit.domain.control.facts import PICTURES, gross, outcome, policy_with, said


def test_the_same_bytes_again_are_blocked() -> None:
    known = KnownPictures(sha256=frozenset({PICTURES[1].sha256}))
    verdict = said("C11", gross(known_pictures=known))
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.BLOCK, "rear")


def test_two_cameras_do_not_give_the_same_bytes() -> None:
    twice = (PICTURES[0], replace(PICTURES[0], camera_id="rear"), PICTURES[2])
    assert outcome("C11", gross(pictures=twice)) is Outcome.BLOCK


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("1111111111111111", Outcome.HOLD),
        ("1111111111111112", Outcome.HOLD),  # 2 bits
        ("1111111111111116", Outcome.PASS),  # 3 bits
    ],
)
def test_a_picture_that_looks_like_a_former_one_is_for_a_supervisor(
    known: str, expected: Outcome
) -> None:
    facts = gross(known_pictures=KnownPictures(phash=frozenset({known})))
    assert outcome("C11", facts) is expected


def test_a_site_with_drawn_cameras_asks_for_bytes_alone() -> None:
    facts = gross(known_pictures=KnownPictures(phash=frozenset({"1" * 16})))
    assert outcome("C11", facts, policy_with("C11", near_bits=0)) is Outcome.PASS


@pytest.mark.parametrize(("count", "expected"), [(3, Outcome.PASS), (2, Outcome.FLAG)])
def test_three_cameras_give_a_picture(count: int, expected: Outcome) -> None:
    assert outcome("C11", gross(pictures=PICTURES[:count])) is expected


@pytest.mark.parametrize(
    ("nonce_ok", "expected"),
    [(True, Outcome.PASS), (False, Outcome.HOLD), (None, Outcome.UNKNOWN)],
)
def test_a_photograph_that_sees_the_display_shows_its_figure(
    *, nonce_ok: bool | None, expected: Outcome
) -> None:
    seen = tuple(replace(picture, nonce_ok=nonce_ok) for picture in PICTURES)
    verdict = said("C11", gross(pictures=seen))
    assert verdict is not None
    assert (verdict.outcome, verdict.field) == (
        expected,
        "sha256" if expected is Outcome.PASS else "nonce",
    )


def test_without_the_former_pictures_nothing_is_known_of_reuse() -> None:
    assert outcome("C11", gross(known_pictures=None)) is Outcome.UNKNOWN


def test_pictures_that_cannot_be_decoded_cannot_be_compared() -> None:
    blind = tuple(replace(picture, phash=None) for picture in PICTURES)
    assert outcome("C11", gross(pictures=blind)) is Outcome.UNKNOWN


def test_distance_counts_the_bits_that_differ() -> None:
    assert nearest_bits(["0" * 16], ["f" * 16]) == 64
    assert nearest_bits(["f" * 16, "0000000000000003"], ["0000000000000001"]) == 1
    assert nearest_bits(["0" * 16], []) is None
