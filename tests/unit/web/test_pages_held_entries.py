"""Held entries and broken logs on the supervisor's page; late weighings on the truck's."""

from datetime import timedelta

import pytest
from flask import Flask

from service.domain.errors import FerrotraceError
from service.usecases.edge_entry import compare_clocks
from tests.support.company import Company
from tests.support.edge_entries import Yard
from tests.support.pages import Person, forms_of, pages_of, text_of

PAGE = "/holds/entries"


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


@pytest.fixture
def yard(company: Company) -> Yard:
    return Yard(company)


def test_a_held_entry_is_set_aside_or_applied_again(app: Flask, yard: Yard) -> None:
    visit_id = yard.arrive("辽E12345")
    yard.grade(visit_id)
    yard.grade(visit_id)
    yard.weigh(visit_id, "gross", 48_620)
    yard.send()
    supervisor = Person(app, "supervisor")
    text = supervisor.read(PAGE)
    for part in ("2 held entries", "Grade decision", "HRS101", "gross weighing"):
        assert part in text
    refused = supervisor.fill(PAGE, "/2", decision="set-aside", reason="")
    assert "Say why the entry is set aside." in text_of(refused.text)
    apply, _, _, aside = (
        form for form in forms_of(supervisor.get(PAGE).text) if PAGE in form.action
    )
    assert supervisor.send(apply, PAGE, {}).status_code == 303
    assert supervisor.send(aside, PAGE, {"reason": "sent twice"}).status_code == 303
    text = supervisor.read(PAGE)
    for part in ("No entry is held", "applied later", "set aside", "sent twice"):
        assert part in text
    assert "Apply again" not in Person(app, "auditor").read(PAGE)


def test_a_broken_log_is_shown_until_somebody_looked_at_the_unit(app: Flask, yard: Yard) -> None:
    yard.arrive("辽E12345")
    with pytest.raises(FerrotraceError):
        yard.send([yard.unit.entries[0] | {"signature": "00" * 64}])
    supervisor = Person(app, "supervisor")
    text = supervisor.read(PAGE)
    assert "An entry is not signed by the unit" in text
    assert "Entries of EDGE-BASE01 at" in text
    done = supervisor.fill(PAGE, "/release", reason="the disk was changed")
    assert done.status_code == 303
    text = supervisor.read(PAGE)
    assert "the disk was changed" in text
    assert "are not taken" not in text
    assert [outcome.outcome for outcome in yard.send().outcomes] == ["applied"]


def test_a_weighing_that_came_late_tells_both_times(app: Flask, yard: Yard) -> None:
    visit_id, ticket_no = yard.receive()
    yard.send()
    operator = Person(app, "operator")
    assert "at the scale, on record since" in operator.read(f"/visits/{visit_id}")
    assert "at the scale, on record since" in operator.read(f"/tickets/{ticket_no}")


def test_what_waits_at_edge_units_is_an_alarm(app: Flask, yard: Yard) -> None:
    yard.grade(yard.arrive("辽E12345"))
    yard.send()
    yard.arrive("辽E22222")
    company = yard.company
    wrong = company.deps.now() + timedelta(seconds=9)
    compare_clocks(yard.unit.edge_id, "BASE01", wrong, company.deps)
    with pytest.raises(FerrotraceError):
        yard.send([yard.unit.entries[2] | {"signature": "00" * 64}])
    text = Person(app, "supervisor").read("/alarms")
    for part in ("3 alarms", "1 entry of the yard is held", "Its log broke", "two seconds apart"):
        assert part in text
