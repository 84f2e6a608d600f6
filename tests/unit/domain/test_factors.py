import csv
from collections import Counter
from decimal import Decimal
from importlib import resources

import pytest

from service.domain.canonical_text import canonical_text, record_sha256
from service.domain.carbon import RESOURCE_FACTOR_IDS, SENSITIVITY_FACTOR_IDS, Method
from service.domain.factors import (
    FactorMissingError,
    FactorSetUnknownError,
    factor_set,
    factor_sets,
    set_record,
)


def grid_rows() -> list[dict[str, str]]:
    file = resources.files("service.domain.data").joinpath("grid_factors_cn.csv")
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_grid_file_is_whole() -> None:
    rows = grid_rows()
    keys = {(row["year"], row["region"]) for row in rows}
    assert len(rows) == len(keys) == 113
    assert Counter(row["year"] for row in rows) == {"2021": 38, "2022": 38, "2023": 37}
    assert {row["status"] for row in rows} == {
        "verified",
        "transcribed_twice",
        "transcribed_once",
    }


def test_twenty_provinces_fell_and_ten_rose_from_2022_to_2023() -> None:
    provincial = {
        (row["year"], row["region"]): Decimal(row["kgco2_per_kwh"])
        for row in grid_rows()
        if row["kind"] == "provincial"
    }
    change = Counter(
        "fell" if provincial["2023", region] < value else "rose"
        for (year, region), value in provincial.items()
        if year == "2022"
    )
    assert change == {"fell": 20, "rose": 10}


def test_a_factor_is_found_with_its_text_basis_source_and_status() -> None:
    factor = factor_set().factor("AV-WS-2016")
    assert (factor.text, factor.value, factor.basis) == ("1.50", Decimal("1.5"), "per_t_scrap")
    assert "10.1007/s11367-016-1081-1" in factor.source
    assert factor.status == "verified"
    assert factor.sha256 == record_sha256(factor.record)


def test_a_grid_factor_is_chosen_by_year_and_region() -> None:
    factors = factor_set()
    assert factors.grid(2023, "天津").text == "0.6796"
    assert factors.grid(2023, "陕西") != factors.grid(2023, "山西")
    for region in ("西藏", "西南"):
        with pytest.raises(FactorMissingError, match=region):
            factors.grid(2023, region)


def test_every_factor_the_statement_uses_is_in_the_default_set() -> None:
    factors = factor_set()
    used = {method.avoided_factor_id for method in Method}
    used.update(RESOURCE_FACTOR_IDS.values(), SENSITIVITY_FACTOR_IDS, ["PROC-MIIT"])
    assert used <= set(factors.factors)
    assert len(factors.factors) == 131


def test_a_set_is_known_by_the_hash_of_its_records_hashes() -> None:
    factors = factor_set("FS-2026-1")
    records = [factor.record for factor in factors.factors.values()]
    assert factors.sha256 == record_sha256(set_record(records, "2026.1"))
    assert factors.sha256 == record_sha256(set_record(records[::-1], "2026.1"))
    assert factors.sha256 == "93606bbf141788c746a0f7ef1de8a0a2d541529b5c97c00a76529b03f2b1de99"


def test_an_unknown_set_is_not_replaced_by_another() -> None:
    with pytest.raises(FactorSetUnknownError, match="FS-1900-1"):
        factor_set("FS-1900-1")


def test_canonical_text_sorts_keys_and_keeps_the_published_digits() -> None:
    assert canonical_text({"b": "1.50", "a": ["天津", 7]}) == '{"a":["天津",7],"b":"1.50"}'
    assert record_sha256({"value": "1.50"}) != record_sha256({"value": "1.5"})


def test_every_set_that_ships_is_named() -> None:
    assert [factors.factor_set_id for factors in factor_sets()] == ["FS-2026-1"]
