"""TXT records of a domain, and the registries that ``openatts`` records in them name.

A domain that has no such record is an answer; a resolver that does not answer, or answers that it
failed, is none: nothing is said of the domain then (ledger.md, section 7.2).
"""

import re
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.resolver

from service.domain.errors import RuleBrokenError, UnavailableError, gettext_noop

DNS_PORT = 53
LIFETIME_S = 5.0

_RECORD = re.compile(r'"?openatts net=ethereum netId=([1-9]\d{0,15}) addr=0x([0-9a-fA-F]{40})"?')


class DnsUnavailableError(UnavailableError):
    """No resolver told what the domain says."""

    message = gettext_noop("The DNS of %(value)s could not be asked: %(limit)s.")


class ResolverError(RuleBrokenError):
    """The name of a resolver that is none."""

    message = gettext_noop("%(value)s is no resolver; name it as ADDRESS or ADDRESS:PORT.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """The TXT records at ``location``, in order; ``dnssec``: the resolver found them signed."""

    location: str
    records: tuple[str, ...]
    dnssec: bool

    @property
    def registries(self) -> tuple[tuple[int, bytes], ...]:
        """Chain id and address (20 bytes) of every registry that the records name."""
        found = (_RECORD.fullmatch(record) for record in self.records)
        return tuple((int(match[1]), bytes.fromhex(match[2])) for match in found if match)


def txt_records(location: str, *, resolver: str | None = None) -> DnsAnswer:
    """What the domain says in TXT records; none where it does not exist.

    ``resolver`` is ``ADDRESS`` or ``ADDRESS:PORT``, else those of this machine are asked. Raises
    ``DnsUnavailableError`` and ``ResolverError``.
    """
    try:
        asked = _resolver(resolver)
        answer = asked.resolve(location, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return DnsAnswer(location=location, records=(), dnssec=False)
    except dns.exception.DNSException as error:
        raise DnsUnavailableError(value=location[:255], limit=type(error).__name__) from error
    return DnsAnswer(
        location=location,
        records=tuple(
            sorted(b"".join(rdata.strings).decode("utf-8", "replace") for rdata in answer)
        ),
        dnssec=bool(answer.response.flags & dns.flags.AD),
    )


def _resolver(named: str | None) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=named is None)
    resolver.lifetime = LIFETIME_S
    resolver.flags = dns.flags.RD | dns.flags.AD
    if named is not None:
        address, _, port = named.partition(":") if named.count(":") == 1 else (named, "", "")
        try:
            resolver.port = int(port or DNS_PORT)
            resolver.nameservers = [address.strip("[]")]
        except ValueError as error:
            raise ResolverError(field="resolver", value=named) from error
    return resolver
