"""A promise alone, held against the entries of the log: kept, late, omitted, or not to be told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from service.proof.bundle import LogHead
from service.proof.checks import promise as promise_check
from service.proof.key_epoch import KeyEpoch, KeyPurpose
from service.proof.log import LogTree, entry_bytes, leaf_hash
from service.proof.omission import verify_promise
from service.proof.promise import InclusionPromise
from service.proof.signature import CanNotRecoverError
from service.proof.trust import Trust
from service.proof.verdict import Verdict
from tests.unit.proof.documents import PROMISE_ADDRESS
from tests.unit.proof.made_chain import (
    ADDRESS,
    ISSUED_AT,
    Truck,
    anchored_truck,
    signed_promise,
    word,
)
from tests.unit.proof.made_reader import MadeBlock, MadeHead, MadeReader

KEY = KeyEpoch(
    key_id="base-01",
    purpose=KeyPurpose.PROMISE,
    address=bytes.fromhex(PROMISE_ADDRESS[2:]),
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
)
INCLUDE_BY = ISSUED_AT + 540
MISSING = word(99)


@cache
def truck() -> Truck:
    return anchored_truck()


def target() -> bytes:
    return bytes(truck().nodes["ticket"][0])


@cache
def lines() -> tuple[bytes, ...]:
    """The log of the truck as its registry serves it: five earlier entries, then the batch."""
    earlier = [
        entry_bytes(kind="ticket", seq=n, target_hash=f"{n:064x}", batch=2) for n in range(5)
    ]
    batch = [
        entry_bytes(
            kind=entry.kind, seq=entry.seq, target_hash=entry.target_hash.hex(), batch=entry.batch
        )
        for entry in (parts.log.entry for parts in truck().parts.values())
    ]
    last = entry_bytes(kind="ticket", seq=len(batch) + 5, target_hash="ee" * 32, batch=4)
    return (*earlier, *batch, last)


def head(entries: tuple[bytes, ...]) -> LogHead:
    tree = LogTree([leaf_hash(line) for line in entries])
    return LogHead(size=tree.size, root=tree.root())


def trusting(
    *, at: int | None = None, keys: tuple[KeyEpoch, ...] = (KEY,), **changed: Any
) -> Trust:
    time = None if at is None else datetime.fromtimestamp(at, UTC)
    issuer = replace(
        truck().trust.issuers[0],
        **{"head": head(lines()), "head_time": time, "keys": keys, **changed},
    )
    return Trust(issuers=(issuer,))


def judge(
    promise: InclusionPromise | None = None,
    *,
    trust: Trust | None = None,
    entries: tuple[bytes, ...] | None = None,
    chain: MadeReader | None = None,
) -> Verdict:
    return verify_promise(
        promise or signed_promise(target()),
        trust=trust or trusting(at=INCLUDE_BY),
        entries=b"\n".join(lines() if entries is None else entries) + b"\n",
        reader_of=lambda _: chain,
    )


def finding(verdict: Verdict) -> tuple[str, int | None, object]:
    (check,) = verdict.checks
    assert verdict.verdict is check.status
    code = check.reason.code if check.reason else None
    return check.status.value, code, (check.data or {}).get("promise")


def message(verdict: Verdict) -> str:
    reason = verdict.checks[0].reason
    assert reason is not None
    return reason.message


def live(**changed: Any) -> MadeReader:
    now = head(lines())
    return MadeReader(**{"head": MadeHead(now.size, now.root), **changed})


class TestKept:
    def test_an_entry_under_a_head_of_before_the_end_was_in_time(self) -> None:
        verdict = judge(trust=trusting(at=INCLUDE_BY))
        assert finding(verdict) == ("VALID", None, "kept")
        assert verdict.checks[0].data == {
            "index": 9,
            "size": len(lines()),
            "promise": "kept",
        }
        assert verdict.as_of is None

    @pytest.mark.parametrize("at", [INCLUDE_BY + 1, None])
    def test_under_a_later_head_alone_nobody_can_tell_when_it_came(self, at: int | None) -> None:
        verdict = judge(trust=trusting(at=at))
        assert finding(verdict) == ("ERROR", 0, None)
        assert "whether in time" in message(verdict)

    @pytest.mark.parametrize(
        ("issued_at", "expected"),
        [(INCLUDE_BY, ("VALID", None, "kept")), (INCLUDE_BY + 1, ("INVALID", 5, None))],
    )
    def test_the_chain_says_when_the_batch_was_anchored(
        self, issued_at: int, expected: tuple[str, int | None, object]
    ) -> None:
        root = truck().parts["ticket"].anchor.batch_root
        verdict = judge(trust=trusting(at=None), chain=live(issue_times={root: issued_at}))
        assert finding(verdict) == expected
        assert verdict.as_of is not None
        assert verdict.as_of.block == 20

    def test_a_batch_that_the_registry_does_not_know_tells_no_time(self) -> None:
        assert finding(judge(trust=trusting(at=None), chain=live())) == ("ERROR", 0, None)

    def test_entries_beyond_the_trusted_head_are_left_out(self) -> None:
        trust = trusting(at=INCLUDE_BY, head=head(lines()[:26]))
        verdict = judge(trust=trust, entries=(*lines(), b"anything"))
        assert finding(verdict) == ("VALID", None, "kept")


class TestOmitted:
    def test_what_is_missing_after_its_time_was_omitted(self) -> None:
        verdict = judge(signed_promise(MISSING))
        assert finding(verdict) == ("INVALID", 5, None)
        assert message(verdict) == (
            "Proof of omission: promised by 2026-03-01T02:19:00Z. "
            "It is not in the log of 2026-03-01T02:19:00Z."
        )

    def test_before_its_time_it_may_still_come(self) -> None:
        verdict = judge(signed_promise(MISSING), trust=trusting(at=INCLUDE_BY - 1))
        assert finding(verdict) == ("ERROR", 0, None)
        assert message(verdict).endswith("ask again after 2026-03-01T02:19:00Z.")

    def test_a_head_without_a_time_proves_no_omission(self) -> None:
        verdict = judge(signed_promise(MISSING), trust=trusting(at=None))
        assert finding(verdict) == ("ERROR", 0, None)

    def test_the_live_chain_says_how_late_it_is(self) -> None:
        late = live(latest=MadeBlock(20, INCLUDE_BY))
        early = live(latest=MadeBlock(20, INCLUDE_BY - 1))
        trust = trusting(at=None)
        missing = signed_promise(MISSING)
        assert finding(judge(missing, trust=trust, chain=late)) == ("INVALID", 5, None)
        assert finding(judge(missing, trust=trust, chain=early)) == ("ERROR", 0, None)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda line: line.replace(b'"v":1', b'"v":1 '),
            lambda line: line.replace(b'"seq":9', b'"seq":8'),
            lambda line: line.replace(b'"targetHash"', b'"target"'),
            lambda line: line.replace(b'"type":"ticket"', b'"type":[[[[[[[[[[[[[[[[[1]'),
        ],
    )
    def test_an_entry_in_another_form_is_not_the_promised_one(
        self, spoil: Callable[[bytes], bytes]
    ) -> None:
        entries = (*lines()[:9], spoil(lines()[9]), *lines()[10:])
        assert entries != lines()
        trust = trusting(at=INCLUDE_BY, head=head(entries))
        assert finding(judge(trust=trust, entries=entries)) == ("INVALID", 5, None)

    def test_neighbours_that_cannot_be_read_or_stand_twice_tell_no_time(self) -> None:
        twice = (*lines()[:10], lines()[9], *lines()[11:])
        unread = (*lines()[:10], b"x", *lines()[11:])
        for entries in (twice, unread):
            seen = head(entries)
            verdict = judge(
                trust=trusting(at=None),
                entries=entries,
                chain=live(head=MadeHead(seen.size, seen.root)),
            )
            assert finding(verdict) == ("ERROR", 0, None)
            assert "whether in time" in message(verdict)


class TestEntries:
    def test_entries_of_no_trusted_head_say_nothing(self) -> None:
        for entries in (lines()[:-1], (*lines()[:-1], b"x"), ()):
            verdict = judge(entries=entries)
            assert finding(verdict) == ("ERROR", 0, None)
            assert "not the entries of that head" in message(verdict)

    def test_without_a_head_no_entries_are_believed(self) -> None:
        assert finding(judge(trust=trusting(head=None))) == ("ERROR", 0, None)

    def test_a_live_head_that_moved_on_leaves_that_of_the_trust_file(self) -> None:
        chain = live(head=MadeHead(80, word(1)))
        assert finding(judge(chain=chain)) == ("VALID", None, "kept")

    def test_another_contract_or_silence_is_no_answer(self) -> None:
        for chain in (live(code=word(1)), live(silent=True)):
            verdict = judge(trust=trusting(head=None), chain=chain)
            assert finding(verdict) == ("ERROR", 0, None)

    def test_without_entries_the_promise_names_its_end(self) -> None:
        verdict = verify_promise(signed_promise(target()), trust=trusting())
        assert finding(verdict) == ("ERROR", 0, None)
        assert "of 回收基地 A runs to 2026-03-01T02:19:00Z" in message(verdict)


class TestSigner:
    def test_a_stranger_promised_nothing(self) -> None:
        verdict = judge(signed_promise(target(), key=b"\x07" * 32))
        assert finding(verdict) == ("INVALID", 6, None)

    def test_the_issuer_is_the_one_whose_key_signed(self) -> None:
        other = replace(trusting().issuers[0], registry=b"\x01" * 20, keys=())
        trust = trusting(at=INCLUDE_BY)
        both = Trust(issuers=(other, *trust.issuers))
        assert finding(judge(trust=both)) == ("VALID", None, "kept")

    def test_nobody_trusted_signs_nothing(self) -> None:
        verdict = verify_promise(signed_promise(target()), trust=None, entries=b"")
        assert finding(verdict) == ("ERROR", 0, None)
        assert "no key at hand" in message(verdict)

    def test_two_issuers_without_keys_are_one_too_many(self) -> None:
        issuer = trusting(keys=()).issuers[0]
        verdict = judge(trust=Trust(issuers=(issuer, replace(issuer, registry=ADDRESS[::-1]))))
        assert finding(verdict) == ("ERROR", 0, None)

    def test_without_keys_inclusion_is_told_and_omission_is_not(self) -> None:
        trust = trusting(at=INCLUDE_BY, keys=())
        root = truck().parts["ticket"].anchor.batch_root
        late = live(issue_times={root: INCLUDE_BY + 1})
        assert finding(judge(trust=trust)) == ("VALID", None, "no key at hand")
        assert finding(judge(signed_promise(MISSING), trust=trust)) == ("ERROR", 0, None)
        assert finding(judge(trust=trust, chain=late)) == ("ERROR", 0, None)

    def test_where_signatures_cannot_be_checked_the_answer_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cannot(*_: bytes) -> bytes:
            raise CanNotRecoverError

        monkeypatch.setattr(promise_check, "recover_address", cannot)
        assert finding(judge()) == ("VALID", None, "signature not checked")
        verdict = judge(signed_promise(MISSING))
        assert finding(verdict) == ("ERROR", 0, None)
        assert "signature not checked" in message(verdict)
        alone = verify_promise(signed_promise(target()), trust=trusting())
        assert "(signature not checked) runs to" in message(alone)
