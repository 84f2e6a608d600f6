import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.devices.site import (
    SiteDevicesError,
    host_and_port,
    load_site,
    parse_site_devices,
)
from tests.support.devices import site_devices, site_document


def test_a_site_gives_the_instrument_of_the_domain() -> None:
    instrument = site_devices().instrument.instrument()
    assert (instrument.min_kg, instrument.valid_to) == (400, date(2099, 12, 31))


def test_the_gate_camera_does_not_look_at_the_deck() -> None:
    assert sorted(site_devices().deck_cameras) == ["front", "load", "rear"]


def test_a_file_of_several_sites_is_searched_by_id(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    sites = [site_document(), site_document(site_id="BASE02")]
    path.write_text(json.dumps(sites), encoding="utf-8")
    assert load_site(path, "BASE02").site_id == "BASE02"
    with pytest.raises(SiteDevicesError, match=r"site PLANT01 .one of BASE01, BASE02"):
        load_site(path, "PLANT01")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"instrument": {"dialect": "nobody_9000"}}, "dialect nobody_9000 is unknown"),
        ({"instrument": {"params": {"speed": 1}}}, "parameter speed=1"),
        ({"instrument": {"d_kg": 0}}, "instrument.d_kg = 0"),
        ({"instrument": {"d_kg": "20"}}, "instrument.d_kg = '20'"),
        ({"instrument": {"valid_to": "2019-12-31"}}, "2020-01-01 is after valid_to 2019-12-31"),
        ({"instrument": {"transport_url": "http://x"}}, "transport_url"),
        ({"instrument": {"colour": "red"}}, "instrument.colour"),
        ({"simulator_url": None}, "exactly where instrument.simulated is true"),
        ({"listen": "127.0.0.1"}, "listen"),
        ({"cameras": {"front": "file:///etc/passwd"}}, "cameras.front"),
    ],
)
def test_what_does_not_hold_is_refused_with_field_and_value(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SiteDevicesError, match=words):
        site_devices(**changes)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(SiteDevicesError, match="JSON"):
        parse_site_devices("{")


@pytest.mark.parametrize("url", ["socket://scale:4001", "http://scale:4001/x/y", "scale:4001"])
def test_host_and_port_are_found_in_every_address(url: str) -> None:
    assert host_and_port(url) == ("scale", 4001)
