import pickle
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from grading.errors import WeightsFormatError
from grading.pth import MAGIC_NUMBER, PROTOCOL_VERSION, read_tensors


class _Global:
    """Pickles as a name of another module, called with arguments or not."""

    def __init__(self, module: str, name: str, *arguments: object) -> None:
        self.module, self.name, self.arguments = module, name, arguments


_PurePickler: Any = vars(pickle)["_Pickler"]


class _Writer(_PurePickler):  # type: ignore[misc] # the one in C cannot be extended so
    def save(self, value: Any, save_persistent_id: bool = True) -> None:  # noqa: FBT001, FBT002
        if isinstance(value, _Global):
            self.write(f"c{value.module}\n{value.name}\n".encode())
            if value.arguments:
                super().save(value.arguments)
                self.write(pickle.REDUCE)
            return
        super().save(value, save_persistent_id)

    def persistent_id(self, value: object) -> object:
        match value:
            case ("storage", kind, key, count):
                return ("storage", _Global("torch", str(kind)), key, "cpu", count, None)
            case ("odd", _):
                return value
            case _:
                return None


def stream(*values: object, tail: bytes = b"") -> bytes:
    import io

    file = io.BytesIO()
    for value in values:
        _Writer(file, 2).dump(value)
    return file.getvalue() + tail


def tensor(kind: str, count: int, offset: int, shape: object, strides: object) -> _Global:
    storage = ("storage", kind, "7", count)
    return _Global(
        "torch._utils", "_rebuild_tensor_v2", storage, offset, shape, strides, 0, OrderedDict()
    )


def elements(kind: str, values: list[float]) -> bytes:
    return len(values).to_bytes(8, "little") + np.array(values, kind).tobytes()


HEAD = (MAGIC_NUMBER, PROTOCOL_VERSION, {"little_endian": True})


def test_strides_are_followed() -> None:
    raw = stream(
        *HEAD,
        OrderedDict(w=tensor("FloatStorage", 6, 0, (2, 3), (1, 2))),
        ["7"],
        tail=elements("<f4", [0, 1, 2, 3, 4, 5]),
    )
    read = read_tensors(raw)["w"]
    assert read.tolist() == [[0, 2, 4], [1, 3, 5]]
    assert read.flags.c_contiguous


def test_numbers_keep_their_type() -> None:
    raw = stream(
        *HEAD,
        {"n": tensor("LongStorage", 1, 0, (), ())},
        ["7"],
        tail=elements("<i8", [41]),
    )
    assert read_tensors(raw)["n"].tolist() == 41


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("collections", "Counter")],
)
def test_any_other_name_is_refused(module: str, name: str) -> None:
    raw = stream(*HEAD, {"w": _Global(module, name, "true")}, ["7"])
    with pytest.raises(WeightsFormatError, match=f"{module}.{name}"):
        read_tensors(raw)


FLOATS = tensor("FloatStorage", 4, 0, (4,), (1,))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not a legacy"),
        (b"PK\x03\x04 a zip", "not a legacy"),
        (stream(1), "magic"),
        (stream(MAGIC_NUMBER, 1002), "protocol"),
        (stream(*HEAD, [], ["7"]), "no table"),
        (stream(*HEAD, {"w": FLOATS}, ["8"], tail=elements("<f4", [1] * 4)), "not announced"),
        (stream(*HEAD, {"w": FLOATS}, ["7"], tail=elements("<f4", [1] * 3)), "not announced"),
        (stream(*HEAD, {"w": FLOATS}, ["7"], tail=elements("<f4", [1] * 4)[:-1]), "legacy"),
        (stream(*HEAD, {"w": FLOATS}, []), "outside"),
        (
            stream(
                *HEAD,
                {"w": tensor("FloatStorage", 4, 1, (4,), (1,))},
                ["7"],
                tail=elements("<f4", [1] * 4),
            ),
            "outside",
        ),
        (
            stream(
                *HEAD,
                {"w": tensor("FloatStorage", 4, 3, (4,), (-1,))},
                ["7"],
                tail=elements("<f4", [1] * 4),
            ),
            "outside",
        ),
        (stream(*HEAD, {"w": tensor("CharStorage", 4, 0, (4,), (1,))}, ["7"]), "CharStorage"),
        (stream(*HEAD, {"w": ("odd", 1)}, ["7"]), "no known kind"),
    ],
)
def test_a_file_of_another_format_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(WeightsFormatError, match=reason):
        read_tensors(raw)
