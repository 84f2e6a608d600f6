"""The compiled contracts: their code, their calls and the names of their refusals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.abi import collapse_if_tuple, event_signature_to_log_topic
from eth_utils.abi import function_signature_to_4byte_selector as selector_of
from eth_utils.crypto import keccak

CONTRACTS_FOLDER = Path(__file__).resolve().parents[2] / "contracts"

ANCHOR = "anchor(bytes32,uint64,bytes32,bytes32[])"
REVOKE_WITH_REASON = "revokeWithReason(bytes32,uint8,bytes32)"
GRANT_ROLE = "grantRole(bytes32,address)"
HEAD_ADVANCED = "HeadAdvanced(uint64,uint64,uint64,bytes32,bytes32)"
HEAD_ADVANCED_TOPIC = event_signature_to_log_topic(HEAD_ADVANCED)
REVOCATION_REASON = "RevocationReason(bytes32,uint8,bytes32)"
REVOCATION_REASON_TOPIC = event_signature_to_log_topic(REVOCATION_REASON)

ANCHOR_ROLE = keccak(text="ANCHOR_ROLE")
REVOKER_ROLE = keccak(text="REVOKER_ROLE")
BANK_ROLE = keccak(text="BANK_ROLE")

SIZE_SEQ_SLOT = 4  # size in the low 8 bytes, seq in the next 8
HEAD_SLOT = 5
ISSUED_AT_SLOT = 6
REVOKED_AT_SLOT = 7
REVOKE_REASON_SLOT = 8
SUPERSEDED_BY_SLOT = 9
LIENS_SLOT = 4  # of the lien registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A compiled contract: its ABI, creation code and hash of its runtime code."""

    abi: Sequence[dict[str, Any]]
    bytecode: bytes
    runtime_code_hash: bytes


def registry_artifact() -> Artifact:
    """The committed build of ``EvidenceRegistry``."""
    return _artifact("EvidenceRegistry")


def lien_registry_artifact() -> Artifact:
    """The committed build of ``LienRegistry``."""
    return _artifact("LienRegistry")


@cache
def _artifact(name: str) -> Artifact:
    built = json.loads((CONTRACTS_FOLDER / "artifacts" / f"{name}.json").read_text("utf-8"))
    return Artifact(
        abi=built["abi"],
        bytecode=bytes.fromhex(built["bytecode"][2:]),
        runtime_code_hash=bytes.fromhex(built["runtimeCodeHash"][2:]),
    )


def encode_call(signature: str, *arguments: Any) -> bytes:
    """Calldata of a function given by its full signature, ``isIssued(bytes32)``."""
    return selector_of(signature) + encode(_types(signature), arguments)


def encode_deployment(
    *,
    admin: str,
    predecessor: str,
    predecessor_size: int,
    predecessor_head: bytes,
    predecessor_seq: int,
) -> bytes:
    """Creation code of an evidence registry with the arguments of the constructor."""
    types = ("address", "address", "uint64", "bytes32", "uint64")
    values = (admin, predecessor, predecessor_size, predecessor_head, predecessor_seq)
    return registry_artifact().bytecode + encode(types, values)


def encode_lien_deployment(*, admin: str) -> bytes:
    """Creation code of a lien registry with the argument of the constructor."""
    return lien_registry_artifact().bytecode + encode(("address",), (admin,))


def decode_word(type_name: str, data: bytes) -> Any:
    """The single value that a view returned."""
    return decode([type_name], data)[0]


def revert_name(data: str) -> str | None:
    """Name of the custom error in revert data, ``NotAppendOnly``; None where it is none."""
    return _error_names().get(data[2:10].lower())


@cache
def _error_names() -> dict[str, str]:
    """Error name by selector in hexadecimal."""
    names: dict[str, str] = {}
    for item in (*registry_artifact().abi, *lien_registry_artifact().abi):
        if item["type"] == "error":
            types = ",".join(collapse_if_tuple(argument) for argument in item["inputs"])
            names[selector_of(f"{item['name']}({types})").hex()] = item["name"]
    return names


def _types(signature: str) -> list[str]:
    inner = signature[signature.index("(") + 1 : -1]
    return inner.split(",") if inner else []
