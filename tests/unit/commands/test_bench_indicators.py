import json
from contextlib import nullcontext
from time import monotonic
from types import SimpleNamespace
from typing import cast

import pytest
from click.testing import CliRunner

from service.commands import bench_indicators
from service.commands.bench_decisions import Decisions, decisions
from service.devices.edge.scale import Scale


@pytest.fixture(autouse=True)
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the simulated truck."""
    decided = Decisions(median_ms=31, longest_ms=78)
    monkeypatch.setattr(bench_indicators, "decisions", lambda *_: decided)


def scale_that_decides(dialect: str, *, seq: int) -> Scale:
    window = SimpleNamespace(readings=(SimpleNamespace(seq=1), SimpleNamespace(seq=seq)))
    scale = SimpleNamespace(
        instrument=SimpleNamespace(dialect=dialect),
        stable_window=lambda **_: SimpleNamespace(window=window),
    )
    return cast("Scale", scale)


def test_eight_indicators_are_read_beside_a_plain_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_indicators, "WARM_UP_S", 0.3)
    done = CliRunner().invoke(bench_indicators.indicators, ["--seconds", "1", "--json"])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["indicators"] == 8
    for figure in ("frames_per_s", "plain_frames_per_s"):
        assert float(answer[figure]) > 8


def test_the_lines_name_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_indicators, "_measured", lambda *_: ("160.0", "2.3"))
    done = CliRunner().invoke(bench_indicators.indicators, [])
    assert "160.0 frames/s: 2.3 % of one core (limit 10 %)" in done.stdout
    assert "median 31 ms, longest 78 ms (limit 300 ms)" in done.stdout


def test_a_decision_counts_from_the_turn_of_the_frame_that_closed_the_window() -> None:
    scales = [scale_that_decides("a", seq=101), scale_that_decides("b", seq=21)]
    now_s = monotonic()
    began = {"a": now_s - 5.0 - 0.2, "b": now_s - 1.0 - 0.1}
    found = decisions(nullcontext(scales), lambda: began, frames_per_s=20)
    assert 150 <= found.median_ms <= found.longest_ms
    assert found.longest_ms >= 200
