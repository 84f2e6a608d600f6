import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from service.__main__ import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_help_lists_has_its_module(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_help_lists_the_commands_with_what_they_do() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    assert all(name in shown for name in COMMANDS)
    assert "Verify evidence bundles." in shown


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["weigh"])
    assert result.exit_code == 2
    assert "No such command 'weigh'" in result.output


@pytest.mark.parametrize(
    ("command", "absent"),
    [
        ("edge", ("web3", "sqlalchemy", "apscheduler", "onnxruntime")),
        ("verify", ("flask", "sqlalchemy", "web3", "cv2", "onnxruntime")),
        ("redact", ("flask", "sqlalchemy", "web3", "cv2", "onnxruntime")),
        ("decode", ("flask", "sqlalchemy", "web3", "cv2", "onnxruntime")),
    ],
)
def test_a_command_loads_no_library_that_it_does_not_need(
    command: str, absent: tuple[str, ...]
) -> None:
    program = (
        "import sys, click; from service.__main__ import main;"
        f"main.get_command(click.Context(main), {command!r});"
        f"print([name for name in {absent!r} if name in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"
