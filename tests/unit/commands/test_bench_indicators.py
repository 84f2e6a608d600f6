import json

import pytest
from click.testing import CliRunner

from service.commands import bench_indicators


def test_eight_indicators_are_read_beside_a_plain_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_indicators, "WARM_UP_S", 0.3)
    done = CliRunner().invoke(bench_indicators.indicators, ["--seconds", "1", "--json"])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["indicators"] == 8
    for figure in ("frames_per_s", "plain_frames_per_s"):
        assert float(answer[figure]) > 8


def test_the_line_names_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_indicators, "_measured", lambda *_: ("160.0", "2.3"))
    done = CliRunner().invoke(bench_indicators.indicators, [])
    assert "160.0 frames/s: 2.3 % of one core (limit 10 %)" in done.stdout
