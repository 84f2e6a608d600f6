"""``ferrotrace verify``: bundles held against a trust file, and a live chain where one is named."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import click

from service.proof.at_hand import FilesAtHand
from service.proof.bundle import FILE_SUFFIX
from service.proof.bundle_reader import read_bundle
from service.proof.chain_view import ChainReader
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.hashing import checksum_address
from service.proof.trust import Trust, read_trust
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify, verify_together, worst

EXIT_CODES = {Status.VALID: 0, Status.INVALID: 1, Status.ERROR: 2}
WORDS = {
    Status.VALID: "VALID",
    Status.INVALID: "INVALID",
    Status.ERROR: "COULD NOT TELL",
    Status.SKIPPED: "skipped",
}

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("target", metavar="BUNDLE|DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--trust", "trust_file", type=_FILE, help="Trust file: issuers and known blocks.")
@click.option("--rpc", "rpc_urls", multiple=True, metavar="URL", help="JSON-RPC of the chain.")
@click.option("--audience", type=click.Choice(["plant", "bank"]), help="Whose fields must show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    context: click.Context,
    *,
    target: Path,
    trust_file: Path | None,
    rpc_urls: tuple[str, ...],
    audience: str | None,
    as_json: bool,
) -> None:
    """Verify a bundle, or every bundle of a folder, each a possible parent of the others.

    Exit 0 VALID, 1 INVALID, 2 could not tell.
    """
    trust = _trust(trust_file)
    with ExitStack() as stack:
        reader = _readers(rpc_urls, stack)

        def judge(raw: bytes, parents: FilesAtHand | None) -> Verdict:
            return verify(raw, trust=trust, chain=reader(raw), audience=audience, parents=parents)

        if target.is_dir():
            verdicts = verify_together(_bundles(target), judge)
            overall = worst(verdicts)
            answer: dict[str, Any] = {
                "verdict": overall.value,
                "bundles": [
                    {"bundle": name, **verdict.as_json()} for name, verdict in verdicts.items()
                ],
            }
        else:
            verdict = judge(target.read_bytes(), None)
            verdicts, overall, answer = {target.name: verdict}, verdict.verdict, verdict.as_json()
    click.echo(
        json.dumps(answer, ensure_ascii=False, indent=2)
        if as_json
        else "\n".join(_lines(verdicts, overall))
    )
    context.exit(EXIT_CODES[overall])


def _trust(path: Path | None) -> Trust | None:
    try:
        return None if path is None else read_trust(path.read_bytes())
    except (FileShapeError, FileVersionError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--trust") from error


def _bundles(folder: Path) -> dict[str, bytes]:
    paths = sorted(folder.glob(f"*{FILE_SUFFIX}"))
    if not paths:
        raise click.UsageError(f"{folder} holds no file *{FILE_SUFFIX}.")
    return {path.name: path.read_bytes() for path in paths}


def _readers(rpc_urls: tuple[str, ...], stack: ExitStack) -> Callable[[bytes], ChainReader | None]:
    """A chain reader for the registry a bundle names; one for each registry, closed at the end."""
    readers: dict[str, ChainReader] = {}

    def reader_of(raw: bytes) -> ChainReader | None:
        address = _registry(raw) if rpc_urls else None
        if address is None:
            return None
        if address not in readers:
            readers[address] = stack.enter_context(_open_reader(rpc_urls, address))
        return readers[address]

    return reader_of


def _registry(raw: bytes) -> str | None:
    try:
        anchor = read_bundle(raw).anchor
    except (FileShapeError, FileVersionError):
        return None
    return checksum_address(anchor.address) if anchor else None


def _open_reader(rpc_urls: tuple[str, ...], address: str) -> AbstractContextManager[ChainReader]:
    # A verifier without --rpc never loads the chain client.
    from service.chain.reader import ChainReader as RpcChainReader  # noqa: PLC0415

    return RpcChainReader(rpc_urls, address)


def _lines(verdicts: dict[str, Verdict], overall: Status) -> list[str]:
    lines = []
    for name, verdict in verdicts.items():
        as_of = verdict.as_of
        when = f", as of block {as_of.block}, {as_of.time}" if as_of else ""
        lines.append(f"{WORDS[verdict.verdict]}  {name}{when}")
        for check in verdict.checks:
            reason = f"  {check.reason.message}" if check.reason else ""
            lines.append(f"  {WORDS[check.status]:<15}{check.type}{reason}")
    if len(verdicts) > 1:
        lines.append(f"{WORDS[overall]}  all {len(verdicts)} bundles together")
    return lines
