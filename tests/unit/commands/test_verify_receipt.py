"""A ticket's signed receipt is checked with the scale's public key alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.commands.verify import command
from tests.unit.proof.test_signed_receipt import KEY, PUBLIC, TEXT

PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


def told(tmp_path: Path, key: bytes, *more: str, text: str = TEXT) -> Result:
    file = tmp_path / "scale.key"
    file.write_bytes(key)
    return CliRunner().invoke(command, ["--receipt", text, "--key", str(file), *more])


@pytest.mark.parametrize("key", [PUBLIC.hex().encode() + b"\n", PEM])
def test_the_key_of_the_scale_says_that_the_receipt_holds(tmp_path: Path, key: bytes) -> None:
    result = told(tmp_path, key)
    assert (result.exit_code, result.output.split()[0]) == (0, "VALID")
    assert "net_kg: 32480" in result.output


def test_another_key_says_that_it_does_not(tmp_path: Path) -> None:
    result = told(tmp_path, OTHER.hex().encode(), "--json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["verdict"], answer["of_this_key"]) == (1, "INVALID", False)
    assert answer["receipt"]["ticket_no"] == "BASE01-E1-26-004217"


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        (b"no key", TEXT, "64 hex digits or PEM"),
        (PUBLIC.hex().encode(), "FT1.abc", "joined by dots"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, key: bytes, text: str, said: str) -> None:
    result = told(tmp_path, key, text=text)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_receipt_needs_a_key() -> None:
    result = CliRunner().invoke(command, ["--receipt", TEXT])
    assert result.exit_code == 2
    assert "--key" in result.output
