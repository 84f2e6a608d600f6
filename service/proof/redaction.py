"""Hiding fields of a document so that its proofs still hold (ledger.md, section 3.4)."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, NoReturn

from service.proof.document import WrappedDocument, hidden_hashes
from service.proof.errors import RedactionError
from service.proof.leaves import field_hash, flattened

_ALWAYS_VISIBLE = "issuers"
_WHOLE = "$template"


def redact(wrapped: WrappedDocument, paths: Iterable[str]) -> WrappedDocument:
    """``wrapped`` without the members at the dotted ``paths``; only their leaf hashes remain.

    A path names a member of an object: a value, a whole object or a whole list. Raises
    ``RedactionError`` for a path that does not exist, for ``issuers`` and for a part of
    ``$template`` (stock verifiers need them), for an element of a list and for the last member of
    an object: hide the object itself.
    """
    data = deepcopy(wrapped["data"])
    hidden = hidden_hashes(wrapped)
    for path in paths:
        hidden += _take_out(data, path)
    return {**wrapped, "data": data, "privacy": {"obfuscatedData": hidden}}


def _take_out(data: dict[str, Any], path: str) -> list[str]:
    *above, name = path.split(".")
    if (above or [name])[0] == _ALWAYS_VISIBLE:
        _refuse(path, "the issuer stays visible")
    if above and above[0] == _WHOLE:
        _refuse(path, "the form of a document is visible, or hidden as a whole")
    parent: Any = data
    for step in above:
        parent = parent.get(step) if isinstance(parent, dict) else None
    if not isinstance(parent, dict) or name not in parent:
        _refuse(path, "no object has this member")
    if len(parent) == 1:
        _refuse(path, "it is the last member; hide the object itself")
    return [field_hash(leaf_path, leaf) for leaf_path, leaf in flattened(parent.pop(name), path)]


def _refuse(path: str, limit: str) -> NoReturn:
    raise RedactionError(field=path, limit=limit)
