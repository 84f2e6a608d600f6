"""The company file: read strictly, and refused in words."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.commands.company_file import CompanyFileError, read_company
from service.commands.demo_sites import port_names, site_devices

COMPANY: dict[str, Any] = {
    "organisations": [
        {
            "organisation_id": "OP-1",
            "kind": "operator",
            "name_zh": "示例再生资源",
            "name_en": "Example Recycling",
        }
    ],
    "sites": [
        {
            "site_id": site_id,
            "kind": kind,
            "organisation_id": "OP-1",
            "name_zh": "基地",
            "name_en": "Base",
            "grid_region": "辽宁",
        }
        for site_id, kind in (("BASE01", "BASE"), ("BASE02", "BASE"), ("PLANT01", "PLANT"))
    ],
}


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    ports = {name: 4001 + number for number, name in enumerate(port_names())}
    sites = site_devices(ports, verified_on=date(2026, 11, 21), upstream="http://127.0.0.1:8000")
    for site in sites:
        site["instrument"].pop("min_kg", None)
    path = tmp_path / "sites.json"
    path.write_text(json.dumps(sites), encoding="utf-8")
    return path


def _file(folder: Path, content: object) -> Path:
    path = folder / "company.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_company_is_read_with_the_instruments_of_its_sites(tmp_path: Path, devices: Path) -> None:
    company = read_company(_file(tmp_path, COMPANY), devices)
    assert [row.organisation_id for row in company.organisations] == ["OP-1"]
    assert [site for site, _ in company.instruments] == ["BASE01", "BASE02", "PLANT01"]
    assert company.instruments[0][1]["min_kg"] == 400


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sites": []}, "sites"),
        ({"sites": COMPANY["sites"][:1]}, "BASE02"),
        ({"organisations": [{**COMPANY["organisations"][0], "kind": "friend"}]}, "friend"),
        ({"organisations": [{**COMPANY["organisations"][0], "organisation_id": "x y"}]}, "x y"),
        ({"more": 1}, "more"),
    ],
)
def test_what_does_not_hold_is_named(
    tmp_path: Path, devices: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(CompanyFileError, match=told):
        read_company(_file(tmp_path, COMPANY | changes), devices)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path, devices: Path) -> None:
    path = tmp_path / "company.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CompanyFileError, match="JSON"):
        read_company(path, devices)
