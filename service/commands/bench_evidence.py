"""``ferrotrace bench evidence``: what is promised of the evidence, measured beside its peers.

Every figure is taken in this run: theirs in the same minute, on the same documents.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from service.commands.bench_chain import anchored_batch
from service.commands.bench_deliveries import contents, wrapped_batch
from service.commands.bench_house import House, house
from service.commands.bench_npm import NpmPeers, PeersMissingError, Run
from service.commands.bench_sealing import journal_deliveries, sealed_apart
from service.commands.bench_timing import (
    best_in_turn,
    machine,
    machine_line,
    median_ms,
    milliseconds,
)
from service.proof.batch import BatchTree
from service.proof.hashing import sha256
from service.proof.verdict import Status
from service.proof.verify import verify
from service.usecases.anchorage import Anchorage

EAS = "@ethereum-attestation-service/eas-contracts"
OPEN_ATTESTATION = "@govtechsg/open-attestation"
OPENZEPPELIN = "@openzeppelin/merkle-tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    wrapped: int = 1_000
    leaves: int = 10_000
    batch: int = 137
    verified: int = 200
    sealed: int = 100_000


QUICK = Sizes(wrapped=50, leaves=200, batch=7, verified=20, sealed=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One figure, theirs where there is a peer, and what was promised.

    ``at_most`` bounds ours; ``times`` is how many times theirs must be as much as ours.
    """

    what: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    at_most: float | None = None
    times: float | None = None

    @property
    def ratio(self) -> float | None:
        """Theirs over ours, or None without a peer."""
        return None if self.theirs is None else self.theirs / self.ours

    @property
    def holds(self) -> bool | None:
        """Whether the promise is kept; None where there is none, or none that can be judged."""
        if self.at_most is not None:
            return self.ours <= self.at_most
        return None if self.times is None or self.ratio is None else self.ratio >= self.times


@click.command("evidence")
@click.option("--quick", is_flag=True, help="Small sizes, to see that all of it works.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evidence(*, quick: bool, as_json: bool) -> None:
    """Measure documents, trees, verification, sealing and gas against the packages of others.

    Takes about two minutes, a database and a chain of its own in a temporary folder. Ends with
    code 1 where something promised does not hold on this machine.
    """
    measured: list[Measured] = []
    if not as_json:
        click.echo(machine_line() + "\n")
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as own:
        for figure in _figures(own, _peers(), QUICK if quick else Sizes()):
            measured.append(figure)
            if not as_json:
                click.echo(_line(figure) + ("" if quick else _promise(figure)))
    if as_json:
        figures = [
            {**asdict(figure), "ratio": figure.ratio, "holds": figure.holds} for figure in measured
        ]
        click.echo(json.dumps({"machine": machine(), "figures": figures}, indent=2))
    if not quick and any(figure.holds is False for figure in measured):
        raise SystemExit(1)


def _peers() -> NpmPeers | None:
    try:
        return NpmPeers()
    except PeersMissingError as missing:
        click.echo(f"{missing}\n", err=True)
        return None


def _figures(own: House, peers: NpmPeers | None, sizes: Sizes) -> Iterator[Measured]:
    yield _wrapping(own, peers, sizes)
    yield _trees(peers, sizes)
    if own.anchorage is None:
        click.echo("No local chain is installed: gas and bundles are not measured.", err=True)
    else:
        yield from _chain(own, own.anchorage, peers, sizes)
    yield from _sealing(own, sizes)


def _wrapping(own: House, peers: NpmPeers | None, sizes: Sizes) -> Measured:
    documents = contents(sizes.wrapped, own.deps)
    return _in_turn(
        lambda: wrapped_batch(documents, own.deps),
        what=f"{sizes.wrapped:,} delivery documents wrapped as a batch",
        peer=peers.named(OPEN_ATTESTATION) if peers else "",
        at_it=peers.wrapping(documents) if peers else None,
        runs=9,
        times=2,
    )


def _trees(peers: NpmPeers | None, sizes: Sizes) -> Measured:
    leaves = [sha256(number.to_bytes(4)) for number in range(sizes.leaves)]
    return _in_turn(
        lambda: BatchTree(leaves).proofs(),
        what=f"tree and every proof of {sizes.leaves:,} documents",
        peer=peers.named(OPENZEPPELIN) if peers else "",
        at_it=peers.trees(leaves) if peers else None,
        runs=3,
        times=50,
    )


def _in_turn(
    work: Callable[[], object],
    *,
    what: str,
    peer: str,
    at_it: AbstractContextManager[Run] | None,
    runs: int,
    times: float,
) -> Measured:
    """Our work and theirs in turn; ours alone where nobody else is at it."""

    def ours() -> float:
        return milliseconds(work)

    if at_it is None:
        best_ms, theirs_ms = best_in_turn(ours, lambda: 0.0, runs=runs)[0], None
    else:
        with at_it as theirs:
            best_ms, theirs_ms = best_in_turn(ours, theirs, runs=runs)
    return Measured(what=what, unit="ms", ours=best_ms, peer=peer, theirs=theirs_ms, times=times)


def _chain(
    own: House, anchorage: Anchorage, peers: NpmPeers | None, sizes: Sizes
) -> Iterator[Measured]:
    anchored = anchored_batch(own, anchorage, documents=sizes.batch)
    raw, trust = anchored.bundle, anchored.trust
    if verify(raw, trust=trust).verdict is not Status.VALID:
        raise click.ClickException("The bundle made for this is not valid.")
    yield Measured(
        what=f"one bundle of {len(raw):,} bytes verified offline",
        unit="ms",
        ours=median_ms(lambda: verify(raw, trust=trust), runs=sizes.verified),
        at_most=15,
    )
    yield Measured(
        what=f"gas of a record, {sizes.batch} in a batch",
        unit="gas",
        ours=anchored.gas / sizes.batch,
        peer=peers.named(EAS) if peers else "",
        theirs=_attestation_gas(own, peers) if peers else None,
        at_most=700,
    )


def _attestation_gas(own: House, peers: NpmPeers) -> int:
    (rpc_url,) = own.settings.rpc_urls
    return peers.attestation_gas(rpc_url, own.settings.account.key)


def _sealing(own: House, sizes: Sizes) -> Iterator[Measured]:
    first = 1 + sizes.batch  # those before went onto the chain
    journal_deliveries(range(first, first + sizes.sealed), own.deps)
    sealed = sealed_apart(own.environment)
    what = f"{sealed.documents:,} documents sealed"
    yield Measured(what=what, unit="s", ours=sealed.seconds, at_most=60)
    yield Measured(what=f"{what}, memory", unit="MB", ours=sealed.peak_mb, at_most=500)


def _line(figure: Measured) -> str:
    line = f"{figure.what:46} {figure.ours:>10,.1f} {figure.unit:3}"
    if figure.ratio is not None:
        line += f"   {figure.peer}: {figure.theirs:,.1f}, {figure.ratio:,.1f} times ours"
    return line


def _promise(figure: Measured) -> str:
    """What was promised of the figure, and whether it holds; nothing where none can tell."""
    if figure.holds is None:
        return ""
    promised = (
        f"at least {figure.times:g} times"
        if figure.at_most is None
        else f"at most {figure.at_most:g} {figure.unit}"
    )
    return f"   [{promised}: {'yes' if figure.holds else 'NO'}]"
