"""``ferrotrace lien``: a bank signs its order, anyone relays it, and anyone sees how it stands."""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from service.chain.keystore import signer_from_file
from service.chain.lien_order_file import SignedLienOrder, order_json, read_order
from service.chain.lien_orders import (
    CancelOrder,
    FinanceOrder,
    LienOrder,
    ReleaseOrder,
    ReserveOrder,
    order_digest,
)
from service.chain.liens import LienRegistryClient, LienState
from service.chain.sending import send_call
from service.chain.signer import LocalSigner
from service.chain.values import to_bytes, to_hex
from service.commands.lien_delivery import delivery_key, delivery_options
from service.domain.errors import ConflictError, FerrotraceError, gettext_noop
from service.proof.hashing import checksum_address
from service.proof.shape import format_unix_time

HOUR_S = 3_600
DAY_S = 24 * HOUR_S

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _each(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> list[str]:
    """Endpoints, also several in one text with commas between, as in the settings."""
    return [url.strip() for text in given for url in text.split(",") if url.strip()]


def _address(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """An address with its checksum, from one in any case."""
    if not re.fullmatch("0x[0-9a-fA-F]{40}", given):
        raise click.BadParameter("0x and 40 hex digits were expected")
    return checksum_address(to_bytes(given))


_rpc = click.option(
    "--rpc",
    "rpc_urls",
    envvar="FERROTRACE_RPC_URL",
    multiple=True,
    callback=_each,
    metavar="URL",
    help="JSON-RPC of the chain; several for failover.",
)
_registry = click.option(
    "--registry",
    envvar="FERROTRACE_LIEN_REGISTRY",
    required=True,
    callback=_address,
    metavar="ADDRESS",
    help="The lien registry.",
)
_signer = click.option(
    "--signer",
    "key_file",
    type=_FILE,
    required=True,
    help="Keystore, or file with the key in hexadecimal.",
)
_password = click.option(
    "--password-file", type=_FILE, help="Password of the keystore; asked for where it is absent."
)


class OtherRegistryError(ConflictError):
    """The order is for another chain than the one that would have to take it."""

    message = gettext_noop("The order is for chain %(value)s; the endpoint serves chain %(limit)s.")


@click.group("lien")
def command() -> None:
    """Order, relay and look up liens on deliveries."""


@command.command("order")
@click.argument("kind", type=click.Choice(["reserve", "finance", "release", "cancel"]))
@delivery_options
@_signer
@_password
@_registry
@_rpc
@click.option("--nonce", type=click.IntRange(0), help="The bank's next nonce, to sign offline.")
@click.option("--chain-id", type=click.IntRange(1), help="The chain, to sign offline.")
@click.option(
    "--days",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="How long a reservation holds.",
)
@click.option("--basis-points", type=click.IntRange(1, 10_000), help="Part to release, of 10,000.")
@click.option(
    "--hours",
    type=click.IntRange(1),
    default=24,
    show_default=True,
    help="How long the order may be relayed.",
)
def order_command(
    *,
    kind: str,
    key_file: Path,
    password_file: Path | None,
    registry: str,
    rpc_urls: list[str],
    nonce: int | None,
    chain_id: int | None,
    days: int,
    basis_points: int | None,
    hours: int,
    **delivery: Any,
) -> None:
    """Sign an order as the bank whose key is in the file, and print it for anyone to relay.

    With --nonce and --chain-id no chain is asked, so that a machine without a network signs.
    """
    if (kind == "release") != (basis_points is not None):
        raise click.UsageError("--basis-points belongs to release, which needs it.")
    if (nonce is None or chain_id is None) and not rpc_urls:
        raise click.UsageError("Without --rpc, --nonce and --chain-id are needed.")
    try:
        signer = signer_from_file(key_file, _password_of(password_file))
        key = delivery_key(**delivery)
        with LienRegistryClient(rpc_urls, registry) as client:
            chain_id = client.chain_id() if chain_id is None else chain_id
            nonce = client.order_nonce(signer.address) if nonce is None else nonce
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    now_s = int(time.time())
    common = {
        "delivery_key": key,
        "bank": signer.address,
        "nonce": nonce,
        "deadline": now_s + hours * HOUR_S,
    }
    order = _order(kind, common, expiry=now_s + days * DAY_S, basis_points=basis_points)
    signed = _signed(order, signer, chain_id=chain_id, contract=registry)
    click.echo(json.dumps(order_json(signed), indent=2))


@command.command("status")
@delivery_options
@_registry
@_rpc
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status_command(*, registry: str, rpc_urls: list[str], as_json: bool, **delivery: Any) -> None:
    """Say whether a delivery is free, reserved, financed or paid back, and by which bank."""
    try:
        key = delivery_key(**delivery)
        with LienRegistryClient(rpc_urls, registry) as client:
            block = client.block("latest")
            number, time_s = (block.number, block.time_s) if block else (0, 0)
            lien = client.lien_of(key, block_number=number)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    answer = {
        "delivery_key": key.hex(),
        "state": lien.state.value,
        "free": lien.is_free(time_s=time_s),
        **({"bank": lien.bank, "released_bp": lien.released_bp} if lien.bank else {}),
        **({"expiry": lien.expiry} if lien.state is LienState.RESERVED else {}),
        "block": number,
        "time": format_unix_time(time_s),
    }
    click.echo(json.dumps(answer, indent=2) if as_json else _sentence(answer))


@command.command("relay")
@click.argument("order_file", metavar="ORDER.json", type=_FILE)
@_signer
@_password
@_rpc
def relay_command(
    *, order_file: Path, key_file: Path, password_file: Path | None, rpc_urls: list[str]
) -> None:
    """Bring a bank's order onto the chain, paid by any account with money.

    Nothing is sent that the registry would refuse.
    """
    try:
        signed = read_order(order_file.read_bytes())
        signer = signer_from_file(key_file, _password_of(password_file))
        with LienRegistryClient(rpc_urls, signed.contract) as client:
            if client.chain_id() != signed.chain_id:
                raise OtherRegistryError(value=signed.chain_id, limit=client.chain_id())
            receipt = send_call(client, signer, signed.calldata, what="The order")
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{signed.order.kind} of {signed.order.delivery_key.hex()}: "
        f"transaction {to_hex(receipt.tx_hash)}, block {receipt.block_number}."
    )


def _order(
    kind: str, common: dict[str, Any], *, expiry: int, basis_points: int | None
) -> LienOrder:
    if kind == "reserve":
        return ReserveOrder(**common, expiry=expiry)
    if basis_points is not None:
        return ReleaseOrder(**common, basis_points=basis_points)
    return FinanceOrder(**common) if kind == "finance" else CancelOrder(**common)


def _signed(
    order: LienOrder, signer: LocalSigner, *, chain_id: int, contract: str
) -> SignedLienOrder:
    digest = order_digest(order, chain_id=chain_id, contract=contract)
    return SignedLienOrder(
        order=order, signature=signer.sign_digest(digest), chain_id=chain_id, contract=contract
    )


def _password_of(file: Path | None) -> Callable[[], str]:
    def asked() -> str:
        if file is None:
            return str(click.prompt("Password of the keystore", hide_input=True, err=True))
        return file.read_text("utf-8").rstrip("\r\n")

    return asked


def _sentence(answer: dict[str, Any]) -> str:
    words = {
        LienState.NONE: "free: no bank holds it",
        LienState.RESERVED: "reserved",
        LienState.FINANCED: "financed",
        LienState.RELEASED: "financed once and paid back; it is never financed again",
    }[LienState(answer["state"])]
    parts = [words]
    if "expiry" in answer:
        ending = "ran out" if answer["free"] else "until"
        parts.append(f"{ending} {format_unix_time(answer['expiry'])}")
    if "bank" in answer:
        parts.append(f"bank {answer['bank']}, released {answer['released_bp']} of 10,000")
    return f"{'; '.join(parts)} (as of block {answer['block']}, {answer['time']})"
