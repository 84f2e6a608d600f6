from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service.domain.commissioning import (
    Proof,
    ProofName,
    ProofNote,
    ProofState,
    StepMissingError,
    check_due,
    profile_hash,
    require_proved,
    verdict,
)
from service.domain.commissioning_load import (
    Decoded,
    Display,
    DisplayTextError,
    KnownLoad,
    KnownLoadError,
    LoadProofs,
    ProfileView,
    decimals_of,
    figures_of,
    joined,
    prove_display,
    prove_load,
    read_display,
)
from service.domain.commissioning_motion import Motion, prove_motion
from tests.support.readings import SCALE

PASSED, FAILED = ProofState.PASSED, ProofState.FAILED
UNDECIDED, ABSENT = ProofState.UNDECIDED, ProofState.ABSENT
TRUCK = KnownLoad(kg=48_600, within_kg=40)


def view(
    weight: str | None,
    *,
    unit: str | None = "kg",
    interval: str | None = None,
    count: int = 12,
    has_check: bool = True,
    bad_frames: int = 0,
    profile: str = "own",
) -> ProfileView:
    frame = Decoded(
        weight=None if weight is None else Decimal(weight),
        unit=unit,
        interval=None if interval is None else Decimal(interval),
    )
    return ProfileView(
        profile=profile, frames=(frame,) * count, has_check=has_check, bad_frames=bad_frames
    )


def proved(
    own: ProfileView,
    shown: str = "48620",
    *,
    unit: str = "kg",
    rivals: tuple[ProfileView, ...] = (),
) -> dict[ProofName, Proof]:
    display = read_display(shown, unit)
    done = prove_load(own, rivals, display, TRUCK, SCALE, checked=None)
    return {proof.name: proof for proof in done.proofs}


@pytest.mark.parametrize(
    ("text", "unit", "display"),
    [
        ("48620", "kg", Display(figures="48620", decimals=0, unit="kg")),
        (" 48 620 kg ", "kg", Display(figures="48620", decimals=0, unit="kg")),
        ("0048.62", "t", Display(figures="4862", decimals=2, unit="t")),
        ("-1,00", "kg", Display(figures="-100", decimals=2, unit="kg")),
        ("-0", "kg", Display(figures="0", decimals=0, unit="kg")),
        ("48620.", "kg", Display(figures="48620", decimals=0, unit="kg")),
    ],
)
def test_display_is_read_digit_by_digit(text: str, unit: str, display: Display) -> None:
    assert read_display(text, unit) == display


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "kg"),
        ("abc", "kg"),
        ("1.2.3", "kg"),
        ("48620 t", "kg"),
        ("4", "stone"),
        ("--", "kg"),
    ],
)
def test_what_no_display_shows_is_refused(text: str, unit: str) -> None:
    with pytest.raises(DisplayTextError):
        read_display(text, unit)


@pytest.mark.parametrize(
    ("weight", "figures", "decimals"),
    [
        ("48620", "48620", 0),
        ("48.62", "4862", 2),
        ("-1.00", "-100", 2),
        ("0.00", "0", 2),
        ("4.862E4", "48620", 0),
    ],
)
def test_figures_and_decimals_of_a_weight(weight: str, figures: str, decimals: int) -> None:
    assert figures_of(Decimal(weight)) == figures
    assert decimals_of(Decimal(weight)) == decimals


def test_a_truck_that_reads_right_proves_everything_but_motion() -> None:
    rival = view("26840", profile="yaohua_eq_rev")
    found = proved(view("48620", interval="20"), rivals=(rival,))
    assert {proof.state for proof in found.values()} == {PASSED}
    assert set(found) == set(ProofName) - {ProofName.MOTION}
    assert found[ProofName.MASS].value == "48620 (+20)"
    assert found[ProofName.MASS].limit == "48600 ± 100 kg"
    assert found[ProofName.INCREMENT].value == "d = 20"
    assert found[ProofName.CHECKSUM].value == "0 / 12"


@pytest.mark.parametrize(
    ("own", "name"),
    [
        (view("26840"), ProofName.FIGURES),
        (view("4862.0"), ProofName.DECIMALS),
        (view("48620", unit="lb"), ProofName.UNIT),
        (view("48620", unit=None), ProofName.UNIT),
        (view("48620", interval="10"), ProofName.INCREMENT),
        (view("48630"), ProofName.INCREMENT),
        (view("48620", bad_frames=3), ProofName.CHECKSUM),
        (view("49620"), ProofName.MASS),
    ],
)
def test_each_wrong_setting_fails_its_own_proof(own: ProfileView, name: ProofName) -> None:
    found = proved(own)
    assert found[name].state is FAILED
    assert verdict(found.values()) is FAILED


def test_a_display_in_tonnes_fails_the_unit() -> None:
    found = proved(view("48620"), "48.620", unit="t")
    assert found[ProofName.UNIT].state is FAILED
    assert found[ProofName.UNIT].value == "kg / t"


@pytest.mark.parametrize(
    "own",
    [
        view("48620", count=4),
        view(None),
        view("48620", count=0),
        replace(view("0"), frames=(*view("48620").frames, *view("0").frames[:2])),
    ],
)
def test_nothing_is_proved_from_too_few_or_restless_frames(own: ProfileView) -> None:
    found = proved(own)
    assert set(found) == {ProofName.FRAMES}
    assert found[ProofName.FRAMES].state is FAILED


def test_a_profile_that_reads_the_same_asks_for_another_load() -> None:
    palindrome = proved(view("48684"), "48684", rivals=(view("48684", profile="yaohua_eq_rev"),))
    assert palindrome[ProofName.PROFILE].state is UNDECIDED
    assert palindrome[ProofName.PROFILE].value == "yaohua_eq_rev"


@pytest.mark.parametrize(
    "rival", [view("48620", count=5), view("48620", unit="t"), view("48620", count=0)]
)
def test_a_profile_that_reads_little_or_otherwise_is_told_apart(rival: ProfileView) -> None:
    assert proved(view("48620"), rivals=(rival,))[ProofName.PROFILE].state is PASSED


def test_loads_together_tell_apart_what_one_alone_cannot() -> None:
    first = LoadProofs(
        proofs=(_proof(ProofName.FIGURES, PASSED), _proof(ProofName.PROFILE, UNDECIDED)),
        alike=frozenset({"a", "b"}),
    )
    second = LoadProofs(
        proofs=(_proof(ProofName.FIGURES, PASSED), _proof(ProofName.PROFILE, UNDECIDED)),
        alike=frozenset({"c"}),
    )
    assert joined(()) == ()
    assert [proof.state for proof in joined((first,))] == [PASSED, UNDECIDED]
    assert [proof.state for proof in joined((first, second))] == [PASSED, PASSED]
    failed = LoadProofs(proofs=(_proof(ProofName.FIGURES, FAILED),))
    assert joined((first, failed))[0].state is FAILED
    assert [proof.name for proof in joined((failed,))] == [ProofName.FIGURES]


def _proof(name: ProofName, state: ProofState) -> Proof:
    return Proof(name=name, state=state, value="1", limit="2", note=ProofNote.NONE)


def test_a_check_that_is_sent_and_not_read_fails() -> None:
    unchecked = view("48620", has_check=False)
    display = read_display("48620", "kg")

    def check(checked: ProfileView | None) -> Proof:
        proofs = prove_display(unchecked, display, SCALE, checked=checked)
        return proofs[-1]

    assert (check(None).state, check(None).note) == (ABSENT, ProofNote.NO_CHECK)
    sent = check(view("48620", count=11))
    assert (sent.state, sent.note) == (FAILED, ProofNote.CHECK_NOT_READ)
    assert check(view("48620", count=6)).state is ABSENT  # every other frame, by chance


@pytest.mark.parametrize(
    ("load", "words"),
    [
        (KnownLoad(kg=399, within_kg=0), "400 to 100000 kg"),
        (KnownLoad(kg=100_020, within_kg=0), "400 to 100000 kg"),
        (KnownLoad(kg=48_620, within_kg=1_001), "known to within 1000 kg"),
        (KnownLoad(kg=48_620, within_kg=-1), "known to within 1000 kg"),
    ],
)
def test_a_truck_that_proves_nothing_is_refused(load: KnownLoad, words: str) -> None:
    with pytest.raises(KnownLoadError, match=words):
        load.check(SCALE)


def test_a_truck_within_the_scale_is_taken() -> None:
    TRUCK.check(SCALE)


def test_closing_asks_for_every_proof_passed_or_absent() -> None:
    proofs = [_proof(name, PASSED) for name in ProofName]
    require_proved(proofs)
    require_proved([*proofs[:-1], _proof(ProofName.MOTION, ABSENT)])
    with pytest.raises(StepMissingError, match="motion is missing"):
        require_proved(proofs[:-1])
    with pytest.raises(StepMissingError, match="mass is undecided"):
        require_proved([*proofs, _proof(ProofName.MASS, UNDECIDED)])


def test_verdict_is_the_gravest_state() -> None:
    states = [PASSED, ABSENT]
    assert verdict(_proof(ProofName.MASS, state) for state in states) is PASSED
    assert verdict(_proof(ProofName.MASS, state) for state in [*states, UNDECIDED]) is UNDECIDED
    assert verdict(_proof(ProofName.MASS, state) for state in [UNDECIDED, FAILED]) is FAILED


def test_a_proof_survives_its_record() -> None:
    proof = Proof(
        name=ProofName.MOTION,
        state=FAILED,
        value="1/8, 21/21",
        limit="≥ 1/2, 0",
        note=ProofNote.INVERTED,
    )
    assert Proof.of(proof.record()) == proof


def test_profile_hash_is_golden_and_changes_with_every_setting() -> None:
    first = profile_hash(SCALE, {"checksum": True})
    assert first == "6e16854fafddd33388b4b55643347bab3d59a91d30d35db4b0890ee5c8c9324f"
    assert profile_hash(SCALE, {"checksum": False}) != first
    assert profile_hash(replace(SCALE, serial_no="TT-0002"), {"checksum": True}) != first
    assert profile_hash(replace(SCALE, certificate_no="CERT-2"), {"checksum": True}) == first


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (date(2026, 6, 1), True), (date(2026, 6, 2), False), (date(2026, 6, 3), False)],
)
def test_the_check_is_due_once_a_day(last: date | None, *, due: bool) -> None:
    assert check_due(last, date(2026, 6, 2)) is due


def drive(*, moving: bool | None, standing: bool | None) -> list[Motion]:
    """Two seconds of a truck that mounts, six of one that stands, ten frames a second."""
    mounting = [Motion(at_ms=at * 100, kg=at * 2_000, moving=moving) for at in range(20)]
    still = [Motion(at_ms=2_000 + at * 100, kg=40_000, moving=standing) for at in range(60)]
    return [*mounting, *still]


@pytest.mark.parametrize(
    ("moving", "standing", "state", "note"),
    [
        (True, False, PASSED, ProofNote.NONE),
        (False, True, FAILED, ProofNote.INVERTED),
        (False, False, FAILED, ProofNote.NONE),
        (True, True, FAILED, ProofNote.NONE),
        (None, None, ABSENT, ProofNote.NO_MOTION_BIT),
    ],
)
def test_a_drive_proves_the_sense_of_the_motion_bit(
    *, moving: bool | None, standing: bool | None, state: ProofState, note: ProofNote
) -> None:
    proof = prove_motion(drive(moving=moving, standing=standing), d_kg=20)
    assert (proof.state, proof.note) == (state, note)


@pytest.mark.parametrize(
    "samples",
    [
        [],
        drive(moving=True, standing=False)[:30],
        drive(moving=True, standing=False)[20:],
        drive(moving=True, standing=False)[19:25],
        [*drive(moving=True, standing=False), Motion(at_ms=8_000, kg=None, moving=False)],
        [*drive(moving=True, standing=False), Motion(at_ms=8_000, kg=30_000, moving=False)],
    ],
)
def test_without_a_drive_or_a_standstill_nothing_is_decided(samples: list[Motion]) -> None:
    assert prove_motion(samples, d_kg=20).state is UNDECIDED
