"""What the issuer's domain said in DNS, as it was asked from time to time."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, one, select_as
from service.storage.tables import dns_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswerRow:
    """The texts at ``location``; ``dnssec``: whether the resolver vouched for them."""

    location: str
    queried_at: datetime
    records: list[str]
    dnssec: bool


def add_dns_answer(tx: Tx, row: DnsAnswerRow) -> None:
    add(tx, dns_answer, row)


def last_dns_answer(tx: Tx, location: str) -> DnsAnswerRow | None:
    query = select_as(DnsAnswerRow, dns_answer).where(dns_answer.c.location == location)
    return one(tx, DnsAnswerRow, query.order_by(dns_answer.c.queried_at.desc()).limit(1))
