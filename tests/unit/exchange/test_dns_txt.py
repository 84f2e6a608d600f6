import dns.rcode
import pytest

from service.exchange import dns_txt
from service.exchange.dns_txt import DnsUnavailableError, ResolverError, txt_records
from tests.support.dns_server import dns_server

ADDRESS = "5fbdb2315678afecb367f032d93f642f64180aa3"
RECORD = f"openatts net=ethereum netId=1337 addr=0x{ADDRESS}"
ISSUER = "scrap.issuer.test"


def test_the_records_of_a_domain_are_told_and_the_registries_they_name() -> None:
    other = RECORD.replace("1337", "137").replace("aa3", "AA3")
    with dns_server({ISSUER: ("v=spf1 -all", RECORD, other, f'"{RECORD}"')}) as resolver:
        answer = txt_records(ISSUER, resolver=resolver)
    assert len(answer.records) == 4
    assert set(answer.registries) == {(1337, bytes.fromhex(ADDRESS)), (137, bytes.fromhex(ADDRESS))}
    assert not answer.dnssec


def test_a_signed_answer_says_so() -> None:
    with dns_server({ISSUER: (RECORD,)}, signed=True) as resolver:
        assert txt_records(ISSUER, resolver=resolver).dnssec


@pytest.mark.parametrize(
    "text",
    [
        RECORD + " ",
        RECORD.replace(" net", "  net"),
        RECORD.replace("ethereum", "other"),
        RECORD.replace("1337", "0x539"),
        RECORD[:-1],
        "x" + RECORD,
    ],
)
def test_a_record_that_is_not_written_exactly_names_nothing(text: str) -> None:
    with dns_server({ISSUER: (text,)}) as resolver:
        answer = txt_records(ISSUER, resolver=resolver)
    assert answer.records == (text,)
    assert answer.registries == ()


def test_a_long_record_is_put_together_from_its_parts() -> None:
    with dns_server({ISSUER: ("a" * 700,)}) as resolver:
        assert txt_records(ISSUER, resolver=resolver).records == ("a" * 700,)


def test_a_domain_without_records_or_without_existence_says_nothing() -> None:
    with dns_server({ISSUER: ()}) as resolver:
        assert txt_records(ISSUER, resolver=resolver).records == ()
        assert txt_records("nobody.test", resolver=resolver).records == ()


@pytest.mark.parametrize("said", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, None])
def test_a_resolver_that_fails_or_is_silent_is_no_answer(
    said: dns.rcode.Rcode | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns_txt, "LIFETIME_S", 0.5)
    with dns_server({ISSUER: said}) as resolver, pytest.raises(DnsUnavailableError):
        txt_records(ISSUER, resolver=resolver)


@pytest.mark.parametrize("location", ["a..b", "x" * 300, "." * 3])
def test_a_name_that_no_domain_can_have_is_no_answer(location: str) -> None:
    with dns_server({}) as resolver, pytest.raises(DnsUnavailableError):
        txt_records(location, resolver=resolver)


@pytest.mark.parametrize("named", ["not an address", "127.0.0.1:port", "example.org"])
def test_a_resolver_is_named_by_its_address(named: str) -> None:
    with pytest.raises(ResolverError):
        txt_records(ISSUER, resolver=named)
