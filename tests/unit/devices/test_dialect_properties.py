import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.devices.indicators.answers import decode
from service.devices.indicators.dialect import (
    DialectParameterError,
    Frame,
    FrameKind,
    Shown,
    WeightNotEncodableError,
)
from service.devices.indicators.registry import DIALECTS, dialect_by_name
from service.devices.indicators.stream import RequestStream
from service.devices.indicators.yaohua_tf1 import framed
from service.domain.weighing import Mode
from tests.support.dialects import (
    BILANCIAI,
    IDS,
    SETTINGS,
    cut,
    ended,
    fed,
    noise_without_starts,
    speaking,
)

ALL = speaking()
any_setting = st.integers(0, len(SETTINGS) - 1)
every_setting = pytest.mark.parametrize("at", range(len(SETTINGS)), ids=IDS)


def test_every_dialect_is_tried() -> None:
    assert {name for name, _ in SETTINGS} == set(DIALECTS)


@every_setting
@pytest.mark.parametrize("kg", [48_620, 0, -40, 20, 99_980])
@pytest.mark.parametrize("motion", [False, True])
def test_what_is_encoded_is_decoded(at: int, kg: int, *, motion: bool) -> None:
    dialect = ALL[at]
    shown = Shown(kg=kg, d_kg=20, motion=motion)
    frame = dialect.match(ended(dialect, dialect.encode(shown)))
    assert isinstance(frame, Frame)
    assert frame.weight == kg
    assert frame.motion in {None, motion}
    assert frame.over in {None, False}
    assert frame.mode is Mode.GROSS or (motion and dialect.name == "rinstrum_A")
    if dialect.states_unit:
        assert frame.unit == ("kg" if not (motion and dialect.name == "rinstrum_B") else None)


WITHOUT_RANGE = {"yaohua_tf0", "yaohua_tf1", "yaohua_eq_rev", "yaohua_eq_fwd", "keli_t1"}
"""No place for it in the frame: there, over is a weight above Max."""


@every_setting
@pytest.mark.parametrize(("kg", "kind"), [(100_200, "overload"), (-1_000, "underload")])
def test_out_of_range_is_told_by_every_dialect_that_has_a_place_for_it(
    at: int, kg: int, kind: str
) -> None:
    dialect, (name, params) = ALL[at], SETTINGS[at]
    shown = Shown(kg=kg, d_kg=20, out_of_range=True)
    answers = [dialect.answer(request, shown) for request in dialect.requests]
    sent = b"".join(answers) or ended(dialect, dialect.encode(shown))
    found = {each for frame in fed(dialect, [sent]) for each in frame.negative}
    told = {kind, "out_of_range", "below_zero", "error_reply"} & found
    no_place = name in WITHOUT_RANGE or (name == "rinstrum_net" and kind == "overload")
    no_place |= name.startswith("modbus") and params.get("map") != "tuna_id551"
    assert told or no_place
    assert not (no_place and kind == "overload" and told)


@given(
    at=any_setting,
    weights=st.lists(st.integers(0, 4_900).map(lambda steps: steps * 20), max_size=5),
    noises=st.lists(st.binary(max_size=30), min_size=6, max_size=6),
    cuts=st.lists(st.integers(0, 300), max_size=20),
)
@settings(max_examples=200)
def test_frames_are_found_between_noise_however_the_bytes_are_cut(
    at: int, weights: list[int], noises: list[bytes], cuts: list[int]
) -> None:
    dialect = ALL[at]
    noise = [noise_without_starts(dialect, some) for some in noises]
    sent = noise[0]
    for number, kg in enumerate(weights):
        sent += ended(dialect, dialect.encode(Shown(kg=kg, d_kg=20))) + noise[number + 1]
    whole = fed(dialect, [sent])
    assert fed(dialect, cut(sent, cuts)) == whole
    assert [frame.weight for frame in whole] == weights


@given(
    at=any_setting,
    garbage=st.binary(max_size=120),
    weights=st.lists(st.integers(0, 4_900), min_size=1, max_size=4),
    size=st.integers(1, 40),
)
@settings(max_examples=200)
def test_any_garbage_before_frames_never_raises_and_cuts_change_nothing(
    at: int, garbage: bytes, weights: list[int], size: int
) -> None:
    dialect = ALL[at]
    frames = [dialect.encode(Shown(kg=20 * steps, d_kg=20)) for steps in weights]
    sent = garbage + b"".join(frames) + b"="
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    whole = fed(dialect, [sent])
    assert fed(dialect, chunks) == whole
    assert not any(isinstance(value, float) for frame in whole for value in frame.fields.values())
    assert "negative" in decode(*SETTINGS[at], sent)


@every_setting
def test_a_reader_that_joins_in_the_middle_finds_every_later_frame(at: int) -> None:
    dialect = ALL[at]
    frames = [dialect.encode(Shown(kg=kg, d_kg=20)) for kg in (17_320, 48_620, 260, 33_340)]
    sent = b"".join(frames)
    for start in range(len(frames[0])):
        found = [frame.weight for frame in fed(dialect, [ended(dialect, sent[start:])])]
        assert found[-3:] == [48_620, 260, 33_340]


CHECKED = [
    at
    for at, (name, params) in enumerate(SETTINGS)
    if name in {"yaohua_tf0", "yaohua_tf1", "yaohua_a12e", "modbus_rtu"}
    or params.get("framed")
    or params.get("checksum")
]


@given(at=st.sampled_from(CHECKED), place=st.integers(0, 22), byte=st.integers(0, 255))
@settings(max_examples=200)
def test_one_wrong_byte_of_a_checked_frame_never_gives_another_weight(
    at: int, place: int, byte: int
) -> None:
    dialect = ALL[at]
    sent = bytearray(dialect.encode(Shown(kg=48_620, d_kg=20)))
    sent[place % len(sent)] = byte
    found = {frame.weight for frame in fed(dialect, [bytes(sent)])}
    assert found in (set(), {48_620})


@given(at=any_setting, garbage=st.binary(max_size=20), size=st.integers(1, 9))
@settings(max_examples=100)
def test_the_indicators_side_finds_every_request_however_it_is_cut(
    at: int, garbage: bytes, size: int
) -> None:
    dialect = ALL[at]
    asked = [*dialect.greetings, *dialect.requests, *dialect.requests]
    clean = bytes(byte for byte in garbage if not any(bytes([byte]) in each for each in asked))
    sent = clean + clean.join(asked)
    stream = RequestStream(dialect)
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert [one for chunk in chunks for one in stream.feed(chunk)] == asked


@every_setting
def test_every_request_is_answered_and_a_continuous_indicator_never_listens(at: int) -> None:
    dialect = ALL[at]
    shown = Shown(kg=48_620, d_kg=20, serial_no="B612")
    answers = [dialect.answer(request, shown) for request in dialect.requests]
    frames = [frame for answer in answers for frame in fed(dialect, [answer])]
    assert len(frames) == len(dialect.requests)
    if dialect.requests:
        assert frames[0].weight == 48_620
        assert (dialect.answer(b"?", shown) == b"") == (dialect.name not in {"mt_sics", "sma"})
    else:
        assert dialect.answer(b"SI\r\n", shown) == b""


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("AA", "02 41 41 30 30 03"),
        ("AB", "02 41 42 30 33 03"),
        ("AC", "02 41 43 30 32 03"),
        ("AD", "02 41 44 30 35 03"),
        ("AE", "02 41 45 30 34 03"),
        ("AF", "02 41 46 30 37 03"),
        ("AB+0486200", "02 41 42 2b 30 34 38 36 32 30 30 31 30 03"),
    ],
)
def test_yaohua_commands_are_framed_as_the_manual_prints_them(body: str, sent: str) -> None:
    assert framed(body) == bytes.fromhex(sent)


def test_sma_speaks_the_documented_twenty_bytes() -> None:
    sent = dialect_by_name("sma", {}).encode(Shown(kg=48_620, d_kg=20))
    assert sent == bytes.fromhex("0a 20 31 47 20 20 20 20 20 20 20 34 38 36 32 30 20 6b 67 0d")


def test_the_serial_number_is_asked_and_told() -> None:
    dialect = dialect_by_name("mt_sics", {})
    (greeting,) = dialect.greetings
    assert greeting == b"I4\r\n"
    (frame,) = fed(dialect, [dialect.answer(greeting, Shown(kg=0, d_kg=20, serial_no="B 612"))])
    assert (frame.kind, frame.serial_no, frame.negative) == (FrameKind.SERIAL, "B 612", ())


@every_setting
def test_a_weight_too_wide_for_the_frame_is_not_encoded(at: int) -> None:
    with pytest.raises(WeightNotEncodableError):
        ALL[at].encode(Shown(kg=10**12, d_kg=20))


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("mt_sics", {"request": "SIR"}),
        ("mt_sics", {"poll_ms": 5}),
        ("mt_sics", {"poll_ms": True}),
        ("yaohua_tf0", {"mask_parity": 1}),
        ("toledo_cont", {"clone": "unknown"}),
        ("toledo_cont", {"mask_parity": True}),
        ("yaohua_tf1", {"address": "a"}),
        ("yaohua_eq_rev", {"orientation": "forward"}),
        ("rinstrum_net", {"address": 32}),
        ("modbus_rtu", {"type": "float64"}),
        ("modbus_rtu", {"count": 1}),
        ("modbus_tcp", {"map": "tuna_id551", "status_at": 5}),
        ("bilanciai", {}),
        ("bilanciai", {"ending": "zz"}),
    ],
)
def test_settings_that_a_dialect_does_not_have_are_refused(
    name: str, params: dict[str, object]
) -> None:
    with pytest.raises(DialectParameterError):
        dialect_by_name(name, params)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("and_std", b"ST,GS,+       kg\r\n"),
        ("keli_t1", b"=       (kg)\r\n"),
        ("mt_sics", b"S S . kg\r\n"),
        ("sma", b"\n 1G  ------ kg\r"),
        ("rinstrum_A", b"\x02        G\x03"),
        ("rinstrum_B", b"\x02        G  - kg\x03"),
        ("rinstrum_C", b"\x02        GSI   \x03"),
        ("rinstrum_F", b"        KG \r\n"),
        ("yaohua_tf1", b"\x02AB+04862x01\x03"),
        ("hengtian_9800", b"\x02 8 04 620\r\n"),
        ("hengtian_9800", b"\x02!8 048620\r\n"),
        ("yaohua_a12e", b"WG   .   kg00\r\n"),
    ],
)
def test_a_frame_that_states_neither_figures_nor_why_is_none(name: str, line: bytes) -> None:
    assert decode(name, {}, line)["negative"] == ["misaligned"]


@pytest.mark.parametrize(
    ("name", "line", "negative"),
    [
        ("mt_sics", b"S +\r\n", ["overload"]),
        ("mt_sics", b"I4 I\r\n", ["error_reply"]),
        ("mt_sics", b"ET\r\n", ["error_reply"]),
        ("rinstrum_net", b"81110300:00000001\r\n", []),
        ("rinstrum_net", b"81110027:00007EE0;", ["not_gross"]),
        ("rinstrum_net", b"81110021:00010000\r\n", ["underload"]),
        ("rinstrum_B", b"\x02   35120E  - kg\x03", ["error_reply"]),
        ("rinstrum_F", b"  107190LG \r\n", ["unit_not_kg"]),
        ("sma", b"\nE1G     ------ kg\r", ["error_reply"]),
        ("yaohua_tf1", b"\x02AA00\x03", []),
        ("yaohua_tf1", b"\x02AE1234541\x03", ["bad_checksum"]),
        ("hengtian_9800", b"\x02 >  48620\r\n", ["overload", "below_zero"]),
        ("yaohua_a12e", b"WN004.139kg34\r\n", ["not_gross"]),
    ],
)
def test_what_else_the_manuals_list_is_understood(
    name: str, line: bytes, negative: list[str]
) -> None:
    assert decode(name, {}, line)["negative"] == negative


def test_the_status_nibbles_of_bilanciai_are_read_as_documented() -> None:
    def read(status: str, figures: str = "   48620") -> list[str]:
        negative = decode("bilanciai", BILANCIAI, f"\x02{status} {figures} \r".encode())["negative"]
        assert isinstance(negative, list)
        return negative

    assert read("0200") == []
    assert read("0000") == ["motion"]
    assert read("0600") == ["overload"]
    assert read("0240") == ["error_reply"]
    assert read("02x0") == read("0200", "   -----") == ["misaligned"]
    zero = decode("bilanciai", BILANCIAI, b"\x029200        0 \r")
    assert (zero["zero"], zero["below_min"]) == (True, True)
