"""``ferrotrace redact`` on a file, without any service."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import main
from service.proof.bundle_writer import make_bundle
from service.proof.verify import verify
from tests.unit.proof.documents import one_truck


@pytest.fixture
def ticket(tmp_path: Path) -> Path:
    path = tmp_path / "ticket.ferrotrace.json"
    path.write_bytes(make_bundle(document=one_truck()["ticket"]))
    return path


def redact(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["redact", *map(str, arguments)])


def test_hidden_fields_are_not_in_the_new_file_which_verifies(ticket: Path, tmp_path: Path) -> None:
    out = tmp_path / "smaller.ferrotrace.json"
    shown = redact(
        ticket,
        "--hide",
        "personal",
        "--hide",
        "record.operator_id",
        "--audience",
        "bank",
        "-o",
        out,
    )
    assert shown.exit_code == 0, shown.output
    assert shown.output.endswith(f"visible, 2 hidden: {out}\n")
    assert "辽E·DEMO1" not in out.read_text(encoding="utf-8")
    check = verify(out.read_bytes(), audience="bank").check("DISCLOSURE_POLICY")
    assert check.status.value == "VALID"


def test_what_the_bank_needs_is_refused_and_no_file_is_made(ticket: Path, tmp_path: Path) -> None:
    out = tmp_path / "smaller.json"
    arguments = (ticket, "--hide", "record.net_kg", "-o", out)
    refused = redact(*arguments, "--audience", "bank")
    assert refused.exit_code == 1
    assert "record.net_kg cannot be hidden from a bank" in refused.output
    assert not out.exists()
    assert redact(*arguments).exit_code == 0


def test_without_a_path_the_fields_are_listed_with_those_that_stay(ticket: Path) -> None:
    shown = redact(ticket, "--audience", "plant").output.splitlines()
    assert "record.net_kg  32480  [needed by the plant]" in shown
    assert "personal  (1 values)" in shown
    assert "kind  ticket  [always visible]" in shown


def test_a_file_that_is_no_bundle_and_a_missing_target_are_told(
    ticket: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert "The file breaks its format" in redact(other).output
    assert "Name the new file with -o." in redact(ticket, "--hide", "personal").output
