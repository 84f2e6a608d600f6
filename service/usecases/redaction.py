"""A smaller copy of a bundle: the holder hides fields, and every proof still holds.

Bytes in, bytes out; no database and no chain. What is hidden is not in the copy: of each field
only its leaf hash remains (ledger.md, section 3.4).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.domain.errors import RuleBrokenError, gettext_noop
from service.proof.bundle_reader import read_bundle
from service.proof.checks.disclosure import mandatory_in
from service.proof.document import document_data, hidden_hashes
from service.proof.jcs import canonical_json
from service.proof.leaves import flattened
from service.proof.redaction import redact
from service.proof.strict_json import parse_json

ALWAYS_VISIBLE = ("issuers", "kind", "$template", "demo")
"""Who issued it, what it is, by which form it is read, and whether its figures are simulated."""

AUDIENCES = ("plant", "bank")

NEEDED_WHERE_STATED = ("record.controls",)
"""What controls said of a weighing is hidden from no audience; older weighings state none."""


class UnknownFieldError(RuleBrokenError):
    """The document has no such field, or it is an element of a list."""

    message = gettext_noop("%(value)s is no field of this document that can be hidden.")


class AlwaysVisibleError(RuleBrokenError):
    """Without these nobody could tell what the document is."""

    message = gettext_noop("%(value)s stays visible in every copy: it says what the document is.")


class MandatoryFieldError(RuleBrokenError):
    """The audience could not rely on a document without this field."""

    message = gettext_noop(
        "%(value)s cannot be hidden from a %(limit)s, who needs it to rely on the document."
    )


class NoPolicyError(RuleBrokenError):
    """Nobody has said what this audience must see in such a document."""

    message = gettext_noop("No policy says what a %(limit)s must see in this document.")


class NothingHiddenError(RuleBrokenError):
    """A copy with nothing hidden is the bundle itself."""

    message = gettext_noop("Nothing is hidden. Hide at least one field.")


class Lock(StrEnum):
    """Why a field stays visible."""

    ALWAYS = "always"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A member of the document: a value, or an object (or list) with everything in it.

    ``path`` is dotted; ``depth`` counts from 0; ``value`` is None for objects and lists; ``leaves``
    is how many values stand under it.
    """

    path: str
    depth: int
    value: object
    leaves: int
    lock: Lock | None

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition(".")[2]

    @property
    def is_group(self) -> bool:
        """Whether it is an object or a list."""
        return self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerBundle:
    """The copy, and how many values of the document are visible and hidden in it."""

    content: bytes
    visible: int
    hidden: int


def fields_of(bundle: bytes, audience: str | None = None) -> list[Field]:
    """Every member of the document that is still visible, groups before their members.

    Raises ``FileShapeError``, ``FileVersionError`` and ``LeafFormatError`` for a file that is no
    bundle, ``NoPolicyError`` for an audience that no policy knows.
    """
    data = document_data(read_bundle(bundle).document.wrapped)
    return list(_fields(data, _mandatory(data, audience)))


def smaller_bundle(
    bundle: bytes, hide: Collection[str], audience: str | None = None
) -> SmallerBundle:
    """``bundle`` without the fields at the dotted paths ``hide``.

    Where every member of an object is to be hidden, the object is. Raises what ``fields_of``
    raises, and ``UnknownFieldError``, ``AlwaysVisibleError``, ``MandatoryFieldError`` or
    ``NothingHiddenError``.
    """
    fields = {field.path: field for field in fields_of(bundle, audience)}
    for path in hide:
        _require_hideable(path, fields.get(path), audience)
    paths = _whole_objects(frozenset(hide), fields)
    if not paths:
        raise NothingHiddenError(field="hide")
    content = parse_json(bundle)
    content["document"] = redact(content["document"], paths)
    return SmallerBundle(
        content=canonical_json(content),
        visible=sum(1 for _ in flattened(content["document"]["data"])),
        hidden=len(hidden_hashes(content["document"])),
    )


def _mandatory(data: Mapping[str, Any], audience: str | None) -> tuple[str, ...]:
    if audience is None:
        return ()
    paths = mandatory_in(data, audience)
    if paths is None:
        raise NoPolicyError(field="audience", limit=audience)
    return (*paths, *NEEDED_WHERE_STATED)


def _fields(
    data: Mapping[str, Any], mandatory: Collection[str], above: str = "", depth: int = 0
) -> Iterator[Field]:
    for name, member in data.items():
        path = f"{above}.{name}" if above else name
        is_group = isinstance(member, dict | list)
        yield Field(
            path=path,
            depth=depth,
            value=None if is_group else member,
            leaves=sum(1 for _ in flattened(member)),
            lock=_lock(path, mandatory),
        )
        if isinstance(member, dict):
            yield from _fields(member, mandatory, path, depth + 1)


def _lock(path: str, mandatory: Collection[str]) -> Lock | None:
    """A field is locked where a path that must be seen is it, or lies above or below it.

    The bare ``record`` demands that anything of it is seen; what, the longer paths say.
    """
    if path.partition(".")[0] in ALWAYS_VISIBLE:
        return Lock.ALWAYS
    for needed in mandatory:
        is_within = path.startswith(f"{needed}.") and needed != "record"
        if needed == path or needed.startswith(f"{path}.") or is_within:
            return Lock.AUDIENCE
    return None


def _require_hideable(path: str, field: Field | None, audience: str | None) -> None:
    if path.partition(".")[0] in ALWAYS_VISIBLE:
        raise AlwaysVisibleError(field="hide", value=path)
    if field is None:
        raise UnknownFieldError(field="hide", value=path)
    if field.lock is Lock.AUDIENCE:
        raise MandatoryFieldError(field="hide", value=path, limit=audience)


def _whole_objects(paths: frozenset[str], fields: Mapping[str, Field]) -> list[str]:
    """``paths`` with objects in place of all their members, and without what lies under others.

    An object that lost its last member would remain as an empty one, which was never sealed.
    """
    hidden = set(paths)
    for field in sorted(fields.values(), key=lambda field: -field.depth):
        members = [path for path in fields if path.rpartition(".")[0] == field.path]
        if members and hidden.issuperset(members):
            hidden.add(field.path)
    return [path for path in fields if path in hidden and not _is_under(path, hidden)]


def _is_under(path: str, hidden: Collection[str]) -> bool:
    steps = path.split(".")
    return any(".".join(steps[:depth]) in hidden for depth in range(1, len(steps)))
