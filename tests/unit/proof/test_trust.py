import json
from dataclasses import replace
from typing import Any

import pytest

from service.proof.bundle import LogHead
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.trust import Trust, read_trust, trust_bytes
from tests.unit.proof.made_chain import ADDRESS, CHAIN_ID, anchored_truck


def full() -> Trust:
    trust = anchored_truck().trust
    issuer = replace(trust.issuers[0], head=LogHead(size=3, root=b"\x01" * 32))
    unasked = replace(issuer, dns_txt=None, head=None, location="other.example")
    return replace(trust, issuers=(issuer, unasked))


def test_a_trust_file_is_read_back_as_it_was_made() -> None:
    assert read_trust(trust_bytes(full())) == full()


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
    ],
)
def test_what_is_not_of_the_format_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(FileShapeError):
        read_trust(json.dumps({**json.loads(trust_bytes(full())), **changed}).encode())


def test_other_versions_are_named() -> None:
    with pytest.raises(FileVersionError):
        read_trust(b'{"v":2,"issuers":[],"known_blocks":{}}')
