"""Promises and signing keys inside a bundle: who signed, and whether the promise was kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from service.proof.bundle import DocumentPart, KeyEpochPart, LogEntry
from service.proof.bundle_reader import read_bundle, read_document
from service.proof.bundle_writer import bundle_bytes
from service.proof.checks import promise as promise_check
from service.proof.document import with_proof, wrap
from service.proof.key_epoch import KeyEpoch, KeyPurpose
from service.proof.redaction import redact
from service.proof.signature import CanNotRecoverError
from service.proof.trust import Trust
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify
from tests.unit.proof import documents
from tests.unit.proof.documents import PROMISE_ADDRESS, Sealed, fixed_salts
from tests.unit.proof.made_chain import (
    ISSUED_AT,
    Parts,
    Truck,
    anchored_truck,
    block_part,
    signed_promise,
)

OTHER_KEY = b"\x07" * 32
KEY = KeyEpoch(
    key_id="base-01",
    purpose=KeyPurpose.PROMISE,
    address=bytes.fromhex(PROMISE_ADDRESS[2:]),
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
)


@cache
def truck() -> Truck:
    return anchored_truck()


def ticket() -> Parts:
    return truck().parts["ticket"]


def target() -> bytes:
    return bytes(truck().nodes["ticket"][0])


def judge(raw: bytes, *keys: KeyEpoch) -> Verdict:
    trust = truck().trust
    return verify(raw, trust=replace(trust, issuers=(replace(trust.issuers[0], keys=keys),)))


def inclusion(verdict: Verdict) -> tuple[str, int | None, object]:
    check = verdict.check("LOG_INCLUSION")
    code = check.reason.code if check.reason else None
    return check.status.value, code, (check.data or {}).get("promise")


def identity(verdict: Verdict) -> tuple[str, int | None]:
    check = verdict.check("ISSUER_IDENTITY")
    return check.status.value, check.reason.code if check.reason else None


def test_promise_and_key_are_read_back_as_they_were_written() -> None:
    raw = ticket().file()
    assert bundle_bytes(read_bundle(raw)) == raw
    assert read_bundle(raw).promise == ticket().promise
    alone = ticket().file(identity=None)
    assert read_bundle(alone).identity is None
    assert read_bundle(alone).key_epoch == ticket().key_epoch
    assert bundle_bytes(read_bundle(alone)) == alone


class TestPromise:
    def test_a_promise_that_the_bundle_states_the_key_of_is_kept(self) -> None:
        assert inclusion(judge(ticket().file())) == ("VALID", None, "kept")

    def test_without_a_promise_nothing_is_said_of_one(self) -> None:
        verdict = judge(ticket().file(promise=None))
        assert verdict.check("LOG_INCLUSION").data == {"index": 9, "size": ticket().log.head.size}

    def test_the_keys_of_the_trust_file_come_before_that_of_the_bundle(self) -> None:
        other = replace(KEY, address=b"\x01" * 20)
        anchoring = replace(other, purpose=KeyPurpose.ANCHOR)
        assert inclusion(judge(ticket().file(), KEY)) == ("VALID", None, "kept")
        assert inclusion(judge(ticket().file(), other, KEY)) == ("VALID", None, "kept")
        assert inclusion(judge(ticket().file(), anchoring)) == ("VALID", None, "kept")
        assert inclusion(judge(ticket().file(), other)) == ("INVALID", 6, None)

    def test_without_any_key_the_promise_is_not_judged(self) -> None:
        verdict = judge(ticket().file(key_epoch=None))
        assert inclusion(verdict) == ("VALID", None, "no key at hand")

    def test_a_key_must_have_been_valid_when_it_promised(self) -> None:
        ended = replace(KEY, valid_to=datetime(2026, 2, 1, tzinfo=UTC))
        assert inclusion(judge(ticket().file(), ended)) == ("INVALID", 6, None)

    def test_a_key_that_ended_since_leaves_its_promises_good(self) -> None:
        ended = replace(KEY, valid_to=datetime.fromtimestamp(ISSUED_AT - 60, UTC))
        assert inclusion(judge(ticket().file(), ended)) == ("VALID", None, "kept")

    def test_a_promise_of_a_stranger_or_for_another_document_is_none(self) -> None:
        for promise in (signed_promise(target(), key=OTHER_KEY), signed_promise(b"\x01" * 32)):
            assert inclusion(judge(ticket().file(promise=promise))) == ("INVALID", 6, None)

    def test_a_document_that_came_late_is_overdue(self) -> None:
        in_time = signed_promise(target(), recorded_at=ISSUED_AT + 7 - 600)
        late = signed_promise(target(), recorded_at=ISSUED_AT + 6 - 600)
        assert inclusion(judge(ticket().file(promise=in_time))) == ("VALID", None, "kept")
        verdict = judge(ticket().file(promise=late))
        assert inclusion(verdict) == ("INVALID", 5, None)
        reason = verdict.check("LOG_INCLUSION").reason
        assert reason is not None
        assert reason.message == "Promised by 2026-03-01T02:10:06Z, anchored 2026-03-01T02:10:07Z."

    def test_where_signatures_cannot_be_checked_the_answer_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cannot(*_: bytes) -> bytes:
            raise CanNotRecoverError

        monkeypatch.setattr(promise_check, "recover_address", cannot)
        verdict = judge(ticket().file())
        assert verdict.verdict is Status.VALID
        assert inclusion(verdict) == ("VALID", None, "signature not checked")

    def test_nothing_is_said_of_a_promise_before_the_anchor_holds(self) -> None:
        verdict = verify(ticket().file(), trust=Trust())
        assert inclusion(verdict) == ("ERROR", 0, None)


def epoch_of(name: str, spoilt: Callable[[KeyEpochPart], KeyEpochPart]) -> Any:
    return pytest.param(spoilt, id=name)


def _entry(epoch: KeyEpochPart, **changed: Any) -> LogEntry:
    return replace(epoch.entry, **changed)


def _without_proof(document: DocumentPart) -> DocumentPart:
    root = document.merkle_root
    return read_document(with_proof(document.wrapped, proof=[], merkle_root=root))


class TestKeyEpoch:
    @pytest.mark.parametrize(
        "spoil",
        [
            epoch_of("another place", lambda e: replace(e, index=e.index - 1)),
            epoch_of("another entry", lambda e: replace(e, entry=_entry(e, target_hash=target()))),
            epoch_of("another kind", lambda e: replace(e, entry=_entry(e, kind="ticket"))),
            epoch_of("another batch", lambda e: replace(e, entry=_entry(e, batch=1))),
            epoch_of("no proof", lambda e: replace(e, proof=())),
            epoch_of(
                "another document",
                lambda e: replace(e, document=replace(e.document, wrapped=ticket().document)),
            ),
            epoch_of("another root", lambda e: replace(e, document=_without_proof(e.document))),
            epoch_of(
                "hidden fields",
                lambda e: replace(
                    e, document=read_document(redact(e.document.wrapped, ["record.site_id"]))
                ),
            ),
            epoch_of(
                "no salts",
                lambda e: replace(
                    e,
                    document=replace(
                        e.document,
                        wrapped={**e.document.wrapped, "data": {"id": "plain"}},
                    ),
                ),
            ),
        ],
    )
    def test_a_key_epoch_that_does_not_hold_is_an_invalid_identity(
        self, spoil: Callable[[KeyEpochPart], KeyEpochPart]
    ) -> None:
        verdict = judge(ticket().file(key_epoch=spoil(ticket().key_epoch)))
        assert identity(verdict) == ("INVALID", 1)
        assert verdict.verdict is Status.INVALID

    @staticmethod
    def stating(data: dict[str, Any]) -> Truck:
        sealed = Sealed()
        sealed.seal("ticket", documents.ticket())
        sealed.seal("key-epoch", data)
        return anchored_truck(sealed)

    def judged(self, data: dict[str, Any], **changed: Any) -> Verdict:
        of = self.stating(data)
        return verify(of.parts["ticket"].file(**changed), trust=of.trust)

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            ("address", documents.REGISTRY),
            ("address", ...),
            ("purpose", "anything"),
            ("valid_from", "2026-13-01T00:00:00Z"),
            ("extra", "x"),
        ],
    )
    def test_a_key_that_is_not_whole_is_none(self, member: str, value: object) -> None:
        record = {**documents.key_epoch()["record"], member: value}
        record = {name: each for name, each in record.items() if each is not ...}
        assert identity(self.judged({**documents.key_epoch(), "record": record})) == ("INVALID", 1)

    def test_the_key_of_another_issuer_is_none_of_this_one(self) -> None:
        data = documents.key_epoch()
        issuer = {**data["issuers"][0], "documentStore": documents.LIEN_REGISTRY}
        assert identity(self.judged({**data, "issuers": [issuer]})) == ("INVALID", 1)
        assert identity(self.judged({**data, "issuers": []})) == ("INVALID", 1)

    @staticmethod
    def anchoring(**times: str) -> dict[str, Any]:
        record = {**documents.key_epoch()["record"], "purpose": "anchor", **times}
        return {**documents.key_epoch(), "record": record}

    def test_an_anchoring_key_must_have_been_valid_when_the_batch_was_anchored(self) -> None:
        good, ended = self.anchoring(), self.anchoring(valid_to="2026-02-01T00:00:00Z")
        assert identity(self.judged(good)) == ("VALID", None)
        assert identity(self.judged(ended)) == ("INVALID", 1)

    def test_an_anchoring_key_signs_no_promise(self) -> None:
        verdict = self.judged(self.anchoring())
        assert inclusion(verdict) == ("VALID", None, "no key at hand")

    def test_without_an_anchor_or_its_header_the_time_is_not_told(self) -> None:
        of = self.stating(self.anchoring(valid_to="2026-02-01T00:00:00Z"))
        parts = of.parts["ticket"]
        broken = replace(parts.anchor, block=block_part(7, b"\x80"))
        for changed in ({"anchor": None, "status": None}, {"anchor": broken}):
            verdict = verify(parts.file(**changed), trust=of.trust)
            assert identity(verdict) == ("VALID", None)

    def test_a_promise_key_may_end_between_promise_and_anchor(self) -> None:
        record = {**documents.key_epoch()["record"], "valid_to": "2026-03-01T02:09:30Z"}
        verdict = self.judged({**documents.key_epoch(), "record": record})
        assert identity(verdict) == ("VALID", None)
        assert inclusion(verdict) == ("VALID", None, "kept")

    def test_a_document_of_nobody_has_no_key(self) -> None:
        wrapped = wrap({**documents.ticket(), "issuers": []}, fixed_salts("x"))
        assert identity(judge(ticket().file(document=wrapped))) == ("INVALID", 3)
