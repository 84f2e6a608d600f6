import json
from pathlib import Path

from click.testing import CliRunner

from service.chain.keystore import signer_from_file
from service.commands.keystore import command


def test_a_new_key_lies_encrypted_and_is_named_by_its_address(tmp_path: Path) -> None:
    keystore, password = tmp_path / "anchor.json", tmp_path / "anchor.password"
    arguments = [str(keystore), "--password-file", str(password)]
    made = CliRunner().invoke(command, arguments)
    assert made.exit_code == 0, made.output
    signer = signer_from_file(keystore, password.read_text().strip)
    assert made.output.strip() == signer.address
    assert json.loads(keystore.read_text())["version"] == 3
    for path in (keystore, password):
        assert path.stat().st_mode & 0o077 == 0
    again = CliRunner().invoke(command, arguments)
    assert again.exit_code == 1
    assert signer.address in again.output
