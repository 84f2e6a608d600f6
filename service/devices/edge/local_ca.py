"""A certificate authority for one yard alone: it can name this yard's machines and nothing else.

The tablet installs the authority once, from a QR code with its address and fingerprint; the leaf is
renewed by the edge unit itself. Name constraints (RFC 5280, section 4.2.1.10) keep a stolen
authority from standing for any other name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from service.devices.private_file import write_private

AUTHORITY_FOR = timedelta(days=3650)
LEAF_FOR = timedelta(days=397)
"""Longest life of a leaf that browsers of today take."""

RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(minutes=5)
"""Tablets' clocks are not exact."""

NOWHERE = "yard.invalid"
"""A name that never resolves (RFC 6761, section 6.4)."""

AUTHORITY_FILE, AUTHORITY_KEY_FILE = "ca.crt", "ca.key"
LEAF_FILE, LEAF_KEY_FILE = "leaf.crt", "leaf.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Files of the authority's certificate, and of the leaf with its key, PEM."""

    authority: Path
    leaf: Path
    leaf_key: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as browsers and tablets show it."""
        certificate = x509.load_pem_x509_certificate(self.authority.read_bytes())
        return certificate.fingerprint(SHA256()).hex(":").upper()


def local_certificates(folder: Path, names: tuple[str, ...], now: datetime) -> Certificates:
    """Authority and leaf for ``names`` (host names and addresses) in ``folder``.

    What is there is kept; a leaf that ends soon or is for other names is made anew, and so is the
    authority where it does not allow one of the names (tablets must then install it again).
    """
    certificates = Certificates(
        authority=folder / AUTHORITY_FILE,
        leaf=folder / LEAF_FILE,
        leaf_key=folder / LEAF_KEY_FILE,
    )
    if not _allows(certificates.authority, names, now):
        _make_authority(folder, names, now)
        certificates.leaf.unlink(missing_ok=True)
    if not _is_good(certificates.leaf, names, now):
        make_leaf(folder, names, now)
    return certificates


def _make_authority(folder: Path, names: tuple[str, ...], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ferrotrace"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Yard CA {names[0]}"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .add_extension(_constraints(names), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(folder / AUTHORITY_KEY_FILE, _private(key))
    _write(folder / AUTHORITY_FILE, certificate.public_bytes(Encoding.PEM))


def make_leaf(folder: Path, names: tuple[str, ...], now: datetime) -> None:
    """Write a leaf for ``names`` and its key, signed by the authority in ``folder``."""
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY_FILE).read_bytes())
    authority_key = load_pem_private_key((folder / AUTHORITY_KEY_FILE).read_bytes(), password=None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)  # noqa: S101 # made above
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(min(now + LEAF_FOR, authority.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, SHA256())
    )
    _write(folder / LEAF_KEY_FILE, _private(key))
    _write(folder / LEAF_FILE, certificate.public_bytes(Encoding.PEM))


def _constraints(names: tuple[str, ...]) -> x509.NameConstraints:
    """Nothing but ``names``. A kind of name of which none is listed would be free: it is closed."""
    permitted = [_constraint(name) for name in names]
    excluded: list[x509.GeneralName] = []
    if not any(isinstance(each, x509.DNSName) for each in permitted):
        permitted.append(x509.DNSName(NOWHERE))
    if not any(isinstance(each, x509.IPAddress) for each in permitted):
        excluded = [x509.IPAddress(ip_network(each)) for each in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=excluded or None)


def _allows(path: Path, names: tuple[str, ...], now: datetime) -> bool:
    """Whether the authority is there, goes on for as long as a leaf, and may name ``names``."""
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [each.value for each in constraints.permitted_subtrees or ()]
    wanted = [_constraint(name).value for name in names]
    return now + LEAF_FOR < certificate.not_valid_after_utc and all(
        each in allowed for each in wanted
    )


def _is_good(path: Path, names: tuple[str, ...], now: datetime) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return list(named) == list(map(_name, names)) and (
        now + RENEW_BEFORE < certificate.not_valid_after_utc
    )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _constraint(name: str) -> x509.IPAddress | x509.DNSName:
    try:
        network: IPv4Network | IPv6Network = ip_network(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(network)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, pem: bytes) -> None:
    write_private(path, pem.decode("ascii").rstrip("\n"))
