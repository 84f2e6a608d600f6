"""Which delivery a lien is about: its key, its identifier and secret, or a file that holds both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from service.domain.lien import PURPOSE
from service.proof.bundle_reader import read_bundle
from service.proof.document import document_data
from service.proof.errors import FileShapeError
from service.proof.lien_key import lien_key
from service.proof.shape import parse_hash


def delivery_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options with which a command is told the delivery, for ``delivery_key``."""
    options = (
        click.option("--key", metavar="HEX", help="Key of the delivery, 64 hex digits."),
        click.option("--delivery-id", metavar="ID", help="Its identifier; with --secret."),
        click.option("--secret", metavar="HEX", help="Its secret, 64 hex digits."),
        click.option(
            "--bundle",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Bundle of the delivery or of a correction of it, which holds both.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def delivery_key(
    *, key: str | None, delivery_id: str | None, secret: str | None, bundle: Path | None
) -> bytes:
    """Key of the delivery that the options name, 32 bytes; raises ``FileShapeError``.

    The bundle is not verified here: ``ferrotrace verify`` does that.
    """
    given = (key is not None, delivery_id is not None and secret is not None, bundle is not None)
    alone = (delivery_id is None) == (secret is None)
    if sum(given) != 1 or not alone:
        raise click.UsageError("Give --key, or --delivery-id with --secret, or --bundle.")
    if key is not None:
        return parse_hash(key, "--key")
    if bundle is not None:
        delivery_id, secret = _named_in(bundle)
    return lien_key(PURPOSE, str(delivery_id), parse_hash(secret, "--secret"))


def _named_in(bundle: Path) -> tuple[str, str]:
    """Identifier and secret of the delivery that a bundle is about."""
    record = document_data(read_bundle(bundle.read_bytes()).document.wrapped).get("record")
    record = record.get("values", record) if isinstance(record, dict) else {}
    try:
        return record["delivery_id"], record["delivery_secret"]
    except KeyError as missing:
        limit = f"{bundle.name}: record.{missing.args[0]} is hidden or not part of this document"
        raise FileShapeError(field="bundle", limit=limit) from None
