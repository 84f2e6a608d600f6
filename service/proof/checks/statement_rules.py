"""Rules of the records that state no masses: appeals, liens, keys, policies, factor sets."""

from collections.abc import Mapping
from typing import Any

from service.domain.carbon import FactorSetUnknownError, factor_set
from service.domain.units import WHOLE_BP
from service.proof.checks.codes import FACTOR_VERSION_UNKNOWN, RECORD_SCHEMA, differs
from service.proof.families import RECORD_SEMANTICS
from service.proof.hashing import checksum_address, keccak256
from service.proof.policy import POLICY_ID, policy_audiences
from service.proof.verdict import Check

Record = Mapping[str, Any]

_DECISION = ("answer", "decided_at", "decided_by")


def appeal_decision(record: Record) -> Check | None:
    """An appeal that was decided says by whom, when and why; one only raised says none of it."""
    if record["state"] != "raised":
        _require(record, *_DECISION)
        return None
    for name in _DECISION:
        if name in record:
            return _refused(f"{name} stands in an appeal that is only raised.")
    return None


def lien_state(record: Record) -> Check | None:
    """A reservation ends and has released nothing; a lien is released when all of it is."""
    if record["state"] == "reserved":
        _require(record, "expires_at")
        return differs(RECORD_SCHEMA, {"released_bp": (record["released_bp"], 0)})
    if (record["state"] == "released") != (record["released_bp"] == WHOLE_BP):
        return _refused(f"{record['released_bp']} bp are released in state {record['state']}.")
    return None


def lien_addresses(record: Record) -> Check | None:
    """Financier and contract carry their checksum."""
    return _checksums(record, "financier", "contract")


def key_address(record: Record) -> Check | None:
    """The address carries its checksum and is that of the public key, where one is stated."""
    finding = _checksums(record, "address")
    if finding or "public_key" not in record:
        return finding
    point = bytes.fromhex(record["public_key"].removeprefix("0x04"))
    computed = checksum_address(keccak256(point)[-20:])
    return differs(RECORD_SCHEMA, {"address": (record["address"], computed)})


def key_ends_after_its_beginning(record: Record) -> Check | None:
    """``valid_to`` is not before ``valid_from``; RFC 3339 times in UTC sort as text."""
    if record.get("valid_to", record["valid_from"]) < record["valid_from"]:
        return _refused("The key ends before it begins.")
    return None


def known_policy(record: Record) -> Check | None:
    """A policy that is known here by its name says what is known here."""
    if record["policy_id"] == POLICY_ID and record["audiences"] != policy_audiences():
        return _refused(f"The policy {POLICY_ID} is known here with other fields.")
    return None


def known_factor_set(record: Record) -> Check | None:
    """The factor set is one that is known here, by this hash."""
    name = record["factor_set_id"]
    try:
        known = factor_set(name)
    except FactorSetUnknownError as error:
        return RECORD_SEMANTICS.error(FACTOR_VERSION_UNKNOWN, str(error))
    return differs(RECORD_SCHEMA, {"sha256": (record["sha256"], known.sha256)})


def _checksums(record: Record, *names: str) -> Check | None:
    for name in names:
        raw = bytes.fromhex(record[name].removeprefix("0x"))
        if checksum_address(raw) != record[name]:
            return _refused(f"{name} does not carry its checksum (EIP-55).")
    return None


def _require(record: Record, *names: str) -> None:
    """Raise ``KeyError`` for the first of ``names`` that ``record`` does not have."""
    for name in names:
        if name not in record:
            raise KeyError(name)


def _refused(message: str) -> Check:
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, message)
