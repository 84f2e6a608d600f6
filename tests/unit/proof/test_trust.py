import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from service.proof.bundle import LogHead
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.key_epoch import KeyEpoch, KeyPurpose
from service.proof.trust import Trust, read_trust, trust_bytes
from tests.unit.proof.made_chain import ADDRESS, CHAIN_ID, anchored_truck


def full() -> Trust:
    trust = anchored_truck().trust
    issuer = replace(trust.issuers[0], head=LogHead(size=3, root=b"\x01" * 32))
    unasked = replace(issuer, dns_txt=None, head=None, location="other.example")
    issuer = replace(
        issuer,
        head_time=datetime(2026, 3, 1, 4, tzinfo=UTC),
        keys=(
            KeyEpoch(
                key_id="base-01",
                purpose=KeyPurpose.PROMISE,
                site_id="BASE01",
                address=b"\x02" * 20,
                valid_from=datetime(2026, 1, 1, tzinfo=UTC),
                valid_to=datetime(2026, 2, 1, tzinfo=UTC),
            ),
            KeyEpoch(
                key_id="chain",
                purpose=KeyPurpose.ANCHOR,
                address=b"\x03" * 20,
                valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            ),
        ),
        lien_registry=b"\x04" * 20,
    )
    return replace(trust, issuers=(issuer, unasked))


def test_a_trust_file_is_read_back_as_it_was_made() -> None:
    assert read_trust(trust_bytes(full())) == full()


def test_a_head_may_have_no_time() -> None:
    issuer = replace(full().issuers[0], head_time=None)
    trust = replace(full(), issuers=(issuer,))
    assert read_trust(trust_bytes(trust)) == trust


def test_what_is_trusted_is_found() -> None:
    trust = full()
    assert [issuer.registry for issuer in trust.issuers_at("other.example")] == [ADDRESS]
    assert trust.issuers_at("unknown.example") == []
    assert trust.block_hash(CHAIN_ID, 7) is not None
    assert trust.block_hash(CHAIN_ID, 8) is None
    assert trust.block_hash(1, 7) is None


def test_the_emptiest_file_trusts_nobody() -> None:
    assert read_trust(b'{"v":1,"issuers":[],"known_blocks":{}}') == Trust()


@pytest.mark.parametrize(
    "changed",
    [
        {"extra": 1},
        {"issuers": {}},
        {"issuers": [{}]},
        {"known_blocks": []},
        {"known_blocks": {"1337": []}},
        {"known_blocks": {"x": {}}},
        {"known_blocks": {"1337": {"007": "0x" + "00" * 32}}},
        {"known_blocks": {"1337": {"7": "0x00"}}},
        {"qbft_validators": []},
        {"qbft_validators": {"x": []}},
        {"qbft_validators": {"1337": {}}},
        {"qbft_validators": {"1337": ["0x" + "ab" * 20]}},
    ],
)
def test_what_is_not_of_the_format_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(FileShapeError):
        read_trust(json.dumps({**json.loads(trust_bytes(full())), **changed}).encode())


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("head", {"size": 1, "root": "00" * 32, "time": "yesterday"}),
        ("keys", {}),
        ("keys", [{"key_id": "x"}]),
        ("lien_registry", "0x00"),
    ],
)
def test_members_of_an_issuer_are_read_strictly(member: str, value: object) -> None:
    content = json.loads(trust_bytes(full()))
    content["issuers"][0][member] = value
    with pytest.raises(FileShapeError):
        read_trust(json.dumps(content).encode())


def test_a_key_of_an_unknown_purpose_is_refused() -> None:
    content = json.loads(trust_bytes(full()))
    content["issuers"][0]["keys"][0]["purpose"] = "anything"
    with pytest.raises(FileShapeError, match="purpose"):
        read_trust(json.dumps(content).encode())


def test_a_key_is_valid_from_its_first_second_to_its_last() -> None:
    promise, anchor = full().issuers[0].keys
    first_s, last_s = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (1, 2))
    valid = [promise.was_valid_at(s) for s in (first_s - 1, first_s, last_s, last_s + 1)]
    assert valid == [False, True, True, False]
    assert anchor.was_valid_at(last_s + 1)


def test_other_versions_are_named() -> None:
    with pytest.raises(FileVersionError):
        read_trust(b'{"v":2,"issuers":[],"known_blocks":{}}')
