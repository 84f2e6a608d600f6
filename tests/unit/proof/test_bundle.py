import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from service.proof.bundle import Bundle
from service.proof.bundle_reader import read_bundle
from service.proof.bundle_writer import bundle_bytes, make_bundle
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.jcs import canonical_json
from tests.unit.proof.made_chain import Parts, anchored_truck


@cache
def parts() -> Parts:
    return anchored_truck().parts["ticket"]


def value() -> Any:
    return json.loads(parts().file())


def test_a_bundle_is_read_back_as_it_was_made() -> None:
    raw = parts().file()
    assert bundle_bytes(read_bundle(raw)) == raw


def test_a_bundle_may_hold_the_document_alone() -> None:
    raw = make_bundle(document=parts().document)
    assert read_bundle(raw) == Bundle(document=read_bundle(raw).document)
    assert bundle_bytes(read_bundle(raw)) == raw


def test_optional_members_are_left_out_where_absent() -> None:
    identity = replace(parts().identity, dnssec=None)
    log = replace(parts().log, consistency=None)
    raw = parts().file(identity=identity, log=log)
    assert b"dnssec" not in raw
    assert b"consistency" not in raw
    assert bundle_bytes(read_bundle(raw)) == raw


def set_at(path: str, new: object) -> Callable[[Any], None]:
    def change(bundle: Any) -> None:
        *above, name = path.split(".")
        node = bundle
        for step in above:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[name] = new

    return change


def drop(path: str) -> Callable[[Any], None]:
    def change(bundle: Any) -> None:
        *above, name = path.split(".")
        node = bundle
        for step in above:
            node = node[step]
        del node[name]

    return change


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (set_at("extra", 1), "bundle.extra"),
        (set_at("log", None), "bundle.log"),
        (set_at("document.version", "https://example.org"), "bundle.document.version"),
        (set_at("document.data", {}), "bundle.document.data"),
        (set_at("document.data", []), "bundle.document.data"),
        (set_at("document.signature.type", "other"), "bundle.document.signature.type"),
        (set_at("document.signature.proof", ["ab" * 32] * 65), "bundle.document.signature.proof"),
        (set_at("document.privacy", {}), "bundle.document.privacy.obfuscatedData"),
        (set_at("document.privacy", {"obfuscatedData": ["x"]}), "bundle.document.privacy"),
        (set_at("log.entry.v", 2), "bundle.log.entry.v"),
        (set_at("log.size", 1.5), "file"),
        (set_at("anchor.finality", {"kind": "hearsay"}), "bundle.anchor.finality.kind"),
        (set_at("anchor.finality", {"kind": "finalized", "depth": 3}), "bundle.anchor.finality"),
        (set_at("status.storage.0.name", "balance"), "bundle.status.storage.name"),
        (set_at("identity.records", [1]), "bundle.identity.records"),
        (set_at("identity.dnssec", "yes"), "bundle.identity.dnssec"),
        (drop("document"), "bundle"),
        (drop("v"), "bundle"),
        (drop("anchor"), "bundle.status"),
        (drop("identity.records"), "bundle.identity.records"),
        (set_at("identity", {}), "bundle.identity"),
        (set_at("identity.keyEpoch.extra", 1), "bundle.identity.keyEpoch.extra"),
        (set_at("identity.keyEpoch.document", {}), "bundle.identity.keyEpoch.document"),
        (drop("identity.keyEpoch.log.index"), "bundle.identity.keyEpoch.log.index"),
        (drop("log"), "bundle.identity.keyEpoch"),
        (set_at("anchor.block.seals", {"round": 0}), "bundle.anchor.block.seals.signatures"),
        (
            set_at("anchor.block.seals", {"round": 0, "signatures": ["0x00"]}),
            "bundle.anchor.block.seals.signatures",
        ),
        (drop("promise.includeBy"), "bundle.promise.includeBy"),
        (set_at("promise.signature", "0x00"), "bundle.promise.signature"),
        (set_at("promise.recordedAt", "1"), "bundle.promise.recordedAt"),
        (drop("anchor.txHash"), "bundle.anchor.txHash"),
    ],
)
def test_what_is_not_of_the_format_is_refused_by_its_path(
    change: Callable[[Any], None], where: str
) -> None:
    bundle = value()
    change(bundle)
    with pytest.raises(FileShapeError) as refused:
        read_bundle(json.dumps(bundle).encode())
    assert str(refused.value.field).startswith(where)


@pytest.mark.parametrize("version", [2, "1", True, [1]])
def test_other_versions_are_named(version: object) -> None:
    with pytest.raises(FileVersionError):
        read_bundle(canonical_json({**value(), "v": version}))


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(FileShapeError):
        read_bundle(b"[]")


def test_no_bundle_is_made_of_what_is_no_document() -> None:
    with pytest.raises(FileShapeError):
        make_bundle(document={"data": {}})
