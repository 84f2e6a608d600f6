import json
from pathlib import Path

import pytest

from service.chain.keystore import KeyFileError, keystore_address, new_keystore, signer_from_file

KEY = "0x" + "c1" * 32
ADDRESS = "0xEb3b580543341e68da1462eDCe4f168a9d6682CE"


def no_password() -> str:
    raise AssertionError("no password is needed")


def test_new_keystore_opens_with_its_password_and_names_its_account(tmp_path: Path) -> None:
    path = tmp_path / "keystore.json"
    path.write_text(new_keystore("correct horse"))
    signer = signer_from_file(path, lambda: "correct horse")
    assert keystore_address(path) == signer.address
    with pytest.raises(KeyFileError, match="MAC mismatch"):
        signer_from_file(path, lambda: "wrong horse")


@pytest.mark.parametrize("text", [KEY, KEY[2:], f" {KEY}\n"])
def test_key_in_hexadecimal_needs_no_password(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    assert signer_from_file(path, no_password).address == ADDRESS


@pytest.mark.parametrize("text", ["", "0x12", "zz" * 32, "0x" + "00" * 32, "[]"])
def test_file_without_a_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(KeyFileError, match="32 bytes in hexadecimal") as refused:
        signer_from_file(path, no_password)
    assert not text or text not in str(refused.value).replace(str(path), "")


@pytest.mark.parametrize("content", ["{}", "{", '{"version": 3}', '{"address": 1}'])
def test_broken_keystore_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keystore.json"
    path.write_text(content)
    with pytest.raises(KeyFileError, match="cannot be used"):
        signer_from_file(path, lambda: "")
    with pytest.raises(KeyFileError, match="cannot be used"):
        keystore_address(path)


def test_missing_file_is_told(tmp_path: Path) -> None:
    for read in (keystore_address, lambda path: signer_from_file(path, no_password)):
        with pytest.raises(KeyFileError, match="absent"):
            read(tmp_path / "absent")


def test_keystore_is_of_the_common_format() -> None:
    keystore = json.loads(new_keystore("pw"))
    assert keystore["version"] == 3
    assert keystore["crypto"]["kdf"] == "scrypt"
