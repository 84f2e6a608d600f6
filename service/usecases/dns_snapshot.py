"""Once a day the issuer's own DNS is asked what it says, so that bundles can tell it."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from service.domain.errors import UnavailableError
from service.domain.instants import whole_second
from service.exchange.dns_txt import DnsAnswer
from service.storage.dns_answer import DnsAnswerRow, add_dns_answer, last_dns_answer
from service.usecases.ports import Deps

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)
_NOBODYS = ("example", "invalid", "localhost", "test")
"""Endings that no domain in the world has (RFC 2606): the demo company's is one."""


def is_in_the_world(location: str) -> bool:
    """Whether somebody could own the domain."""
    return "." in location and location.rpartition(".")[2].lower() not in _NOBODYS


def keep_dns_answer(deps: Deps, ask: Callable[[str], DnsAnswer]) -> bool:
    """Ask and keep the answer where the last one is a day old; a failure leaves the last one."""
    location = deps.issuer.location
    with deps.db.transaction() as tx:
        last = last_dns_answer(tx, location)
    now = whole_second(deps.now())
    if last is not None and now - last.queried_at < EVERY:
        return False
    try:
        answer = ask(location)
    except UnavailableError as error:
        log.info("dns_silent", location=location, why=str(error))
        return False
    with deps.db.transaction() as tx:
        add_dns_answer(
            tx,
            DnsAnswerRow(
                location=location,
                queried_at=now,
                records=list(answer.records),
                dnssec=answer.dnssec,
            ),
        )
    return True
