import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.commands.carbon import carbon

LEG = {"mass_kg": 28460, "distance_km": "60", "factor_kgco2e_per_tkm": "0.129"}
HEADLINE = {"scrap_t": "1", "avoided_factor_tco2e_per_t": "1.5", "coal_factor_tce_per_t": "0.35"}
DISPLAY = {
    "avoided_gross_tco2e": "4928000",
    "coal_saved_tce": "1078000",
    "display_unit": "Mt",
    "decimals": 2,
    "rounding": "half_even",
}


def answer(tmp_path: Path, module: str, inputs: object) -> Any:
    file = tmp_path / "cases.json"
    case = {"id": "A", "module": module, "inputs": inputs}
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    result = CliRunner().invoke(carbon, ["--cases", str(file)])
    assert result.exit_code == 0
    return json.loads(result.stdout)["A"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": [{}]}', '{"cases": 7}'])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    assert CliRunner().invoke(carbon, ["--cases", str(file)]).exit_code == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"scrap_t": 1.5},
        {"scrap_t": True},
        {"scrap_t": "NaN"},
        {"scrap_t": "1.0005"},
        {"scrap_t": "much"},
    ],
)
def test_an_input_that_is_no_exact_number_cannot_be_read(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    assert answer(tmp_path, "headline", HEADLINE | changed) == {"refused": "InputInvalidError"}


def test_a_share_of_nothing_cannot_be_read(tmp_path: Path) -> None:
    inputs = {
        "settlement_kg": 1000,
        "legs": [],
        "processing": {
            "electricity_kwh_per_t": "30",
            "grid": {"kgco2_per_kwh": "0.5"},
            "diesel_l_per_t": "0",
        },
        "avoided": {"factor_tco2e_per_t": "0"},
    }
    assert answer(tmp_path, "delivery", inputs) == {"refused": "InputInvalidError"}


@pytest.mark.parametrize("changed", [{"display_unit": "kt"}, {"rounding": "up"}])
def test_another_display_is_not_supported(tmp_path: Path, changed: dict[str, object]) -> None:
    assert answer(tmp_path, "headline", DISPLAY | changed) == {"refused": "NotSupportedError"}


def test_a_leg_alone_has_nothing_to_compare_with(tmp_path: Path) -> None:
    assert answer(tmp_path, "delivery", LEG) == {"leg_tco2e": "0.2202804"}


def test_a_rule_without_a_number_is_named_by_its_error(tmp_path: Path) -> None:
    inputs = LEG | {"distance_km": "-60"}
    assert answer(tmp_path, "delivery", inputs) == {"refused": "ActivityNegativeError"}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (
            {"gross_kg": 43900, "tare_kg": 15440, "deducted_kg": 420},
            {"settlement_kg": 28040},
        ),
        (
            {"grid": {"year": 2023, "region": "天津"}, "fallback": None},
            {"kgco2_per_kwh": "0.6796"},
        ),
        (
            {"grid": {"year": 2023, "region": "西藏"}, "fallback": "全国"},
            {"refused": "NotSupportedError"},
        ),
        (
            {"method": "M1", "factor_id": "AV-CAMU-2019", "mass_of": "scrap"},
            {"factor_id": "AV-CAMU-2019", "basis": "per_t_steel"},
        ),
        (
            {"view": "pcf", "factor_id": "GRID-CFP-2023"},
            {"factor_id": "GRID-CFP-2023", "unit": "kgCO2e/kWh"},
        ),
    ],
)
def test_what_a_rule_allows_is_answered(
    tmp_path: Path, inputs: dict[str, object], expected: dict[str, object]
) -> None:
    assert answer(tmp_path, "refusal", inputs) == expected
