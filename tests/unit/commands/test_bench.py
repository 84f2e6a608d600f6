from pathlib import Path

import pytest

from service.commands import bench_npm
from service.commands.bench_evidence import Measured
from service.commands.bench_npm import NpmPeers, PeersMissingError


def test_a_promise_is_about_our_figure_or_about_how_many_times_theirs_is_as_much() -> None:
    assert Measured(what="a", unit="ms", ours=15, at_most=15).holds is True
    assert Measured(what="a", unit="ms", ours=16, at_most=15).holds is False
    peered = Measured(what="a", unit="ms", ours=10, peer="b", theirs=20, times=2)
    assert (peered.ratio, peered.holds) == (2, True)
    assert Measured(what="a", unit="ms", ours=10, peer="b", theirs=19, times=2).holds is False


def test_without_a_peer_nothing_is_said_of_a_ratio() -> None:
    alone = Measured(what="a", unit="ms", ours=10, times=2)
    assert (alone.ratio, alone.holds) == (None, None)


def test_packages_that_are_not_installed_are_told_with_the_line_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench_npm, "FOLDER", tmp_path)
    with pytest.raises(PeersMissingError, match="npm ci --prefix"):
        NpmPeers()
