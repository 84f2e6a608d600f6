"""``ferrotrace identity``: the DNS record that names the registry as the operator's own."""

import json

import click

from service.config import SettingMissingError, read_settings
from service.domain.errors import FerrotraceError
from service.exchange.dns_txt import DnsAnswer, DnsUnavailableError, txt_records
from service.usecases.issuer_record import Finding, IssuerRecord, issuer_record

WRONG, COULD_NOT_TELL = 1, 2


@click.command("identity")
@click.option(
    "--resolver",
    envvar="FERROTRACE_DNS_RESOLVER",
    metavar="HOST[:PORT]",
    help="DNS server to ask instead of this machine's (FERROTRACE_DNS_RESOLVER).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, *, resolver: str | None, as_json: bool) -> None:
    """Print the TXT record for the operator's domain, ask DNS for it, and say what to fix.

    Exit 0 the record is there, 1 it is not, 2 DNS did not answer.
    """
    try:
        settings = read_settings()
        if not settings.registry_address:
            raise SettingMissingError(name="FERROTRACE_REGISTRY")
        registry = bytes.fromhex(settings.registry_address.removeprefix("0x"))
        location, chain_id = settings.issuer_location, settings.chain_id
        silence, answer = "", DnsAnswer(location=location, records=(), dnssec=False)
        try:
            answer = txt_records(location, resolver=resolver)
        except DnsUnavailableError as error:
            silence = str(error)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    found = issuer_record(chain_id, registry, answer)
    if as_json:
        click.echo(json.dumps(_members(found, answer, silence), ensure_ascii=False, indent=2))
    else:
        advice = [silence] if silence else _advice(found, answer)
        click.echo("\n".join([f"{location} TXT", f"  {found.record}", "", *advice]))
    if silence:
        context.exit(COULD_NOT_TELL)
    context.exit(0 if found.finding is Finding.NAMED else WRONG)


def _members(found: IssuerRecord, answer: DnsAnswer, silence: str) -> dict[str, object]:
    return {
        "location": answer.location,
        "record": found.record,
        "finding": "unknown" if silence else found.finding.value,
        "records": list(answer.records),
        "dnssec": answer.dnssec,
        "why": silence,
    }


def _advice(found: IssuerRecord, answer: DnsAnswer) -> list[str]:
    """What to do, line by line; nothing where all is well."""
    lines = {
        Finding.NAMED: ["The domain names the registry."],
        Finding.MISSING: ["DNS has no such record. Publish it exactly as above."],
        Finding.MISWRITTEN: [
            "DNS names the registry, but not in this form. Write the record exactly as above,",
            "with single blanks and the chain in decimal:",
        ],
    }[found.finding]
    if found.finding is Finding.MISWRITTEN:
        lines = [*lines, *(f"  {text}" for text in answer.records if text not in found.others)]
    if found.others:
        lines += ["", "It also names these; keep those of registries that you retired:"]
        lines += [f"  {text}" for text in found.others]
    if found.finding is Finding.NAMED and not answer.dnssec:
        lines += ["", "The answer is not signed (DNSSEC). Verifiers accept that and say so."]
    if not found.is_for_stock_verifiers:
        lines += ["", "Verifiers of other makers do not read records of this chain."]
    return lines
