"""What other readers of indicators got wrong (a published list), each as a fact that holds here."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from service.devices.indicators.answers import decode
from service.devices.indicators.dialect import Frame, Match, Shown
from service.devices.indicators.reading import Arrival, reading_of
from service.devices.indicators.registry import dialect_by_name
from service.devices.indicators.seven_bits import with_even_parity
from service.domain.weighing import Mode, Reading
from service.domain.weighing_window import NotGrossError, NotIdenticalError, refusals
from tests.support.dialects import IDS, SETTINGS, ended, fed, speaking
from tests.support.readings import RULE, SCALE, TODAY, passage_of, standing


def weights(name: str, sent: bytes, **params: object) -> list[Decimal | None]:
    return [frame.weight for frame in fed(dialect_by_name(name, params), [sent])]


def read(name: str, sent: bytes, **params: object) -> Reading:
    dialect = dialect_by_name(name, params)
    frame = dialect.match(sent)
    assert isinstance(frame, Frame)
    arrival = Arrival(seq=1, t_mono_ms=0, t_utc=datetime(2026, 6, 1, tzinfo=UTC))
    return reading_of(frame, dialect, SCALE, arrival=arrival)


def test_1_the_last_check_letter_of_a_yaohua_frame_is_no_stability() -> None:
    answer = decode("yaohua_tf0", {}, b"\x02+003290013\x03")
    assert (answer["weight"], answer["stable"]) == ("3290", None)
    assert read("yaohua_tf0", b"\x02+003290013\x03").motion is None


def test_2_frames_with_a_letter_in_the_check_are_read_and_the_check_is_no_digit() -> None:
    dialect = dialect_by_name("yaohua_tf0", {})
    loads = range(0, 100_000, 20)
    sent = [dialect.encode(Shown(kg=kg, d_kg=20)) for kg in loads]
    assert [frame.weight for frame in fed(dialect, sent)] == list(loads)
    lettered = sum(not frame[9:11].isdigit() for frame in sent)
    assert lettered * 1_000 // len(sent) == 424


def test_3_one_good_frame_is_no_weight_for_the_check_sees_no_exchanged_digits() -> None:
    assert weights("yaohua_tf0", b"\x02+001560019\x03\x02+001650019\x03") == [1_560, 1_650]
    readings = standing(still=37)
    torn = [*readings[:-1], readings[-1].__class__(**{**_members(readings[-1]), "kg": 48_640})]
    found = refusals(passage_of(torn), SCALE, RULE, now_ms=torn[-1].t_mono_ms, on=TODAY)
    assert any(isinstance(error, NotIdenticalError) for error in found)


def _members(reading: Reading) -> dict[str, Any]:
    return {name: getattr(reading, name) for name in reading.__slots__}


def test_4_constant_bits_are_masked_and_a_clone_is_a_setting() -> None:
    frame = bytearray(b"\x02\x2a\x30\x20048620000000\r")
    for swa, swb, swc in product(range(4), range(4), range(2)):
        frame[1] = 0x0A | swa << 5
        frame[2] = 0x10 | swb << 5
        frame[3] = swc << 5
        assert weights("toledo_cont", bytes(frame), checksum=False) == [48_620]
        assert read("toledo_cont", bytes(frame), checksum=False).not_zeroed is False
    stands = b"\x02\x2a\x38\x20048620000000\r"
    assert read("toledo_cont", stands, clone="8142").motion is True
    assert read("toledo_cont", stands, clone="8142", motion_inverted=True).motion is False


def test_4_pounds_of_a_clone_are_not_grams_and_its_other_bits_say_nothing() -> None:
    frame = b"\x02\x2a\x30\x21048620000000\r"
    assert read("toledo_cont", frame, checksum=False).unit == "g"
    assert read("toledo_cont", frame, checksum=False, clone="liden").unit == "lb"
    wild = b"\x02\x2a\x30\x3f048620000000\r"
    plain = read("toledo_cont", wild, clone="8142")
    assert (plain.unit, plain.expanded, plain.kg) == ("kg", False, 48_620)


def test_4_the_same_status_byte_stands_on_one_make_and_moves_on_the_other() -> None:
    assert read("hengtian_9800", b"\x02\x20\x38\x20048620\r\n").motion is False
    assert read("toledo_cont", b"\x02\x2a\x38\x20048620000000\r", checksum=False).motion is True
    assert weights("toledo_cont", b"\x02\x20\x38\x20048620\r\n" * 3) == []


@pytest.mark.parametrize("name", ["toledo_cont", "yaohua_tf0", "and_std", "mt_sics", "yaohua_tf1"])
def test_5_parity_left_in_bit_seven_changes_no_weight(name: str) -> None:
    masked = {} if name == "toledo_cont" else {"mask_parity": True}
    dialect = dialect_by_name(name, masked)
    plain = dialect_by_name(name, {}).encode(Shown(kg=48_620, d_kg=20))
    sent = with_even_parity(plain)
    (frame,) = fed(dialect, [sent])
    assert frame.weight == 48_620
    assert frame.raw == sent
    assert weights(name, sent) == ([] if masked else [48_620])


def test_6_equals_streams_are_separate_dialects_and_no_trailer() -> None:
    assert weights("yaohua_tf0", b"=0048620.=0048620.=") == []
    assert weights("yaohua_eq_fwd", b"543.210=543.210=") == []  # 7 characters, never 8
    assert weights("yaohua_eq_fwd", b"=0012.340=0012.340=") == [Decimal("12.340")] * 2
    assert weights("yaohua_eq_rev", b"=043.2100=043.2100=") == [Decimal("12.340")] * 2
    assert weights("yaohua_eq_fwd", b"=043.2100=") == [Decimal("43.2100")]  # valid, and wrong
    assert weights("yaohua_eq_fwd", b"=0012.34=0012.3400=0012.340") == []


def test_7_overload_is_told_from_underload_by_its_letters() -> None:
    over, under = b"         OL23\r\n", b"         LO23\r\n"
    assert decode("yaohua_a12e", {}, over)["negative"] == ["overload"]
    assert decode("yaohua_a12e", {}, under)["negative"] == ["underload"]


@pytest.mark.parametrize("width", range(5, 16))
def test_8_text_replies_are_read_by_tokens_whatever_their_width(width: int) -> None:
    assert weights("mt_sics", f"S S {48620:{width}d} kg\r\n".encode()) == [48_620]
    assert weights("sma", f"\n 1G  {48620:{min(width, 12)}d} kg\r".encode()) == [48_620]


def test_8_a_blank_unit_while_moving_is_no_error() -> None:
    moving = read("rinstrum_B", b"\x02   35120GM -   \x03")
    assert (moving.motion, moving.unit, moving.kg) == (True, None, None)


def test_9_a_minus_sign_is_never_stripped() -> None:
    for at, dialect in enumerate(speaking()):
        (frame, *_) = fed(dialect, [ended(dialect, dialect.encode(Shown(kg=-40, d_kg=20)))])
        assert frame.weight == -40, IDS[at]
        assert "below_zero" in frame.negative


def test_10_no_number_is_a_float() -> None:
    for dialect in speaking():
        for kg in (0, 7, 48_620):
            if kg % 20 and dialect.name == "toledo_cont":
                continue
            (frame, *_) = fed(dialect, [ended(dialect, dialect.encode(Shown(kg=kg, d_kg=20)))])
            told = [frame.weight, frame.interval, *frame.fields.values()]
            assert not any(isinstance(value, float) for value in told)
    tenths = weights("mt_sics", b"S S 7.1 kg\r\nS S 0.1 kg\r\nS S 7.0 kg\r\n")
    assert tenths[1] + tenths[2] == tenths[0] == Decimal("7.1")  # type: ignore[operator]


@pytest.mark.parametrize("setting", SETTINGS, ids=IDS)
def test_11_frames_of_catalogues_without_a_manual_are_none(setting: tuple[str, Any]) -> None:
    dialect = dialect_by_name(*setting)
    for invented in (b"N+0012.34 kg\r\n", b"\x02S S 48620 kg\x03", b"O 0012.34\r"):
        found = [dialect.match(invented[at:]) for at in range(len(invented))]
        assert all(isinstance(match, Match) for match in found)


def test_12_expanded_and_net_displays_never_become_a_trade_weight() -> None:
    expanded = b"\x02\x2a\x30\x30048620000000\r"
    assert read("toledo_cont", expanded, checksum=False).expanded is True
    net = read("and_std", b"ST,NT,+0032480kg\r\n")
    assert net.mode is Mode.NET
    held = read("and_std", b"HD,GS,+0032480kg\r\n")
    for reading in (net, held):
        readings = standing(mode=reading.mode)
        found = refusals(passage_of(readings), SCALE, RULE, now_ms=readings[-1].t_mono_ms, on=TODAY)
        assert any(isinstance(error, NotGrossError) for error in found)
