"""The trust file: what a verifier believes before it opens any bundle.

``ferrotrace trust export`` writes it, the operator hands it over once, by a way of their own, and
the verifier keeps it. Nothing of it ever comes from a bundle (ledger.md, section 9).

``{"v":1, "issuers":[{name, location, chain_id, registry, code_hash, dns_txt?,
head?{size, root, time?}, keys?[{key_id, purpose, site_id?, address, valid_from, valid_to?}],
lien_registry?}], "known_blocks":{<chain id>:{<number>: hash}},
"qbft_validators"?:{<chain id>:[address]}}``. The known blocks are those of final anchors and of the
status proofs made for them; a block that two thirds of the validators sealed needs no such entry.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.proof.bundle import LogHead
from service.proof.errors import FileVersionError
from service.proof.hashing import checksum_address
from service.proof.jcs import canonical_json
from service.proof.key_epoch import OPTIONAL, REQUIRED, KeyEpoch, key_json, read_key
from service.proof.shape import Part, format_time, parse_evm_bytes, refuse
from service.proof.strict_json import MAX_BYTES, parse_json

FORMAT_VERSION = 1
_MOST_ISSUERS = 1_000
_MOST_KEYS = 10_000
_MOST_VALIDATORS = 256
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """An issuer: the domain ``location``, the registry it anchors in, and that registry's code.

    ``dns_txt`` is the TXT record seen at ``location``, None where nobody asked; ``head`` the newest
    log head known when the file was made, which it was at ``head_time`` (a block's time, UTC).
    ``keys`` are all signing keys, former ones too. ``registry`` and ``lien_registry`` have 20
    bytes, ``code_hash`` 32.
    """

    name: str
    location: str
    chain_id: int
    registry: bytes
    code_hash: bytes
    dns_txt: str | None = None
    head: LogHead | None = None
    head_time: datetime | None = None
    keys: tuple[KeyEpoch, ...] = ()
    lien_registry: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Trusted issuers, block hashes (32 bytes) by chain id and number, validators by chain id.

    ``without_record`` are domains that were asked and name no registry; never part of the file.
    """

    issuers: tuple[TrustedIssuer, ...] = ()
    known_blocks: Mapping[int, Mapping[int, bytes]] = field(default_factory=dict)
    validators: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    without_record: frozenset[str] = frozenset()

    def issuers_at(self, location: str) -> list[TrustedIssuer]:
        """All that is known of ``location``: one registry, or several after a migration."""
        return [issuer for issuer in self.issuers if issuer.location == location]

    def block_hash(self, chain_id: int, number: int) -> bytes | None:
        """Hash of a block, 32 bytes, or None where this file does not name it."""
        return self.known_blocks.get(chain_id, {}).get(number)


def read_trust(raw: bytes) -> Trust:
    """The trust file ``raw``; raises ``FileShapeError`` and ``FileVersionError``."""
    value = parse_json(raw, max_bytes=4 * MAX_BYTES)
    part = Part(
        value, "trust", required=("v", "issuers", "known_blocks"), optional=("qbft_validators",)
    )
    if part.uint("v") != FORMAT_VERSION:
        raise FileVersionError(field="trust.v", value=part.uint("v"), limit=FORMAT_VERSION)
    return Trust(
        issuers=tuple(
            _issuer(item, part.path("issuers"))
            for item in part.items("issuers", most=_MOST_ISSUERS)
        ),
        known_blocks={
            _number(chain_id, part.path("known_blocks")): dict(_blocks(blocks, chain_id))
            for chain_id, blocks in _members(part, "known_blocks")
        },
        validators=_validators(part),
    )


def trust_bytes(trust: Trust) -> bytes:
    """The file of ``trust``: canonical JSON, UTF-8."""
    content: dict[str, Any] = {
        "v": FORMAT_VERSION,
        "issuers": [_issuer_json(issuer) for issuer in trust.issuers],
        "known_blocks": {
            str(chain_id): {str(number): f"0x{digest.hex()}" for number, digest in known.items()}
            for chain_id, known in trust.known_blocks.items()
        },
    }
    if trust.validators:
        content["qbft_validators"] = {
            str(chain_id): [checksum_address(address) for address in named]
            for chain_id, named in trust.validators.items()
        }
    return canonical_json(content)


def _issuer(value: object, path: str) -> TrustedIssuer:
    part = Part(
        value,
        path,
        required=("name", "location", "chain_id", "registry", "code_hash"),
        optional=("dns_txt", "head", "keys", "lien_registry"),
    )
    head, head_time = _head(part)
    return TrustedIssuer(
        name=part.text("name"),
        location=part.text("location"),
        chain_id=part.uint("chain_id"),
        registry=part.address("registry"),
        code_hash=part.evm_bytes("code_hash", length=32),
        dns_txt=None if part.get("dns_txt") is None else part.text("dns_txt"),
        head=head,
        head_time=head_time,
        keys=_keys(part),
        lien_registry=None if part.get("lien_registry") is None else part.address("lien_registry"),
    )


def _head(issuer: Part) -> tuple[LogHead | None, datetime | None]:
    if issuer.get("head") is None:
        return None, None
    part = Part(
        issuer.get("head"), issuer.path("head"), required=("size", "root"), optional=("time",)
    )
    head = LogHead(size=part.uint("size"), root=part.hash("root"))
    return head, part.time("time") if part.get("time") is not None else None


def _keys(issuer: Part) -> tuple[KeyEpoch, ...]:
    if issuer.get("keys") is None:
        return ()
    path = issuer.path("keys")
    return tuple(_key(item, path) for item in issuer.items("keys", most=_MOST_KEYS))


def _key(value: object, path: str) -> KeyEpoch:
    return read_key(Part(value, path, required=REQUIRED, optional=OPTIONAL))


def _members(part: Part, name: str) -> Iterator[tuple[str, Any]]:
    value = part.get(name)
    if not isinstance(value, dict):
        refuse(part.path(name), "an object was expected")
    return iter(value.items())


def _validators(trust: Part) -> dict[int, tuple[bytes, ...]]:
    """Addresses of the validators by chain; ``Part`` reads each list like any other member."""
    if trust.get("qbft_validators") is None:
        return {}
    path = trust.path("qbft_validators")
    return {
        _number(chain_id, path): _addresses(listed, f"{path}.{chain_id}")
        for chain_id, listed in _members(trust, "qbft_validators")
    }


def _addresses(listed: object, path: str) -> tuple[bytes, ...]:
    items = Part({"addresses": listed}, path, required=("addresses",)).items(
        "addresses", most=_MOST_VALIDATORS
    )
    return tuple(Part({"each": item}, path, required=("each",)).address("each") for item in items)


def _blocks(value: object, chain_id: str) -> Iterator[tuple[int, bytes]]:
    path = f"trust.known_blocks.{chain_id}"
    if not isinstance(value, dict):
        refuse(path, "an object was expected")
    for number, digest in value.items():
        yield _number(number, path), parse_evm_bytes(digest, path, length=32)


def _number(text: str, path: str) -> int:
    if not _NUMBER.fullmatch(text):
        refuse(path, f"{text[:40]} is no number")
    return int(text)


def _issuer_json(issuer: TrustedIssuer) -> dict[str, Any]:
    part: dict[str, Any] = {
        "name": issuer.name,
        "location": issuer.location,
        "chain_id": issuer.chain_id,
        "registry": checksum_address(issuer.registry),
        "code_hash": f"0x{issuer.code_hash.hex()}",
    }
    if issuer.dns_txt is not None:
        part["dns_txt"] = issuer.dns_txt
    if issuer.head:
        part["head"] = {"size": issuer.head.size, "root": issuer.head.root.hex()}
        if issuer.head_time:
            part["head"]["time"] = format_time(issuer.head_time)
    if issuer.keys:
        part["keys"] = [key_json(key) for key in issuer.keys]
    if issuer.lien_registry:
        part["lien_registry"] = checksum_address(issuer.lien_registry)
    return part
