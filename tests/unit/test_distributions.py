"""What is installed: one cv2, and every command that is promised."""

from importlib.metadata import packages_distributions

from service.__main__ import COMMANDS, main


def test_there_is_exactly_one_cv2_and_it_is_opencv_python() -> None:
    assert set(packages_distributions()["cv2"]) == {"opencv-python"}


def test_every_command_of_the_table_exists() -> None:
    context = main.make_context("ferrotrace", [], resilient_parsing=True)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help
