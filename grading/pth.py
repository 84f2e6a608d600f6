"""A weights file in PyTorch's legacy stream, read without torch and without running its pickle.

Layout: pickles of a magic number, a protocol version, the system's sizes, the tensors by name and
the list of storage keys; then, for each key in that order, an int64 count and the raw elements,
all little-endian. A pickle can name any function of the interpreter; only the few that a tensor
needs are allowed here, and they are replaced by our own.
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.errors import WeightsFormatError

MAGIC_NUMBER: Final = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION: Final = 1001

_ELEMENT_TYPES: Final = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Storage:
    """One run of numbers, filled after the pickles have been read."""

    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _TensorView:
    """Where a tensor lies in its storage; offset and strides count elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_rest: object
) -> _TensorView:
    """Return the view that torch would rebuild; its gradient flags and hooks are dropped."""
    return _TensorView(storage=storage, offset=offset, shape=tuple(shape), strides=tuple(strides))


_ALLOWED: Final[dict[tuple[str, str], Callable[..., object] | str]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    **{("torch", name): name for name in _ELEMENT_TYPES},
}


class _TensorUnpickler(pickle.Unpickler):
    """An unpickler that knows tensors and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise WeightsFormatError(value=f"it names {module}.{name}") from None

    def persistent_load(self, pid: Any) -> _Storage:
        match pid:
            case ("storage", str(kind), str(key), str(), int(count), *_) if kind in _ELEMENT_TYPES:
                return _Storage(key=key, dtype=np.dtype(_ELEMENT_TYPES[kind]), count=count)
        raise WeightsFormatError(value=f"storage {pid!r} is of no known kind")


def read_tensors(raw: bytes) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors of a legacy weights file by name, each a contiguous array of its own.

    Raises ``WeightsFormatError`` for any other format, for a name outside the allowed seven and for
    a file that ends early.
    """
    try:
        return _read_tensors(io.BytesIO(raw))
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError) as error:
        raise WeightsFormatError(value=f"not a legacy weights stream ({error})") from error


def _read_tensors(stream: io.BytesIO) -> dict[str, npt.NDArray[Any]]:
    if _next_pickle(stream) != MAGIC_NUMBER:
        raise WeightsFormatError(value="the magic number is missing")
    if _next_pickle(stream) != PROTOCOL_VERSION:
        raise WeightsFormatError(value=f"the protocol version is not {PROTOCOL_VERSION}")
    _next_pickle(stream)  # sizes of C types on the machine that wrote it
    views = _next_pickle(stream)
    keys = _next_pickle(stream)
    if not isinstance(views, dict) or not isinstance(keys, list):
        raise WeightsFormatError(value="it holds no table of tensors")
    tensors = {name: view for name, view in views.items() if isinstance(view, _TensorView)}
    storages = {view.storage.key: view.storage for view in tensors.values()}
    elements = {key: _next_elements(stream, storages.get(key)) for key in keys}
    return {name: _contiguous(view, elements) for name, view in tensors.items()}


def _next_pickle(stream: io.BytesIO) -> object:
    value: object = _TensorUnpickler(stream).load()
    return value


def _next_elements(stream: io.BytesIO, storage: _Storage | None) -> npt.NDArray[Any]:
    count = int.from_bytes(stream.read(8), "little", signed=True)
    if storage is None or count != storage.count:
        raise WeightsFormatError(value=f"a storage of {count} elements was not announced")
    return np.frombuffer(stream.read(count * storage.dtype.itemsize), storage.dtype, count)


def _contiguous(view: _TensorView, elements: dict[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return a copy in row order: the strides of the file are not those of a row-major array."""
    run = elements.get(view.storage.key)
    last = view.offset + sum(
        (size - 1) * step for size, step in zip(view.shape, view.strides, strict=True)
    )
    if run is None or view.offset < 0 or min(view.strides, default=0) < 0 or last >= run.size:
        raise WeightsFormatError(value="a tensor reaches outside its storage")
    strided = np.lib.stride_tricks.as_strided(
        run[view.offset :], view.shape, [step * run.itemsize for step in view.strides]
    )
    return strided.copy()
