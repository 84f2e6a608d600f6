"""The figures are measured, not remembered; what they are is for ``docs/bench.md`` to say."""

import json

from click.testing import CliRunner

from service.__main__ import main
from tests.support.registry_on_chain import require_anvil


def test_the_evidence_is_measured_beside_the_packages_of_others() -> None:
    require_anvil()
    result = CliRunner().invoke(main, ["bench", "evidence", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["figures"]
    assert [figure["unit"] for figure in figures] == ["ms", "ms", "ms", "gas", "s", "MB"]
    assert all(figure["ours"] > 0 for figure in figures)
    if "To measure the packages of others" not in result.stderr:
        assert [bool(figure["theirs"]) for figure in figures] == [
            True,
            True,
            False,
            True,
            False,
            False,
        ]
        wrapping, trees, _, gas, *_ = figures
        assert wrapping["peer"] == "@govtechsg/open-attestation 6.9.7"
        assert trees["ratio"] > 1
        assert gas["theirs"] > 100_000
