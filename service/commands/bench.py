"""``ferrotrace bench``: how fast this machine does what the service does, beside its peers."""

import json
import os
import platform
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
import requests
import rfc8785
from Crypto.Hash import keccak as pycryptodome_keccak

from service.commands.bench_peers import plain_inclusion_proof
from service.devices.clock import RatedClock
from service.devices.edge.scale import Scale
from service.devices.indicators.registry import dialect_by_name
from service.domain.weighing import Instrument
from service.proof.batch import BatchTree
from service.proof.document import wrap
from service.proof.hashing import keccak256, sha256
from service.proof.jcs import canonical_json
from service.proof.log import LogTree, entry_bytes, leaf_hash
from service.proof.trust import read_trust
from service.proof.verify import verify

SHORTEST_RUN_S = 0.2
RUNS = 5
LOG_ENTRIES = 4_096
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

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


@click.command("bench")
@click.option("--bundle", type=_FILE, help="Measure the verification of this bundle too.")
@click.option("--trust", "trust_file", type=_FILE, help="Trust file for it.")
@click.option("--url", help="Measure round trips to a running service, as http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *, bundle: Path | None, trust_file: Path | None, url: str | None, as_json: bool
) -> None:
    """Measure hashing, documents, trees, the stable window, verification and the web.

    Each figure is the median of five runs; a peer runs in the same minute on the same input.
    """
    figures = [*_hashing(), *_documents(), *_trees(), _window()]
    if bundle is not None:
        figures.append(_verification(bundle, trust_file))
    if url is not None:
        figures.append(_round_trips(url))
    machine = _machine()
    if as_json:
        answer = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
        click.echo(json.dumps(answer, indent=2))
        return
    click.echo("  ".join(f"{name}: {value}" for name, value in machine.items()) + "\n")
    for figure in figures:
        click.echo(_line(figure))


def _hashing() -> Iterator[Figure]:
    data = os.urandom(64)

    def peer() -> None:
        pycryptodome_keccak.new(digest_bits=256, data=data).digest()

    yield Figure(
        what="keccak-256 of 64 bytes (safe-pysha3)",
        unit="hashes",
        per_s=_rate(lambda: keccak256(data)),
        peer="pycryptodome",
        peer_per_s=_rate(peer),
    )


def _documents() -> Iterator[Figure]:
    yield Figure(
        what="canonical JSON of a document",
        unit="documents",
        per_s=_rate(lambda: canonical_json(DOCUMENT)),
        peer="rfc8785",
        peer_per_s=_rate(lambda: rfc8785.dumps(DOCUMENT)),
    )
    yield Figure(
        what="salt, hash and wrap a document of 34 fields",
        unit="documents",
        per_s=_rate(lambda: wrap(DOCUMENT, lambda: str(uuid.uuid4()))),
    )


def _trees() -> Iterator[Figure]:
    hashes = [sha256(number.to_bytes(4, "big")) for number in range(LOG_ENTRIES)]
    yield Figure(
        what=f"batch tree over {LOG_ENTRIES} documents",
        unit="documents",
        per_s=_rate(lambda: BatchTree(hashes), LOG_ENTRIES),
    )
    entries = [
        entry_bytes(kind="weighing", seq=seq, target_hash=digest.hex(), batch=1)
        for seq, digest in enumerate(hashes)
    ]
    yield Figure(
        what=f"log of {LOG_ENTRIES} entries, built",
        unit="entries",
        per_s=_rate(lambda: LogTree([leaf_hash(entry) for entry in entries]), LOG_ENTRIES),
    )
    leaves = [leaf_hash(entry) for entry in entries]
    tree = LogTree(leaves)
    yield Figure(
        what=f"inclusion proof in a log of {LOG_ENTRIES}",
        unit="proofs",
        per_s=_rate(lambda: tree.inclusion_proof(LOG_ENTRIES // 3)),
        peer="definition, recomputed",
        peer_per_s=_rate(lambda: plain_inclusion_proof(leaves, LOG_ENTRIES // 3)),
    )


def _window() -> Figure:
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
    line = b"".join(
        dialect.encode(30_000, d_kg=20, motion=False, out_of_range=False) for _ in range(frames)
    )

    def passage() -> None:
        scale = Scale(instrument, dialect, RatedClock())
        scale.feed(line)
        scale.state()

    return Figure(
        what="indicator frames to the stable window",
        unit="frames",
        per_s=_rate(passage, frames),
        peer="what an indicator sends at 20 frames a second",
        peer_per_s=20.0,
    )


def _verification(bundle: Path, trust_file: Path | None) -> Figure:
    raw = bundle.read_bytes()
    trust = read_trust(trust_file.read_bytes()) if trust_file else None
    return Figure(
        what="verify a bundle, chain not asked",
        unit="bundles",
        per_s=_rate(lambda: verify(raw, trust=trust)),
    )


def _round_trips(url: str) -> Figure:
    with requests.Session() as session:
        session.trust_env = False
        return Figure(
            what=f"GET {url}/healthz over one connection",
            unit="answers",
            per_s=_rate(lambda: session.get(f"{url}/healthz", timeout=10).raise_for_status()),
        )


def _rate(work: Callable[[], object], units: int = 1) -> float:
    """Units per second: the median of ``RUNS`` runs, each long enough for the clock."""
    work()
    times = 1
    while (took_s := _timed(work, times)) < SHORTEST_RUN_S:
        times = max(times * 2, round(times * SHORTEST_RUN_S / max(took_s, 1e-9)))
    return statistics.median(units * times / _timed(work, times) for _ in range(RUNS))


def _timed(work: Callable[[], object], times: int) -> float:
    began_s = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began_s


def _machine() -> dict[str, str]:
    names = [line for line in _cpu_info() if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": str(os.cpu_count()),
    }


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _line(figure: Figure) -> str:
    line = f"{figure.what:44} {figure.per_s:>14,.0f} {figure.unit}/s"
    if figure.peer_per_s is not None:
        times = figure.per_s / figure.peer_per_s
        line += f"   {times:,.1f} x {figure.peer} ({figure.peer_per_s:,.0f})"
    return line
