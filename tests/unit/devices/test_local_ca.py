"""The yard's own certificate authority, and the server that speaks by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from cryptography import x509
from flask import Flask

from service.commands.edge_ca import edge_ca
from service.devices.edge.lan_server import LanServer, PlainHttpError
from service.devices.edge.local_ca import (
    AUTHORITY_FOR,
    AUTHORITY_KEY_FILE,
    LEAF_FOR,
    RENEW_BEFORE,
    Certificates,
    local_certificates,
    make_leaf,
)
from service.devices.edge.yard_unit import LanNameMissingError, yard_certificates

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ("127.0.0.1", "localhost", "yard.example")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return local_certificates(tmp_path_factory.mktemp("ca"), NAMES, NOW)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_lasts_ten_years_and_may_name_the_yard_alone(
    certificates: Certificates,
) -> None:
    authority, leaf = read(certificates.authority), read(certificates.leaf)
    assert authority.not_valid_after_utc - NOW == AUTHORITY_FOR
    assert leaf.not_valid_after_utc - NOW == LEAF_FOR
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [str(each.value) for each in constraints.value.permitted_subtrees or ()] == [
        "127.0.0.1/32",
        "localhost",
        "yard.example",
    ]
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    leaf.verify_directly_issued_by(authority)
    assert len(certificates.fingerprint) == 32 * 3 - 1


def test_keys_are_read_by_their_owner_alone(certificates: Certificates) -> None:
    folder = certificates.leaf_key.parent
    for key in (certificates.leaf_key, folder / AUTHORITY_KEY_FILE):
        assert key.stat().st_mode & 0o777 == 0o600


def test_certificates_are_kept_until_they_end_soon_or_names_change(tmp_path: Path) -> None:
    first = local_certificates(tmp_path, NAMES, NOW)
    authority, leaf = first.authority.read_bytes(), first.leaf.read_bytes()
    again = local_certificates(tmp_path, NAMES, NOW + timedelta(days=300))
    assert (again.authority.read_bytes(), again.leaf.read_bytes()) == (authority, leaf)
    renewed = local_certificates(tmp_path, NAMES, NOW + LEAF_FOR - RENEW_BEFORE)
    assert renewed.authority.read_bytes() == authority
    assert renewed.leaf.read_bytes() != leaf
    fewer = local_certificates(tmp_path, NAMES[:1], NOW)
    assert fewer.authority.read_bytes() == authority
    other = local_certificates(tmp_path, ("10.0.0.9",), NOW)
    assert other.authority.read_bytes() != authority


@pytest.fixture(scope="module")
def served(certificates: Certificates) -> Iterator[str]:
    app = Flask("yard")
    app.add_url_rule("/", "home", lambda: "yard")
    server = LanServer(app, "127.0.0.1", 0, certificates)
    server.start()
    yield f"https://127.0.0.1:{server.port}/"
    server.stop()


def test_a_tablet_that_installed_the_authority_trusts_the_server(
    served: str, certificates: Certificates
) -> None:
    answer = requests.get(served, verify=str(certificates.authority), timeout=10)
    assert answer.text == "yard"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(served, timeout=10)


@pytest.mark.parametrize(
    ("own", "called"), [("yard.example", "127.0.0.1"), ("127.0.0.1", "localhost")]
)
def test_a_stolen_authority_cannot_stand_for_another_name(
    tmp_path: Path, own: str, called: str
) -> None:
    stolen = local_certificates(tmp_path, (own,), NOW)
    make_leaf(tmp_path, (called,), NOW)
    server = LanServer(Flask("thief"), "127.0.0.1", 0, stolen)
    server.start()
    address = f"https://{called}:{server.port}/"
    with pytest.raises(requests.exceptions.SSLError) as refused:
        requests.get(address, verify=str(stolen.authority), timeout=10)
    server.stop()
    assert "subtree violation" in str(refused.value)


def test_plain_http_is_for_this_machine_alone(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.1.7", "yard.example"):  # noqa: S104
        with pytest.raises(PlainHttpError):
            LanServer(Flask("yard"), host, 0)
    assert yard_certificates(tmp_path / "edge.db", "localhost:8443", ()) is None
    with pytest.raises(LanNameMissingError):
        yard_certificates(tmp_path / "edge.db", "0.0.0.0:8443", ())


def test_the_command_shows_where_the_certificate_is_fetched_and_its_fingerprint(
    tmp_path: Path,
) -> None:
    store = str(tmp_path / "edge.db")
    shown = CliRunner().invoke(edge_ca, ["--store", store, "--lan", "192.168.1.7:8443"])
    assert shown.exit_code == 0
    made = yard_certificates(tmp_path / "edge.db", "192.168.1.7:8443", ())
    assert made is not None
    assert "https://192.168.1.7:8443/ca.crt" in shown.output
    assert f"SHA-256 {made.fingerprint}" in shown.output
    every = ["--store", store, "--lan", "0.0.0.0:8443"]
    assert "stands for every address" in CliRunner().invoke(edge_ca, every).output
    named = CliRunner().invoke(edge_ca, [*every, "--lan-name", "yard.example"])
    assert "https://yard.example:8443/ca.crt" in named.output
    own = CliRunner().invoke(edge_ca, ["--store", store, "--lan", "127.0.0.1:8443"])
    assert "needs no certificate" in own.output
