"""Blocks of a QBFT chain: two thirds of the named validators stand for a header."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
import rlp
from eth_keys.datatypes import PrivateKey

from service.proof import qbft
from service.proof.bundle import BlockPart
from service.proof.bundle_reader import read_bundle
from service.proof.bundle_writer import bundle_bytes
from service.proof.hashing import keccak256
from service.proof.qbft import BlockSeals, is_sealed
from service.proof.signature import CanNotRecoverError
from service.proof.trust import Trust, read_trust, trust_bytes
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify
from tests.unit.proof.made_chain import CHAIN_ID, Parts, Truck, anchored_truck, header_rlp, word
from tests.unit.proof.made_reader import reader_of

KEYS = [PrivateKey(bytes([n]) * 32) for n in range(1, 5)]
VALIDATORS = tuple(key.public_key.to_canonical_address() for key in KEYS)
STRANGER = PrivateKey(b"\x09" * 32)
ROUND = 2


def extra_data(agreed_in: int, seals: Sequence[bytes] = ()) -> bytes:
    """[vanity, validators, vote, round, seals], as Besu writes them."""
    number = agreed_in.to_bytes(1, "big") if agreed_in else b""
    return bytes(rlp.encode([bytes(32), list(VALIDATORS), [], number, list(seals)]))


def with_extra(header: bytes, extra: bytes) -> bytes:
    fields = rlp.decode(header)
    fields[12] = extra
    return bytes(rlp.encode(fields))


def hashed(header: bytes) -> bytes:
    """The header as its hash is taken: round 0, no seals."""
    return with_extra(header, extra_data(0))


def sealed(header: bytes, *keys: PrivateKey) -> BlockSeals:
    digest = keccak256(with_extra(header, extra_data(ROUND)))
    return BlockSeals(
        round=ROUND, signatures=tuple(key.sign_msg_hash(digest).to_bytes() for key in keys)
    )


HEADER = hashed(header_rlp(7))


class TestQuorum:
    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            (KEYS, True),
            (KEYS[:3], True),
            (KEYS[:2], False),
            ([KEYS[0], KEYS[0], KEYS[0]], False),
            ([*KEYS[:2], STRANGER], False),
            ([*KEYS[:3], STRANGER], True),
            ([], False),
        ],
    )
    def test_two_thirds_of_the_validators_seal_a_block(
        self, keys: list[PrivateKey], *, expected: bool
    ) -> None:
        assert is_sealed(HEADER, sealed(HEADER, *keys), VALIDATORS) is expected

    def test_seals_are_of_one_header_and_one_round(self) -> None:
        seals = sealed(HEADER, *KEYS)
        assert not is_sealed(hashed(header_rlp(8)), seals, VALIDATORS)
        assert not is_sealed(HEADER, replace(seals, round=ROUND + 1), VALIDATORS)

    def test_a_seal_with_another_v_is_nobodys(self) -> None:
        seals = sealed(HEADER, *KEYS)
        moved = tuple(seal[:64] + bytes([seal[64] + 27]) for seal in seals.signatures)
        assert not is_sealed(HEADER, replace(seals, signatures=moved), VALIDATORS)

    def test_without_seals_or_validators_nothing_is_sealed(self) -> None:
        assert not is_sealed(HEADER, None, VALIDATORS)
        assert not is_sealed(HEADER, sealed(HEADER, *KEYS), ())

    @pytest.mark.parametrize(
        "header",
        [
            header_rlp(7),
            with_extra(header_rlp(7), b"\xc1"),
            with_extra(header_rlp(7), bytes(rlp.encode([b"", b""]))),
            with_extra(header_rlp(7), [b"a list"]),  # type: ignore[arg-type]
            b"\x80",
        ],
    )
    def test_a_header_of_another_chain_is_not_sealed(self, header: bytes) -> None:
        assert not is_sealed(header, sealed(HEADER, *KEYS), VALIDATORS)


@cache
def truck() -> Truck:
    return anchored_truck()


def of_validators(block: BlockPart, *keys: PrivateKey) -> BlockPart:
    """The block as a QBFT chain would have it, with the seals of these validators."""
    header = hashed(block.header_rlp)
    return BlockPart(
        number=block.number,
        hash=keccak256(header),
        header_rlp=header,
        seals=sealed(header, *keys),
    )


def sealed_bundle(*keys: PrivateKey) -> bytes:
    parts: Parts = truck().parts["ticket"]
    return parts.file(
        anchor=replace(parts.anchor, block=of_validators(parts.anchor.block, *keys)),
        status=replace(parts.status, block=of_validators(parts.status.block, *keys)),
    )


def naming(*validators: bytes) -> Trust:
    return replace(truck().trust, known_blocks={}, validators={CHAIN_ID: validators})


def anchor(verdict: Verdict) -> tuple[str, int | None, object]:
    check = verdict.check("CHAIN_ANCHOR")
    code = check.reason.code if check.reason else None
    return check.status.value, code, (check.data or {}).get("finality")


def test_seals_are_read_back_as_they_were_written() -> None:
    raw = sealed_bundle(*KEYS)
    assert bundle_bytes(read_bundle(raw)) == raw
    assert read_trust(trust_bytes(naming(*VALIDATORS))) == naming(*VALIDATORS)


def test_a_sealed_bundle_needs_no_known_block_and_no_chain() -> None:
    verdict = verify(sealed_bundle(*KEYS), trust=naming(*VALIDATORS))
    assert verdict.verdict is Status.VALID
    assert anchor(verdict) == ("VALID", None, "qbft-seals")


def test_too_few_seals_leave_the_block_unknown() -> None:
    for trust in (naming(*VALIDATORS), naming()):
        verdict = verify(sealed_bundle(*KEYS[:2]), trust=trust)
        assert anchor(verdict) == ("ERROR", 9, None)
        assert verdict.verdict is Status.ERROR


def test_a_sealed_block_that_a_chain_names_is_final_at_once() -> None:
    raw = sealed_bundle(*KEYS)
    bundle = read_bundle(raw)
    assert bundle.anchor
    assert bundle.status
    hashes = {block.number: block.hash for block in (bundle.anchor.block, bundle.status.block)}
    chain = reader_of(truck(), hashes=hashes, final=None)
    assert anchor(verify(raw, trust=naming(*VALIDATORS), chain=chain))[2] == "qbft-seals"
    assert anchor(verify(raw, trust=naming(), chain=chain)) == ("ERROR", 8, None)


def test_a_block_that_is_named_otherwise_is_contradicted_whoever_sealed_it() -> None:
    trust = replace(naming(*VALIDATORS), known_blocks={CHAIN_ID: {7: word(1)}})
    assert anchor(verify(sealed_bundle(*KEYS), trust=trust)) == ("INVALID", 1, None)


def test_where_signatures_cannot_be_checked_seals_say_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cannot(*_: bytes) -> bytes:
        raise CanNotRecoverError

    monkeypatch.setattr(qbft, "recover_address", cannot)
    verdict = verify(sealed_bundle(*KEYS), trust=naming(*VALIDATORS))
    assert anchor(verdict) == ("ERROR", 9, None)
