"""Catalogues of standards and mills: what was read stands there, and what was not stays empty."""

import json
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from grading.catalogue import CATALOGUES, FIGURES, catalogue_of, load_catalogue
from grading.errors import CatalogueError, SiteFileError
from grading.mill import (
    MILLS,
    load_mill,
    mill_of,
    price_proposal_fen_per_t,
    read_mill,
)
from grading.site import Site, site_content, site_of


@pytest.mark.parametrize("catalogue_id", CATALOGUES)
def test_what_was_not_read_is_empty_and_says_so(catalogue_id: str) -> None:
    for grade in load_catalogue(catalogue_id).grades:
        for name, parts in FIGURES.items():
            value = grade.figures[name]
            numbers = list(value.values()) if parts else [value]
            is_stated = any(number is not None for number in numbers)
            assert is_stated <= (grade.confidence[name] == "read"), (grade.code, name)


def test_catalogues_hold_what_was_read_in_their_standards() -> None:
    def figure(catalogue_id: str, code: str, name: str) -> Any:
        return load_catalogue(catalogue_id).grade(code).figures[name]

    assert figure("eu27-2007", "E1", "residual_max") == {"cu": 40, "sn": 2, "cr_ni_mo": 30}
    assert figure("eu27-2007", "E3", "density_t_per_m3_min") == Decimal("0.6")
    assert figure("eu27-2007", "E40", "tfe_min_bp") is None
    assert figure("isri-ferrous", "200", "thickness_mm") == {"min": Decimal("6.35"), "max": None}
    assert figure("isri-ferrous", "203", "thickness_mm") == {"min": None, "max": None}
    assert figure("gbt39733-2020", "BRS502", "inclusions_max_bp") == 80
    assert figure("gb4223-2004", "201C", "piece_kg") == {"min": 5, "max": 1500}
    assert load_catalogue("gb4223-2004").superseded_by == "GB/T 4223-2017"
    assert load_catalogue("gbt4223-2017").grades[0].confidence["name"] == "unverified"
    assert {"0A", "7B", "3B"} <= {grade.code for grade in load_catalogue("bmra").grades}


def _file(name: str) -> dict[str, Any]:
    folder = resources.files("grading") / "catalogues"
    content: dict[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    return content


def _raw(content: object) -> bytes:
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "break_it",
    [
        lambda content: content.pop("source"),
        lambda content: content.update(publisher="x"),
        lambda content: content.update(source=" "),
        lambda content: content.update(grades=[]),
        lambda content: content["grades"].append(content["grades"][0]),
        lambda content: content["grades"].append("201A"),
        lambda content: content["grades"][0].pop("confidence"),
        lambda content: content["grades"][0]["confidence"].pop("size_mm"),
        lambda content: content["grades"][0]["confidence"].update(colour="read"),
        lambda content: content["grades"][0]["confidence"].update(size_mm="sure"),
        lambda content: content["grades"][0]["confidence"].update(size_mm="unverified"),
        lambda content: content["grades"][0].update(solid_diameter_mm_min=-1),
        lambda content: content["grades"][0].update(thickness_mm=40),
        lambda content: content["grades"][0]["thickness_mm"].update(min="40"),
    ],
)
def test_a_file_outside_the_format_is_refused(break_it: Any) -> None:
    content = _file("gb4223-2004")
    assert len(catalogue_of("x", _raw(content)).grades) == 8
    break_it(content)
    with pytest.raises(CatalogueError):
        catalogue_of("x", _raw(content))


@pytest.mark.parametrize("raw", [b"{", b"[]"])
def test_a_file_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(CatalogueError):
        catalogue_of("x", raw)


@pytest.mark.parametrize("name", MILLS)
def test_only_invented_tables_price_a_load(name: str) -> None:
    table = load_mill(name)
    if name.startswith("demo"):
        assert table.prices()["HRS101"] == 365_000
    else:
        with pytest.raises(CatalogueError, match="example"):
            table.prices()


def test_the_example_holds_the_prices_that_were_read() -> None:
    prices = {each.code: each.price_fen_per_t for each in load_mill(MILLS[1]).classes}
    assert (prices["重废1"], prices["剪料4"], prices["超标"]) == (232_000, 132_000, None)


def test_a_code_that_two_classes_stand_for_has_no_price() -> None:
    content = _file("mills/demo-lanbei")
    content["classes"][1]["grades"].append("HRS102")
    prices = mill_of(_raw(content)).prices()
    assert "HRS102" not in prices
    assert prices["HRS101"] == 365_000


@pytest.mark.parametrize(
    "break_it",
    [
        lambda table: table.update(format="ferrotrace-mill-2"),
        lambda table: table.update(is_example="no"),
        lambda table: table.update(classes=[]),
        lambda table: table["classes"][0].update(grades=["X"]),
        lambda table: table["classes"][0].update(grades="HRS101"),
        lambda table: table["classes"][0]["confidence"].update(grades="unverified"),
        lambda table: table["classes"][0]["confidence"].update(price_fen_per_t="unverified"),
        lambda table: table["classes"][0].update(price_fen_per_t="3650"),
        lambda table: table["classes"][0]["thickness_mm"].update(min="6"),
        lambda table: table["classes"][0].update(reference_only=0),
    ],
)
def test_a_mill_table_outside_the_format_is_refused(break_it: Any) -> None:
    content = _file("mills/demo-lanbei")
    break_it(content)
    with pytest.raises(CatalogueError):
        mill_of(_raw(content))


def test_a_table_is_read_from_a_file_of_the_site(tmp_path: Any) -> None:
    path = tmp_path / "mill.json"
    with pytest.raises(CatalogueError):
        read_mill(path)
    with pytest.raises(CatalogueError):
        load_mill("no-such-mill")
    path.write_bytes(_raw(_file("mills/demo-lanbei")))
    assert read_mill(path).catalogue_id == "gbt39733-2024"


def test_a_price_proposal_is_the_sum_of_shares_and_prices() -> None:
    prices, forms = {"HRS101": 365_000, "SRS401": 356_001}, {"heavy_mixed": ["HRS101"]}
    forms["shredded"] = ["SRS401"]
    shares_bp = {"heavy_mixed": 7_500, "shredded": 2_500, "bales": 0}
    assert price_proposal_fen_per_t(shares_bp, forms, prices) == 362_750
    assert price_proposal_fen_per_t({"bales": 10_000}, forms, prices) is None
    assert price_proposal_fen_per_t({}, forms, prices) is None
    forms["shredded"] = ["SRS401", "HRS101"]
    assert price_proposal_fen_per_t(shares_bp, forms, prices) is None


def test_a_site_has_prices_of_its_own() -> None:
    content = {
        "format": "ferrotrace-site-1",
        "form_grades": {"heavy_mixed": ["HRS101"]},
        "prices_fen_per_t": {"HRS101": 365_000},
    }
    site = site_of(content)
    assert site.price_proposal_fen_per_t({"heavy_mixed": 10_000}) == 365_000
    assert site_of(site_content(site)) == site
    assert Site().price_proposal_fen_per_t({"heavy_mixed": 10_000}) is None
    refused: tuple[object, ...] = ({"X": 1}, {"HRS101": -1}, [])
    for prices in refused:
        with pytest.raises(SiteFileError):
            site_of({**content, "prices_fen_per_t": prices})
