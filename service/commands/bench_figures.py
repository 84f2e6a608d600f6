"""The figures of ``ferrotrace bench``: the parts of the service, each beside a peer."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import requests
import rfc8785
from Crypto.Hash import keccak as pycryptodome_keccak

from service.bootstrap.deps import new_salt
from service.commands.bench_peers import plain_inclusion_proof
from service.commands.bench_timing import rate
from service.devices.clock import RatedClock
from service.devices.edge.scale import Scale
from service.devices.indicators.dialect import Shown
from service.devices.indicators.registry import dialect_by_name
from service.domain.weighing import Instrument
from service.proof.batch import BatchTree
from service.proof.document import wrap
from service.proof.hashing import keccak256, sha256
from service.proof.jcs import canonical_json
from service.proof.log import LogTree, entry_bytes, leaf_hash
from service.proof.trust import read_trust
from service.proof.verify import verify

LOG_ENTRIES = 4_096

DOCUMENT: dict[str, Any] = {
    "id": "00000000-0000-7000-8000-000000000000",
    "kind": "weighing",
    "record": {f"member_{number}": f"value {number}" for number in range(30)},
    "links": {"parents": {"gross": "ab" * 32}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A rate in units per second, and that of a peer that does the same where there is one."""

    what: str
    unit: str
    per_s: float
    peer: str | None = None
    peer_per_s: float | None = None


def hashing() -> Iterator[Figure]:
    """The hash of documents and chain."""
    data = os.urandom(64)

    def peer() -> None:
        pycryptodome_keccak.new(digest_bits=256, data=data).digest()

    yield Figure(
        what="keccak-256 of 64 bytes (safe-pysha3)",
        unit="hashes",
        per_s=rate(lambda: keccak256(data)),
        peer="pycryptodome",
        peer_per_s=rate(peer),
    )


def documents() -> Iterator[Figure]:
    """Documents as text and as evidence."""
    yield Figure(
        what="canonical JSON of a document",
        unit="documents",
        per_s=rate(lambda: canonical_json(DOCUMENT)),
        peer="rfc8785",
        peer_per_s=rate(lambda: rfc8785.dumps(DOCUMENT)),
    )
    yield Figure(
        what="salt, hash and wrap a document of 34 fields",
        unit="documents",
        per_s=rate(lambda: wrap(DOCUMENT, new_salt)),
    )


def trees() -> Iterator[Figure]:
    """The batch tree and the log, over documents of a busy day."""
    hashes = [sha256(number.to_bytes(4, "big")) for number in range(LOG_ENTRIES)]
    yield Figure(
        what=f"batch tree over {LOG_ENTRIES} documents",
        unit="documents",
        per_s=rate(lambda: BatchTree(hashes), LOG_ENTRIES),
    )
    entries = [
        entry_bytes(kind="weighing", seq=seq, target_hash=digest.hex(), batch=1)
        for seq, digest in enumerate(hashes)
    ]
    yield Figure(
        what=f"log of {LOG_ENTRIES} entries, built",
        unit="entries",
        per_s=rate(lambda: LogTree([leaf_hash(entry) for entry in entries]), LOG_ENTRIES),
    )
    leaves = [leaf_hash(entry) for entry in entries]
    tree = LogTree(leaves)
    yield Figure(
        what=f"inclusion proof in a log of {LOG_ENTRIES}",
        unit="proofs",
        per_s=rate(lambda: tree.inclusion_proof(LOG_ENTRIES // 3)),
        peer="definition, recomputed",
        peer_per_s=rate(lambda: plain_inclusion_proof(leaves, LOG_ENTRIES // 3)),
    )


def window() -> Figure:
    """Frames from the line to the state of the scale: decoded, checked, held against the window."""
    dialect = dialect_by_name("toledo_cont", {})
    instrument = Instrument(
        instrument_id="WB-BENCH",
        make="bench",
        model="bench",
        serial_no="1",
        dialect="toledo_cont",
        d_kg=20,
        e_kg=20,
        max_kg=100_000,
        accuracy_class="III",
        certificate_no="bench",
        verified_on=date.min,
        valid_to=date.max,
        simulated=True,
    )
    frames = 256
    line = b"".join(dialect.encode(Shown(kg=30_000, d_kg=20)) for _ in range(frames))

    def passage() -> None:
        scale = Scale(instrument, dialect, RatedClock())
        scale.feed(line)
        scale.state()

    return Figure(
        what="indicator frames to the stable window",
        unit="frames",
        per_s=rate(passage, frames),
        peer="what an indicator sends at 20 frames a second",
        peer_per_s=20.0,
    )


def verification(bundle: Path, trust_file: Path | None) -> Figure:
    """The verification of a file, read once."""
    raw = bundle.read_bytes()
    trust = read_trust(trust_file.read_bytes()) if trust_file else None
    return Figure(
        what="verify a bundle, chain not asked",
        unit="bundles",
        per_s=rate(lambda: verify(raw, trust=trust)),
    )


def round_trips(url: str) -> Figure:
    """Answers of a running service to one caller."""
    with requests.Session() as session:
        session.trust_env = False
        return Figure(
            what=f"GET {url}/healthz over one connection",
            unit="answers",
            per_s=rate(lambda: session.get(f"{url}/healthz", timeout=10).raise_for_status()),
        )
