"""``ferrotrace verify``: bundles or promises held against a trust file, and a chain where named."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

import click

from service.commands.verify_answer import EXIT_CODES, answer_json, answer_lines
from service.commands.verify_receipt import told_receipt
from service.domain.errors import FerrotraceError
from service.proof.at_hand import FilesAtHand
from service.proof.bundle import FILE_SUFFIX, Bundle
from service.proof.bundle_reader import read_bundle
from service.proof.chain_view import ChainReader
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.hashing import checksum_address
from service.proof.omission import verify_promise
from service.proof.promise import (
    COMPACT_PREFIX,
    InclusionPromise,
    promise_of,
    read_promises,
)
from service.proof.trust import Trust, read_trust
from service.proof.verdict import Verdict
from service.proof.verify import verify, verify_together, worst

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument(
    "target", metavar="[BUNDLE|DIR]", required=False, type=click.Path(exists=True, path_type=Path)
)
@click.option("--trust", "trust_file", type=_FILE, help="Trust file: issuers and known blocks.")
@click.option("--rpc", "rpc_urls", multiple=True, metavar="URL", help="JSON-RPC of the chain.")
@click.option("--dns", is_flag=True, help="Ask the issuer's DNS which registry is its own.")
@click.option("--resolver", metavar="HOST[:PORT]", help="DNS server to ask, for --dns.")
@click.option("--audience", type=click.Choice(["plant", "bank"]), help="Whose fields must show.")
@click.option("--promise", metavar="TEXT|FILE", help="Promises of a ticket: FT1.… or its address.")
@click.option("--receipt", metavar="TEXT", help="Signed receipt of a ticket: its code as text.")
@click.option("--key", "key_file", type=_FILE, help="Public key of the scale, for --receipt.")
@click.option("--log", "log_file", type=_FILE, help="Entries of the log, for a promise alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(  # noqa: PLR0913 - one for each option
    context: click.Context,
    *,
    target: Path | None,
    trust_file: Path | None,
    rpc_urls: tuple[str, ...],
    dns: bool,
    resolver: str | None,
    audience: str | None,
    promise: str | None,
    receipt: str | None,
    key_file: Path | None,
    log_file: Path | None,
    as_json: bool,
) -> None:
    """Verify a bundle, every bundle of a folder, or promises of inclusion.

    In a folder each bundle is a possible parent of the others. A promise beside a bundle must have
    been kept for that document; a promise alone is held against the entries of the log, in which
    its document stands in time, or is missing: proof of omission.

    A signed receipt is what the code on a ticket says: the masses, signed by the scale's own
    program. It is checked with the scale's public key alone (--receipt TEXT --key FILE).

    With --dns and --rpc no trust file is needed: the domain that a document names says which
    registry is the issuer's, and the chain says the rest.

    Exit 0 VALID, 1 INVALID, 2 could not tell.
    """
    if receipt is not None:
        context.exit(told_receipt(receipt, key_file, as_json=as_json))
    trust, promises = _trust(trust_file), _promises(promise)
    if target is None and not promises:
        raise click.UsageError("Name a bundle, a folder, or a promise.")
    if log_file and target:
        raise click.UsageError("--log is for a promise alone: a bundle has its own proof.")
    if dns and not target:
        raise click.UsageError("--dns needs a bundle: a promise alone names no domain.")
    with ExitStack() as stack:
        readers = _Readers(rpc_urls, stack)
        verdicts = (
            _judged(target, promises, _Trusting(trust, dns, resolver), readers, audience)
            if target
            else _kept(promises, log_file, trust, readers)
        )
    overall, noun = worst(verdicts), "bundle" if target else "promise"
    is_one = len(verdicts) == 1 and not (target and target.is_dir())
    click.echo(
        json.dumps(
            next(iter(verdicts.values())).as_json()
            if is_one
            else answer_json(verdicts, overall, noun=noun),
            ensure_ascii=False,
            indent=2,
        )
        if as_json
        else "\n".join(answer_lines(verdicts, overall, noun=noun))
    )
    context.exit(EXIT_CODES[overall])


def _kept(
    promises: Sequence[InclusionPromise],
    log_file: Path | None,
    trust: Trust | None,
    readers: "_Readers",
) -> Mapping[str, Verdict]:
    """The verdict over each promise by the target hash of its document."""
    entries = log_file.read_bytes() if log_file else None
    return {
        promise.target_hash.hex(): verify_promise(
            promise, trust=trust, entries=entries, reader_of=readers.at
        )
        for promise in promises
    }


def _judged(
    target: Path,
    promises: Sequence[InclusionPromise],
    trusting: "_Trusting",
    readers: "_Readers",
    audience: str | None,
) -> Mapping[str, Verdict]:
    """The verdict over each bundle by its file's name."""

    def judge(raw: bytes, beside: FilesAtHand | None) -> Verdict:
        bundle = _read(raw)
        if bundle is None:
            return verify(raw)
        trust, reader = trusting.of(bundle), readers.of(bundle)
        bundle = _with_promise(bundle, promises)
        return verify(bundle, trust=trust, chain=reader, audience=audience, parents=beside)

    if not target.is_dir():
        raw = target.read_bytes()
        if promises:
            _require_promise(raw, promises)
        return {target.name: judge(raw, None)}
    paths = sorted(target.glob(f"*{FILE_SUFFIX}"))
    if not paths:
        raise click.UsageError(f"{target} holds no file *{FILE_SUFFIX}.")
    return verify_together({path.name: path.read_bytes() for path in paths}, judge)


def _trust(path: Path | None) -> Trust | None:
    try:
        return None if path is None else read_trust(path.read_bytes())
    except (FileShapeError, FileVersionError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--trust") from error


def _promises(text: str | None) -> list[InclusionPromise]:
    """The promises in ``text``, or in the file that it names."""
    if text is None:
        return []
    try:
        if not text.startswith(COMPACT_PREFIX) and "#" not in text:
            text = Path(text).read_text(encoding="utf-8")
        return read_promises(text)
    except (FileShapeError, OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(str(error), param_hint="--promise") from error


def _read(raw: bytes) -> Bundle | None:
    try:
        return read_bundle(raw)
    except (FileShapeError, FileVersionError):
        return None


def _with_promise(bundle: Bundle, promises: Sequence[InclusionPromise]) -> Bundle:
    """``bundle`` with the promise for its document, where one was handed over."""
    for promise in promises:
        if promise.target_hash == bundle.document.target_hash:
            return replace(bundle, promise=promise)
    return bundle


def _require_promise(raw: bytes, promises: Sequence[InclusionPromise]) -> None:
    bundle = _read(raw)
    try:
        if bundle:
            promise_of(bundle.document.target_hash, promises)
    except FileShapeError as error:
        raise click.BadParameter(str(error), param_hint="--promise") from error


class _Trusting:
    """The trust file, and what the domain of a bundle's issuer says where it is asked."""

    def __init__(self, trust: Trust | None, dns: bool, resolver: str | None) -> None:  # noqa: FBT001
        self._trust = trust
        self._dns = None
        if dns:
            # A verifier without --dns never loads the DNS library.
            from service.commands.verify_dns import DnsTrust  # noqa: PLC0415

            self._dns = DnsTrust(resolver)

    def of(self, bundle: Bundle) -> Trust | None:
        """What is believed of the issuer of ``bundle``."""
        if self._dns is None:
            return self._trust
        try:
            return self._dns.of(bundle, self._trust)
        except FerrotraceError as error:
            raise click.BadParameter(str(error), param_hint="--resolver") from error


class _Readers:
    """Live chains by the registry that is asked; each is opened once and closed with ``stack``."""

    def __init__(self, rpc_urls: tuple[str, ...], stack: ExitStack) -> None:
        self._rpc_urls, self._stack = rpc_urls, stack
        self._open: dict[str, ChainReader] = {}

    def of(self, bundle: Bundle) -> ChainReader | None:
        """A reader of the registry that the bundle names, None without ``--rpc``."""
        return self.at(checksum_address(bundle.anchor.address)) if bundle.anchor else None

    def at(self, address: str) -> ChainReader | None:
        """A reader of the registry at ``address``, None without ``--rpc``."""
        if not self._rpc_urls:
            return None
        if address not in self._open:
            reader = _open_reader(self._rpc_urls, address)
            self._open[address] = self._stack.enter_context(reader)
        return self._open[address]


def _open_reader(rpc_urls: tuple[str, ...], address: str) -> AbstractContextManager[ChainReader]:
    # A verifier without --rpc never loads the chain client.
    from service.chain.reader import ChainReader as RpcChainReader  # noqa: PLC0415

    return RpcChainReader(rpc_urls, address)
