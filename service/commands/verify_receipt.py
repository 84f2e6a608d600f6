"""``ferrotrace verify --receipt``: the signed receipt of a ticket, with the key of its scale."""

import json
import re
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from service.devices.ed25519 import signature_holds
from service.proof.errors import FileShapeError
from service.proof.signed_receipt import is_signed_by, read_receipt, receipt_key_id

VALID, INVALID = 0, 1

_HEX_KEY = re.compile(r"[0-9a-f]{64}")


def told_receipt(text: str, key_file: Path | None, *, as_json: bool) -> int:
    """Print what the receipt says and whether the key in the file signed it; the exit code."""
    if key_file is None:
        raise click.UsageError("--receipt needs --key: the public key of the scale.")
    key = public_key_in(key_file)
    try:
        receipt = read_receipt(text)
    except FileShapeError as error:
        raise click.BadParameter(str(error), param_hint="--receipt") from None
    holds = is_signed_by(receipt, key, signature_holds)
    verdict = "VALID" if holds else "INVALID"
    if as_json:
        told = {
            "verdict": verdict,
            "key_id": receipt.key_id,
            "of_this_key": receipt.key_id == receipt_key_id(key),
            "receipt": dict(receipt.members),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{verdict}  signed receipt, key {receipt.key_id}")
        for name, value in sorted(receipt.members.items()):
            click.echo(f"  {name}: {value}")
    return VALID if holds else INVALID


def public_key_in(file: Path) -> bytes:
    """The Ed25519 key (32 bytes) in ``file``: 64 hex digits, or PEM."""
    content = file.read_bytes().strip()
    if _HEX_KEY.fullmatch(content.decode("ascii", "replace").lower()):
        return bytes.fromhex(content.decode("ascii"))
    try:
        key = load_pem_public_key(content)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise click.BadParameter("no Ed25519 key: 64 hex digits or PEM", param_hint="--key")
    return key.public_bytes_raw()
