"""Damaged bundles: every part of a good one changed in many ways, the same ways each time.

``mutations(bundle, trust, seed)`` yields ``(name, bytes)``: at least 300 distinct files for any
bundle of the product. The name says what was done where. Most are wrong, some differ in nothing
that counts (other white space, a valid redaction): which is which, the verifiers must agree on.

    python -m tests.support.mutations BUNDLE TRUST FOLDER [SEED] [MOST]

writes them as ``0001-name.ferrotrace.json`` and so on.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from service.proof.batch import folded_nodes
from service.proof.bundle import FILE_SUFFIX
from service.proof.document import hidden_hashes, target_hash
from service.proof.errors import RedactionError
from service.proof.leaves import field_hash
from service.proof.redaction import redact

Mutant: TypeAlias = "tuple[str, bytes]"
Change: TypeAlias = Callable[[Any], None]
Steps: TypeAlias = "tuple[str | int, ...]"

_OTHER_ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
_HEX_DIGITS = "0123456789abcdef"
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_BUNDLE_PARTS = ("log", "anchor", "status", "identity", "promise")


def mutations(bundle: bytes, trust: bytes, seed: int = 0) -> Iterator[Mutant]:
    """Every damaged form of ``bundle``, in an order that ``seed`` decides, no bytes twice.

    ``trust`` names the issuers that a mutant is moved to.
    """
    content = json.loads(bundle)
    chosen = random.Random(seed)  # noqa: S311 - the same mutants each time
    found = [
        *_leaf_changes(content, chosen),
        *_container_changes(content),
        *_raw_changes(bundle),
        *_document_changes(content, json.loads(trust)),
        *_part_changes(content),
    ]
    chosen.shuffle(found)
    seen = {bundle}
    for name, raw in found:
        if raw not in seen:
            seen.add(raw)
            yield name, raw


def write_mutants(
    folder: Path, bundle: bytes, trust: bytes, *, seed: int = 0, most: int | None = None
) -> list[Path]:
    """The first ``most`` mutants (all by default) as files in ``folder``."""
    paths = []
    for number, (name, raw) in enumerate(islice(mutations(bundle, trust, seed), most), start=1):
        safe = "".join(sign if sign.isalnum() else "-" for sign in name)[:80]
        path = folder / f"{number:04d}-{safe}{FILE_SUFFIX}"
        path.write_bytes(raw)
        paths.append(path)
    return paths


def _dump(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _changed(content: Any, change: Change) -> bytes:
    copy = deepcopy(content)
    change(copy)
    return _dump(copy)


def _at(content: Any, path: Steps) -> Any:
    for step in path:
        content = content[step]
    return content


def _put(path: Steps, value: object) -> Change:
    def change(content: Any) -> None:
        _at(content, path[:-1])[path[-1]] = value

    return change


def _paths(node: Any, path: Steps = ()) -> Iterator[Steps]:
    yield path
    members: Any = ()
    if isinstance(node, dict):
        members = node.items()
    elif isinstance(node, list):
        members = enumerate(node)
    for step, member in members:
        yield from _paths(member, (*path, step))


def _clear(path: Steps) -> Change:
    return lambda content: _at(content, path).clear()


def _drop(path: Steps) -> Change:
    return lambda content: _at(content, path[:-1]).pop(path[-1])


def _twice(path: Steps) -> Change:
    def change(content: Any) -> None:
        elements, place = _at(content, path[:-1]), path[-1]
        elements.insert(place, elements[place])

    return change


def _name(what: str, path: Steps) -> str:
    return f"{what} {'.'.join(str(step) for step in path)}"


# Leaves: one or two changes for each value of the file, chosen by what kind of value it is.


def _leaf_changes(content: Any, chosen: random.Random) -> Iterator[Mutant]:
    for path in _paths(content):
        value = _at(content, path)
        if isinstance(value, dict | list):
            continue
        options = _other_values(value)
        for what in chosen.sample(sorted(options), min(2, len(options))):
            yield _name(what, path), _changed(content, _put(path, options[what]))


def _other_values(value: Any) -> dict[str, object]:
    match value:
        case bool():
            return {"negate": not value, "as text": str(value).lower(), "null": None}
        case int():
            return {
                "plus one": value + 1,
                "minus one": value - 1,
                "zero": 0,
                "as text": str(value),
                "as float": value + 0.5,
                "beyond 2^53": 2**53,
                "null": None,
            }
        case str():
            return _other_texts(value)
        case _:
            return {"text": "x"}


def _other_texts(text: str) -> dict[str, object]:
    digits = text.removeprefix("0x")
    options: dict[str, object] = {"empty": "", "space": f"{text} ", "null": None, "number": 7}
    if len(digits) >= 2 and set(digits.lower()) <= set(_HEX_DIGITS):
        prefix, middle = text[: len(text) - len(digits)], len(digits) // 2
        other = _HEX_DIGITS[_HEX_DIGITS.index(digits[middle].lower()) ^ 1]
        options |= {
            "flip digit": prefix + digits[:middle] + other + digits[middle + 1 :],
            "upper case": prefix + digits.swapcase(),
            "shorter": prefix + digits[:-2],
            "longer": prefix + digits + "00",
            "odd": prefix + digits[:-1],
            "zeros": prefix + "0" * len(digits),
            "other prefix": digits if prefix else f"0x{digits}",
        }
    elif text:
        last = text[-1]
        options |= {
            "last sign": text[:-1] + ("y" if last == "x" else "x"),
            "first sign": ("1" if text[0] == "0" else "0") + text[1:],
            "control sign": text + "\u0001",
        }
    return options


# Objects and lists: members dropped, added, doubled, swapped.


def _container_changes(content: Any) -> Iterator[Mutant]:
    for path in _paths(content):
        node = _at(content, path)
        if isinstance(node, dict):
            yield from _object_changes(content, path, node)
        elif isinstance(node, list):
            yield from _list_changes(content, path, node)


def _object_changes(content: Any, path: Steps, node: dict[str, Any]) -> Iterator[Mutant]:
    yield _name("add member", path), _changed(content, _put((*path, "extra"), "x"))
    yield _name("empty object", path), _changed(content, _clear(path))
    for name in node:
        yield _name("drop", (*path, name)), _changed(content, _drop((*path, name)))


def _list_changes(content: Any, path: Steps, node: list[Any]) -> Iterator[Mutant]:
    yield _name("add element", path), _changed(content, _put(path, [*node, "00" * 32]))
    if not node:
        return
    yield _name("empty list", path), _changed(content, _clear(path))
    yield _name("reverse", path), _changed(content, _put(path, node[::-1]))
    for place in sorted({0, len(node) - 1}):
        yield _name("drop", (*path, place)), _changed(content, _drop((*path, place)))
        yield _name("twice", (*path, place)), _changed(content, _twice((*path, place)))
    yield _name("huge list", path), _changed(content, _put(path, (node * 70)[:70]))


# Bytes: what a reader must refuse before it looks at anything, and what must not matter.


def _raw_changes(raw: bytes) -> Iterator[Mutant]:
    content = json.loads(raw)
    yield "pretty printed", json.dumps(content, ensure_ascii=False, indent=2).encode()
    yield "escaped", json.dumps(content).encode()
    yield "white space around", b" \n\t" + raw + b"\r\n"
    yield (
        "members in another order",
        json.dumps(dict(reversed(content.items())), ensure_ascii=False).encode(),
    )
    yield "byte order mark", b"\xef\xbb\xbf" + raw
    yield "two files", raw + raw
    yield "nothing", b""
    yield "half", raw[: len(raw) // 2]
    yield "no end", raw[:-1]
    yield "comma at the end", raw[:-1] + b",}"
    yield "comment", raw[:-1] + b"/* */}"
    yield "single quotes", raw.replace(b'"v":1', b"'v':1")
    yield "invalid utf-8", raw.replace(b'"v":1', b'"v":1,"\xff":1')
    yield "lone surrogate", raw.replace(b'"v":1', b'"v":1,"x":"\\ud800"')
    yield "zero byte", raw + b"\x00"
    yield "a list", b"[" + raw + b"]"
    for number in (b"1.0", b"1e0", b"01", b"+1", b"NaN", b"Infinity", b"-0", b"2", b"true", b'"1"'):
        yield f"version {number.decode()}", raw.replace(b'"v":1}', b'"v":' + number + b"}")
    yield "deep nesting", raw[:-1] + b',"x":' + b"[" * 60_000 + b"]" * 60_000 + b"}"
    yield "seventeen levels", raw[:-1] + b',"x":' + b"[" * 17 + b"]" * 17 + b"}"
    yield "brackets in a text", raw[:-1] + b',"x":"' + b"[" * 100 + b'"}'
    for name in content:
        member = json.dumps(name).encode() + b":" + _dump(content[name])
        yield f"key twice {name}", raw[:-1] + b"," + member + b"}"
    yield "key twice inside", raw.replace(b'"targetHash":', b'"targetHash":"x","targetHash":')
    yield "key twice by escape", raw[:-1] + b',"\\u0076":1}'
    yield "too long", raw[:-1] + b" " * (4 * 1024 * 1024) + b"}"


# The document: values, salts and hidden hashes, with the fingerprint left or computed again.


def _document_changes(content: Any, trust: Any) -> Iterator[Mutant]:
    data = content["document"]["data"]
    leaves = [path for path in _paths(data) if isinstance(_at(data, path), str)]
    for path in leaves:
        for what, leaf in _other_leaves(_at(data, path)).items():
            here = ("document", "data", *path)
            yield _name(f"{what}, sealed anew", path), _sealed(content, _put(here, leaf))
    yield from _issuer_changes(content, trust)
    yield from _redactions(content)
    yield from _bad_redactions(content)
    yield (
        "entry of another kind",
        _changed(content, _put(("log", "entry", "type"), "rumour"))
        if "log" in content
        else _changed(content, _put(("document", "data", "kind"), "x")),
    )
    for what, new in (("an object", {}), ("a list", []), ("nothing", None)):
        here = ("document", "data", "extra")
        yield f"insert {what}", _changed(content, _put(here, new))
        yield f"insert {what}, sealed anew", _sealed(content, _put(here, new))


def _other_leaves(leaf: str) -> dict[str, str]:
    """Values that say something else, and leaves that are none."""
    salt, _, typed = leaf.partition(":")
    kind, _, text = typed.partition(":")
    if kind == "number":
        return {
            "figure plus one": f"{salt}:number:{int(text) + 1}",
            "number as text": f"{salt}:string:{text}",
            "number with a point": f"{salt}:number:{text}.0",
            "number with a zero": f"{salt}:number:0{text}",
        }
    if kind == "boolean":
        return {"other truth": f"{salt}:boolean:{'false' if text == 'true' else 'true'}"}
    return {
        "text": f"{salt}:string:{text}x",
        "version 1 salt": f"{salt[:14]}1{salt[15:]}:string:{text}",
        "unsalted": text,
    }


def _issuer_changes(content: Any, trust: Any) -> Iterator[Mutant]:
    issuer: Steps = ("document", "data", "issuers", 0)
    known = [each["location"] for each in trust["issuers"]]
    changes: list[tuple[str, Steps, str]] = [
        ("another store", (*issuer, "documentStore"), _OTHER_ADDRESS),
        ("unknown domain", (*issuer, "identityProof", "location"), "nobody.example"),
        ("longer domain", (*issuer, "identityProof", "location"), f"x.{known[0]}"),
        ("identity by DID", (*issuer, "identityProof", "type"), "DID"),
    ]
    for what, path, text in changes:
        salt = str(_at(content, path)).partition(":")[0]
        yield f"{what}, sealed anew", _sealed(content, _put(path, f"{salt}:string:{text}"))
        yield what, _changed(content, _put(path, f"{salt}:string:{text}"))
    two = [*_at(content, issuer[:-1]), _at(content, issuer)]
    yield "two issuers, sealed anew", _sealed(content, _put(issuer[:-1], two))


def _redactions(content: Any) -> Iterator[Mutant]:
    """Fields hidden as they may be: every proof still holds."""
    data = content["document"]["data"]
    paths = [
        ".".join(str(step) for step in path)
        for path in _paths(data)
        if path and all(isinstance(step, str) for step in path)
    ]
    for path in paths:
        try:
            redacted = redact(content["document"], [path])
        except RedactionError:
            continue
        yield f"hide {path}", _changed(content, _put(("document",), redacted))


def _bad_redactions(content: Any) -> Iterator[Mutant]:
    document = content["document"]
    hidden = [*hidden_hashes(document), field_hash("id", document["data"].get("id", "x"))]
    privacy: Steps = ("document", "privacy")

    def hide(hashes: list[str]) -> Change:
        def change(whole: Any) -> None:
            whole["document"]["data"].pop("id", None)
            whole["document"]["privacy"] = {"obfuscatedData": hashes}

        return change

    yield "hidden hash twice", _changed(content, hide(hidden + hidden[-1:]))
    yield "hidden hash of another", _changed(content, hide(["00" * 32]))
    yield "hidden hash in capitals", _changed(content, hide([hidden[-1].upper()]))
    yield (
        "hidden hash kept beside its field",
        _changed(content, _put(privacy, {"obfuscatedData": hidden})),
    )
    yield "nothing hidden", _changed(content, _put(privacy, {"obfuscatedData": []}))
    yield "privacy without hashes", _changed(content, _put(privacy, {}))
    yield (
        "element of a list hidden",
        _changed(content, _put(("document", "data", "issuers", 0), None)),
    )


def _sealed(content: Any, change: Change) -> bytes:
    """The change with fingerprint, batch root and log entry computed anew, as a forger would."""
    copy = deepcopy(content)
    change(copy)
    document = copy["document"]
    digest = target_hash(document["data"], hidden_hashes(document))
    signature = document["signature"]
    proof = [bytes.fromhex(node) for node in signature["proof"]]
    signature["targetHash"] = digest
    signature["merkleRoot"] = folded_nodes(bytes.fromhex(digest), proof)[-1].hex()
    if "log" in copy:
        copy["log"]["entry"]["targetHash"] = digest
    return _dump(copy)


# Whole parts: taken out together, mixed up, and what needs to know their meaning.


def _part_changes(content: Any) -> Iterator[Mutant]:
    present = [name for name in _BUNDLE_PARTS if name in content]
    for one in present:
        for other in present:
            if one < other:
                kept = {n: part for n, part in content.items() if n not in (one, other)}
                yield f"without {one} and {other}", _dump(kept)
    yield "document alone", _dump({"v": 1, "document": content["document"]})
    if "anchor" in content and "status" in content:
        blocks = content["anchor"]["block"], content["status"]["asOfBlock"]
        yield "blocks swapped", _changed(content, _swap_blocks(*blocks))
        status = content["status"]
        for place, word in enumerate(status["storage"]):
            path: Steps = ("status", "storage", place, "value")
            other = "0x0" if word["value"] != "0x0" else "0x1"
            yield _name("other word", path), _changed(content, _put(path, other))
        yield (
            "words of another order",
            _changed(content, _put(("status", "storage"), status["storage"][::-1])),
        )
    if "log" in content:
        yield from _log_changes(content)
    if "promise" in content:
        yield from _promise_changes(content)


def _swap_blocks(anchor: Any, status: Any) -> Change:
    def change(whole: Any) -> None:
        whole["anchor"]["block"], whole["status"]["asOfBlock"] = status, anchor

    return change


def _log_changes(content: Any) -> Iterator[Mutant]:
    log = content["log"]

    def moved(by: int) -> Change:
        def change(whole: Any) -> None:
            whole["log"]["index"] += by
            whole["log"]["entry"]["seq"] += by

        return change

    yield "entry one place on", _changed(content, moved(1))
    yield "entry one place back", _changed(content, moved(-1))
    newer = log.get("consistency")
    if newer:
        head = {"size": newer["size"], "root": newer["root"]}
        yield "newer head as the log's", _changed(content, _put(("log",), {**log, **head}))
        yield (
            "consistency with itself",
            _changed(
                content,
                _put(
                    ("log", "consistency"), {"size": log["size"], "root": log["root"], "proof": []}
                ),
            ),
        )
        yield (
            "consistency with nothing",
            _changed(content, _put(("log", "consistency"), {**head, "proof": []})),
        )


def _promise_changes(content: Any) -> Iterator[Mutant]:
    promise = content["promise"]
    raw = bytes.fromhex(promise["signature"][2:])
    r, s, v = raw[:32], int.from_bytes(raw[32:64], "big"), raw[64]
    other_s = (_ORDER - s).to_bytes(32, "big")
    signatures = {
        "high s": r + other_s + bytes([55 - v]),
        "other v": raw[:64] + bytes([55 - v]),
        "v of 0 or 1": raw[:64] + bytes([v - 27]),
        "r of zero": bytes(32) + raw[32:],
        "s of zero": r + bytes(32) + bytes([v]),
        "r of the order": _ORDER.to_bytes(32, "big") + raw[32:],
    }
    for what, signature in signatures.items():
        yield (
            f"promise with {what}",
            _changed(content, _put(("promise", "signature"), f"0x{signature.hex()}")),
        )
    times = {
        "a longer delay": {"includeBy": promise["includeBy"] + 1},
        "no delay": {"includeBy": promise["recordedAt"]},
        "times exchanged": {
            "recordedAt": promise["includeBy"],
            "includeBy": promise["recordedAt"],
        },
        "a time of long ago": {"recordedAt": 0},
    }
    for what, changed in times.items():
        yield f"promise with {what}", _changed(content, _put(("promise",), {**promise, **changed}))


def main() -> None:
    """Write the mutants of one bundle into a folder."""
    bundle, trust, folder, *numbers = sys.argv[1:]
    seed, most = (int(each) for each in (*numbers, *("0", "0")[len(numbers) :]))
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = write_mutants(
        Path(folder),
        Path(bundle).read_bytes(),
        Path(trust).read_bytes(),
        seed=seed,
        most=most or None,
    )
    sys.stdout.write(f"{len(paths)} mutants in {folder}\n")


if __name__ == "__main__":
    main()
