import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.devices.indicators.answers import (
    CaseFileError,
    FrameHexError,
    answer_cases,
    decode,
    frame_bytes,
)
from service.devices.indicators.dialect import (
    DialectParameterError,
    Frame,
    Shown,
    UnknownDialectError,
    WeightNotEncodableError,
    decimal_text,
)
from service.devices.indicators.reading import Arrival, reading_of
from service.devices.indicators.registry import DIALECTS, dialect_by_name
from service.devices.indicators.stream import FrameStream
from service.domain.weighing import Checksum, Source
from tests.support.readings import SCALE

VECTORS = Path(__file__).parents[2] / "vectors" / "weighbridge_frames.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))
BUILT = CASES["vectors"]
DECODED = [case for case in BUILT if case["direction"] == "from_indicator"]
ASKED = [case for case in BUILT if case["direction"] == "to_indicator"]


def by_id(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


@by_id(DECODED)
def test_frame_decodes_to_what_the_vector_expects(case: dict[str, Any]) -> None:
    answer = decode(case["dialect"], case["params"], frame_bytes(case["hex"]))
    expected = dict(case["expect"])
    if expected.get("weight", "") is None:
        del expected["weight"]  # the source states no weight; a decoder may show the digits
    assert {key: answer[key] for key in expected} == expected
    assert answer["negative"] == case["negative"]


@by_id(ASKED)
def test_what_the_host_asks_is_byte_for_byte_the_vector(case: dict[str, Any]) -> None:
    assert frame_bytes(case["hex"]) in dialect_by_name(case["dialect"], case["params"]).requests


def test_every_dialect_with_a_vector_is_built() -> None:
    assert {case["dialect"] for case in BUILT} <= set(DIALECTS)
    assert set(CASES["dialects"]) <= set(DIALECTS)


@by_id(DECODED)
def test_stream_yields_exactly_the_frames_that_pass_their_check(case: dict[str, Any]) -> None:
    stream = FrameStream(dialect_by_name(case["dialect"], case["params"]))
    frames = stream.feed(frame_bytes(case["hex"]))
    dropped = {"bad_checksum", "misaligned"} & set(case["negative"])
    assert len(frames) == (0 if dropped else 1)
    assert stream.bad_frames == ("bad_checksum" in case["negative"])
    assert not any(isinstance(value, float) for frame in frames for value in frame.fields.values())


def test_a_slice_of_two_frames_yields_nothing_and_the_next_frame_is_found() -> None:
    case = next(case for case in BUILT if case["id"] == "toledo_cont-capture-072")
    stream = FrameStream(dialect_by_name("toledo_cont", case["params"]))
    assert stream.feed(frame_bytes(case["hex"])) == []
    good = next(case for case in BUILT if case["id"] == "toledo_cont-capture-036")
    assert [frame.weight for frame in stream.feed(frame_bytes(good["hex"]))] == [Decimal("5.67")]


def test_case_file_is_answered_whole_without_its_expectations() -> None:
    bare = {
        "vectors": [
            {key: case[key] for key in ("id", "dialect", "direction", "hex", "params")}
            for case in CASES["vectors"]
        ]
    }
    answers = answer_cases(bare)
    assert answers == answer_cases(CASES)
    assert list(answers) == [case["id"] for case in CASES["vectors"]]
    assert answers["rinstrum_net-poll-gross"] == {}
    assert answers["rinstrum_net-error-reply"] == {
        "error": "bad parameter",
        "negative": ["error_reply"],
    }
    assert answers["yaohua_tf0-gross-48620"] == {
        "chk_ok": True,
        "weight": "48620",
        "stable": None,
        "negative": [],
    }


@pytest.mark.parametrize(
    ("case", "refused"),
    [
        ({"dialect": "yaohua_tf0", "hex": "0g", "params": {}}, "FrameHexError"),
        ({"dialect": "yaohua_tf0", "hex": "02", "params": []}, "CaseFileError"),
        ({"dialect": "yaohua_tf0", "hex": "02", "params": {"x": 1}}, "DialectParameterError"),
        ({"hex": "02"}, "UnknownDialectError"),
    ],
)
def test_a_case_that_cannot_be_read_is_refused_by_name(case: dict[str, Any], refused: str) -> None:
    assert answer_cases({"vectors": [{"id": "x", **case}]}) == {"x": {"refused": refused}}


@pytest.mark.parametrize("cases", [[], {}, {"vectors": {}}, {"vectors": [1]}, {"vectors": [{}]}])
def test_a_file_that_holds_no_cases_is_refused(cases: object) -> None:
    with pytest.raises(CaseFileError):
        answer_cases(cases)


def test_text_that_is_no_hex_is_refused_with_the_text() -> None:
    with pytest.raises(FrameHexError, match="zz is not hexadecimal"):
        frame_bytes("zz")


def test_unknown_dialect_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownDialectError, match="nobody_9000 is unknown; known are and_std, bil"):
        dialect_by_name("nobody_9000", {})


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("toledo_cont", {"checksum": 1}),
        ("toledo_cont", {"speed": True}),
        ("yaohua_tf0", {"checksum": True}),
    ],
)
def test_unknown_settings_are_refused(name: str, params: dict[str, object]) -> None:
    with pytest.raises(DialectParameterError):
        dialect_by_name(name, params)


def frame_of(hex_text: str, **params: object) -> Frame:
    dialect = dialect_by_name("toledo_cont", params)
    frame = dialect.match(frame_bytes(hex_text))
    assert isinstance(frame, Frame)
    return frame


@pytest.mark.parametrize(
    ("hex_text", "kg", "unit"),
    [
        ("02 31 30 20 30 30 34 38 36 32 30 30 30 30 30 30 0d", 48_620, "kg"),
        ("02 2a 20 20 31 30 37 31 39 30 30 30 30 30 30 30 0d", None, "lb"),
        ("82 ac f0 60 30 30 30 35 36 b7 30 30 30 30 30 30 8d", None, "kg"),
    ],
)
def test_a_reading_states_whole_kilograms_or_none(hex_text: str, kg: int | None, unit: str) -> None:
    dialect = dialect_by_name("toledo_cont", {"checksum": False})
    frame = dialect.match(frame_bytes(hex_text))
    assert isinstance(frame, Frame)
    arrival = Arrival(seq=7, t_mono_ms=1_000, t_utc=datetime(2026, 6, 1, tzinfo=UTC))
    reading = reading_of(frame, dialect, SCALE, arrival=arrival)
    assert (reading.kg, reading.unit) == (kg, unit)
    assert reading.d_agrees is (kg is not None)
    assert reading.raw_hex == hex_text.replace(" ", "")
    assert (reading.source, reading.checksum, reading.seq) == (Source.SIM, Checksum.ABSENT, 7)


def test_increment_code_zero_is_no_interval() -> None:
    frame = frame_of("02 22 30 20 30 34 38 36 32 30 30 30 30 30 30 30 0d", checksum=False)
    assert frame.interval == 0


def test_leading_blanks_are_zeros_and_inner_ones_are_no_frame() -> None:
    blank = "02 2a 30 20 20 34 38 36 32 30 20 20 20 20 20 30 0d"
    assert frame_of(blank, checksum=False).weight == 48_620
    inner = frame_bytes("02 2a 30 20 30 20 38 36 32 30 30 30 30 30 30 30 0d")
    assert decode("toledo_cont", {"checksum": False}, inner)["negative"] == ["misaligned"]


@pytest.mark.parametrize(("swc", "unit"), [("21", "g"), ("22", "t"), ("23", None), ("27", None)])
def test_unit_codes_other_than_kg_are_never_a_trade_weight(swc: str, unit: str | None) -> None:
    frame = frame_of(f"02 2a 30 {swc} 30 34 38 36 32 30 30 30 30 30 30 30 0d", checksum=False)
    assert (frame.unit, frame.negative) == (unit, ("unit_not_kg",))


@pytest.mark.parametrize(
    "broken",
    [
        "02 2b 30 34 38 36 32 30 30 31 33 04",  # end byte
        "02 2e 30 34 38 36 32 30 30 31 33 03",  # sign
        "02 2b 30 34 41 36 32 30 30 31 33 03",  # digit
        "02 2b 30 34 38 36 32 30 35 31 33 03",  # decimals
        "02 2b 30 34 38",
        "",
    ],
)
def test_broken_yaohua_frames_are_no_frames(broken: str) -> None:
    assert decode("yaohua_tf0", {}, frame_bytes(broken)) == {
        "error": "integrity",
        "negative": ["misaligned"],
    }


@pytest.mark.parametrize(
    ("value", "text"), [("-0", "0"), ("4862E+1", "48620"), ("-0.89", "-0.89"), ("0E-2", "0.00")]
)
def test_decimals_are_written_plainly(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text
    assert decimal_text(None) is None


@pytest.mark.parametrize(
    ("dialect", "vector", "kg", "motion"),
    [
        ("toledo_cont", "toledo_cont-gross-d20", 48_620, False),
        ("yaohua_tf0", "yaohua_tf0-gross-48620", 48_620, False),
        ("yaohua_tf0", "yaohua_tf0-minus-40", -40, False),
        ("yaohua_tf0", "yaohua_tf0-empty-deck", 0, True),
    ],
)
def test_encoder_gives_the_bytes_of_the_vector(
    dialect: str, vector: str, kg: int, *, motion: bool
) -> None:
    case = next(case for case in BUILT if case["id"] == vector)
    sent = dialect_by_name(dialect, {}).encode(Shown(kg=kg, d_kg=20, motion=motion))
    assert sent == frame_bytes(case["hex"])


@pytest.mark.parametrize(
    ("setting", "kg", "d_kg"),
    [
        (("toledo_cont", {}), 1_000_000, 1),
        (("toledo_cont", {}), 30, 3),
        (("toledo_cont", {}), 30, 25),
        (("toledo_cont", {}), 1_000, 1_000),
        (("yaohua_tf0", {}), 1_000_000, 20),
        (("yaohua_tf0", {}), -1_000_000, 20),
    ],
)
def test_a_weight_that_does_not_fit_the_frame_is_not_encoded(
    setting: tuple[str, dict[str, Any]], kg: int, d_kg: int
) -> None:
    with pytest.raises(WeightNotEncodableError):
        dialect_by_name(*setting).encode(Shown(kg=kg, d_kg=d_kg))
