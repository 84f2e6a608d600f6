from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from service.proof.errors import FileShapeError
from service.proof.shape import MAX_NODE_BYTES, Part, format_unix_time


def part(value: object) -> Part:
    return Part({"x": value}, "file", required=("x",))


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda p: p.text("x"), 1),
        (lambda p: p.uint("x"), -1),
        (lambda p: p.uint("x"), True),
        (lambda p: p.uint("x"), "1"),
        (lambda p: p.items("x", most=1), {}),
        (lambda p: p.items("x", most=1), [1, 2]),
        (lambda p: p.hash("x"), "AB" * 32),
        (lambda p: p.hash("x"), "ab" * 31),
        (lambda p: p.hash("x"), 5),
        (lambda p: p.hashes("x", most=3), ["ab" * 32, "zz" * 32]),
        (lambda p: p.evm_bytes("x"), "ab"),
        (lambda p: p.evm_bytes("x"), "0xABCD"),
        (lambda p: p.evm_bytes("x"), "0xabc"),
        (lambda p: p.evm_bytes("x"), 7),
        (lambda p: p.evm_bytes("x", length=2), "0xab"),
        (lambda p: p.evm_bytes("x"), "0x" + "00" * (MAX_NODE_BYTES + 1)),
        (lambda p: p.evm_nodes("x", most=2), ["0xab", "ab"]),
        (lambda p: p.quantity("x"), "0x00"),
        (lambda p: p.quantity("x"), "0x0A"),
        (lambda p: p.quantity("x"), "10"),
        (lambda p: p.address("x"), "0x5fbdb2315678afecb367f032d93f642f64180aa3"),
        (lambda p: p.address("x"), "0x5F"),
        (lambda p: p.time("x"), "2026-03-01 02:15:30"),
        (lambda p: p.time("x"), "2026-3-1T02:15:30Z"),
    ],
)
def test_members_of_another_form_are_refused_by_their_path(
    read: Callable[[Part], object], value: object
) -> None:
    with pytest.raises(FileShapeError, match=r"file\.x") as refused:
        read(part(value))
    assert refused.value.field == "file.x"


def test_members_of_the_right_form_are_read() -> None:
    assert part("0x0").quantity("x") == 0
    assert part("0xff").quantity("x") == 255
    assert part("2026-03-01T02:15:30Z").time("x") == datetime(2026, 3, 1, 2, 15, 30, tzinfo=UTC)
    assert part(["0xab"]).evm_nodes("x", most=1) == (b"\xab",)
    assert part(["ab" * 32]).hashes("x", most=1) == (b"\xab" * 32,)


@pytest.mark.parametrize(
    ("value", "why"),
    [([], "object"), ({}, "missing"), ({"x": 1, "y": 2}, "not part"), ({"x": None}, "null")],
)
def test_objects_are_closed(value: object, why: str) -> None:
    with pytest.raises(FileShapeError, match=why):
        Part(value, "file", required=("x",))


def test_times_beyond_the_calendar_end_with_it() -> None:
    assert format_unix_time(0) == "1970-01-01T00:00:00Z"
    assert format_unix_time(2**63) == "9999-12-31T23:59:59Z"
