"""Every byte of a bundle replaced by another: never VALID, but where the content stays the same.

The fields that may differ and leave the verdict VALID are the informative ones of docs/bundle.md.
"""

import json
from typing import Any

import pytest

from service.proof.jcs import canonical_json
from service.proof.trust import Trust
from service.proof.verdict import Status
from service.proof.verify import verify
from tests.conformance.test_proof_worked_example import bundle
from tests.conformance.test_proof_worked_example import trust as example_trust
from tests.unit.proof.made_chain import anchored_truck

INFORMATIVE = ("anchor.txHash", "identity.queriedAt", "identity.dnssec", "anchor.finality.kind")
PARTS = 16
OTHER_BYTE = (0x01, 0x20)
"""Flips that stay inside the alphabets of hex, decimal and text; 0x20 changes the case."""


def the_bundle(name: str) -> tuple[bytes, Trust]:
    if name == "worked-example":
        return bundle(), example_trust()
    truck = anchored_truck()
    return truck.parts[name].file(), truck.trust


def informative_values(raw: bytes) -> list[Any]:
    value = json.loads(raw)
    found = []
    for path in INFORMATIVE:
        node = value
        for step in path.split("."):
            node = node.get(step) if isinstance(node, dict) else None
        found.append(node)
    return found


def without_informative(raw: bytes) -> bytes:
    value = json.loads(raw)
    for path in INFORMATIVE:
        *above, name = path.split(".")
        node = value
        for step in above:
            node = node[step]
        node.pop(name, None)
    return canonical_json(value)


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in range(1, PARTS))]
)
@pytest.mark.parametrize("name", ["worked-example", "ticket"])
def test_no_byte_can_be_replaced_unnoticed(name: str, part: int) -> None:
    """Every sixteenth byte in the suite, all of them in the long run."""
    raw, trust = the_bundle(name)
    assert verify(raw, trust=trust).verdict is Status.VALID
    content = without_informative(raw)
    for position in range(part, len(raw), PARTS):
        for flip in OTHER_BYTE:
            changed = bytearray(raw)
            changed[position] ^= flip
            if verify(bytes(changed), trust=trust).verdict is Status.VALID:
                assert without_informative(bytes(changed)) == content, position


@pytest.mark.parametrize("replacement", [b'"', b"\\", b"0", b" ", b"\x00", b"\xff", b"}", b"A"])
def test_no_byte_can_be_replaced_by_a_sign_of_json_unnoticed(replacement: bytes) -> None:
    raw, trust = the_bundle("settlement")
    content = without_informative(raw)
    for position in range(0, len(raw), 47):
        changed = raw[:position] + replacement + raw[position + 1 :]
        if verify(changed, trust=trust).verdict is Status.VALID:
            assert without_informative(changed) == content, position


def test_the_informative_fields_are_those_that_may_differ() -> None:
    raw, trust = the_bundle("ticket")
    value = json.loads(raw)
    value["anchor"]["txHash"] = "0x" + "00" * 32
    value["anchor"]["finality"] = {"kind": "witness"}
    value["identity"]["queriedAt"] = "2027-01-01T00:00:00Z"
    value["identity"]["dnssec"] = True
    changed = canonical_json(value)
    assert informative_values(changed) != informative_values(raw)
    assert verify(changed, trust=trust).verdict is Status.VALID
