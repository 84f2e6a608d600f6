"""Bundles of every kind, made without a chain: real proofs over blocks that no node mined.

    python -m tests.support.bundles FOLDER

makes five folders, each with ``<name>.ferrotrace.json``, a ``trust.json`` that stands for them, and
``expected.json``: ``alone`` and ``together`` name for every file the verdict and the status and
code of each check that is neither VALID nor SKIPPED (no chain, no audience).

- ``good``: one of every kind, all VALID.
- ``false``: every proof holds, but the figures or claims do not.
- ``withdrawn``: revoked and superseded on chain, and by a correction that lies beside.
- ``sealed``: of a QBFT chain whose validators stand for the blocks, or too few of them.
- ``promised``: promises that came too late or that a stranger signed, keys that were not valid.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from service.proof.bundle import FILE_SUFFIX
from service.proof.lien_key import lien_key
from service.proof.trust import Trust, trust_bytes
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify, verify_together
from tests.unit.proof import documents
from tests.unit.proof.made_chain import ISSUED_AT, Truck, anchored_truck, signed_promise
from tests.unit.proof.test_qbft import KEYS, VALIDATORS, naming, sealed_bundle

Files: TypeAlias = "dict[str, bytes]"
_QUIET = (Status.VALID, Status.SKIPPED)


def write_corpus(folder: Path) -> list[Path]:
    """Write the five folders into ``folder``; returns their paths."""
    paths = []
    for name, (files, trust) in corpus().items():
        path = folder / name
        path.mkdir(parents=True, exist_ok=True)
        for stem, raw in files.items():
            (path / f"{stem}{FILE_SUFFIX}").write_bytes(raw)
        (path / "trust.json").write_bytes(trust_bytes(trust))
        (path / "expected.json").write_text(
            json.dumps(expected(files, trust), indent=1), encoding="utf-8"
        )
        paths.append(path)
    return paths


def corpus() -> dict[str, tuple[Files, Trust]]:
    """The five folders: files by stem, and the trust of each."""
    good, false, withdrawn = anchored_truck(), anchored_truck(_false_documents()), _withdrawn()
    return {
        "good": (_files(good), good.trust),
        "false": (_files(false), false.trust),
        "withdrawn": (_files(withdrawn), withdrawn.trust),
        "promised": (_promised(good), good.trust),
        "sealed": (_sealed(), naming(*VALIDATORS)),
    }


def expected(files: Mapping[str, bytes], trust: Trust) -> dict[str, Any]:
    """What this verifier says of each file, alone and beside the others."""
    together = verify_together(files, lambda raw, beside: verify(raw, trust=trust, parents=beside))
    return {
        "alone": {name: _summary(verify(raw, trust=trust)) for name, raw in files.items()},
        "together": {name: _summary(verdict) for name, verdict in together.items()},
    }


def _summary(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict.value,
        "checks": {
            check.type: [check.status.value, check.reason.code]
            for check in verdict.checks
            if check.status not in _QUIET and check.reason
        },
    }


def _files(truck: Truck) -> Files:
    return {name: parts.file() for name, parts in truck.parts.items()}


def _false_documents() -> documents.Sealed:
    """Documents whose seals hold and whose content does not."""
    false = documents.Sealed()
    seal = false.seal
    seal("key-epoch", documents.key_epoch())
    seal("gross", documents.weighing("gross", 48_620))
    seal("delivery", documents.delivery(), gross="gross")
    seal("ticket-net", _with(documents.ticket(), net_kg=32_481))
    seal("ticket-extra", _with(documents.ticket(), extra=1))
    seal("decision-shares", _with(documents.decision(), shares={"HRS101": 6_000}))
    seal("receipt-alarm", _with(documents.receipt(), alarm=True), delivery="delivery")
    seal("settlement-tax", _with(documents.settlement(), tax_fen=1))
    seal("carbon-saved", _with(documents.carbon(), avoided_net_tco2e="48"))
    factors = {**documents.carbon()["record"]["factor_set"], "id": "FS-1999-1"}
    seal("carbon-unknown-factors", _with(documents.carbon(), factor_set=factors))
    seal("factor-set-unknown", _with(documents.factors(), factor_set_id="FS-1999-1"))
    seal("policy-changed", _with(documents.policy(), audiences={"plant": {}, "bank": {}}))
    seal("payment-of-nothing", _with(documents.payment(), amount_fen=0), settlement="gross")
    seal("run-of-more", _with(documents.processing_run(), loss_kg=999))
    seal("run-of-other-lots", _with(documents.processing_run(), output_kg=19_001, loss_kg=999))
    seal("count-wrong", _with(documents.stock_take(), difference_kg=320))
    seal("count-without-reason", _without(documents.stock_take(), "reason"))
    seal("appeal-without-answer", _without(documents.appeal(), "answer"), document="delivery")
    seal("lien-of-another-key", _with(documents.lien(), lien_key="00" * 32), delivery="delivery")
    seal("lien-on-a-weighing", documents.lien(), delivery="gross")
    seal("lien-of-another-delivery", _lien("ef" * 32), delivery="delivery")
    values = _with(documents.ticket(), settlement_kg=1)["record"]
    seal("correction-net", _with(documents.correction(), values=values), documents.DIGEST)
    held = {"C7": documents.HELD}
    seal("held", _with(documents.weighing("gross", 48_620), controls=held))
    seal("ticket-unreleased", documents.ticket(), gross="held")
    seal("release-by-weigher", documents.hold_decision(decided_by="operator-1"), weighing="held")
    seal("release-refused", documents.hold_decision(decision="REFUSE"), weighing="held")
    for release in ("release-by-weigher", "release-refused"):
        parents = {"gross": "held", "gross_release": release}
        seal(f"ticket-on-{release}", documents.ticket(), **parents)
    seal("release-of-nothing-held", documents.hold_decision(controls={}), weighing="held")
    seal("orphan", {**documents.ticket(), "links": {"parents": {"gross": documents.DIGEST}}})
    return false


def _lien(secret: str) -> dict[str, Any]:
    key = lien_key("lien", "delivery-1", bytes.fromhex(secret)).hex()
    return _with(documents.lien(), delivery_secret=secret, lien_key=key)


def _withdrawn() -> Truck:
    """A truck whose delivery was revoked and whose ticket was replaced, later on chain."""
    wrapped = documents.one_truck()
    wrapped.seal(
        "settlement-corrected",
        {**documents.correction(), "record": _settlement_put_right()},
        wrapped.hash_of("settlement"),
        receipt="receipt",
    )
    revoked, replaced = (bytes.fromhex(wrapped.hash_of(name)) for name in ("delivery", "ticket"))
    successor = int(wrapped.hash_of("correction"), 16)
    return anchored_truck(
        wrapped,
        revoked_at={revoked: ISSUED_AT, replaced: ISSUED_AT},
        revoke_reason={revoked: 32, replaced: 4},
        superseded_by={replaced: successor},
    )


def _settlement_put_right() -> dict[str, Any]:
    return {
        **documents.correction()["record"],
        "corrects": "settlement",
        "values": documents.settlement()["record"],
    }


def _promised(truck: Truck) -> Files:
    """One good ticket with promises that do not hold, and one without any proof of its key."""
    ticket = truck.parts["ticket"]
    target = truck.nodes["ticket"][0]
    epoch = ticket.key_epoch
    return {
        "kept": ticket.file(),
        "too-late": ticket.file(promise=signed_promise(target, recorded_at=ISSUED_AT - 700)),
        "by-a-stranger": ticket.file(promise=signed_promise(target, key=b"\x07" * 32)),
        "before-the-key": ticket.file(promise=signed_promise(target, recorded_at=1_700_000_000)),
        "of-another-document": ticket.file(promise=signed_promise(b"\x01" * 32)),
        "no-key": ticket.file(key_epoch=None),
        "no-promise": ticket.file(promise=None),
        "key-of-another-place": ticket.file(key_epoch=replace(epoch, index=epoch.index - 1)),
        "key-that-is-a-ticket": ticket.file(
            key_epoch=replace(
                epoch,
                document=replace(epoch.document, wrapped=ticket.document),
            )
        ),
    }


def _sealed() -> Files:
    """One ticket in blocks that all, enough, or too few of four validators sealed."""
    return {f"by-{count}-of-4": sealed_bundle(*KEYS[:count]) for count in (4, 3, 2)} | {
        "by-one-again-and-again": sealed_bundle(*KEYS[:1] * 4),
        "by-nobody": sealed_bundle(),
    }


def _with(data: dict[str, Any], **figures: Any) -> dict[str, Any]:
    return {**data, "record": {**data["record"], **figures}}


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {**data, "record": {n: v for n, v in data["record"].items() if n != name}}


if __name__ == "__main__":
    for written in write_corpus(Path(sys.argv[1])):
        sys.stdout.write(f"{written}\n")
