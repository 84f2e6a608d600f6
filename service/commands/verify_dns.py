"""What a verifier believes of an issuer because the issuer's domain says so in DNS, now."""

from dataclasses import replace

import click

from service.exchange.dns_txt import DnsAnswer, DnsUnavailableError, txt_records
from service.proof.bundle import Bundle
from service.proof.document import document_data
from service.proof.errors import LeafFormatError
from service.proof.issuer import StatedIssuer, stated_issuer
from service.proof.registry import dns_record
from service.proof.trust import Trust, TrustedIssuer


class DnsTrust:
    """Trust in the registries that domains name; each domain is asked once.

    A trust file keeps what it knows: DNS then only says whether the domain still names the
    registry. Without one, chain and registry are the domain's word and the code of the registry is
    the one that this version ships.
    """

    def __init__(self, resolver: str | None) -> None:
        """Ask ``resolver`` (``ADDRESS[:PORT]``), else those of this machine."""
        self._resolver = resolver
        self._answers: dict[str, DnsAnswer | None] = {}

    def of(self, bundle: Bundle, trust: Trust | None) -> Trust | None:
        """``trust`` with what the issuer's domain says; raises ``ResolverError``."""
        stated = _stated(bundle)
        if stated is None:
            return trust
        answer = self._answer(stated.location)
        known = trust or Trust()
        if known.issuers_at(stated.location):
            return replace(
                known, issuers=tuple(_asked(issuer, stated, answer) for issuer in known.issuers)
            )
        if answer is None:
            return trust
        if not answer.registries:
            return replace(known, without_record=known.without_record | {stated.location})
        return replace(known, issuers=(*known.issuers, *_named(stated, answer)))

    def _answer(self, location: str) -> DnsAnswer | None:
        """What the domain says, None where nobody could tell."""
        if location not in self._answers:
            try:
                self._answers[location] = txt_records(location, resolver=self._resolver)
            except DnsUnavailableError as error:
                click.echo(str(error), err=True)
                self._answers[location] = None
        return self._answers[location]


def _stated(bundle: Bundle) -> StatedIssuer | None:
    try:
        return stated_issuer(document_data(bundle.document.wrapped))
    except LeafFormatError:
        return None


def _asked(issuer: TrustedIssuer, stated: StatedIssuer, answer: DnsAnswer | None) -> TrustedIssuer:
    """The issuer with its record as DNS has it now: empty where it has another or none."""
    if issuer.location != stated.location:
        return issuer
    if answer is None:
        return replace(issuer, dns_txt=None)
    is_named = (issuer.chain_id, issuer.registry) in answer.registries
    return replace(issuer, dns_txt=dns_record(issuer.chain_id, issuer.registry) if is_named else "")


def _named(stated: StatedIssuer, answer: DnsAnswer) -> list[TrustedIssuer]:
    from service.chain.contract import registry_artifact  # noqa: PLC0415 - loads the chain client

    return [
        TrustedIssuer(
            name=stated.name,
            location=stated.location,
            chain_id=chain_id,
            registry=registry,
            code_hash=registry_artifact().runtime_code_hash,
            dns_txt=dns_record(chain_id, registry),
        )
        for chain_id, registry in answer.registries
    ]
