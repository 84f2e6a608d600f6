"""The engine says of a few photographs what it said when the head was made."""

import json
from pathlib import Path
from typing import Any

import pytest

from grading.api import Grader
from grading.canary import answer, answers, model, strays
from grading.frame import Frame
from tests.support.shared import shared_path
from tests.unit.grading.drawings import draw, png

KEPT = Path(__file__).parents[2] / "vectors" / "grading-canary.json"
ANEW = "made with another head: python -m grading.canary PHOTOS tests/vectors/grading-canary.json"


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(KEPT.read_bytes())
    return content


def test_the_canary_is_of_the_head_that_ships(kept: dict[str, Any], grader: Grader) -> None:
    assert kept["model"] == model(grader), ANEW


def test_photographs_get_the_answers_on_file(kept: dict[str, Any], grader: Grader) -> None:
    photos = shared_path("data/scrap_photos")
    assert strays(kept, answers(grader, photos, of_each=2)) == []


@pytest.mark.soak
def test_every_photograph_gets_the_answer_on_file(kept: dict[str, Any], grader: Grader) -> None:
    said = answers(grader, shared_path("data/scrap_photos"))
    assert set(said["frames"]) == set(kept["frames"])
    assert strays(kept, said) == []


def test_a_drawing_gets_the_same_answer_twice(grader: Grader) -> None:
    frame = Frame(content=png(draw("heap", 1)))
    once = {"frames": {"drawing": answer(grader.propose_load([frame]))}}
    again = {"frames": {"drawing": answer(grader.propose_load([frame]))}}
    assert strays(once, again) == []
    bent = json.loads(json.dumps(again))
    bent["frames"]["drawing"]["record_sha256"] = "0" * 64
    assert strays(bent, again) == []
    bent["frames"]["drawing"]["decision"] = "auto"
    assert strays(bent, again) == ["drawing"]
