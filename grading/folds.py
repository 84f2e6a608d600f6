"""A file that says which pictures a head must not see.

JSON: ``{"held_out": [NAME or FOLD, …], "folds": {NAME: FOLD, …}}``. A NAME is the path
``class/file`` in the folder of pictures, or the SHA-256 of the file in hexadecimal; a FOLD is a
whole number. ``held_out`` lists the pictures that are kept from the training, by name or by fold;
where it is absent, ``folds`` are the folds of a cross-validation.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.errors import FoldsFileError
from grading.photos import Photo, PhotoSet, UnreadablePhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """Names of the held-out pictures, and the fold of each picture that has one."""

    held_out: frozenset[str] = frozenset()
    fold_by_name: Mapping[str, int] = field(default_factory=dict)


def read_folds(path: Path, photo_set: PhotoSet) -> Folds:
    """Return the folds of a file, its hashes resolved to the names of ``photo_set``.

    Raises ``FoldsFileError`` for another format and for a picture that the folder does not hold.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise FoldsFileError(value=str(error)) from error
    if not isinstance(content, dict) or not content or set(content) - {"held_out", "folds"}:
        raise FoldsFileError(value='its members are "held_out" and "folds"')
    names = _names(photo_set)
    fold_by_name = _fold_by_name(content.get("folds", {}), names)
    return Folds(
        held_out=_held_out(content.get("held_out", []), names, fold_by_name),
        fold_by_name=fold_by_name,
    )


def folds_file(fold_by_name: Mapping[str, int], held_out: Sequence[int | str] = ()) -> bytes:
    """Return the content of a file of folds."""
    content: dict[str, Any] = {"folds": dict(fold_by_name)}
    if held_out:
        content["held_out"] = list(held_out)
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _names(photo_set: PhotoSet) -> dict[str, list[str]]:
    """Return the names of the pictures by name and by hash; a copy shares its hash."""
    names: dict[str, list[str]] = {}
    every: list[Photo | UnreadablePhoto] = [*photo_set.photos, *photo_set.unreadable]
    for photo in every:
        names.setdefault(photo.name, []).append(photo.name)
        names.setdefault(photo.sha256, []).append(photo.name)
    return names


def _fold_by_name(members: object, names: Mapping[str, list[str]]) -> dict[str, int]:
    if not isinstance(members, dict) or not all(type(fold) is int for fold in members.values()):
        raise FoldsFileError(value='"folds" is no table of whole numbers')
    return {name: fold for key, fold in members.items() for name in _known(key, names)}


def _held_out(
    members: object, names: Mapping[str, list[str]], fold_by_name: Mapping[str, int]
) -> frozenset[str]:
    if not isinstance(members, list):
        raise FoldsFileError(value='"held_out" is no list')
    held_out: set[str] = set()
    for member in members:
        if type(member) is int:
            held_out.update(name for name, fold in fold_by_name.items() if fold == member)
        else:
            held_out.update(_known(str(member), names))
    return frozenset(held_out)


def _known(key: str, names: Mapping[str, list[str]]) -> list[str]:
    if key not in names:
        raise FoldsFileError(value=f"the folder holds no picture {key}")
    return names[key]
