"""A site's rules are read strictly, and say what follows from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.domain.site_rules import (
    BookingRule,
    DayFullError,
    PapersRule,
    SiteRules,
    SiteRulesError,
    rules_of,
)

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def test_rules_come_back_from_their_record() -> None:
    rules = SiteRules(
        radiation=True, booking=BookingRule.COMPULSORY, papers=PapersRule.BLOCK, trucks_per_day=40
    )
    assert rules_of(rules.record()) == rules
    assert rules_of({}) == SiteRules()
    assert rules.yard.radiation
    assert not rules.yard.calling


@pytest.mark.parametrize(
    "document",
    [
        {"unknown": True},
        {"radiation": 1},
        {"booking": "SOMETIMES"},
        {"papers": None},
        {"stay_min": None},
        {"stay_min": 0},
        {"tare_days": "90"},
        {"trucks_per_day": True},
        {"kg_per_day": -1},
    ],
)
def test_what_is_no_rule_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(SiteRulesError):
        rules_of(document)


def test_a_stay_ends_when_the_site_says() -> None:
    rules = SiteRules(stay_min=60)
    assert not rules.expired(AT, AT + timedelta(minutes=60))
    assert rules.expired(AT, AT + timedelta(minutes=61))


def test_a_day_is_full_by_trucks_and_by_kilograms() -> None:
    SiteRules().require_room("2026-03-01", trucks=999, kg=999_999)
    rules = SiteRules(trucks_per_day=2, kg_per_day=60_000)
    rules.require_room("2026-03-01", trucks=2, kg=60_000)
    with pytest.raises(DayFullError):
        rules.require_room("2026-03-01", trucks=3, kg=1)
    with pytest.raises(DayFullError):
        rules.require_room("2026-03-01", trucks=1, kg=60_001)
