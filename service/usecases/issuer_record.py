"""The record by which the operator's domain names the registry, and what DNS says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.exchange.dns_txt import DnsAnswer
from service.proof.registry import dns_record

STOCK_CHAINS = frozenset({1, 3, 4, 5, 137, 1337, 80_002, 11_155_111})
"""Chains that the unmodified OpenAttestation verifiers read in DNS records (ledger.md, 7.2)."""


class Finding(StrEnum):
    """How the domain stands to the registry."""

    NAMED = "named"
    MISSING = "missing"
    MISWRITTEN = "miswritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRecord:
    """``record`` is the text to publish; ``others`` are records of other registries or chains."""

    record: str
    finding: Finding
    others: tuple[str, ...]
    is_for_stock_verifiers: bool


def issuer_record(chain_id: int, registry: bytes, answer: DnsAnswer) -> IssuerRecord:
    """Hold what DNS answered against the record of the registry (20 bytes) on its chain."""
    record = dns_record(chain_id, registry)
    ours, others = _ours(answer.records, record)
    if (chain_id, registry) in answer.registries:
        finding = Finding.NAMED
    else:
        finding = Finding.MISWRITTEN if ours else Finding.MISSING
    return IssuerRecord(
        record=record,
        finding=finding,
        others=others,
        is_for_stock_verifiers=chain_id in STOCK_CHAINS,
    )


def _ours(records: Sequence[str], record: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ``openatts`` records that name this registry however written, and all others."""
    address = record.rpartition("addr=")[2].lower()
    stated = [text for text in records if "openatts" in text.lower()]
    return (
        tuple(text for text in stated if address in text.lower()),
        tuple(text for text in stated if address not in text.lower()),
    )
